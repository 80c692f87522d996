//! What can be read of the page's state.

use super::Model;
use crate::link::Beside;
use crate::page::action::{Dialog, Message, Rung, Tab};
use crate::page::guess::Guess;
use crate::page::parts::Part;
use crate::page::settings::Settings;
use crate::scenario::{Scenario, presets};
use crate::sweep::size::Sizing;
use crate::view::Run;
use crate::view::charts::ChartKind;
use crate::view::palette::Theme;
use std::rc::Rc;

impl Model {
    /// The run shown.
    pub fn shown(&self) -> &Run {
        &self.shown
    }

    /// Whether the page is as a first-time visitor finds it, who has done nothing of their own yet.
    pub fn is_newcomer(&self) -> bool {
        self.settings.guesses.is_none() && !self.opened
    }

    /// The run on the same random numbers that it is compared with, if any.
    pub fn beside(&self) -> Option<&Run> {
        self.beside.as_ref()
    }

    /// What the other run is of.
    pub fn compare(&self) -> Option<&Beside> {
        self.compare.as_ref()
    }

    /// The scenario in force at the position.
    pub fn scenario(&self) -> &Scenario {
        self.shown.scenario()
    }

    /// The preset that it began as; None for a scenario of the reader's own.
    pub fn preset(&self) -> Option<&Scenario> {
        self.preset.as_ref()
    }

    /// Whether the scene shows something that goes wrong, and it has been put right.
    pub fn is_put_right(&self) -> bool {
        let s = self.scenario();
        let mut right = s.clone();
        presets::fix(&s.name).is_some_and(|fix| {
            fix(&mut right);
            right == *s
        })
    }

    /// Whether time passes.
    pub fn is_playing(&self) -> bool {
        self.playing
    }

    /// Simulated seconds per second, as chosen.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Simulated seconds per second that were reached lately.
    pub fn speed_reached(&self) -> f64 {
        self.speed_reached
    }

    /// The panel shown.
    pub fn tab(&self) -> Tab {
        self.tab
    }

    /// The job that is shown in place of the stage.
    pub fn job(&self) -> Option<&Rc<str>> {
        self.job.as_ref()
    }

    /// How few servers are enough: the question, while it is open.
    pub fn sizing(&self) -> Option<&Sizing> {
        self.sizing.as_deref()
    }

    /// How much is looked at at once.
    pub fn rung(&self) -> Rung {
        self.rung
    }

    /// Whether many runs have been looked at: their results are kept from then on.
    pub fn lab_opened(&self) -> bool {
        self.lab_opened
    }

    /// The charts shown.
    pub fn charts(&self) -> [ChartKind; 3] {
        self.charts
    }

    /// The server selected. One that was pressed just as another scene came may be none of its.
    pub fn selected(&self) -> Option<usize> {
        self.selected
            .filter(|&server| server < self.scenario().servers.len())
    }

    /// The dialog shown.
    pub fn dialog(&self) -> Option<&Dialog> {
        self.dialog.as_ref()
    }

    /// The message shown.
    pub fn message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    /// How many messages there have been.
    pub fn messages(&self) -> u32 {
        self.messages
    }

    /// What is to be remembered of the reader.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The theme shown.
    pub fn theme(&self) -> Theme {
        self.theme
    }

    /// Whether the canvases must be painted again.
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Whether something can be taken back.
    pub fn can_undo(&self) -> bool {
        match self.job {
            Some(_) => !self.past_jobs.is_empty(),
            None => !self.past.is_empty(),
        }
    }

    /// The guesses: what is asked and what came of it.
    pub fn guess(&self) -> &Guess {
        &self.guess
    }

    /// Whether a part was wanted and could not be had.
    pub fn has_failed(&self, part: Part) -> bool {
        self.parts.has_failed(part)
    }
}
