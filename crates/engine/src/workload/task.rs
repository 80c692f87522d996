//! One task, small enough to be copied at every arrival.

use super::keys::KeySource;

/// A task's place in the store. Places are reused once a task has left.
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
    /// Work that it requires: seconds on a server of speed 1.
    pub size: f64,
    /// When the (last) balancer picked a server.
    pub decided_s: f64,
    /// Counts decisions from 1; 0 before its own.
    pub decision: u64,
    /// When it reaches that server; later than the decision by the balancer's latency.
    pub delivered_s: f64,
    /// When its service began.
    pub started_s: f64,
    /// Its keys as indices into the population: the client's address, the URL, the value of the
    /// `X-Tenant` header, as [`KeySource`] orders them.
    pub keys: [u32; KeySource::COUNT],
    /// The server picked.
    pub server: u16,
    /// The balancer that holds it or picked its server.
    pub balancer: u8,
    /// The tasks in flight at its server when it was picked, this one included.
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
            keys: [0; KeySource::COUNT],
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
    /// Its key of this kind, as an index into the population.
    #[inline(always)]
    pub fn key(&self, source: KeySource) -> usize {
        self.keys[source as usize] as usize
    }

    /// A task whose keys all have this index.
    pub fn with_keys(index: u32) -> Self {
        Self {
            keys: [index; KeySource::COUNT],
            ..Self::default()
        }
    }

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

    /// The task that its client sends once it has the answer: from the same client, to the same
    /// URL.
    pub fn follow_up(&self) -> Self {
        Self {
            keys: self.keys,
            ..Self::default()
        }
    }

    /// The task that its client sends in its place.
    pub fn again(&self) -> Self {
        Self {
            size: self.size,
            keys: self.keys,
            sent: (self.sent & !GIVEN_UP) + 1,
            ..Self::default()
        }
    }
}
