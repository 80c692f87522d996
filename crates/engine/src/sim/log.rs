//! A log of what happened lately, for the charts and the scrubber: windows of bounded length.

use super::answer::Answer;
use super::engine::Engine;
use super::probe::Rejection;
use super::scaling::ScaleEvent;
use super::server::{Batch, BatchLoad, Server};
use crate::workload::{KeySource, Request, Task};
use std::collections::VecDeque;

/// One decision, and what happened to the task afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// Counts decisions from 1.
    pub decision: u64,
    /// The task's number, from 1.
    pub task: u64,
    /// The event of the run in which it was decided, from 1.
    pub event: u64,
    /// When it arrived (s).
    pub arrival_s: f64,
    /// When it was decided (s).
    pub decided_s: f64,
    /// When it began service (s); NaN if it has not.
    pub started_s: f64,
    /// When it left (s); NaN if it has not.
    pub left_s: f64,
    /// Its size (units).
    pub size: f64,
    /// Its client.
    pub client: u32,
    /// The server that was picked.
    pub server: u16,
    /// The server that serves it: the one picked, unless another took it over.
    pub served_by: u16,
    /// Its balancer.
    pub balancer: u16,
    /// Why it was rejected after the decision, if it was.
    pub rejection: Option<Rejection>,
}

/// An event in which something was decided that can be explained.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pick {
    /// The event of the run, from 1.
    pub(super) event: u64,
    /// When (s).
    pub(super) time_s: f64,
}

/// The number of tasks at a server changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadChange {
    /// When (s).
    pub time_s: f64,
    /// At which server.
    pub server: u16,
    /// Tasks there from then on, those on the way included.
    pub load: u32,
}

/// A task was served.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Response {
    /// When it left (s).
    pub time_s: f64,
    /// Arrival to completion (s).
    pub response_s: f64,
    /// Arrival to the start of service (s).
    pub wait_s: f64,
    /// By which server.
    pub server: u16,
}

/// A step or batch that ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Round {
    /// When it began (s).
    pub began_s: f64,
    /// When its last task left (s).
    pub ended_s: f64,
}

/// How loaded a replica was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchSample {
    /// When (s).
    pub time_s: f64,
    /// Which server.
    pub server: u16,
    /// Its load.
    pub load: BatchLoad,
}

/// The windows, all in order of time. Each begins where recording began or where its length limit
/// cut it, and ends with the event recorded last.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Decisions.
    pub allocations: VecDeque<Allocation>,
    /// Changes of load.
    pub loads: VecDeque<LoadChange>,
    /// Tasks served.
    pub responses: VecDeque<Response>,
    /// Steps and batches.
    pub rounds: VecDeque<Round>,
    /// Answers of language models.
    pub answers: VecDeque<Answer>,
    /// Loads of replicas, of each about every [`SAMPLE_S`].
    pub batches: VecDeque<BatchSample>,
    /// When tasks were rejected (s) and why.
    pub rejections: VecDeque<(f64, Rejection)>,
    /// What an autoscaler decided, and what came of it.
    pub scales: VecDeque<ScaleEvent>,
    /// Events in which something was decided, also that a task waits or has no server.
    pub(super) picks: VecDeque<Pick>,
    /// Tasks at each server now.
    present: Vec<u32>,
    /// The event being recorded.
    pub(super) event: u64,
}

const ALLOCATIONS: usize = 4096;
const LOADS: usize = 16_384;
/// How many responses are kept.
pub const RESPONSES: usize = 8192;
const ROUNDS: usize = 1024;
const ANSWERS: usize = 4096;
const BATCHES: usize = 16_384;
const SCALES: usize = 4096;
/// Of each replica's steps that end in an interval this long (s), the load after the first one is
/// kept: a change of the batch is seen, and minutes of steps of 10 ms fit into the window.
pub const SAMPLE_S: f64 = 0.1;

fn push<T>(window: &mut VecDeque<T>, item: T, limit: usize) {
    if window.len() == limit {
        window.pop_front();
    }
    window.push_back(item);
}

/// Drops what is at the end of a window and not `before` a moment.
fn cut<T>(window: &mut VecDeque<T>, before: impl Fn(&T) -> bool) {
    while window.back().is_some_and(|last| !before(last)) {
        window.pop_back();
    }
}

impl Log {
    /// An empty log that begins at the engine's moment.
    pub fn begin(engine: &Engine) -> Self {
        let present: Vec<u32> = loads(engine);
        let now_s = engine.now_s();
        let loads = present
            .iter()
            .enumerate()
            .map(|(server, &load)| LoadChange {
                time_s: now_s,
                server: server as u16,
                load,
            })
            .collect();
        let mut log = Self {
            loads,
            present,
            ..Self::default()
        };
        log.sample(engine);
        let scaler = engine.scaler();
        log.scales.extend(scaler.map(|scaler| scaler.latest(now_s)));
        log
    }

    /// Takes down the loads of all replicas.
    fn sample(&mut self, engine: &Engine) {
        for (number, server) in engine.servers().iter().enumerate() {
            self.stepped(number, server, engine.now_s());
        }
    }

    /// The event being recorded decided something.
    pub(super) fn picked(&mut self, time_s: f64) {
        let event = self.event;
        push(&mut self.picks, Pick { event, time_s }, ALLOCATIONS);
    }

