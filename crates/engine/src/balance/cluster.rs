//! What one balancer knows when it picks: its own counters, load reports, and the configuration of
//! the servers. A strategy sees nothing else of the simulator, and of this it may read only what it
//! [declares](super::Strategy::knows).

use super::Mask;
use crate::workload::Request;

/// The servers' load as they report it, from all balancers together. Without load reports in the
/// scenario (`load_refresh_s`) it is the load at the moment of the pick; an instance behind a
/// device then has its own counters in place of reports. Empty unless the strategy declares that it
/// reads reports.
#[derive(Clone, Debug, Default)]
pub struct Reports {
    /// Tasks present at each server: waiting, in service and about to fail.
    pub present: Vec<u32>,
    /// Tasks waiting in each server's queue.
    pub waiting: Vec<u32>,
    /// Work that each server has left (units of work).
    pub work: Vec<f64>,
    /// Share of each replica's KV cache in use; empty unless a server is one.
    pub kv_usage: Vec<f64>,
}

/// A server's configuration, which every balancer knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// Tasks served at the same time.
    pub slots: u32,
    /// Work done per second by one slot (units/s).
    pub speed: f64,
    /// Whether all present tasks share the server (processor sharing), rather than wait for a slot.
    pub shares: bool,
}

/// The cluster as one balancer knows it at the moment of a pick. Slices have an entry for each
/// server.
#[derive(Clone, Copy, Debug)]
pub struct Cluster<'a> {
    /// Simulated time (s).
    pub now_s: f64,
    /// The eligible servers: healthy, and in the group that the rule table allows.
    pub eligible: &'a Mask,
    /// The healthy servers, regardless of the rule table.
    pub healthy: &'a Mask,
    /// Effective weights, in steps of [`weight_step`](Self::weight_step).
    pub weights: &'a [u32],
    /// One step of the effective weights, in the unit of the configured weights: 1, or 0.01 under
    /// slow start, where part of a weight must be a whole number of steps.
    pub weight_step: f64,
    /// The servers' load reports.
    pub reports: &'a Reports,
    /// The tasks in flight at each server, as far as this balancer knows: its own count or, if the
    /// scenario has load reports (`load_refresh_s`), the tasks present by the latest one.
    pub in_flight: &'a [u32],
    /// The tasks in flight at each server by this balancer's own count, whatever servers report.
    pub own_in_flight: &'a [u32],
    /// What the task asks of a language model, if it does and the strategy declares that it reads
    /// the prompt or the session.
    pub request: Option<&'a Request>,
    /// The servers' configuration.
    pub facts: &'a [Facts],
}

impl Cluster<'_> {
    /// How many servers there are, eligible or not.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is no server.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// Slots of `server` that this balancer believes to be free.
    #[inline(always)]
    pub fn free_slots(&self, server: usize) -> u32 {
        let slots = self.facts[server].slots;
        slots.saturating_sub(self.in_flight[server])
    }

    /// The effective weight of `server`, in steps, as a float.
    #[inline(always)]
    pub fn weight_steps(&self, server: usize) -> f64 {
        f64::from(self.weights[server])
    }

    /// The effective weight of `server` in the unit of the configured one.
    pub fn weight(&self, server: usize) -> f64 {
        self.in_weight_units(self.weight_steps(server))
    }

    /// A number of steps of effective weight in the unit of the configured weights.
    pub fn in_weight_units(&self, steps: f64) -> f64 {
        steps * self.weight_step
    }

    /// A number for each server, for a picture; NaN for one that is not eligible.
    pub fn bars(&self, value: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut bars = vec![f64::NAN; self.len()];
        for server in self.eligible.iter() {
            bars[server] = value(server);
        }
        bars
    }

    /// Requests in flight at `server` for each unit of its weight.
    pub fn in_flight_per_weight(&self, server: usize) -> f64 {
        f64::from(self.in_flight[server]) / self.weight(server)
    }

    /// [`in_flight`](Self::in_flight), as bars.
    pub fn in_flight_bars(&self) -> Vec<f64> {
        self.bars(|server| f64::from(self.in_flight[server]))
    }

    /// The tasks present by the latest reports, as bars.
    pub fn present_bars(&self) -> Vec<f64> {
        self.bars(|server| f64::from(self.reports.present[server]))
    }
}
