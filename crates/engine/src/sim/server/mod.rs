//! Servers: a queue, the tasks that will fail, statistics, and a service [`Discipline`]. The code
//! here is common to all disciplines; each discipline has a file.

mod discipline;
mod first_come;
mod registry;
mod sharing;

pub use discipline::{Capacity, Discipline};
pub use registry::AnyDiscipline;

use super::tasks::{Fifo, Tasks};
use crate::scenario::{ServerConfig, ServerState, Service};
use crate::workload::{Task, TaskIndex};

/// A server and what it has done.
#[derive(Clone, Debug)]
pub struct Server {
    /// Work done per second by one slot (units/s).
    pub speed: f64,
    /// Tasks served at the same time.
    pub slots: u32,
    /// Tasks that may be present beyond `slots`.
    pub queue_limit: u32,
    /// Whether it is up, slow, draining, failing or down.
    pub state: ServerState,
    /// Tasks waiting.
    pub queue: Fifo,
    /// Tasks that will be answered with an error.
    pub erring: Fifo,
    /// Tasks picked for this server so far.
    pub assigned: u64,
    /// Tasks finished so far.
    pub finished: u64,
    /// Sum of finished tasks' response times (s).
    pub response_sum_s: f64,
    /// Work of the tasks that were assigned and have not begun service (units).
    waiting_work: f64,
    /// Slot-seconds of service given up to `settled_s`.
    busy_slot_s: f64,
    settled_s: f64,
    service: Service,
    discipline: AnyDiscipline,
}

impl Server {
    /// An idle server.
    pub fn new(config: &ServerConfig) -> Self {
        let capacity = Capacity {
            slots: config.slots,
            speed: config.pace(),
        };
        Self {
            speed: capacity.speed,
            slots: capacity.slots,
            queue_limit: config.queue.unwrap_or(u32::MAX),
            state: config.state,
            queue: Fifo::default(),
            erring: Fifo::default(),
            assigned: 0,
            finished: 0,
            response_sum_s: 0.0,
            waiting_work: 0.0,
            busy_slot_s: 0.0,
            settled_s: 0.0,
            service: config.service,
            discipline: AnyDiscipline::resume(config.service, &[], 0.0, capacity),
        }
    }

    #[inline(always)]
    fn capacity(&self) -> Capacity {
        Capacity {
            slots: self.slots,
            speed: self.speed,
        }
    }

    /// Changes what `config` says from `now_s` on; tasks in service keep the work they have left.
    pub fn reconfigure(&mut self, config: &ServerConfig, now_s: f64) {
        self.settle(now_s);
        let in_service: Vec<_> = self.in_service(now_s).collect();
        let both_share = [self.service, config.service] == [Service::ProcessorSharing; 2];
        self.speed = config.pace();
        self.slots = config.slots;
        self.queue_limit = config.queue.unwrap_or(u32::MAX);
        self.service = config.service;
        self.state = config.state;
        // Attained work does not depend on speed or slots.
        if !both_share {
            let capacity = self.capacity();
            self.discipline = AnyDiscipline::resume(config.service, &in_service, now_s, capacity);
        }
    }

