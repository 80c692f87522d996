//! The run shown and the one beside it, as time passes.

use super::super::action::Message;
use super::Model;
use crate::balance::StrategyId;
use crate::link::Beside;
use crate::scenario::{Scenario, Script};
use crate::sim::Timeline;

/// Events that a step or seek runs at once, so that a short one is done before the page is drawn; a
/// longer one continues in the frames.
pub(super) const EVENTS_AT_ONCE: u64 = 20_000;
/// Events run in one frame at most, so that a frame stays short on a slow machine.
const EVENTS_A_FRAME: u64 = 20_000;
/// Of replicas an event may be a whole step: they run this many at once, in a frame until its time
/// is up (ms).
const STEPS_AT_ONCE: u64 = 200;
const FRAME_MS: f64 = 12.0;
/// A time is reached if this part of it is missing.
const ROUNDING: f64 = 1e-12;
/// A step's task is this long on its way (ms).
const FLIGHT_MS: f64 = 450.0;

impl Model {
    /// Lets a frame's time (s) pass by this clock (ms); true if anything moved.
    pub fn pass_time(&mut self, elapsed_s: f64, now_ms: impl Fn() -> f64) -> bool {
        let end_ms = now_ms() + FRAME_MS;
        let at_once = self.at_once(EVENTS_A_FRAME * 2);
        let timeline = &mut self.shown.timeline;
        let mut busy = timeline.progress().is_some();
        if busy {
            while !timeline.work(at_once) && at_once == STEPS_AT_ONCE && now_ms() < end_ms {}
            self.say_if_full();
        } else if self.playing {
            busy = true;
            self.play_on(elapsed_s, || now_ms() < end_ms);
        }
        if busy || self.is_beside_behind() {
            self.follow(at_once);
            while at_once == STEPS_AT_ONCE && self.is_beside_behind() && now_ms() < end_ms {
                self.follow(at_once);
            }
            self.update_predictions();
            self.after_guess(f64::NEG_INFINITY);
        }
        busy || self.is_beside_behind()
    }

    /// Plays on by a frame's time (s), as far as `has_time`.
    fn play_on(&mut self, elapsed_s: f64, has_time: impl Fn() -> bool) {
        let at_once = self.at_once(EVENTS_A_FRAME);
        let timeline = &mut self.shown.timeline;
        let from_s = timeline.engine().now_s();
        let to_s = from_s + elapsed_s * self.speed;
        timeline.play(to_s - from_s, at_once);
        let mut left_s = to_s - timeline.engine().now_s();
        while at_once == STEPS_AT_ONCE && left_s > ROUNDING * to_s && has_time() {
            timeline.play(left_s, at_once);
            left_s = to_s - timeline.engine().now_s();
        }
        if elapsed_s > 0.0 {
            let passed_s = timeline.engine().now_s() - from_s;
            self.speed_reached += 0.1 * (passed_s / elapsed_s - self.speed_reached);
        }
        self.playing = !timeline.is_over();
        self.say_if_full();
    }

    /// How many events run at once, where it may be this many of other servers than replicas.
    fn at_once(&self, events: u64) -> u64 {
        let beside = self.beside.as_ref();
        let replicas = beside.is_some_and(|run| run.timeline.engine().scenario().has_replicas());
        match replicas || self.scenario().has_replicas() {
            true => STEPS_AT_ONCE,
            false => events,
        }
    }

    fn is_beside_behind(&self) -> bool {
        self.beside
            .as_ref()
            .is_some_and(|run| run.timeline.progress().is_some())
    }

    /// How far the task of the latest step is on its way, from 0 to 1.
    pub fn flight(&self, now_ms: f64) -> f64 {
        match self.stepped_ms {
            Some(stepped_ms) if !self.still => ((now_ms - stepped_ms) / FLIGHT_MS).clamp(0.0, 1.0),
            _ if self.playing => 0.0,
            _ => 1.0,
        }
    }

    pub(super) fn toggle_play(&mut self) {
        self.playing = !self.playing;
        if self.playing && self.shown.timeline.is_over() {
            self.shown.timeline.seek(0.0);
        }
    }

    pub(super) fn step(&mut self, now_ms: f64, step: fn(&mut Timeline)) {
        self.playing = false;
        step(&mut self.shown.timeline);
        self.shown.timeline.work(self.at_once(EVENTS_AT_ONCE));
        self.follow(self.at_once(EVENTS_AT_ONCE));
        self.stepped_ms = Some(now_ms);
        self.say_if_full();
    }

    /// Says why the run does not go on, where memory is the reason.
    fn say_if_full(&mut self) {
        if self.shown.timeline.is_full() {
            self.say(Message::Full);
        }
    }

    pub(super) fn go<T>(&mut self, go: fn(&mut Timeline, T), to: T) {
        self.stepped_ms = None;
        go(&mut self.shown.timeline, to);
        self.shown.timeline.work(self.at_once(EVENTS_AT_ONCE));
        self.follow(self.at_once(EVENTS_AT_ONCE));
        self.say_if_full();
    }

    /// Begins the other run: of the same script with its own strategy, or of its own scenario; on
    /// the same random numbers in any case. [`Model::follow`] brings it to the same time.
    pub(super) fn start_beside(&mut self) {
        let script = self.shown.timeline.script();
        let script = match &self.compare {
            None => {
                self.beside = None;
                return;
            }
            Some(Beside::Scenario(kept)) => self.kept_script(Scenario {
                seed: script.scenario.seed,
                ..(**kept).clone()
            }),
            Some(Beside::Strategy(id)) => with_strategy(script, *id),
        };
        let valid = script.validate();
        if let Err(error) = valid.and_then(|()| self.check_suits(&script.scenario)) {
            self.compare = None;
            self.beside = None;
            self.say(Message::Refused(error));
            return;
        }
        self.beside = Some(self.run(script));
        // The rest of a long way it goes in the frames.
        self.follow(self.at_once(EVENTS_AT_ONCE));
    }

    /// Brings the other run to this one's time, for at most `events` events.
    fn follow(&mut self, events: u64) {
        let now_s = self.shown.timeline.engine().now_s();
        if let Some(beside) = &mut self.beside {
            let timeline = &mut beside.timeline;
            if timeline.engine().now_s() != now_s && timeline.progress().is_none() {
                timeline.seek(now_s);
            }
            timeline.work(events);
        }
    }

    /// Brings the predictions up to date with what is in force now.
    pub(super) fn update_predictions(&mut self) {
        if let Some(predict) = self.predict {
            self.shown.predict_by(predict);
            if let Some(beside) = &mut self.beside {
                beside.predict_by(predict);
            }
        }
    }
}

/// The same script under another strategy. Its run has other events, so the changes are found by
/// their times.
fn with_strategy(script: &Script, id: StrategyId) -> Script {
    let mut script = script.clone();
    script.scenario.balancer.strategy.id = id;
    for edit in &mut script.edits {
        edit.at.event = 0;
        edit.scenario.balancer.strategy.id = id;
    }
    script
}
