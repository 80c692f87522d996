//! One task, as it is small enough to be copied at every arrival.

/// A task's place in the store. Places are used again once a task has left.
pub type TaskIndex = u32;

/// The end of a list of tasks.
pub const NIL: TaskIndex = u32::MAX;

/// One task on its way through the system. Times are simulated seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Task {
    /// Counts arrivals from 1.
    pub number: u64,
    /// When the client sent it.
    pub arrival_s: f64,
    /// Work it asks for: seconds on a server of speed 1.
    pub size: f64,
    /// When the (last) balancer picked a server.
    pub decided_s: f64,
    /// Counts decisions from 1; 0 before its own.
    pub decision: u64,
    /// When it reaches that server; later than the decision by the balancer's latency.
    pub delivered_s: f64,
    /// When its service began.
    pub started_s: f64,
    /// Index of the client's address.
    pub client: u32,
    /// Index of the URL it asks for.
    pub url: u32,
    /// Index of the value of its `X-Tenant` header.
    pub tenant: u32,
    /// The server picked.
    pub server: u16,
    /// The balancer that holds it or picked its server.
    pub balancer: u8,
    /// The tasks in progress at its server, itself included, when it was picked.
    pub rank: u32,
    /// The next task of the list that it waits in.
    pub next: TaskIndex,
    /// How often it was sent before, and in the highest bit whether its client has given it up: one
    /// byte, so that a task is no larger for it. [`Task::attempt`] and [`Task::given_up`] read it.
    pub sent: u8,
}

impl Default for Task {
    fn default() -> Self {
        Self {
            number: 0,
            arrival_s: 0.0,
            size: 0.0,
            decided_s: f64::NAN,
            decision: 0,
            delivered_s: f64::NAN,
            started_s: f64::NAN,
            client: 0,
            url: 0,
            tenant: 0,
            server: u16::MAX,
            balancer: 0,
            rank: 0,
            next: NIL,
            sent: 0,
        }
    }
}

const GIVEN_UP: u8 = 0x80;

/// Every arrival copies a task, so it should not grow unnoticed.
const _: () = assert!(size_of::<Task>() == 80);

impl Task {
    /// How often it was sent before.
    pub fn attempt(&self) -> u32 {
        u32::from(self.sent & !GIVEN_UP)
    }

    /// Whether its client has given it up.
    pub fn given_up(&self) -> bool {
        self.sent & GIVEN_UP != 0
    }

    /// Its client gives it up.
    pub fn give_up(&mut self) {
        self.sent |= GIVEN_UP;
    }

    /// The task that its client sends in its place.
    pub fn again(&self) -> Self {
        let Self {
            size,
            client,
            url,
            tenant,
            ..
        } = *self;
        Self {
            size,
            client,
            url,
            tenant,
            sent: (self.sent & !GIVEN_UP) + 1,
            ..Self::default()
        }
    }
}
