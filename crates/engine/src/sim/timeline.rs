//! A run that can be stepped, played, sought and changed in the past.
//!
//! Two engines follow the same script. The *position* is what is shown; it also explains its latest
//! decision. The *head* is always a little ahead, so that what is about to happen can be drawn; it
//! keeps the log and leaves checkpoints. To go back, the position starts again from the last
//! checkpoint before and runs forward; since runs are deterministic, it comes to the same state. A
//! change at the position cuts off everything after it and goes on from there.
//!
//! Checkpoints thin out with age, and the log is a window, so a run left open for hours stays
//! bounded in memory.

use super::engine::Engine;
use super::log::{Log, Recorder};
use super::probe::Probe;
use crate::balance::Explanation;
use crate::scenario::{Edit, Position, Scenario, Script};

/// An engine and how many of the script's edits it has behind it.
#[derive(Clone, Debug)]
struct Moment {
    engine: Engine,
    edits: usize,
}

impl Moment {
    fn event(&self) -> u64 {
        self.engine.totals().events
    }

    /// Applies the edits that were made at this very moment: after so many events, and before one
    /// that is due later than the edit. (A position from outside may claim a time beyond the next
    /// event, over which time must not jump.)
    fn apply_edits<P: Probe>(&mut self, script: &Script, until_s: f64, probe: &mut P) {
        while let Some(edit) = script.edits.get(self.edits)
            && edit.at.event <= self.event()
            && edit.at.time_s
                <= self
                    .engine
                    .next_event_s()
                    .map_or(until_s, |due_s| due_s.min(until_s))
        {
            self.engine.pass_to(edit.at.time_s);
            self.engine.reconfigure(&edit.scenario, probe);
            self.edits += 1;
        }
    }

    /// Runs one event, if one is due by `until_s`.
    fn step<P: Probe>(&mut self, script: &Script, until_s: f64, probe: &mut P) -> bool {
        self.apply_edits(script, until_s, probe);
        self.engine
            .next_event_s()
            .is_some_and(|next_s| next_s <= until_s)
            && self.engine.step(probe)
    }

    /// Lets time pass to `time_s`, but not over an event that is due before.
    fn pass_to<P: Probe>(&mut self, script: &Script, time_s: f64, probe: &mut P) {
        self.apply_edits(script, time_s, probe);
        let due_s = self.engine.next_event_s().unwrap_or(f64::INFINITY);
        self.engine.pass_to(time_s.min(due_s));
    }
}

/// Runs a valid script from its start to `until_s` (s) under a probe, without a timeline's memory
/// of the way.
pub fn replay<P: Probe>(script: &Script, until_s: f64, probe: &mut P) -> Engine {
    let mut moment = Moment {
        engine: Engine::new(&script.scenario),
        edits: 0,
    };
    while moment.step(script, until_s, probe) {}
    moment.pass_to(script, until_s, probe);
    moment.engine
}

/// Where a seek is going.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    Time(f64),
    Event(Position),
    Decision(u64),
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Timeline {
    script: Script,
    position: Moment,
    why: Explanation,
    head: Moment,
    /// Why the head's latest decision fell as it did, which nobody asks.
    head_why: Explanation,
    log: Log,
    checkpoints: Vec<Moment>,
    goal: Option<Goal>,
    /// Counts cuts and restarts, so that a viewer can tell that what it derived from the log is
    /// stale.
    generation: u64,
}

/// Decisions that the head is ahead of the position.
const AHEAD_DECISIONS: u64 = 64;
/// Decisions that the head runs to at once in a new run, so that the whole of a short one can be
/// seen.
const FIRST_DECISIONS: u64 = 400;
/// Decisions before the position that a log begun anew holds at least.
const HISTORY_DECISIONS: u64 = 1000;
/// Events between two new checkpoints.
const SPACING: u64 = 256;
/// Checkpoints kept.
const CHECKPOINTS: usize = 160;
/// Tasks kept in all checkpoints together.
const CHECKPOINT_TASKS: usize = 400_000;

impl Timeline {
    /// The run of a valid script, at its start.
    pub fn new(script: Script) -> Self {
        let start = Moment {
            engine: Engine::new(&script.scenario),
            edits: 0,
        };
        let mut timeline = Self {
            log: Log::begin(&start.engine),
            position: start.clone(),
            head: start.clone(),
            checkpoints: vec![start],
            why: Explanation::default(),
            head_why: Explanation::default(),
            goal: None,
            generation: 0,
            script,
        };
        timeline.look_ahead();
        timeline
    }

    /// The engine at the position.
    pub fn engine(&self) -> &Engine {
        &self.position.engine
    }

    /// Why the latest decision fell as it did.
    pub fn why(&self) -> &Explanation {
        &self.why
    }

    /// What happened lately and what will happen next.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The scenario and the changes made to it.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// How many of the script's changes are before the position.
    pub fn edits_made(&self) -> usize {
        self.position.edits
    }

    /// Where the timeline stands.
    pub fn position(&self) -> Position {
        Position {
            event: self.position.event(),
            time_s: self.engine().now_s(),
        }
    }

