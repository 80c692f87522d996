//! What the engine asks of [`extras`] for tasks that are given up, sent twice, or sent to another
//! zone.

use super::cancel::TakenOut;
use super::schedule::Timer;
use super::{Engine, extras};
use crate::scenario::HeardBy;
use crate::sim::probe::{Probe, Rejection};
use crate::workload::TaskIndex;

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

    /// Sends a task to a server of another zone. False if its server is not in one.
    #[cold]
    #[inline(never)]
    pub(super) fn crosses(&mut self, number: usize, index: TaskIndex) -> bool {
        let crossing = extras::get().and_then(|extras| (extras.crossing_s)(self, index));
        let (Some(longer_s), Some(places)) = (crossing, &mut self.places) else {
            return false;
        };
        places.link.latency_s = self.instances[number].link.latency_s + longer_s;
        if let Some(due_s) = places.link.send(index, self.now_s, &mut self.tasks) {
            self.schedule.arm(Timer::Crossing, due_s);
        }
        true
    }

    /// How many tasks are on their way to servers of other zones.
    pub fn crossing(&self) -> u32 {
        let places = self.places.as_ref();
        places.map_or(0, |places| places.link.in_transit.len())
    }

    /// The first task on its way to another zone arrives.
    pub(super) fn crossing_due<P: Probe>(&mut self, probe: &mut P) {
        let Some(places) = &mut self.places else {
            return;
        };
        let (arrived, next_s) = places.link.arrive(self.now_s, &self.tasks);
        self.schedule
            .set(Timer::Crossing, next_s.unwrap_or(f64::INFINITY));
        if let Some(index) = arrived {
            self.reach_server(index, probe);
        }
    }
}
