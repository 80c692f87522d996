//! Servers: slots, a queue, and first-come-first-served or processor-sharing service.

use super::tasks::{Fifo, Tasks};
use crate::scenario::{ServerConfig, ServerState, Service};
use crate::workload::TaskIndex;

/// A task in service.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slot {
    /// First-come-first-served: when it finishes (s). Processor sharing: the server's attained work
    /// at which it finishes.
    pub finish: f64,
    /// Which task.
    pub task: TaskIndex,
}

/// A server and what it has done.
#[derive(Clone, Debug)]
pub struct Server {
    /// Work done per second by one slot.
    pub speed: f64,
    /// Tasks served at the same time. Under processor sharing all present tasks are served, at full
    /// speed up to this many and at a fair part of `slots × speed` beyond.
    pub slots: u32,
    /// Tasks that may wait; under processor sharing, that may be present beyond `slots`.
    pub queue_limit: u32,
    /// The order of service.
    pub service: Service,
    /// Whether it takes new tasks.
    pub state: ServerState,
    /// Tasks waiting.
    pub queue: Fifo,
    /// Tasks that will be answered with an error.
    pub erring: Fifo,
    /// Work of the tasks that were assigned and have not begun service.
    pub waiting_work: f64,
    /// Tasks picked for this server so far.
    pub assigned: u64,
    /// Tasks finished so far.
    pub finished: u64,
    /// Sum of finished tasks' response times (s).
    pub response_sum_s: f64,
    /// Slot-seconds of service given up to `busy_until_s`.
    busy_slot_s: f64,
    busy_until_s: f64,
    /// Tasks in service: the one that finishes first stands last, and of equals the one that came
    /// first.
    slots_in_use: Vec<Slot>,
    /// Processor sharing: work that a task present since the server was last empty would have got
    /// by `busy_until_s`. Counting from there, not from time 0, keeps its rounding that of the
    /// tasks, however long the run.
    attained: f64,
}

impl Server {
    /// An idle server.
    pub fn new(config: &ServerConfig) -> Self {
        Self {
            speed: config.pace(),
            slots: config.slots,
            queue_limit: config.queue.unwrap_or(u32::MAX),
            service: config.service,
            state: config.state,
            queue: Fifo::default(),
            erring: Fifo::default(),
            waiting_work: 0.0,
            assigned: 0,
            finished: 0,
            response_sum_s: 0.0,
            busy_slot_s: 0.0,
            busy_until_s: 0.0,
            slots_in_use: Vec::new(),
            attained: 0.0,
        }
    }

    /// Changes what `config` says from `now_s` on; tasks in service keep the work they have left.
    pub fn reconfigure(&mut self, config: &ServerConfig, now_s: f64) {
        self.settle(now_s);
        let speed = config.pace();
        if self.service != config.service {
            let shared_before = self.service == Service::ProcessorSharing;
            for slot in &mut self.slots_in_use {
                let left = if shared_before {
                    slot.finish - self.attained
                } else {
                    (slot.finish - now_s) * self.speed
                };
                slot.finish = if shared_before {
                    now_s + left / speed
                } else {
                    self.attained + left
                };
            }
        } else if self.service == Service::FirstCome {
            for slot in &mut self.slots_in_use {
                slot.finish = now_s + (slot.finish - now_s) * self.speed / speed;
            }
        }
        self.speed = speed;
        self.slots = config.slots;
        self.queue_limit = config.queue.unwrap_or(u32::MAX);
        self.service = config.service;
        self.state = config.state;
    }

    /// The tasks in service, in no particular order.
    pub fn in_service(&self) -> &[Slot] {
        &self.slots_in_use
    }

    /// Tasks present: waiting, in service, and about to fail.
    #[inline(always)]
    pub fn present(&self) -> u32 {
        self.queue.len() + self.slots_in_use.len() as u32 + self.erring.len()
    }

    /// Whether a task that came now would be served at once and undisturbed.
    #[inline(always)]
    pub fn has_free_slot(&self) -> bool {
        (self.slots_in_use.len() as u32) < self.slots && self.queue.is_empty()
    }