    /// Changes with every cut and restart.
    pub fn generation(&self) -> u64 {
        self.generation
    }

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

    /// Sets out for a time (s); [`Timeline::work`] goes there.
    pub fn seek(&mut self, time_s: f64) {
        self.set_out(Goal::Time(time_s.max(0.0)));
    }

    /// Sets out for a position.
    pub fn seek_position(&mut self, at: Position) {
        self.set_out(Goal::Event(at));
    }

    /// Sets out for the next decision.
    pub fn step_forward(&mut self) {
        self.set_out(Goal::Decision(self.engine().totals().decided + 1));
    }

    /// Sets out for the decision before the latest; before the first one that is the start.
    pub fn step_back(&mut self) {
        match self.engine().totals().decided {
            0 | 1 => self.seek_position(Position::default()),
            n => self.set_out(Goal::Decision(n - 1)),
        }
    }

    /// Gives up a seek; the timeline stays where it has come to.
    pub fn cancel(&mut self) {
        self.goal = None;
    }

    fn set_out(&mut self, goal: Goal) {
        self.goal = Some(goal);
        let e = self.engine();
        let back = match goal {
            Goal::Time(time_s) => time_s < e.now_s(),
            Goal::Event(at) => at.event < e.totals().events || at.time_s < e.now_s(),
            Goal::Decision(n) => n <= e.totals().decided,
        };
        if back {
            // From the last checkpoint that is surely before the latest decision at the goal, so
            // that running there also explains that decision.
            let before = |m: &Moment| match goal {
                Goal::Time(time_s) => m.engine.now_s() < time_s,
                Goal::Event(at) => m.event() < at.event,
                Goal::Decision(n) => m.engine.totals().decided < n,
            };
            let last = self.checkpoints.iter().rposition(before).unwrap_or(0);
            let last = self.with_a_decision_after(last, goal);
            self.position = self.checkpoints[last].clone();
            self.why = Explanation::default();
        }
    }

    /// The checkpoint at `index`, or an earlier one if no decision lies between it and the goal.
    fn with_a_decision_after(&self, index: usize, goal: Goal) -> usize {
        let latest = match goal {
            Goal::Decision(_) => return index,
            Goal::Time(time_s) => self
                .log
                .allocations
                .iter()
                .rev()
                .find(|a| a.decided_s <= time_s),
            Goal::Event(at) => self
                .log
                .allocations
                .iter()
                .rev()
                .find(|a| a.event <= at.event),
        };
        let Some(latest) = latest else { return index };
        self.checkpoints[..=index]
            .iter()
            .rposition(|m| m.event() < latest.event)
            .unwrap_or(0)
    }

    /// Goes on with the seek for at most `events` events; true when the goal is reached (or there
    /// was none).
    pub fn work(&mut self, events: u64) -> bool {
        let Some(goal) = self.goal else { return true };
        for _ in 0..events {
            if !self.step_towards(goal) {
                self.goal = None;
                self.look_ahead();
                return true;
            }
        }
        self.look_ahead();
        false
    }

    /// [`Timeline::work`] to the end.
    pub fn finish(&mut self) {
        while !self.work(u64::MAX) {}
    }

    /// Runs one event towards the goal; false when there.
    fn step_towards(&mut self, goal: Goal) -> bool {
        let totals = self.engine().totals();
        let (arrived, until_s) = match goal {
            Goal::Time(time_s) => (false, time_s),
            Goal::Event(at) => (totals.events >= at.event, f64::INFINITY),
            Goal::Decision(n) => (totals.decided >= n, f64::INFINITY),
        };
        if !arrived
            && self.position.step(
                &self.script,
                until_s,
                &mut Recorder {
                    why: &mut self.why,
                    log: None,
                },
            )
        {
            return true;
        }
        // Changes that were made here belong to the position, even where no time passes.
        let time_s = match goal {
            Goal::Time(time_s) | Goal::Event(Position { time_s, .. }) if time_s.is_finite() => {
                time_s
            }
            _ => self.engine().now_s(),
        };
        self.position.pass_to(
            &self.script,
            time_s,
            &mut Recorder {
                why: &mut self.why,
                log: None,
            },
        );
        false
    }

    /// Plays on by `elapsed_s` simulated seconds, for at most `events` events; returns the seconds
    /// it got on (s).
    pub fn play(&mut self, elapsed_s: f64, events: u64) -> f64 {
        let from_s = self.engine().now_s();
        self.goal = Some(Goal::Time(from_s + elapsed_s));
        self.work(events);
        self.goal = None;
        self.engine().now_s() - from_s
    }

    /// Whether nothing will ever happen again.
    pub fn is_over(&self) -> bool {
        self.engine().next_event_s().is_none() && self.position.edits == self.script.edits.len()
    }

