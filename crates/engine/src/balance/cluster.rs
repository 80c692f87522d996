//! What one balancer knows when it picks: its own counters, load reports, and the configuration of
//! the servers. A strategy sees nothing else of the simulator, and of this only what it
//! [declares](super::Strategy::knows).

use super::Mask;

/// What a balancer has counted itself. Exact, but of its own requests alone.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// Requests in flight at each server.
    pub in_flight: &'a [u32],
    /// Their work (units of work); a request counts in full until it is done.
    pub work: &'a [f64],
}

/// What the servers have reported of their load, whoever sent it. Without load reports in the
/// scenario (`load_refresh_s`) a report is as of the pick itself; an instance behind a device then
/// has its own counters in place of reports. Empty unless the strategy declares that it reads them.
#[derive(Clone, Copy, Debug)]
pub struct Reports<'a> {
    /// Tasks at each server: waiting, in service and about to fail.
    pub present: &'a [u32],
    /// Tasks that wait in each server's queue.
    pub waiting: &'a [u32],
    /// Work that each server has left (units of work).
    pub work: &'a [f64],
}

/// What is configured of a server, which every balancer knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Facts {
    /// Tasks served at the same time.
    pub slots: u32,
    /// Work done per second by one slot (units/s).
    pub speed: f64,
    /// Whether all tasks present share the server, rather than wait for a slot.
    pub shares: bool,
}

/// The cluster as one balancer knows it at the moment of a pick. Slices have an entry for each
/// server.
#[derive(Clone, Copy, Debug)]
pub struct Cluster<'a> {
    /// Simulated time (s).
    pub now_s: f64,
    /// The servers that may be picked: healthy, and in the group that the rule table allows.
    pub eligible: Mask,
    /// The healthy servers, whatever the rule table says.
    pub healthy: Mask,
    /// Effective weights, in steps of [`weight_step`](Self::weight_step).
    pub weights: &'a [u32],
    /// What a step of the effective weights is worth in the unit of the configured ones: 1, or a
    /// hundredth under slow start, where part of a weight must be a whole number of steps.
    pub weight_step: f64,
    /// This balancer's own counters.
    pub own: Own<'a>,
    /// The servers' load reports.
    pub reports: Reports<'a>,
    /// Whether balancers go by load reports even where they have counters of their own (the
    /// scenario's `load_refresh_s`).
    pub goes_by_reports: bool,
    /// The servers' configuration.
    pub facts: &'a [Facts],
}

impl<'a> Cluster<'a> {
    /// How many servers there are, eligible or not.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is no server.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// The tasks in flight at each server as this balancer goes by them: its own count, or the
    /// latest report.
    #[inline(always)]
    pub fn in_flight(&self) -> &'a [u32] {
        if self.goes_by_reports {
            self.reports.present
        } else {
            self.own.in_flight
        }
    }

    /// The effective weight of `server` in the unit of the configured one.
    pub fn weight(&self, server: usize) -> f64 {
        self.in_weight_units(f64::from(self.weights[server]))
    }

    /// A number of steps of effective weight in the unit of the configured weights.
    pub fn in_weight_units(&self, steps: f64) -> f64 {
        steps * self.weight_step
    }

    /// A number for each server, for a picture; NaN where none may be sent.
    pub fn bars(&self, value: impl Fn(usize) -> f64) -> Vec<f64> {
        let bar = |server| match self.eligible.has(server) {
            true => value(server),
            false => f64::NAN,
        };
        (0..self.len()).map(bar).collect()
    }

    /// [`in_flight`](Self::in_flight) as bars.
    pub fn in_flight_bars(&self) -> Vec<f64> {
        self.bars(|server| f64::from(self.in_flight()[server]))
    }

    /// The tasks present by the latest reports, as bars.
    pub fn present_bars(&self) -> Vec<f64> {
        self.bars(|server| f64::from(self.reports.present[server]))
    }
}
