//! What had happened by a timeline's position, and since the last change to its scenario.

use equipoise_engine::scenario::Position;
use equipoise_engine::scenario::Scenario;
use equipoise_engine::sim::Timeline;
use equipoise_engine::sim::answer::Answer;
use equipoise_engine::sim::log::{Allocation, BatchSample, LoadChange, Response, Round};
use equipoise_engine::sim::log::{RESPONSES, loads};
use equipoise_engine::sim::scaling::ScaleEvent;
use equipoise_engine::sim::server::{Batch, BatchLoad, Server};
use equipoise_engine::stats::TooShort;
use equipoise_engine::stats::order::by_first;
use equipoise_theory::run_length::settles_s;
use std::collections::vec_deque::Iter;
use std::iter::Skip;

/// A timeline without its future.
#[derive(Clone, Copy)]
pub(super) struct SoFar<'a> {
    timeline: &'a Timeline,
    /// Now (s).
    pub now_s: f64,
    /// The scenario in force now.
    pub scenario: &'a Scenario,
}

impl<'a> SoFar<'a> {
    pub(super) fn of(timeline: &'a Timeline) -> Self {
        Self {
            timeline,
            now_s: timeline.engine().now_s(),
            scenario: timeline.engine().scenario(),
        }
    }

    /// Decisions, oldest first. Decisions at the present moment that are still to come differ
    /// by their number.
    pub(super) fn allocations(&self) -> Iter<'a, Allocation> {
        let all = &self.timeline.log().allocations;
        let decided = self.timeline.engine().totals().decided;
        all.range(..all.partition_point(|a| a.decision <= decided))
    }

    /// The latest `count` decisions.
    pub(super) fn latest(&self, count: usize) -> Skip<Iter<'a, Allocation>> {
        let all = self.allocations();
        let skip = all.len().saturating_sub(count);
        all.skip(skip)
    }

    /// Decisions of the log whose tasks had arrived by now, though some may be decided later.
    pub(super) fn arrived(&self) -> impl Iterator<Item = &'a Allocation> + use<'a> {
        let now_s = self.now_s;
        self.timeline
            .log()
            .allocations
            .iter()
            .filter(move |a| a.arrival_s <= now_s)
    }

    /// When a task was done (s); None if it is not, or was turned away.
    pub(super) fn done_s(&self, a: &Allocation) -> Option<f64> {
        (a.rejection.is_none() && a.left_s <= self.now_s).then_some(a.left_s)
    }

    /// Tasks served, oldest first.
    pub(super) fn responses(&self) -> Iter<'a, Response> {
        let all = &self.timeline.log().responses;
        all.range(..all.partition_point(|r| r.time_s <= self.now_s))
    }

    /// Tasks served since the last change to the scenario, oldest first: what the present one's
    /// formulas speak of.
    pub(super) fn served_since_change(&self) -> Iter<'a, Response> {
        let from_s = self
            .last_edit()
            .map_or(f64::NEG_INFINITY, |edit| edit.time_s);
        let all = &self.timeline.log().responses;
        all.range(
            all.partition_point(|r| r.time_s <= from_s)
                ..all.partition_point(|r| r.time_s <= self.now_s),
        )
    }

    /// When tasks were turned away (s), oldest first.
    pub(super) fn rejections_s(&self) -> impl Iterator<Item = f64> + use<'a> {
        let now_s = self.now_s;
        self.timeline
            .log()
            .rejections
            .iter()
            .map(|r| r.0)
            .take_while(move |at_s| *at_s <= now_s)
    }

    /// Rounds that ended, oldest first.
    pub(super) fn rounds(&self) -> Iter<'a, Round> {
        let all = &self.timeline.log().rounds;
        all.range(..all.partition_point(|r| r.ended_s <= self.now_s))
    }

    /// What an autoscaler decided, and what came of it, oldest first.
    pub(super) fn scales(&self) -> Vec<ScaleEvent> {
        let all = self.timeline.log().scales.iter();
        all.take_while(|s| s.time_s <= self.now_s)
            .copied()
            .collect()
    }

    /// Server-seconds that an autoscaler has paid for.
    pub(super) fn server_s(&self) -> f64 {
        let scaler = self.timeline.engine().scaler();
        scaler.map_or(0.0, |scaler| scaler.server_s(self.now_s))
    }

    /// Answers of language models, oldest first.
    pub(super) fn answers(&self) -> Iter<'a, Answer> {
        let all = &self.timeline.log().answers;
        all.range(..all.partition_point(|a| a.end_s <= self.now_s))
    }

    /// First tokens in order of time: when (s), how long after the request was sent (s), and by
    /// which server. Those of replies under way are among them.
    pub(super) fn first_tokens(&self) -> Vec<(f64, f64, u16)> {
        let engine = self.timeline.engine();
        let tasks = engine.tasks();
        let batches = engine.servers().iter().filter_map(Server::scheduler);
        let preempted = batches.clone().flat_map(Batch::waiting);
        let under_way = batches.flat_map(|b| b.running().into_iter().map(|row| row.0));
        let under_way = under_way.chain(preempted).filter_map(|index| {
            let task = &tasks[index];
            let first_s = tasks.request(index)?.progress.first_token_s;
            (!first_s.is_nan()).then_some((first_s, first_s - task.arrival_s, task.server))
        });
        let answers = self.answers();
        let answered = answers.map(|a| (a.first_token_s, a.ttft_s(), a.server));
        let mut tokens: Vec<_> = answered.chain(under_way).collect();
        tokens.sort_by(|a, b| a.0.total_cmp(&b.0));
        tokens
    }

    /// Loads of replicas before the present moment, oldest first. What holds at the moment itself
    /// is [`SoFar::batches_now`].
    pub(super) fn batches(&self) -> Iter<'a, BatchSample> {
        let all = &self.timeline.log().batches;
        all.range(..all.partition_point(|b| b.time_s < self.now_s))
    }

    /// The load of each replica; none of other servers.
    pub(super) fn batches_now(&self) -> Vec<BatchLoad> {
        let servers = self.timeline.engine().servers().iter();
        servers
            .map(|s| s.scheduler().map(Batch::load).unwrap_or_default())
            .collect()
    }

    /// Changes of load before the present moment, oldest first. What holds at the moment itself is
    /// [`SoFar::loads_now`].
    pub(super) fn load_changes(&self) -> Iter<'a, LoadChange> {
        let all = &self.timeline.log().loads;
        all.range(..all.partition_point(|l| l.time_s < self.now_s))
    }

    /// Changes of load up to the end of the log, oldest first: to be matched with
    /// [`SoFar::allocations`], which end now.
    pub(super) fn all_load_changes(&self) -> impl Iterator<Item = &'a LoadChange> + use<'a> {
        self.timeline.log().loads.iter()
    }

    /// Tasks at each server or on the way there.
    pub(super) fn loads_now(&self) -> Vec<u32> {
        loads(self.timeline.engine())
    }

    /// The position of the last change to the scenario that is behind the present, if any was made.
    pub(super) fn last_edit(&self) -> Option<Position> {
        let here = self.timeline.position();
        self.timeline
            .script()
            .edits
            .iter()
            .map(|edit| edit.at)
            .rfind(|at| at.event <= here.event && at.time_s <= here.time_s)
    }

    /// Why it is too early to judge means, if it is: since the last change the queues have not had
    /// the time to settle.
    pub(super) fn is_early(&self) -> Option<TooShort> {
        let need_s = settles_s(self.scenario)?;
        let have_s = self.now_s - self.last_edit().map_or(0.0, |edit| edit.time_s);
        (have_s < need_s).then_some(TooShort::Early { have_s, need_s })
    }

    /// How many decisions each server got since the last change to the scenario, as far as the log
    /// reaches; without a change, since the start.
    pub(super) fn decided_each(&self) -> Vec<u64> {
        let engine = self.timeline.engine();
        let Some(edit) = self.last_edit() else {
            return engine.servers().iter().map(|s| s.assigned).collect();
        };
        let mut counts = vec![0; engine.servers().len()];
        for a in self
            .allocations()
            .rev()
            .take_while(|a| a.event > edit.event)
        {
            counts[usize::from(a.server)] += 1;
        }
        counts
    }

    /// The number of tasks in the system over time, as changes: (time (s), number from then on). It
    /// begins where the log does, with the tasks that were there then, and is exact at the end.
    pub(super) fn present(&self) -> Vec<(f64, f64)> {
        let log = self.timeline.log();
        let whole = log.allocations.front().is_none_or(|a| a.decision == 1);
        // Before its first task the log knows nothing of arrivals, and before its first completion
        // nothing of who left.
        let first = log
            .allocations
            .front()
            .filter(|_| !whole)
            .map(|a| a.arrival_s);
        let served = log
            .responses
            .front()
            .filter(|_| log.responses.len() == RESPONSES)
            .map(|r| r.time_s);
        let begin_s = first.into_iter().chain(served).fold(0.0, f64::max);
        let arrived = self.arrived().map(|a| (a.arrival_s, 1.0));
        let left = self.arrived().map(|a| (a.left_s, -1.0));
        // Tasks older than the log's first are on record only by their completion. Subtracting
        // gives an arrival back up to its rounding.
        let older = self
            .responses()
            .filter(|r| {
                first.is_some_and(|first_s| r.time_s - r.response_s < first_s * (1.0 - 1e-12))
            })
            .map(|r| (r.time_s, -1.0));
        let changes = arrived.chain(left).chain(older);
        let mut changes: Vec<(f64, f64)> = changes
            .filter(|c| (begin_s..=self.now_s).contains(&c.0))
            .collect();
        by_first(&mut changes);
        let now = self.timeline.engine().tasks().len() as f64;
        let mut number = if whole && begin_s == 0.0 {
            0.0
        } else {
            (now - changes.iter().map(|c| c.1).sum::<f64>()).max(0.0)
        };
        let mut present = vec![(begin_s, number)];
        present.extend(changes.into_iter().map(|(time_s, change)| {
            number += change;
            (time_s, number)
        }));
        present.push((self.now_s, now));
        present
    }
}