    /// Goes on from the position under another scenario, which must be valid. True if the run had
    /// to begin anew.
    pub fn change(&mut self, scenario: Scenario) -> bool {
        let at = self.position();
        let restart = self.engine().scenario().must_restart(&scenario) || at == Position::default();
        if restart {
            let script = Script::new(self.engine().without_faults(scenario));
            *self = Self {
                generation: self.generation + 1,
                ..Self::new(script)
            };
            return at != Position::default();
        }
        self.goal = None;
        self.script.edits.truncate(self.position.edits);
        let place = self.script.push(Edit { at, scenario });
        if self.position.edits == self.script.edits.len() {
            self.undo_last_edit(place);
        }
        self.checkpoints
            .retain(|m| m.event() <= place.event && m.edits <= self.position.edits);
        self.position.apply_edits(
            &self.script,
            place.time_s,
            &mut Recorder {
                why: &mut self.why,
                log: None,
            },
        );
        self.head = self.position.clone();
        self.log.truncate(&self.position.engine);
        self.generation += 1;
        if place == at {
            self.look_ahead();
        } else {
            self.seek(at.time_s);
        }
        false
    }

    /// [`Timeline::change`] in place of the latest change, as if that had not been made: a slider
    /// that is dragged while time passes makes one change, at its latest move. What has happened
    /// since the latest change runs again, without it.
    pub fn revise(&mut self, scenario: Scenario) -> bool {
        let now_s = self.engine().now_s();
        let latest = self.script.edits.last().map(|edit| edit.at);
        if let Some(place) = latest
            && self.position.edits == self.script.edits.len()
        {
            self.undo_last_edit(place);
            self.script.edits.pop();
            self.checkpoints
                .retain(|m| m.event() <= place.event && m.edits <= self.position.edits);
            self.head = self.position.clone();
            self.log.truncate(&self.position.engine);
            self.seek(now_s);
            self.finish();
        }
        self.change(scenario)
    }

    /// Brings the position to `place`, where the script's last edit has replaced one that the
    /// position has behind it.
    fn undo_last_edit(&mut self, place: Position) {
        let edits = self.script.edits.len() - 1;
        let before = |m: &Moment| {
            m.event() <= place.event && m.engine.now_s() <= place.time_s && m.edits <= edits
        };
        self.position =
            self.checkpoints[self.checkpoints.iter().rposition(before).unwrap_or(0)].clone();
        let earlier = Script {
            scenario: self.script.scenario.clone(),
            edits: self.script.edits[..edits].to_vec(),
        };
        while self.position.event() < place.event
            && self.position.step(
                &earlier,
                place.time_s,
                &mut Recorder {
                    why: &mut self.why,
                    log: None,
                },
            )
        {}
        self.position.pass_to(
            &earlier,
            place.time_s,
            &mut Recorder {
                why: &mut self.why,
                log: None,
            },
        );
    }

    /// Brings the head ahead of the position.
    fn look_ahead(&mut self) {
        let decided = self.engine().totals().decided;
        // Far behind the window of the log (after a long way back) the log begins anew, somewhat
        // before the position.
        let log_from = self
            .log
            .allocations
            .front()
            .map_or(0, |a| a.decision.saturating_sub(1));
        if decided < log_from {
            let early = |m: &Moment| m.engine.totals().decided + HISTORY_DECISIONS <= decided;
            self.head =
                self.checkpoints[self.checkpoints.iter().rposition(early).unwrap_or(0)].clone();
            self.log = Log::begin(&self.head.engine);
            self.generation += 1;
        }
        let goal = if decided == 0 {
            FIRST_DECISIONS
        } else {
            decided + AHEAD_DECISIONS
        };
        // A head that waits for decisions that never come would run for ever.
        let mut patience = 16 * FIRST_DECISIONS;
        while self.head.event() < self.position.event()
            || (self.head.engine.totals().decided < goal && patience > 0)
        {
            if self.head.event() >= self.position.event() {
                patience -= 1;
            }
            self.log.event = self.head.event() + 1;
            let mut recorder = Recorder {
                why: &mut self.head_why,
                log: Some(&mut self.log),
            };
            if !self.head.step(&self.script, f64::INFINITY, &mut recorder) {
                break;
            }
            self.leave_checkpoint();
        }
    }

    fn leave_checkpoint(&mut self) {
        let last = self.checkpoints.last().map_or(0, Moment::event);
        if self.head.event() < last + SPACING {
            return;
        }
        self.checkpoints.push(self.head.clone());
        let tasks = |moments: &[Moment]| {
            moments
                .iter()
                .map(|m| m.engine.tasks().len())
                .sum::<usize>()
        };
        while self.checkpoints.len() > CHECKPOINTS
            || (self.checkpoints.len() > 2 && tasks(&self.checkpoints) > CHECKPOINT_TASKS)
        {
            self.thin_out();
        }
    }

    /// Drops the checkpoint whose loss leaves the least gap for its age, so that gaps grow with
    /// age. The first and the last stay.
    fn thin_out(&mut self) {
        let now = self.head.event() as f64;
        let gap_for_age = |i: &usize| {
            let [before, at, after] =
                [*i - 1, *i, *i + 1].map(|j| self.checkpoints[j].event() as f64);
            (after - before) / (now - at)
        };
        let victim = (1..self.checkpoints.len() - 1)
            .min_by(|a, b| gap_for_age(a).total_cmp(&gap_for_age(b)));
        if let Some(victim) = victim {
            self.checkpoints.remove(victim);
        }
    }
}

#[cfg(test)]
mod tests;
