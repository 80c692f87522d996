//! Changes of the scenario, and how they are taken back.

use super::super::action::Message;
use super::super::change::Change;
use super::super::trace::Trace;
use super::Model;
use crate::link::{Beside, PageLink, TEXT_LIMIT};
use crate::scenario::{Position, Scenario, Script};
use crate::sim::Timeline;
use crate::view::charts;
use std::rc::Rc;

/// States kept for undo.
const UNDO: usize = 60;
/// Servers in all scenarios that are kept for undo, at most: some 30 MB.
const SERVERS: usize = 100_000;
/// Two changes by one control within this time are one (ms).
const ONE_DRAG_MS: f64 = 900.0;

/// A state to go back to.
pub(super) struct Past {
    script: Script,
    /// How many of its changes are before the position.
    edits: usize,
    at: Position,
    playing: bool,
    pub(super) trace: Option<Trace>,
    compare: Option<Beside>,
    /// The change after it, if that was one of the scenario.
    change: Option<Change>,
    made_ms: f64,
}

impl Past {
    /// Servers in all its scenarios.
    fn servers(&self) -> usize {
        let script = &self.script;
        let later = script.edits.iter().map(|edit| edit.scenario.servers.len());
        script.scenario.servers.len() + later.sum::<usize>()
    }
}

impl Model {
    /// Makes a change of the scenario if it is valid, and says what it restarted.
    pub(super) fn change(&mut self, change: &Change, now_ms: f64) {
        if let Some(scenario) = self.changed(change) {
            let dragged = self.remember(Some(change), now_ms);
            self.put_in_force(scenario, dragged);
        }
    }

    /// Makes a change at the run's start, and plays from there.
    pub(super) fn change_from_start(&mut self, change: &Change, now_ms: f64) {
        // Before going to the start: undo leads back to this moment.
        self.remember(Some(change), now_ms);
        self.go(Timeline::seek_position, Position::default());
        if let Some(scenario) = self.changed(change) {
            self.put_in_force(scenario, false);
        }
        self.playing = !self.still;
    }

    /// The scenario after a change. None if it remains as it is, or if the change is not valid,
    /// which is then said.
    fn changed(&mut self, change: &Change) -> Option<Scenario> {
        let mut scenario = self.scenario().clone();
        let changed = change.apply(&mut scenario);
        let fits = changed.and_then(|()| self.fit(&mut scenario));
        // A run that begins again has what planned changes have not changed yet.
        let engine = self.shown.timeline.engine();
        let valid = fits
            .and_then(|()| scenario.validate())
            .and_then(|()| engine.without_faults(scenario.clone()).validate());
        if let Err(error) = valid {
            self.say(Message::Refused(error));
            return None;
        }
        (scenario != *self.scenario()).then_some(scenario)
    }

    /// Lets everything continue under another scenario.
    fn put_in_force(&mut self, scenario: Scenario, dragged: bool) {
        // What an earlier change of the same drag had to say is still true.
        self.message = self.message.take().filter(|message| !message.is_refusal());
        let kinds = charts::applicable(&scenario);
        if !self.charts.iter().all(|kind| kinds.contains(kind)) {
            self.charts = charts::for_scenario(&scenario);
        }
        let strategy = self.scenario().balancer.strategy.clone();
        if self.change_timeline(scenario, dragged) {
            self.say(Message::Restarted);
        } else if self.scenario().balancer.strategy != strategy
            && self.shown.timeline.position() != Position::default()
        {
            self.say(Message::StrategyRestarted);
        }
        self.stepped_ms = None;
        let servers = self.scenario().servers.len();
        self.selected = self.selected.filter(|&server| server < servers);
        self.start_beside();
    }

    /// Lets the run continue under another scenario; true if it had to begin again. A drag is one
    /// change, which holds from its latest move on. When the changes are too many for a link, the
    /// latest two become one, or if much lies between them the run begins again.
    fn change_timeline(&mut self, scenario: Scenario, dragged: bool) -> bool {
        let has_room = self.has_room_for(&scenario);
        let before = self.past.last().map_or(0, |past| past.edits);
        let timeline = &mut self.shown.timeline;
        let is_one = dragged && timeline.script().edits.len() == before + 1;
        if (is_one || !has_room) && timeline.can_revise() {
            return timeline.revise(scenario);
        }
        if has_room {
            return timeline.change(scenario);
        }
        timeline.restart(scenario);
        true
    }

    /// Whether a link has room for one more such change. Half of it is left to the scenarios that
    /// it may also hold: one to compare with, and those of a sweep.
    fn has_room_for(&self, scenario: &Scenario) -> bool {
        let changes = PageLink {
            script: self.shown.timeline.script().clone(),
            ..PageLink::default()
        };
        let one_more = PageLink {
            script: Script::new(scenario.clone()),
            ..PageLink::default()
        };
        changes.to_fragment().len() + one_more.to_fragment().len() <= TEXT_LIMIT / 2
    }

    /// Keeps the present state for undo, before this change; None: before another scenario. True
    /// if the change is one more of the same drag, whose beginning is kept already.
    pub(super) fn remember(&mut self, change: Option<&Change>, now_ms: f64) -> bool {
        if let (Some(last), Some(change)) = (self.past.last_mut(), change)
            && let Some(before) = &last.change
            && before.is_of_the_same_control(change)
            && now_ms - last.made_ms < ONE_DRAG_MS
        {
            last.made_ms = now_ms;
            return true;
        }
        while self.past.len() >= UNDO
            || self.past.iter().map(Past::servers).sum::<usize>() > SERVERS
        {
            self.past.remove(0);
        }
        let timeline = &self.shown.timeline;
        self.past.push(Past {
            script: timeline.script().clone(),
            edits: timeline.edits_made(),
            at: timeline.position(),
            playing: self.playing,
            trace: self.trace.clone(),
            compare: self.compare.clone(),
            change: change.cloned(),
            made_ms: now_ms,
        });
        false
    }

    /// Opens a job, or the one that is open with other fields or at another step; None: closes it.
    /// Changes of one field that follow each other at once are one drag.
    pub(super) fn open_job(
        &mut self,
        job: Option<Rc<str>>,
        field: Option<&'static str>,
        now_ms: f64,
    ) {
        self.playing = false;
        match (self.job.take(), &job) {
            (Some(before), Some(job)) if fields(&before) != fields(job) => {
                let is_dragged = self.job_dragged.is_some_and(|(dragged, since_ms)| {
                    field == Some(dragged) && now_ms - since_ms < ONE_DRAG_MS
                });
                if !is_dragged {
                    if self.past_jobs.len() == UNDO {
                        self.past_jobs.remove(0);
                    }
                    self.past_jobs.push(before);
                }
                self.job_dragged = field.map(|field| (field, now_ms));
            }
            (Some(_), Some(_)) => {}
            _ => self.past_jobs.clear(),
        }
        self.job = job;
    }

    pub(super) fn undo(&mut self) {
        if self.job.is_some() {
            self.job = self.past_jobs.pop().or(self.job.take());
            self.job_dragged = None;
        } else if let Some(past) = self.past.pop() {
            self.playing &= past.playing;
            self.wanted = None;
            self.trace = past.trace;
            self.compare = past.compare;
            self.restart(past.script);
            self.go(Timeline::seek_position, past.at);
        }
    }
}

/// A job's text without the step that is looked at.
fn fields(job: &str) -> &str {
    job.split(";step=").next().unwrap_or(job)
}
