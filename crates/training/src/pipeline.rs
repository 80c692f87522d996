//! Stages with pools of workers and bounded buffers between them, into an accelerator.
//!
//! Elements pass the stages in the order in which workers take them. A worker that has finished an
//! element while the buffer behind it is full holds it and is blocked; one whose buffer in front is
//! empty waits. The last stage is the accelerator, and its waiting is starvation.

use crate::buffer::Autotuner;
use crate::files::holds_back;
use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

/// A stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// How many elements it works on at once, at least 1.
    pub workers: usize,
    /// How many finished elements the buffer behind it holds; the last stage does not read it.
    pub room: usize,
}

/// What a stage did, in seconds of its workers together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// At work (s).
    pub busy_s: f64,
    /// Holding a finished element (s).
    pub blocked_s: f64,
    /// With nothing to work on (s).
    pub waiting_s: f64,
}

/// An element at a stage.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pass {
    /// When a worker took it (s).
    pub begins_s: f64,
    /// When it was finished (s).
    pub done_s: f64,
    /// When there was room for it behind the stage, and its worker was free again (s).
    pub left_s: f64,
}

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// When the last element left the last stage (s).
    pub took_s: f64,
    /// What each stage did until then.
    pub spent: Vec<Spent>,
    /// How many elements the buffer behind each stage but the last held, on average over time.
    pub held: Vec<f64>,
    /// Each element at each stage: `passes[stage][element]`.
    pub passes: Vec<Vec<Pass>>,
    /// How much room there was before the last stage, from which time on (s).
    pub limits: Vec<(f64, usize)>,
}

impl Run {
    /// The stage that holds the others back: whose workers were at work for the greatest share.
    pub fn bottleneck(&self, stages: &[Stage]) -> usize {
        let shares = self.spent.iter().zip(stages);
        let shares: Vec<f64> = shares
            .map(|(spent, stage)| spent.busy_s / stage.workers as f64)
            .collect();
        (0..shares.len()).fold(0, |most, k| if shares[k] > shares[most] { k } else { most })
    }
}

/// The most elements per second that stages can pass on, where an element takes these times (s) on
/// average: the least of workers/time (bottleneck law; Denning and Buzen 1978).
pub fn most_per_s(stages: &[Stage], means_s: &[f64]) -> f64 {
    let rates = stages.iter().zip(means_s);
    rates
        .map(|(stage, mean_s)| stage.workers as f64 / mean_s)
        .fold(f64::INFINITY, f64::min)
}

/// Passes elements through stages, given how long each stage takes for each
/// (`times[stage][element]`, s).
pub fn run(stages: &[Stage], times: &[Vec<f64>]) -> Run {
    tuned(stages, times, None, None)
}

/// The same with a buffer before the last stage whose room an autotuner sets; and, if a `ratio` is
/// given, with backpressure as Ray Data has it: a stage takes nothing new while what it has
/// finished and others have not taken is more than `ratio` times what the next works on
/// ([`holds_back`]).
pub fn tuned(
    stages: &[Stage],
    times: &[Vec<f64>],
    tuner: Option<Autotuner>,
    ratio: Option<f64>,
) -> Run {
    let mut line = Line {
        times,
        now_s: 0.0,
        places: stages.iter().map(|stage| Place::new(*stage)).collect(),
        events: BinaryHeap::new(),
        spent: vec![Spent::default(); stages.len()],
        held_s: vec![0.0; stages.len().saturating_sub(1)],
        passes: times
            .iter()
            .map(|own| vec![Pass::default(); own.len()])
            .collect(),
        limits: Vec::new(),
        tuner,
        ratio,
    };
    line.tune(None);
    if let (Some(first), Some(own)) = (line.places.first_mut(), times.first()) {
        first.input = (0..own.len()).collect();
    }
    line.settle();
    while let Some(event) = line.events.pop() {
        line.pass(event.at_s);
        if event.stage + 1 == line.places.len() {
            line.tune(Some(line.places[event.stage].input.len()));
        }
        line.places[event.stage].busy -= 1;
        line.places[event.stage].blocked.push_back(event.element);
        line.settle();
    }
    let took_s = line.now_s;
    Run {
        took_s,
        held: line.held_s.iter().map(|held_s| held_s / took_s).collect(),
        spent: line.spent,
        passes: line.passes,
        limits: line.limits,
    }
}