    /// Drops everything after the engine's moment.
    pub fn truncate(&mut self, engine: &Engine) {
        let event = engine.totals().events;
        let now_s = engine.now_s();
        cut(&mut self.allocations, |a| a.event <= event);
        for a in &mut self.allocations {
            if a.started_s > now_s {
                a.started_s = f64::NAN;
                a.served_by = a.server;
            }
            if a.left_s > now_s {
                a.left_s = f64::NAN;
                a.rejection = None;
            }
        }
        cut(&mut self.loads, |l| l.time_s <= now_s);
        cut(&mut self.responses, |r| r.time_s <= now_s);
        cut(&mut self.rounds, |r| r.ended_s <= now_s);
        cut(&mut self.answers, |a| a.end_s <= now_s);
        cut(&mut self.batches, |b| b.time_s <= now_s);
        cut(&mut self.rejections, |r| r.0 <= now_s);
        cut(&mut self.scales, |s| s.time_s <= now_s);
        cut(&mut self.picks, |p| p.event <= event);
        self.present = loads(engine);
        // A change that was made here is not among the log's events.
        self.sample(engine);
    }

    /// When the oldest decision in the window was made (s).
    pub fn from_s(&self) -> f64 {
        self.allocations.front().map_or(0.0, |a| a.decided_s)
    }

    fn allocation(&mut self, task: &Task) -> Option<&mut Allocation> {
        let first = self.allocations.front()?.decision;
        self.allocations
            .get_mut(usize::try_from(task.decision.checked_sub(first)?).ok()?)
    }

    /// A task more or less at `server`.
    fn change_load(&mut self, server: u16, time_s: f64, more: bool) {
        let Some(load) = self.present.get_mut(usize::from(server)) else {
            return;
        };
        *load = if more {
            *load + 1
        } else {
            load.saturating_sub(1)
        };
        let change = LoadChange {
            time_s,
            server,
            load: *load,
        };
        push(&mut self.loads, change, LOADS);
    }
}

/// Tasks at each server or on the way there.
pub fn loads(engine: &Engine) -> Vec<u32> {
    let servers = 0..engine.servers().len();
    servers
        .map(|s| engine.instances().iter().map(|i| i.in_flight()[s]).sum())
        .collect()
}

impl Log {
    pub(super) fn decided(&mut self, task: &Task) {
        self.change_load(task.server, task.decided_s, true);
        let allocation = Allocation {
            decision: task.decision,
            task: task.number,
            event: self.event,
            arrival_s: task.arrival_s,
            decided_s: task.decided_s,
            started_s: f64::NAN,
            left_s: f64::NAN,
            size: task.size,
            client: task.keys[KeySource::Ip as usize],
            server: task.server,
            served_by: task.server,
            balancer: u16::from(task.balancer),
            rejection: None,
        };
        push(&mut self.allocations, allocation, ALLOCATIONS);
    }
    pub(super) fn moved(&mut self, task: &Task, from: usize, now_s: f64) {
        self.change_load(from as u16, now_s, false);
        self.change_load(task.server, now_s, true);
        if let Some(a) = self.allocation(task) {
            a.served_by = task.server;
        }
    }
    pub(super) fn started(&mut self, task: &Task) {
        if let Some(a) = self.allocation(task) {
            a.started_s = task.started_s;
        }
    }
    pub(super) fn finished(&mut self, task: &Task, now_s: f64) {
        self.change_load(task.server, now_s, false);
        if let Some(a) = self.allocation(task) {
            a.left_s = now_s;
        }
        let response = Response {
            time_s: now_s,
            response_s: now_s - task.arrival_s,
            wait_s: task.started_s - task.arrival_s,
            server: task.server,
        };
        push(&mut self.responses, response, RESPONSES);
    }
    pub(super) fn rejected(&mut self, task: &Task, reason: Rejection, now_s: f64) {
        if task.decision > 0 {
            self.change_load(task.server, now_s, false);
            if let Some(a) = self.allocation(task) {
                a.left_s = now_s;
                a.rejection = Some(reason);
            }
        }
        push(&mut self.rejections, (now_s, reason), RESPONSES);
    }
    pub(super) fn answered(&mut self, task: &Task, request: &Request, now_s: f64) {
        push(&mut self.answers, Answer::of(task, request, now_s), ANSWERS);
    }
    pub(super) fn prefilled(&mut self, task: &Task, now_s: f64) {
        self.change_load(task.server, now_s, false);
        if let Some(a) = self.allocation(task) {
            a.left_s = now_s;
        }
    }
    pub(super) fn stepped(&mut self, number: usize, server: &Server, now_s: f64) {
        let Some(load) = server.scheduler().map(Batch::load) else {
            return;
        };
        let number = number as u16;
        let before = self.batches.iter().rev().find(|b| b.server == number);
        // How long a replica is idle does not show between two samples, so both ends are kept.
        let is_seen = before.is_none_or(|before| {
            let same_interval = (before.time_s / SAMPLE_S).floor() == (now_s / SAMPLE_S).floor();
            !same_interval || (before.load.running == 0) != (load.running == 0)
        });
        if is_seen {
            let sample = BatchSample {
                time_s: now_s,
                server: number,
                load,
            };
            push(&mut self.batches, sample, BATCHES);
        }
    }
    pub(super) fn round(&mut self, began_s: f64, now_s: f64) {
        push(
            &mut self.rounds,
            Round {
                began_s,
                ended_s: now_s,
            },
            ROUNDS,
        );
    }
    pub(super) fn scaled(&mut self, event: &ScaleEvent) {
        push(&mut self.scales, *event, SCALES);
    }
}
