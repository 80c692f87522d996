//! A run that can be stepped, played, sought and changed in the past.
//!
//! Two engines follow the same script. The *position* is what is shown; it also explains its latest
//! decision. The *head* is always a little ahead, so that what is about to happen can be drawn; it
//! keeps the log and leaves checkpoints. To go back, the position restarts from the last checkpoint
//! before the goal and runs forward; since runs are deterministic, it reaches the same state. A
//! change at the position cuts off everything after it and continues from there.
//!
//! Checkpoints thin out with age, and the log is a window, so a run left open for hours stays
//! bounded in memory.

mod checkpoints;
mod coming;
mod moment;
mod seek;

pub use coming::Coming;
pub use moment::{replay, replay_from, replay_to_end};

use super::engine::Engine;
use super::log::Log;
use super::recorder::Recorder;
use crate::balance::Explanation;
use crate::scenario::{Edit, Position, Scenario, Script};
use crate::workload::Playback;
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
    head: Moment,
    /// The explanation of the head's latest decision, which is not shown.
    head_why: Explanation,
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
            head_why: Explanation::default(),
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
        self.engine().next_event_s().is_none() && self.position.edits == self.script.edits.len()
    }

    /// Continues from the position under another scenario, which must be valid. True if the run had
    /// to restart.
    pub fn change(&mut self, scenario: Scenario) -> bool {
        let at = self.position();
        let restart = self.engine().scenario().must_restart(&scenario) || at == Position::default();
        if restart {
            let script = Script::new(self.engine().without_faults(scenario));
            *self = Self {
                generation: self.generation + 1,
                ..Self::of(script, self.playback.take())
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
        let restart = self.checkpoints.last(|m| {
            m.event() <= place.event && m.engine.now_s() <= place.time_s && m.edits <= edits
        });
        self.position = restart.clone();
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

    /// Brings the head ahead of the position.
    fn look_ahead(&mut self) {
        let decided = self.position.decided();
        // Far behind the window of the log (after a long way back) the log restarts, some way
        // before the position.
        let log_from = self
            .log
            .allocations
            .front()
            .map_or(0, |a| a.decision.saturating_sub(1));
        if decided < log_from {
            let restart = self
                .checkpoints
                .last(|m| m.decided() + HISTORY_DECISIONS <= decided);
            self.head = restart.clone();
            self.log = Log::begin(&self.head.engine);
            self.generation += 1;
        }
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
        while self.head.event() < self.position.event()
            || (self.head.decided() < goal && self.head.event() < last_event)
        {
            self.log.event = self.head.event() + 1;
            let mut recorder = Recorder {
                why: &mut self.head_why,
                log: Some(&mut self.log),
                onlooker: None,
            };
            if !self.head.step(&self.script, f64::INFINITY, &mut recorder) {
                break;
            }
            self.checkpoints.leave(&self.head);
        }
    }
}

#[cfg(test)]
mod tests;
