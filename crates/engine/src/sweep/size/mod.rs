//! "How few servers meet these goals at this load, and with which strategy?"
//!
//! [`Sizing`] is the question, as plain data. A [`Search`] makes a sweep over the number of servers
//! of it and says which of its runs are due, given the results of those that are done: so threads,
//! workers of the page or anything else can do them. It takes for granted that more servers are not
//! worse, and so tries few numbers (`bracket.rs`).
//!
//! A number of servers meets a goal if the 95 % interval of the mean over its runs is on the right
//! side and may be relied on, and misses it if the interval is on the wrong side. Runs are added
//! until one of the two holds, up to a limit; then the runs cannot tell.
//! Interim looks make the 95 % a little less. The same replication has the same seed for all
//! numbers of servers and all strategies.

mod bracket;
mod goal;
mod search;

pub use goal::{Goal, Verdict};
pub use search::{Answer, Search, Tried};

use super::{Param, SweepPlan};
use crate::balance::StrategyId;
use crate::scenario::limits::{self, Range, log};
use crate::scenario::{FieldError, Scenario};
use serde::{Deserialize, Serialize};

/// The most goals.
const GOALS_MAX: usize = 8;
/// The price of a GPU for an hour, in any currency.
const PRICE: Range = log(1e-6, 1e6, 100.0, 0.1, "");
/// Runs at each number of servers: fewer than ten are not relied on.
const REPLICATIONS: Range = limits::count(10.0, 1000.0, 100.0);

/// What is asked, but for the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sizing {
    /// What must hold; all of it.
    pub goals: Vec<Goal>,
    /// The strategies to try; none: the scenario's own.
    pub strategies: Vec<StrategyId>,
    /// The most servers to try.
    pub most: u32,
    /// The most runs for a number of servers and a strategy.
    pub replications: u32,
    /// How many tasks leave the system in a run; a batch has its own number.
    pub tasks: u64,
    /// What a GPU costs in an hour, in any currency.
    pub price_per_gpu_hour: Option<f64>,
}

impl Sizing {
    /// A question that suits a scenario: of language models their objectives, for the slowest in a
    /// hundred; else that 95 of a hundred tasks take no longer than four times the mean service.
    pub fn usual(scenario: &Scenario) -> Self {
        let requests = &scenario.requests;
        let pace = scenario.servers.first().map_or(1.0, |s| s.pace());
        let goals = if scenario.has_replicas() {
            vec![
                Goal::new("ttft_p99_s", requests.ttft_objective_s),
                Goal::new("tpot_p99_s", requests.tpot_objective_s),
            ]
        } else {
            vec![Goal::new(
                "response_p95_s",
                4.0 * scenario.sizes.mean / pace,
            )]
        };
        Self {
            goals,
            strategies: vec![scenario.balancer.strategy.id],
            most: 64,
            replications: 40,
            tasks: 10_000,
            price_per_gpu_hour: None,
        }
    }

    /// The search for the answer.
    ///
    /// # Errors
    /// The first field that is out of its range, or a goal that the scenario cannot have.
    pub fn search(&self, scenario: &Scenario) -> Result<Search, FieldError> {
        let goals = self.goals.len();
        if goals == 0 || goals > GOALS_MAX {
            let allowed = format!("1 to {GOALS_MAX} of them");
            return Err(FieldError::new("goals", goals, allowed));
        }
        self.goals
            .iter()
            .try_for_each(|goal| goal.validate(scenario))?;
        if let Some(price) = self.price_per_gpu_hour {
            if !scenario.has_replicas() {
                let allowed = "none, where no server is a replica of a language model";
                return Err(FieldError::new("price_per_gpu_hour", price, allowed));
            }
            check("price_per_gpu_hour", price, PRICE)?;
        }
        // A planned fault names its server.
        let faults = scenario.faults.iter();
        let least = faults.map(|fault| u32::from(fault.server) + 1).max();
        let least = least.unwrap_or(1);
        let range = Range {
            min: f64::from(least),
            ..limits::SERVERS
        };
        check("most", f64::from(self.most), range)?;
        check("replications", f64::from(self.replications), REPLICATIONS)?;
        let grid = SweepPlan {
            scenario: scenario.clone(),
            beside: None,
            param: Param::Servers,
            from: f64::from(least),
            to: f64::from(self.most),
            points: self.most - least + 1,
            log: false,
            replications: self.replications,
            strategies: self.strategies.clone(),
            tasks: self.tasks,
        };
        grid.validate()?;
        Ok(Search::of(self.goals.clone(), grid, least))
    }

    /// What this many replicas cost in an hour; None without a price.
    pub fn price_per_hour(&self, scenario: &Scenario, replicas: u32) -> Option<f64> {
        let gpus = f64::from(replicas * scenario.replicas.hardware.gpus());
        Some(gpus * self.price_per_gpu_hour?)
    }
}

fn check(field: &str, value: f64, range: Range) -> Result<(), FieldError> {
    if range.allows(value) {
        return Ok(());
    }
    let allowed = format!("{} to {}", range.min, range.max);
    Err(FieldError::new(field, value, allowed))
}

#[cfg(test)]
mod tests;
