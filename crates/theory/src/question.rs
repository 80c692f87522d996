//! What every formula is asked with: the scenario, and what several formulas need of it.

use crate::models::{self, Solved};
use crate::reason::Reason;
use crate::replicas::Fleet;
use crate::shares::{self, Shares};
use equipoise_engine::scenario::Scenario;

/// A scenario, with its shares and queues worked out once for all formulas.
pub(crate) struct Question<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Expected share of each server.
    pub shares: Result<Shares, Reason>,
    /// Fraction of all tasks that the balancer can send to a server.
    pub found: Result<f64, Reason>,
    /// The scenario's queues, solved.
    pub queues: Result<Vec<Solved>, Reason>,
    /// The scenario's replicas of a language model.
    pub fleet: Result<Fleet, Reason>,
}

impl<'a> Question<'a> {
    /// The question about a valid scenario.
    pub(crate) fn new(scenario: &'a Scenario) -> Self {
        let shares = shares::expected(scenario);
        let found = shares::found(scenario);
        let queues = models::solve(scenario, &shares, &found);
        let fleet = Fleet::new(scenario, &shares);
        Self {
            scenario,
            fleet,
            shares,
            found,
            queues,
        }
    }

    /// The shares, or why they are unknown.
    pub(crate) fn shares(&self) -> Result<&Shares, Reason> {
        self.shares.as_ref().map_err(|&reason| reason)
    }

    /// The solved queues, or why they are unknown.
    pub(crate) fn queues(&self) -> Result<&[Solved], Reason> {
        self.queues.as_deref().map_err(|&reason| reason)
    }

    /// The replicas, or why there is nothing to say of them.
    pub(crate) fn fleet(&self) -> Result<&Fleet, Reason> {
        self.fleet.as_ref().map_err(|&reason| reason)
    }
}
