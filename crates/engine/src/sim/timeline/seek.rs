//! Moving a timeline's position: a goal, and the way there in slices.

use super::Timeline;
use super::budget::Budget;
use super::moment::Moment;
use crate::balance::Explanation;
use crate::scenario::Position;
use crate::sim::recorder::Recorder;

/// Events that a piece of work may go on for so that it ends with a decision that is explained.
pub(super) const LATE_EVENTS: u64 = 256;

/// Where a seek is going.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Goal {
    /// A time (s).
    Time(f64),
    Event(Position),
    /// The decision of this number, from 1.
    Decision(u64),
}

impl Goal {
    /// Whether a run at `moment` must go back to get there.
    fn is_behind(self, moment: &Moment) -> bool {
        let now_s = moment.engine.now_s();
        match self {
            Self::Time(time_s) => time_s < now_s,
            Self::Event(at) => at.event < moment.event() || at.time_s < now_s,
            Self::Decision(n) => n <= moment.decided(),
        }
    }

    /// Whether a run at `moment` has the goal still ahead.
    fn is_ahead(self, moment: &Moment) -> bool {
        match self {
            Self::Time(time_s) => moment.engine.now_s() < time_s,
            Self::Event(at) => moment.event() < at.event,
            Self::Decision(n) => moment.decided() < n,
        }
    }

    /// Whether the head, at `head`, has events to run before the position can get there. Those at
    /// the very moment of the goal belong to it.
    fn needs_more_of(self, head: &Moment) -> bool {
        match self {
            Self::Time(time_s) => head.engine.now_s() <= time_s,
            Self::Event(_) | Self::Decision(_) => self.is_ahead(head),
        }
    }
}

impl Timeline {
    /// The part of a seek that is done, from 0 to 1; None when none is under way.
    pub fn progress(&self) -> Option<f64> {
        let e = self.engine();
        let (done, all) = match self.goal? {
            Goal::Time(time_s) => (e.now_s(), time_s),
            Goal::Event(at) => (e.totals().events as f64, at.event as f64),
            Goal::Decision(n) => (e.totals().decided as f64, n as f64),
        };
        Some(if all > 0.0 {
            (done / all).clamp(0.0, 1.0)
        } else {
            1.0
        })
    }

    /// Starts a seek to a time (s); [`Timeline::work`] goes there.
    pub fn seek(&mut self, time_s: f64) {
        self.start_seek(Goal::Time(time_s.max(0.0)));
    }

    /// Starts a seek to a position.
    pub fn seek_position(&mut self, at: Position) {
        match at.event {
            Position::BY_TIME => self.seek(at.time_s),
            _ => self.start_seek(Goal::Event(at)),
        }
    }

    /// The position that a seek is going to, as far as it is known; the present one when none is
    /// under way.
    pub fn bound_for(&self) -> Position {
        let decided = |n| self.log.allocations.iter().find(|a| a.decision == n);
        match self.goal {
            Some(Goal::Event(at)) => at,
            Some(Goal::Time(time_s)) if time_s.is_finite() => Position {
                event: Position::BY_TIME,
                time_s,
            },
            Some(Goal::Decision(n)) if let Some(a) = decided(n) => Position {
                event: a.event,
                time_s: a.decided_s,
            },
            _ => self.position(),
        }
    }

    /// Starts a seek to the next decision, or while a step is under way to the one after it.
    pub fn step_forward(&mut self) {
        self.start_seek(Goal::Decision(self.decision_bound_for() + 1));
    }

    /// Starts a seek to the decision before the latest, or before that to which a step is under
    /// way; before the first one that is the start.
    pub fn step_back(&mut self) {
        match self.decision_bound_for() {
            0 | 1 => self.seek_position(Position::default()),
            n => self.start_seek(Goal::Decision(n - 1)),
        }
    }

    /// The decision that a step under way goes to; the latest when there is none.
    fn decision_bound_for(&self) -> u64 {
        match self.goal {
            Some(Goal::Decision(n)) => n,
            _ => self.position.decided(),
        }
    }

    /// Cancels a seek; the timeline stays where it is, with the changes that were made there.
    pub fn cancel(&mut self) {
        if self.goal.take().is_some() {
            let now_s = self.engine().now_s();
            let mut recorder = Recorder::without_log(&mut self.why);
            self.position.pass_to(&self.script, now_s, &mut recorder);
        }
    }