struct Line<'a> {
    times: &'a [Vec<f64>],
    now_s: f64,
    places: Vec<Place>,
    events: BinaryHeap<Event>,
    spent: Vec<Spent>,
    held_s: Vec<f64>,
    passes: Vec<Vec<Pass>>,
    limits: Vec<(f64, usize)>,
    tuner: Option<Autotuner>,
    ratio: Option<f64>,
}

struct Place {
    stage: Stage,
    /// The buffer in front.
    input: VecDeque<usize>,
    busy: usize,
    /// Finished, and held by their workers.
    blocked: VecDeque<usize>,
}

impl Place {
    fn new(stage: Stage) -> Self {
        Self {
            stage,
            input: VecDeque::new(),
            busy: 0,
            blocked: VecDeque::new(),
        }
    }

    /// Workers without an element.
    fn idle(&self) -> usize {
        self.stage.workers - self.busy - self.blocked.len()
    }
}

impl Line<'_> {
    /// Books the time until `at_s`.
    fn pass(&mut self, at_s: f64) {
        let past_s = at_s - self.now_s;
        self.now_s = at_s;
        for (place, spent) in self.places.iter().zip(&mut self.spent) {
            spent.busy_s += past_s * place.busy as f64;
            spent.blocked_s += past_s * place.blocked.len() as f64;
            spent.waiting_s += past_s * place.idle() as f64;
        }
        for (place, held_s) in self.places.iter().skip(1).zip(&mut self.held_s) {
            *held_s += past_s * place.input.len() as f64;
        }
    }

    /// Sets the room before the last stage, which has found this many elements.
    fn tune(&mut self, found: Option<usize>) {
        let Some(before) = self.places.len().checked_sub(2) else {
            return;
        };
        let room = &mut self.places[before].stage.room;
        if let Some(tuner) = &mut self.tuner {
            if let Some(found) = found {
                tuner.consumed(found as u64);
            }
            *room = tuner.limit() as usize;
        }
        if self.limits.last().is_none_or(|last| last.1 != *room) {
            self.limits.push((self.now_s, *room));
        }
    }

    /// Moves elements on until none can, from the last stage back: what a stage takes makes room
    /// for the stage before it.
    fn settle(&mut self) {
        for stage in (0..self.places.len()).rev() {
            self.start(stage);
            while self.deliver(stage) {
                self.start(stage + 1);
                self.start(stage);
            }
        }
    }

    /// Puts a finished element into the buffer behind its stage, if there is room.
    fn deliver(&mut self, stage: usize) -> bool {
        let room = self.places[stage].stage.room;
        let is_last = stage + 1 == self.places.len();
        if !is_last {
            let next = &self.places[stage + 1];
            let takes = next.idle() > 0 && !self.is_held_back(stage + 1);
            if next.input.len() >= room && !takes {
                return false;
            }
        }
        let Some(element) = self.places[stage].blocked.pop_front() else {
            return false;
        };
        self.passes[stage][element].left_s = self.now_s;
        if is_last {
            self.start(stage);
            return false;
        }
        self.places[stage + 1].input.push_back(element);
        true
    }

    /// Whether backpressure keeps a stage from taking elements.
    fn is_held_back(&self, stage: usize) -> bool {
        let (Some(ratio), Some(next)) = (self.ratio, self.places.get(stage + 1)) else {
            return false;
        };
        holds_back(next.input.len() as f64, next.busy as f64, ratio, 1.0, 0.0)
    }

    /// Lets idle workers take elements.
    fn start(&mut self, stage: usize) {
        while !self.is_held_back(stage)
            && let Some(place) = self.places.get_mut(stage)
            && place.idle() > 0
            && let Some(element) = place.input.pop_front()
        {
            place.busy += 1;
            let done_s = self.now_s + self.times[stage][element];
            let pass = &mut self.passes[stage][element];
            pass.begins_s = self.now_s;
            pass.done_s = done_s;
            self.events.push(Event {
                at_s: done_s,
                stage,
                element,
            });
        }
    }
}

/// A worker finishes an element.
#[derive(Debug, PartialEq)]
struct Event {
    at_s: f64,
    stage: usize,
    element: usize,
}

impl Eq for Event {}

impl Ord for Event {
    /// The earliest is the greatest; of events at one time, that of the last stage, then of the
    /// first element.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_time = f64::total_cmp(&other.at_s, &self.at_s);
        let by_stage = by_time.then(self.stage.cmp(&other.stage));
        by_stage.then(other.element.cmp(&self.element))
    }
}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
