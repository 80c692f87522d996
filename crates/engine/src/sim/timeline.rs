//! A run that can be stepped, played, sought and changed in the past.
//!
//! Two engines follow the same script. The *position* is what is shown; it also explains its latest
//! decision. The *head* is always a little ahead, so that what is about to happen can be drawn and
//! it is known which decision will be the latest; it keeps the log and leaves checkpoints. To go
//! back, the position restarts from the last checkpoint before the goal and runs forward; since
//! runs are deterministic, it reaches the same state. A change at the position cuts off everything
//! after it and continues from there.
//!
//! Checkpoints thin out with age, and the log is a window, so a run left open for hours stays
//! bounded in memory.

mod budget;
mod checkpoints;
mod coming;
mod moment;
mod seek;

pub use budget::install_clock;
pub use coming::Coming;
pub use moment::{replay, replay_from, replay_to_end, replay_while};

use super::engine::Engine;
use super::log::Log;
use super::recorder::Recorder;
use crate::balance::Explanation;
use crate::scenario::{Edit, Position, Scenario, Script};
use crate::workload::Playback;
use budget::Budget;
use checkpoints::Checkpoints;
use moment::Moment;
use seek::Goal;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Timeline {
    script: Script,
    /// What is played in place of drawn tasks, if anything.
    playback: Option<Playback>,
    position: Moment,
    why: Explanation,
    /// Whether a later decision than `why` was made, without an explanation.
    unexplained: bool,
    head: Moment,
    log: Log,
    checkpoints: Checkpoints,
    goal: Option<Goal>,
    /// Counts cuts and restarts, so that a viewer notices that what it derived from the log is
    /// stale.
    generation: u64,
}

/// Decisions that the head is ahead of the position.
const AHEAD_DECISIONS: u64 = 64;
/// Events that the head is ahead of the position in a trace, at most: opening one must be quick.
/// No checkpoint, a copy of all replicas, falls within them.
const AHEAD_EVENTS: u64 = 128;
/// Decisions that the head runs to at once in a new run, so that the whole of a short one can be
/// seen.
const FIRST_DECISIONS: u64 = 400;
/// Events that a change may run once more at once, at most.
const AGAIN_EVENTS: u64 = 10_000;
/// Decisions before the position from which a restarted log begins, at least.
const HISTORY_DECISIONS: u64 = 1000;

impl Timeline {
    /// The run of a valid script, at its start.
    pub fn new(script: Script) -> Self {
        Self::of(script, None)
    }

    /// The run of a valid script, at its start, in which the tasks of a recording arrive if there
    /// is one.
    pub fn of(script: Script, playback: Option<Playback>) -> Self {
        let start = Moment::start(&script, playback.clone());
        let mut timeline = Self {
            log: Log::begin(&start.engine),
            position: start.clone(),
            head: start.clone(),
            checkpoints: Checkpoints::new(start),
            why: Explanation::default(),
            unexplained: false,
            goal: None,
            generation: 0,
            playback,
            script,
        };
        timeline.look_ahead();
        timeline
    }

    /// The engine at the position.
    pub fn engine(&self) -> &Engine {
        &self.position.engine
    }

    /// The explanation of the latest decision.
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

    /// What is played in place of drawn tasks, if anything.
    pub fn playback(&self) -> Option<&Playback> {
        self.playback.as_ref()
    }

    /// How many of the script's changes are before the position.
    pub fn edits_made(&self) -> usize {
        self.position.edits
    }

    /// The current position.
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

    /// Whether no event will ever happen again.
    pub fn is_over(&self) -> bool {
        let ended = self.engine().next_event_s().is_none();
        self.is_full() || ended && self.position.edits == self.script.edits.len()
    }

    /// Begins again under another scenario, which must be valid, without earlier changes.
    pub fn restart(&mut self, scenario: Scenario) {
        let script = Script::new(self.engine().without_faults(scenario));
        *self = Self {
            generation: self.generation + 1,
            ..Self::of(script, self.playback.take())
        };
    }

    /// Whether the run ends here because it would take more memory than a run may: with all its
    /// copies and checkpoints half of 300 MB, since two may run side by side.
    pub fn is_full(&self) -> bool {
        self.position.is_full()
    }

