//! Tasks that follow the connections of their clients: what the engine asks of
//! [`connections`](super::connections), whose program is loaded later.

use super::connections::Route;
use super::schedule::Timer;
use super::{Engine, extras};
use crate::balance::Explain as _;
use crate::scenario::Connections as Settings;
use crate::sim::probe::Probe;
use crate::workload::TaskIndex;

impl Engine {
    /// Arms the timer of what connections do by themselves.
    pub(super) fn arm_connections(&mut self) {
        let next_s = self
            .connections
            .as_ref()
            .map_or(f64::INFINITY, |c| c.next_s());
        self.schedule.set(Timer::Connection, next_s);
    }

    /// A task whose connection decides leaves instance `number`.
    #[cold]
    #[inline(never)]
    pub(super) fn follow<P: Probe>(&mut self, number: usize, index: TaskIndex, probe: &mut P) {
        let Some(extras) = extras::get() else { return };
        let mut route = None;
        probe
            .why()
            .record(|w| route = Some((extras.route)(self, number, index, Some(w))));
        match route.unwrap_or_else(|| (extras.route)(self, number, index, None)) {
            Route::Instance(next) => {
                self.tasks[index].balancer = next as u8;
                self.send(number, index, probe);
            }
            Route::Server(server) => self.assign(number, index, server, probe),
            Route::Wait => self.instances[number].pooled.push(&mut self.tasks, index),
            Route::Reject(reason) => self.reject(index, reason, probe),
        }
    }

    /// Connections open or close by themselves, and what waits for one goes on.
    pub(super) fn connection_due<P: Probe>(&mut self, probe: &mut P) {
        let Some(extras) = extras::get() else { return };
        while (extras.connection)(self) {}
        self.decide_again(probe);
    }

    /// A server has a new state.
    pub(super) fn change_connections(&mut self, server: usize) {
        if self.connections.is_some()
            && let Some(extras) = extras::get()
        {
            (extras.server_changed)(self, server);
        }
    }

    /// Connections of a scenario that has just come into force.
    pub(super) fn reset_connections(&mut self, old: &Settings) {
        let Some(extras) = extras::get() else { return };
        if old.pick_per != self.scenario.connections.pick_per {
            self.connections = (extras.connections)(&self.scenario, self.instances.len());
            self.arm_connections();
        } else {
            (extras.reset_connections)(self);
        }
    }

    /// How many connections lead to `server`; None if balancers pick for each request.
    pub fn connections(&self, server: usize) -> Option<u32> {
        let connections = self.connections.as_ref().filter(|c| c.lead)?;
        let open = connections.held.iter().map(|own| own.in_flight[server]);
        Some(open.sum())
    }

    /// Connections opened so far, and lost with their servers; None if balancers pick for each
    /// request.
    pub fn connections_opened(&self) -> Option<[u64; 2]> {
        let connections = self.connections.as_ref()?;
        Some([connections.opened, connections.lost])
    }
}