    fn start_seek(&mut self, goal: Goal) {
        self.goal = Some(goal);
        if goal.is_behind(&self.position) {
            // From the last checkpoint that is surely before the latest decision at the goal, so
            // that running there also explains that decision.
            let latest = self.latest_pick_by(goal).unwrap_or(u64::MAX);
            let restart = self
                .checkpoints
                .last(|m| goal.is_ahead(m) && m.event() < latest);
            self.position = restart.clone();
            self.forget_why();
            self.reach_back();
        }
    }

    /// The event of the latest decision by the time of `goal`, as far as the log knows it.
    fn latest_pick_by(&self, goal: Goal) -> Option<u64> {
        let mut picks = self.log.picks.iter().rev();
        let mut allocations = self.log.allocations.iter();
        match goal {
            Goal::Time(time_s) => picks.find(|p| p.time_s <= time_s).map(|p| p.event),
            Goal::Event(at) => picks.find(|p| p.event <= at.event).map(|p| p.event),
            Goal::Decision(n) => allocations.find(|a| a.decision == n).map(|a| a.event),
        }
    }

    /// Continues the seek for at most `events` events, and where there is a clock for a short time,
    /// but for a few until the latest decision is one that is explained; true when the goal is
    /// reached (or there was none).
    pub fn work(&mut self, events: u64) -> bool {
        let Some(goal) = self.goal else { return true };
        let done = self.approach(goal, events);
        if done {
            self.goal = None;
        }
        self.look_ahead();
        done
    }

    /// Goes on towards a goal for one piece of work; true when there. The head goes first: so it is
    /// known which decision will be the latest, and only that one is explained. Among many servers
    /// an explanation takes longer than the event.
    pub(super) fn approach(&mut self, goal: Goal, events: u64) -> bool {
        let mut budget = Budget::of(events);
        let is_led = loop {
            if !goal.needs_more_of(&self.head) {
                break true;
            }
            if !budget.spend() {
                break false;
            }
            if !self.lead() {
                break true;
            }
        };
        let latest = self.latest_pick_by(goal);
        let mut budget = Budget::of(events);
        let mut late = 0;
        let mut done = false;
        while !done && (is_led || self.position.event() < self.head.event()) {
            let is_late = !budget.spend();
            if is_late && (!self.unexplained || late == LATE_EVENTS) {
                break;
            }
            late += u64::from(is_late);
            let next = self.position.event() + 1;
            let explains = is_late || latest.is_none_or(|latest| latest <= next);
            done = !self.step_towards(goal, explains);
        }
        if self.unexplained {
            self.forget_why();
        }
        done
    }

    /// What was explained is not the latest decision any more.
    fn forget_why(&mut self) {
        self.why = Explanation::default();
        self.unexplained = false;
    }

    /// [`Timeline::work`] to the end.
    pub fn finish(&mut self) {
        while !self.work(u64::MAX) {}
    }

    /// Runs one event towards the goal, and `explains` what it decides; false when there.
    fn step_towards(&mut self, goal: Goal, explains: bool) -> bool {
        let totals = self.engine().totals();
        let (arrived, until_s) = match goal {
            Goal::Time(time_s) => (false, time_s),
            Goal::Event(at) => (totals.events >= at.event, f64::INFINITY),
            Goal::Decision(n) => (totals.decided >= n, f64::INFINITY),
        };
        let may_go = !arrived && !self.position.is_full();
        let mut recorder = Recorder {
            why: explains.then_some(&mut self.why),
            ..Recorder::default()
        };
        let goes = may_go && self.position.step(&self.script, until_s, &mut recorder);
        if recorder.picked {
            self.unexplained = !explains;
        }
        if goes {
            return true;
        }
        // Changes that were made here belong to the position, even where no time passes.
        let time_s = match goal {
            Goal::Time(time_s) | Goal::Event(Position { time_s, .. }) if time_s.is_finite() => {
                time_s
            }
            _ => self.position.engine.now_s(),
        };
        let mut recorder = Recorder::without_log(&mut self.why);
        self.position.pass_to(&self.script, time_s, &mut recorder);
        false
    }

    /// Plays on by `elapsed_s` simulated seconds, for at most `events` events; returns by how much
    /// it advanced (s).
    pub fn play(&mut self, elapsed_s: f64, events: u64) -> f64 {
        let from_s = self.engine().now_s();
        self.goal = Some(Goal::Time(from_s + elapsed_s));
        self.work(events);
        self.goal = None;
        self.engine().now_s() - from_s
    }
}