    /// Continues from the position under another scenario, which must be valid. True if the run had
    /// to restart: the scenario asks for it, or a change too many would have to run much of it once
    /// more.
    pub fn change(&mut self, scenario: Scenario) -> bool {
        let at = self.position();
        if self.engine().scenario().must_restart(&scenario) || at == Position::default() {
            self.restart(scenario);
            return at != Position::default();
        }
        self.goal = None;
        self.script.edits.truncate(self.position.edits);
        let place = self.script.push(Edit { at, scenario });
        if self.position.edits == self.script.edits.len() {
            if !self.is_near(place) {
                self.restart(self.script.latest().clone());
                return true;
            }
            self.undo_last_edit(place);
        }
        self.checkpoints
            .retain(|m| m.event() <= place.event && m.edits <= self.position.edits);
        // The next change of a drag goes back to here.
        self.checkpoints.keep(&self.position);
        let mut recorder = Recorder::without_log(&mut self.why);
        self.position
            .apply_edits(&self.script, place.time_s, &mut recorder);
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

    /// Whether [`Timeline::revise`] has few events to run once more.
    pub fn can_revise(&self) -> bool {
        let latest = self.script.edits.last();
        latest.is_some_and(|edit| {
            self.position.edits == self.script.edits.len() && self.is_near(edit.at)
        })
    }

    /// [`Timeline::change`] in place of the latest change, as if that had not been made: a slider
    /// that is dragged while time passes makes one change, at its latest move. What has happened
    /// since the latest change runs again, without it; [`Timeline::can_revise`] says whether that
    /// is soon done.
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
            while !self.approach(Goal::Time(now_s), u64::MAX) {}
        }
        self.change(scenario)
    }

    /// The last checkpoint before the script's last edit, or one that it replaces, was made there.
    fn before_last_edit(&self, place: Position) -> &Moment {
        let edits = self.script.edits.len() - 1;
        self.checkpoints.last(|m| {
            m.event() <= place.event && m.engine.now_s() <= place.time_s && m.edits <= edits
        })
    }

    /// Whether few events lie between the position and the checkpoint before the last edit.
    fn is_near(&self, place: Position) -> bool {
        let before = self.before_last_edit(place).event();
        self.position.event() - before <= AGAIN_EVENTS
    }

    /// Brings the position to `place`, where the script's last edit has replaced one that the
    /// position has behind it.
    fn undo_last_edit(&mut self, place: Position) {
        self.position = self.before_last_edit(place).clone();
        let edits = self.script.edits.len() - 1;
        let earlier = Script {
            scenario: self.script.scenario.clone(),
            edits: self.script.edits[..edits].to_vec(),
        };
        let mut recorder = Recorder::without_log(&mut self.why);
        while self.position.event() < place.event
            && self.position.step(&earlier, place.time_s, &mut recorder)
        {}
        self.position.pass_to(&earlier, place.time_s, &mut recorder);
    }

    /// Lets the log begin again some way before the position, and both engines with it, if the
    /// position is far behind the log's window.
    fn reach_back(&mut self) {
        let decided = self.position.decided();
        let first = self.log.allocations.front();
        if first.is_some_and(|a| decided + 1 < a.decision) {
            let restart = self
                .checkpoints
                .last(|m| m.decided() + HISTORY_DECISIONS <= decided);
            self.position = restart.clone();
            self.head = restart.clone();
            self.log = Log::begin(&self.head.engine);
            self.generation += 1;
        }
    }

    /// Brings the head ahead of the position.
    fn look_ahead(&mut self) {
        let decided = self.position.decided();
        // A trace is too long to be seen whole, and its steps may be many.
        let goal = if decided == 0 && self.playback.is_none() {
            FIRST_DECISIONS
        } else {
            decided + AHEAD_DECISIONS
        };
        // A head that waits for decisions that never come would run for ever.
        let events_ahead = match self.playback {
            Some(_) => AHEAD_EVENTS,
            None => 16 * FIRST_DECISIONS,
        };
        let last_event = self.position.event() + events_ahead;
        let mut ahead = Budget::of(events_ahead);
        while self.head.decided() < goal
            && self.head.event() < last_event
            && ahead.spend()
            && self.lead()
        {}
    }

    /// Runs the head's next event; false if there is none.
    fn lead(&mut self) -> bool {
        self.log.event = self.head.event() + 1;
        let mut recorder = Recorder {
            log: Some(&mut self.log),
            ..Recorder::default()
        };
        let may_go = !self.head.is_full();
        if !may_go || !self.head.step(&self.script, f64::INFINITY, &mut recorder) {
            return false;
        }
        if recorder.picked {
            self.log.picked(self.head.engine.now_s());
        }
        self.checkpoints.leave(&self.head);
        true
    }
}

#[cfg(test)]
mod tests;
