//! Which parts of the page are needed.

use super::Model;
use crate::page::action::{Action, Rung, Tab};
use crate::page::parts::Part;

impl Model {
    /// Notes that a part is to be fetched; false if it is there or on its way.
    pub fn ask_for(&mut self, part: Part) -> bool {
        self.parts.ask(part)
    }

    /// Whether a part is needed for what is shown.
    pub(super) fn wants(&self, part: Part) -> bool {
        match part {
            Part::Theory => true,
            Part::Charts => self.rung != Rung::ManyRuns,
            Part::SetUp => matches!(self.tab, Tab::SetUp | Tab::Why),
            Part::Server => self.selected.is_some(),
            Part::Guide => self.tab == Tab::Guide,
            Part::Lessons => self.tab == Tab::Lessons,
            Part::Dialogs => self.dialog.is_some(),
            // Of a newcomer it asks a question.
            Part::Guess => self.guess.on || self.settings.guesses.is_none(),
            Part::Lab => self.rung == Rung::ManyRuns,
            Part::Display => !self.display.words().is_empty(),
            // What needs it asks for it: see `must_wait`.
            Part::Replicas => false,
            Part::Jobs => self.job.is_some(),
        }
    }

    /// Whether an action needs the program of replicas, which is not there yet.
    pub fn must_wait(&self, action: &Action) -> bool {
        !self.parts.is_ready(Part::Replicas) && action.needs_replicas()
    }

    /// A part that is needed for what is shown and has not been asked for.
    pub fn part_wanted(&self) -> Option<Part> {
        let mut new = self.parts_not_asked();
        new.find(|part| self.wants(*part))
    }

    /// A part that will be needed sooner or later.
    pub fn part_ahead(&self) -> Option<Part> {
        self.parts_not_asked().next()
    }

    fn parts_not_asked(&self) -> impl Iterator<Item = Part> {
        let all = Part::ALL.into_iter();
        all.filter(|part| self.parts.is_new(*part))
    }
}
