//! What the engine asks of [`extras`] for tasks that are given up, sent twice, or sent over links
//! or to another zone.

use super::cancel::TakenOut;
use super::{Engine, extras};
use crate::scenario::{HeardBy, Scenario};
use crate::sim::probe::{Probe, Rejection};
use crate::workload::{Task, TaskIndex};

impl Engine {
    /// A task was given up, and leaves if whoever has it hears of that.
    #[cold]
    #[inline(never)]
    pub(super) fn cancel<P: Probe>(&mut self, index: TaskIndex, probe: &mut P) {
        let Some(extras) = extras::get() else { return };
        let Some(place) = (extras.take_out)(self, index) else {
            return;
        };
        self.reject(index, Rejection::GivenUp, probe);
        if let TakenOut::Service(server) = place {
            self.begin_waiting(server, probe);
        }
    }

    /// Copies are due.
    pub(super) fn hedge_due<P: Probe>(&mut self, probe: &mut P) {
        let Some(extras) = extras::get() else { return };
        while let Some((index, first_s)) = (extras.hedge_due)(self) {
            self.set_copying(true);
            probe.sent_again(&self.tasks[index], first_s);
            self.admit(index, probe);
            self.set_copying(false);
        }
    }

    fn set_copying(&mut self, copying: bool) {
        if let Some(hedges) = &mut self.hedges {
            hedges.copying = copying;
        }
    }

    /// A task was given up or leaves: see [`hedge`](super::hedge).
    #[cold]
    #[inline(never)]
    pub(super) fn hedge_ended(&mut self, index: TaskIndex, failed: bool) -> bool {
        extras::get().is_some_and(|extras| (extras.hedge_ended)(self, index, failed))
    }

    /// Takes out the copies that are not waited for, if those who have them hear of that.
    #[cold]
    #[inline(never)]
    pub(super) fn cancel_copies<P: Probe>(&mut self, probe: &mut P) {
        let heard = self.scenario.retry_policy.give_up.heard_by != HeardBy::None;
        while let Some(index) = self.hedges.as_mut().and_then(|hedges| hedges.lost.pop()) {
            if heard {
                self.cancel(index, probe);
            }
        }
    }

    /// Sends a task over links or to another zone. False if its way takes no longer.
    #[cold]
    #[inline(never)]
    pub(super) fn crosses(&mut self, number: usize, index: TaskIndex) -> bool {
        extras::get().is_some_and(|extras| (extras.send)(self, number, index))
    }

    /// Whether a strategy that knows the ways knows others in `new`.
    pub(super) fn links_differ(old: &Scenario, new: &Scenario) -> bool {
        extras::get().is_some_and(|extras| (extras.links_differ)(old, new))
    }

    /// Links are as in the scenario that has just come into force.
    pub(super) fn relink(&mut self) {
        if self.places.is_some()
            && let Some(extras) = extras::get()
        {
            (extras.relink)(self);
        }
    }

    /// Sends the answer of a task that was served. False if that takes no time.
    #[cold]
    #[inline(never)]
    pub(super) fn answers(&mut self, index: TaskIndex) -> bool {
        extras::get().is_some_and(|extras| (extras.answer)(self, index))
    }

    /// How many tasks and answers are on their way over links or between zones.
    pub fn crossing(&self) -> usize {
        let places = self.places.as_ref();
        places.map_or(0, |places| places.transfers.len())
    }

    /// The tasks on their way to their servers over links or from another zone, and when they
    /// arrive there (s).
    pub fn tasks_coming(&self) -> impl Iterator<Item = (&Task, f64)> {
        let places = self.places.iter();
        let due = places.flat_map(|places| places.transfers.due());
        due.map(|(index, due_s)| (&self.tasks[index], due_s))
    }

    /// The tasks whose answers are on their way back, the next to arrive first, and the part of the
    /// way that each has behind it.
    pub fn answers_coming(&self) -> impl Iterator<Item = (&Task, f64)> {
        let places = self.places.iter();
        let answers = places.flat_map(|places| places.transfers.answers(self.now_s));
        answers.map(|(index, part)| (&self.tasks[index], part))
    }

    /// The first task or answer on its way arrives.
    pub(super) fn crossing_due<P: Probe>(&mut self, probe: &mut P) {
        match extras::get().and_then(|extras| (extras.arrived)(self)) {
            Some((index, true)) => {
                let server = usize::from(self.tasks[index].server);
                self.finish(server, index, probe);
            }
            Some((index, false)) => self.reach_server(index, probe),
            None => {}
        }
    }
}