    /// The tasks in service and the work that each has left at `now_s` (units), in no particular
    /// order.
    pub fn in_service(&self, now_s: f64) -> impl Iterator<Item = (TaskIndex, f64)> + '_ {
        let places = 0..self.discipline.serving();
        places.map(move |place| (self.discipline.task(place), self.work_left(place, now_s)))
    }

    fn work_left(&self, place: usize, now_s: f64) -> f64 {
        let capacity = self.capacity();
        let left = self
            .discipline
            .work_left(place, now_s, self.settled_s, capacity);
        // Rounding may make it negative.
        left.max(0.0)
    }

    /// How many tasks are in service.
    #[inline(always)]
    pub fn serving(&self) -> u32 {
        self.discipline.serving() as u32
    }

    /// How many tasks wait.
    #[inline(always)]
    pub fn waiting(&self) -> u32 {
        self.queue.len()
    }

    /// Tasks present: waiting, in service, and about to fail.
    #[inline(always)]
    pub fn present(&self) -> u32 {
        self.waiting() + self.serving() + self.erring.len()
    }

    /// Whether a task that arrived now would be served at once and at full speed.
    #[inline(always)]
    pub fn has_free_slot(&self) -> bool {
        self.serving() < self.slots && self.queue.is_empty()
    }

    /// Whether one more task may enter.
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.has_free_slot() || self.present().saturating_sub(self.slots) < self.queue_limit
    }

    /// Whether `task`, the next to be served, may begin.
    #[inline(always)]
    pub fn may_begin(&self, task: &Task) -> bool {
        self.discipline.may_begin(task, self.capacity())
    }

    /// Brings the statistics up to `now_s`.
    #[inline(always)]
    fn settle(&mut self, now_s: f64) {
        let elapsed_s = now_s - self.settled_s;
        self.settled_s = now_s;
        let serving = self.serving();
        if serving > 0 {
            self.busy_slot_s += elapsed_s * f64::from(serving.min(self.slots));
            let capacity = self.capacity();
            self.discipline.pass(elapsed_s, capacity);
        }
    }

    /// Begins service of a task.
    #[inline(always)]
    pub fn begin(&mut self, index: TaskIndex, task: &Task, now_s: f64) {
        self.settle(now_s);
        let capacity = self.capacity();
        self.discipline.begin(index, task, now_s, capacity);
    }

    /// The next event of its discipline happens now. Returns a task whose service ends, if any
    /// does; [`also_ended`](Self::also_ended) gives the others.
    #[inline(always)]
    pub fn advance(&mut self, now_s: f64) -> Option<TaskIndex> {
        self.settle(now_s);
        self.discipline.advance()
    }

    /// Another task whose service ended at that event.
    #[inline(always)]
    pub fn also_ended(&mut self) -> Option<TaskIndex> {
        self.discipline.also_ended()
    }

    /// When the next event of its discipline happens (s).
    #[inline(always)]
    pub fn next_event_s(&self) -> Option<f64> {
        self.discipline
            .next_event_s(self.settled_s, self.capacity())
    }

    /// A task with this much work (units) has been assigned.
    #[inline(always)]
    pub fn expect(&mut self, work: f64) {
        self.waiting_work += work;
    }

    /// Work that was [expected](Self::expect) has begun service, or will not arrive. Rounding must
    /// not make the sum negative.
    #[inline(always)]
    pub fn forget(&mut self, work: f64) {
        self.waiting_work = (self.waiting_work - work).max(0.0);
    }

    /// No task waits or is in transit: the sum is zero, whatever rounding has made of it.
    #[inline(always)]
    pub fn forget_all(&mut self) {
        self.waiting_work = 0.0;
    }

    /// Work left of everything assigned to this server (units).
    pub fn backlog(&self, now_s: f64) -> f64 {
        let in_service: f64 = self.in_service(now_s).map(|(_, work)| work).sum();
        self.waiting_work + in_service
    }

    /// Slot-seconds of service given by `now_s`.
    pub fn busy_slot_s(&self, now_s: f64) -> f64 {
        let in_use = f64::from(self.serving().min(self.slots));
        self.busy_slot_s + (now_s - self.settled_s) * in_use
    }

    /// Takes out every task, for a server that went down: those in service in the order in which
    /// they would have ended.
    pub fn empty(&mut self, tasks: &Tasks, now_s: f64) -> Vec<TaskIndex> {
        self.settle(now_s);
        self.forget_all();
        let in_service = (0..self.discipline.serving()).rev();
        let mut lost: Vec<TaskIndex> = in_service
            .map(|place| self.discipline.task(place))
            .collect();
        self.discipline = AnyDiscipline::resume(self.service, &[], now_s, self.capacity());
        for list in [&mut self.queue, &mut self.erring] {
            lost.extend(std::iter::from_fn(|| list.pop(tasks)));
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(service: Service, slots: u32) -> Server {
        Server::new(&ServerConfig {
            service,
            slots,
            speed: 2.0,
            ..ServerConfig::default()
        })
    }

    fn of(size: f64) -> Task {
        Task {
            size,
            ..Task::default()
        }
    }

    #[test]
    fn first_come_tasks_keep_their_pace_beside_each_other() {
        let mut s = server(Service::FirstCome, 2);
        s.begin(0, &of(4.0), 0.0);
        s.begin(1, &of(1.0), 1.0);
        assert!(!s.may_begin(&of(1.0)));
        assert_eq!(s.next_event_s(), Some(1.5));
        assert_eq!(s.advance(1.5), Some(1));
        assert_eq!(s.next_event_s(), Some(2.0));
        assert_eq!(s.busy_slot_s(2.0), 2.5);
    }

    #[test]
    fn shared_tasks_slow_each_other_down() {
        let mut s = server(Service::ProcessorSharing, 1);
        s.begin(0, &of(4.0), 0.0); // alone: 2 units/s
        s.begin(1, &of(1.0), 1.0); // 2 units left of the first; 1 unit/s each from here
        assert_eq!(s.next_event_s(), Some(2.0));
        assert_eq!(s.advance(2.0), Some(1));
        assert_eq!(s.also_ended(), None);
        assert_eq!(s.next_event_s(), Some(2.5));
        assert_eq!(s.backlog(2.25), 0.5);
    }

    #[test]
    fn equal_ends_leave_in_the_order_of_arrival() {
        let mut s = server(Service::FirstCome, 3);
        for task in 0..3 {
            s.begin(task, &of(1.0), 0.0);
        }
        assert_eq!([0.5; 3].map(|at_s| s.advance(at_s)), [0, 1, 2].map(Some));
        assert_eq!(s.advance(0.5), None);
    }

    #[test]
    fn a_new_speed_keeps_the_work_left() {
        for service in [Service::FirstCome, Service::ProcessorSharing] {
            let mut s = server(service, 1);
            s.begin(0, &of(4.0), 0.0);
            let slower = ServerConfig {
                service,
                speed: 0.5,
                ..ServerConfig::default()
            };
            s.reconfigure(&slower, 1.0);
            assert_eq!(s.next_event_s(), Some(5.0), "{service:?}");
        }
    }

    #[test]
    fn another_discipline_keeps_the_work_left() {
        let mut s = server(Service::FirstCome, 1);
        s.begin(0, &of(4.0), 0.0);
        let shared = ServerConfig {
            service: Service::ProcessorSharing,
            speed: 2.0,
            ..ServerConfig::default()
        };
        s.reconfigure(&shared, 1.0);
        assert_eq!(s.in_service(1.0).collect::<Vec<_>>(), [(0, 2.0)]);
        s.reconfigure(
            &ServerConfig {
                service: Service::FirstCome,
                ..shared
            },
            1.5,
        );
        assert_eq!(s.next_event_s(), Some(2.0));
    }
}
