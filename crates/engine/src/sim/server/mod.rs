//! Servers: a queue, the tasks that will fail, statistics, and a service [`Discipline`]. The code
//! here is common to all disciplines; each discipline has a file.

pub mod batch;
mod discipline;
mod first_come;
mod registry;
mod sharing;

pub use batch::{Batch, BatchLoad, StepEvent};
pub use discipline::{Capacity, Discipline};
pub use registry::AnyDiscipline;

use super::tasks::{Fifo, Tasks};
use crate::balance::late::CacheChange;
use crate::scenario::{ServerConfig, ServerState, Service};
use crate::workload::{Request, Task, TaskIndex};
use batch::Stepwise;

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
    /// Tasks that wait inside the scheduler of a server that works in steps.
    waiting_inside: u32,
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
            waiting_inside: 0,
            service: config.service,
            discipline: AnyDiscipline::resume(config.service, &[], 0.0, capacity),
        }
    }

    /// The same server with this scheduler, if it works in steps.
    pub fn with_scheduler(mut self, scheduler: Option<Box<dyn Batch>>) -> Self {
        if let AnyDiscipline::Replica(stepwise) = &mut self.discipline {
            stepwise.batch = scheduler;
        }
        self
    }

    /// The scheduler of a server that works in steps.
    #[inline(always)]
    pub fn scheduler(&self) -> Option<&dyn Batch> {
        match &self.discipline {
            AnyDiscipline::Replica(stepwise) => stepwise.batch.as_deref(),
            _ => None,
        }
    }

    /// Whether it works in steps.
    #[inline(always)]
    pub fn works_in_steps(&self) -> bool {
        matches!(self.discipline, AnyDiscipline::Replica(_))
    }

    /// Has its scheduler do something at `now_s`, and brings the counts up to date.
    fn schedule(&mut self, now_s: f64, act: impl FnOnce(&mut dyn Batch, f64)) {
        self.settle(now_s);
        let AnyDiscipline::Replica(Stepwise {
            batch: Some(batch),
            running,
        }) = &mut self.discipline
        else {
            return;
        };
        act(batch.as_mut(), self.speed);
        let load = batch.load();
        *running = load.running;
        self.waiting_inside = load.waiting;
    }

    /// A request reaches a server that works in steps.
    pub fn enter(
        &mut self,
        index: TaskIndex,
        request: &Request,
        now_s: f64,
        events: &mut Vec<StepEvent>,
    ) {
        self.schedule(now_s, |batch, speed| {
            batch.enter(index, request, now_s, speed, events);
        });
    }

    /// What has changed in its prefix cache since this was last asked.
    pub fn cache_changes(&mut self) -> Vec<CacheChange> {
        match &mut self.discipline {
            AnyDiscipline::Replica(Stepwise {
                batch: Some(batch), ..
            }) => batch.cache_changes(),
            _ => Vec::new(),
        }
    }

    /// The step under way ends, and the next one begins.
    pub fn end_step(&mut self, now_s: f64, events: &mut Vec<StepEvent>) {
        self.schedule(now_s, |batch, speed| batch.end_step(now_s, speed, events));
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
        let same = self.service == config.service;
        let keeps = same && config.service != Service::FirstCome;
        self.speed = config.pace();
        self.slots = config.slots;
        self.queue_limit = config.queue.unwrap_or(u32::MAX);
        self.service = config.service;
        self.state = config.state;
        // Attained work does not depend on speed or slots, and a step under way ends as planned.
        if !keeps {
            let capacity = self.capacity();
            self.discipline = AnyDiscipline::resume(config.service, &in_service, now_s, capacity);
        }
    }

    /// The tasks in service and the work that each has left at `now_s` (units), in no particular
    /// order.
    pub fn in_service(&self, now_s: f64) -> impl Iterator<Item = (TaskIndex, f64)> + '_ {
        let in_batch = self.scheduler().map(Batch::running).unwrap_or_default();
        let in_batch = in_batch
            .into_iter()
            .map(|(task, computed, all)| (task, f64::from(all.saturating_sub(computed))));
        let places = 0..match self.works_in_steps() {
            true => 0,
            false => self.discipline.serving(),
        };
        let in_places =
            places.map(move |place| (self.discipline.task(place), self.work_left(place, now_s)));
        in_places.chain(in_batch)
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
        self.queue.len() + self.waiting_inside
    }

    /// The tasks that wait, the next first.
    pub fn waiting_tasks<'a>(&'a self, tasks: &'a Tasks) -> impl Iterator<Item = &'a Task> {
        let inside = self.scheduler().map(Batch::waiting).unwrap_or_default();
        let inside = inside.into_iter().map(|index| &tasks[index]);
        self.queue.iter(tasks).chain(inside)
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

    /// Ends the service of a task, whatever is left of it. False if it is not in service here.
    pub fn abort(&mut self, index: TaskIndex, now_s: f64) -> bool {
        self.settle(now_s);
        let in_service: Vec<_> = self.in_service(now_s).collect();
        let others: Vec<_> = in_service
            .iter()
            .copied()
            .filter(|(task, _)| *task != index)
            .collect();
        let capacity = self.capacity();
        self.discipline = AnyDiscipline::resume(self.service, &others, now_s, capacity);
        others.len() < in_service.len()
    }

    /// Takes out every task, for a server that went down: those in service in the order in which
    /// they would have ended.
    pub fn empty(&mut self, tasks: &Tasks, now_s: f64) -> Vec<TaskIndex> {
        self.settle(now_s);
        self.forget_all();
        let mut lost: Vec<TaskIndex> = self.in_service(now_s).map(|(task, _)| task).collect();
        lost.reverse();
        lost.extend(self.scheduler().into_iter().flat_map(Batch::waiting));
        if self.works_in_steps() {
            self.schedule(now_s, |batch, _| batch.clear());
        } else {
            self.discipline = AnyDiscipline::resume(self.service, &[], now_s, self.capacity());
        }
        for list in [&mut self.queue, &mut self.erring] {
            lost.extend(std::iter::from_fn(|| list.pop(tasks)));
        }
        lost
    }
}

#[cfg(test)]
mod tests;
