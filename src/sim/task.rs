//! Tasks in the system, in one flat store.

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

/// All tasks in the system.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    store: Vec<Task>,
    free: Vec<TaskIndex>,
}

impl Tasks {
    /// Adds a task.
    #[inline(always)]
    pub fn insert(&mut self, task: Task) -> TaskIndex {
        match self.free.pop() {
            Some(index) => {
                self.store[index as usize] = task;
                index
            }
            None => {
                self.store.push(task);
                (self.store.len() - 1) as TaskIndex
            }
        }
    }

    /// Removes the task at `index`, which must be in the store.
    #[inline(always)]
    pub fn remove(&mut self, index: TaskIndex) {
        self.free.push(index);
    }

    /// How many tasks there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.store.len() - self.free.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::ops::Index<TaskIndex> for Tasks {
    type Output = Task;
    #[inline(always)]
    fn index(&self, index: TaskIndex) -> &Task {
        &self.store[index as usize]
    }
}

impl std::ops::IndexMut<TaskIndex> for Tasks {
    #[inline(always)]
    fn index_mut(&mut self, index: TaskIndex) -> &mut Task {
        &mut self.store[index as usize]
    }
}

/// A first-in-first-out list of tasks, linked through [`Task::next`], so that waiting costs no
/// allocation.
#[derive(Clone, Debug)]
pub struct Fifo {
    head: TaskIndex,
    tail: TaskIndex,
    len: u32,
}

impl Default for Fifo {
    fn default() -> Self {
        Self {
            head: NIL,
            tail: NIL,
            len: 0,
        }
    }
}

impl Fifo {
    /// Appends a task, which must be in no other list.
    #[inline(always)]
    pub fn push(&mut self, tasks: &mut Tasks, index: TaskIndex) {
        tasks[index].next = NIL;
        if self.head == NIL {
            self.head = index;
        } else {
            tasks[self.tail].next = index;
        }
        self.tail = index;
        self.len += 1;
    }

    /// Takes the first task.
    #[inline(always)]
    pub fn pop(&mut self, tasks: &Tasks) -> Option<TaskIndex> {
        let index = self.first()?;
        self.head = tasks[index].next;
        self.len -= 1;
        Some(index)
    }

    /// The first task.
    #[inline(always)]
    pub fn first(&self) -> Option<TaskIndex> {
        (self.head != NIL).then_some(self.head)
    }

    /// How many tasks wait.
    #[inline(always)]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Whether none waits.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.head == NIL
    }

    /// The tasks in order.
    pub fn iter<'a>(&self, tasks: &'a Tasks) -> impl Iterator<Item = &'a Task> {
        let mut at = self.head;
        std::iter::from_fn(move || {
            if at == NIL {
                return None;
            }
            let task = &tasks[at];
            at = task.next;
            Some(task)
        })
    }
}