    /// Whether one more task may come in.
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.has_free_slot() || self.present().saturating_sub(self.slots) < self.queue_limit
    }

    /// Whether the next waiting task may begin service.
    #[inline(always)]
    pub fn may_begin(&self) -> bool {
        match self.service {
            Service::FirstCome => (self.slots_in_use.len() as u32) < self.slots,
            Service::ProcessorSharing => true,
        }
    }

    /// Work done per second on each task in service, with `present` of them.
    #[inline(always)]
    fn pace(&self, present: u32) -> f64 {
        match self.service {
            Service::FirstCome => self.speed,
            Service::ProcessorSharing => {
                self.speed * (f64::from(self.slots) / f64::from(present)).min(1.0)
            }
        }
    }

    /// Brings the books up to `now_s`.
    #[inline(always)]
    fn settle(&mut self, now_s: f64) {
        let elapsed_s = now_s - self.busy_until_s;
        self.busy_until_s = now_s;
        let present = self.slots_in_use.len() as u32;
        if present > 0 {
            self.busy_slot_s += elapsed_s * f64::from(present.min(self.slots));
            if self.service == Service::ProcessorSharing {
                self.attained += elapsed_s * self.pace(present);
            }
        }
    }

    /// Begins service of a task of this `size`.
    #[inline(always)]
    pub fn begin(&mut self, task: TaskIndex, size: f64, now_s: f64) {
        self.settle(now_s);
        let finish = match self.service {
            Service::FirstCome => now_s + size / self.speed,
            Service::ProcessorSharing => self.attained + size,
        };
        if self.slots_in_use.is_empty() {
            return self.slots_in_use.push(Slot { finish, task });
        }
        let at = self
            .slots_in_use
            .partition_point(|slot| slot.finish > finish);
        self.slots_in_use.insert(at, Slot { finish, task });
    }

    /// Takes the task that finishes now out of service.
    #[inline(always)]
    pub fn end(&mut self, now_s: f64) -> Option<TaskIndex> {
        self.settle(now_s);
        let ended = self.slots_in_use.pop();
        if self.slots_in_use.is_empty() {
            self.attained = 0.0;
        }
        ended.map(|slot| slot.task)
    }

    /// When the next task in service finishes (s).
    #[inline(always)]
    pub fn next_finish_s(&self) -> Option<f64> {
        let last = self.slots_in_use.last()?;
        Some(match self.service {
            Service::FirstCome => last.finish,
            // Rounding may leave a crumb below zero, but time must not run backwards.
            Service::ProcessorSharing => {
                self.busy_until_s
                    + ((last.finish - self.attained) / self.pace(self.slots_in_use.len() as u32))
                        .max(0.0)
            }
        })
    }

    /// Work left (units) of a task in service.
    pub fn work_left(&self, slot: &Slot, now_s: f64) -> f64 {
        match self.service {
            Service::FirstCome => (slot.finish - now_s) * self.speed,
            Service::ProcessorSharing => {
                slot.finish
                    - self.attained
                    - (now_s - self.busy_until_s) * self.pace(self.slots_in_use.len() as u32)
            }
        }
        .max(0.0)
    }

    /// Work left of everything assigned to this server (units).
    pub fn backlog(&self, now_s: f64) -> f64 {
        self.waiting_work
            + self
                .slots_in_use
                .iter()
                .map(|slot| self.work_left(slot, now_s))
                .sum::<f64>()
    }

    /// Slot-seconds of service given by `now_s`.
    pub fn busy_slot_s(&self, now_s: f64) -> f64 {
        let in_use = self.slots_in_use.len().min(self.slots as usize) as f64;
        self.busy_slot_s + (now_s - self.busy_until_s) * in_use
    }

    /// Takes out every task, for a server that went down.
    pub fn empty(&mut self, tasks: &Tasks, now_s: f64) -> Vec<TaskIndex> {
        self.settle(now_s);
        self.waiting_work = 0.0;
        let mut lost: Vec<TaskIndex> = self
            .slots_in_use
            .drain(..)
            .rev()
            .map(|slot| slot.task)
            .collect();
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

    #[test]
    fn first_come_tasks_keep_their_pace_beside_each_other() {
        let mut s = server(Service::FirstCome, 2);
        s.begin(0, 4.0, 0.0);
        s.begin(1, 1.0, 1.0);
        assert!(!s.may_begin());
        assert_eq!(s.next_finish_s(), Some(1.5));
        assert_eq!(s.end(1.5), Some(1));
        assert_eq!(s.next_finish_s(), Some(2.0));
        assert_eq!(s.busy_slot_s(2.0), 2.5);
    }

    #[test]
    fn shared_tasks_slow_each_other_down() {
        let mut s = server(Service::ProcessorSharing, 1);
        s.begin(0, 4.0, 0.0); // alone: 2 units/s
        s.begin(1, 1.0, 1.0); // 2 units left of the first; 1 unit/s each from here
        assert_eq!(s.next_finish_s(), Some(2.0));
        assert_eq!(s.end(2.0), Some(1));
        assert_eq!(s.next_finish_s(), Some(2.5));
        assert_eq!(s.backlog(2.25), 0.5);
    }

    #[test]
    fn equal_finishes_leave_in_the_order_they_came() {
        let mut s = server(Service::FirstCome, 3);
        for task in 0..3 {
            s.begin(task, 1.0, 0.0);
        }
        assert_eq!(
            (0..3).map(|_| s.end(0.5)).collect::<Vec<_>>(),
            [Some(0), Some(1), Some(2)]
        );
    }

    #[test]
    fn a_new_speed_keeps_the_work_left() {
        for service in [Service::FirstCome, Service::ProcessorSharing] {
            let mut s = server(service, 1);
            s.begin(0, 4.0, 0.0);
            s.reconfigure(
                &ServerConfig {
                    service,
                    speed: 0.5,
                    ..ServerConfig::default()
                },
                1.0,
            );
            assert_eq!(s.next_finish_s(), Some(5.0), "{service:?}");
        }
    }
}
