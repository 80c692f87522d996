//! The expected share of the tasks that each server gets.
//!
//! A share is a fraction of the decisions. After m decisions the observed share differs from the
//! expected one for two reasons: the position in the turn, which accounts for a bounded number of
//! tasks, and chance, whose variance falls like 1/m. [`Shares::band`] adds both.

mod by_key;
mod in_turn;

use crate::classes::{Class, Classes};
use crate::conditions::{self, holds};
use crate::reason::Reason;
use equipoise_engine::balance::{Mask, Policy, Share, StrategyId};
use equipoise_engine::scenario::{Pattern, Place, Scenario};
use equipoise_engine::workload::clients::Population;

/// The 97.5 % point of the standard normal distribution.
pub const NORMAL_95: f64 = 1.959_964;

/// Expected shares, and how far observed shares may be from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// The expected share of each server, in order; they sum to 1.
    pub expected: Vec<f64>,
    /// How the shares come about.
    pub by: By,
    /// For each server, m times the variance of its share of m decisions.
    chance: Vec<f64>,
    /// For each server, the most tasks by which its count differs from its share of a turn.
    turns: Vec<f64>,
}

/// How shares come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// In strict turn: every count is known.
    Turns,
    /// At random and independently, evenly or by weight.
    Chance,
    /// By keys, drawn independently for each task.
    Keys,
    /// Classes of tasks at random, in turn within each class.
    ClassesInTurn,
    /// By load, on identical servers.
    Symmetry,
}

impl Shares {
    /// The 95 % band of the observed share of `server` after `decisions` tasks; for strict turns, a
    /// band that always holds.
    ///
    /// The variance of a random share p is p(1 − p)/m (binomial). The band uses the normal
    /// approximation, fair from about m·p = 10 on, and is cut at 0 and 1.
    pub fn band(&self, server: usize, decisions: u64) -> (f64, f64) {
        if decisions == 0 {
            return (0.0, 1.0);
        }
        let share = self.expected[server];
        let m = decisions as f64;
        let half = NORMAL_95 * (self.chance[server] / m).sqrt() + self.turns[server] / m;
        ((share - half).max(0.0), (share + half).min(1.0))
    }

    /// Whether the shares do not depend on chance.
    pub fn certain(&self) -> bool {
        self.chance.iter().all(|&v| v == 0.0)
    }

    fn by_chance(expected: Vec<f64>, by: By) -> Self {
        let chance = expected.iter().map(|p| p * (1.0 - p)).collect();
        Self {
            turns: vec![0.0; expected.len()],
            expected,
            by,
            chance,
        }
    }
}

/// The expected share of each server, of the tasks that the balancer of a valid scenario sends to
/// any server.
///
/// - In turn: w_j/Σw over the servers that are up (round robin: all w = 1).
/// - At random: the same, independently for each task.
/// - By key: Σ p_k over the keys k that hash to the server, as the strategy itself says.
/// - With a rule table: the sum over the classes of tasks of each class's probability times the
///   share within it.
/// - By load: no closed form. On identical servers, with random arrivals and fair ties, 1/n by
///   symmetry.
///
/// A server that is not up has share 0.
///
/// # Errors
/// The reason, where the shares do not follow from the rule alone.
pub fn expected(scenario: &Scenario) -> Result<Shares, Reason> {
    conditions::undisturbed(scenario)?;
    conditions::program_runs(scenario)?;
    holds(scenario.prefill_servers().is_none(), Reason::Apart)?;
    let population = Population::new(&scenario.clients);
    let classes = Classes::new(scenario, &population).all()?;
    let share = scenario.balancer.strategy.id.share();
    if share == Share::ByListing {
        conditions::no_rules(scenario)?;
    }
    let first = classes[0].eligible;
    if first.len() == 1 && classes.iter().all(|class| class.eligible == first) {
        return Ok(all_to_one(scenario, first));
    }
    match share {
        // Equal weights are not changed by rounding.
        Share::Rounded if conditions::equal_weights(scenario).is_err() => {
            Err(Reason::RoundedWeights)
        }
        Share::EqualTurns | Share::WeightedTurns | Share::Rounded => {
            Ok(in_turn::in_turn(scenario, &population, &classes))
        }
        Share::EqualChance | Share::WeightedChance => Ok(by_chance(scenario, &classes)),
        Share::ByKey => Ok(by_key::by_key(scenario, &population)),
        Share::ByListing if lists_random(scenario) => Ok(by_chance(scenario, &classes)),
        Share::ByListing => Ok(in_turn::in_turn(scenario, &population, &classes)),
        Share::ByLoad => by_symmetry(scenario),
    }
}

/// The fraction of all tasks that the balancer can send to some server: below 1 if all servers that
/// a rule names are down, or if the strategy may pick a server that is down.
///
/// # Errors
/// If no task finds a server.
pub(crate) fn found(scenario: &Scenario) -> Result<f64, Reason> {
    conditions::program_runs(scenario)?;
    let found = Classes::new(scenario, &Population::new(&scenario.clients)).found()?;
    let up = conditions::up(scenario).len();
    let servers = scenario.servers.len();
    if may_pick_down_server(scenario) && up < servers {
        Ok(found * up as f64 / servers as f64)
    } else {
        Ok(found)
    }
}

/// The article's program draws a server at random without asking whether it is up.
fn may_pick_down_server(scenario: &Scenario) -> bool {
    scenario.balancer.strategy.id.share() == Share::ByListing && lists_random(scenario)
}

/// Whether the first policy of the article's program is a random choice.
fn lists_random(scenario: &Scenario) -> bool {
    let listing = &scenario.balancer.strategy.listing;
    listing
        .first()
        .is_none_or(|&policy| policy == Policy::Random)
}

/// The weights that the strategy uses: 1 for each server if it ignores weights.
pub(crate) fn effective_weights(scenario: &Scenario) -> Vec<f64> {
    let weighted = matches!(
        scenario.balancer.strategy.id.share(),
        Share::WeightedTurns | Share::WeightedChance
    );
    scenario
        .servers
        .iter()
        .map(|s| if weighted { f64::from(s.weight) } else { 1.0 })
        .collect()
}

/// The share of each server within one class of tasks.
fn within(weights: &[f64], eligible: Mask) -> Vec<f64> {
    let total: f64 = eligible.iter().map(|j| weights[j]).sum();
    let mut shares = vec![0.0; weights.len()];
    for j in eligible.iter() {
        shares[j] = weights[j] / total;
    }
    shares
}

/// The only eligible server gets every task.
fn all_to_one(scenario: &Scenario, only: Mask) -> Shares {
    let n = scenario.servers.len();
    // A random choice that may fall on a server that is down still thins the stream.
    let by = if n > 1 && may_pick_down_server(scenario) {
        By::Chance
    } else {
        By::Turns
    };
    Shares {
        expected: within(&vec![1.0; n], only),
        by,
        chance: vec![0.0; n],
        turns: vec![0.0; n],
    }
}

/// Random choices, in each class by weight.
fn by_chance(scenario: &Scenario, classes: &[Class]) -> Shares {
    let weights = effective_weights(scenario);
    let mut expected = vec![0.0; weights.len()];
    for class in classes {
        for (sum, share) in expected.iter_mut().zip(within(&weights, class.eligible)) {
            *sum += class.probability * share;
        }
    }
    Shares::by_chance(expected, By::Chance)
}

/// Picks by load: known for identical servers only.
fn by_symmetry(scenario: &Scenario) -> Result<Shares, Reason> {
    let n = scenario.servers.len();
    let balancer = &scenario.balancer;
    // Least connections breaks ties in turn; other strategies that pick by load prefer the server
    // declared first.
    let fair = balancer.strategy.id == StrategyId::LeastConnections
        && balancer.rules.is_empty()
        && balancer.place != Place::Hybrid;
    let identical = conditions::up(scenario).len() == n && conditions::identical(scenario);
    // If nothing is random, one pattern may repeat forever.
    let random = match scenario.arrivals.pattern {
        Pattern::Poisson | Pattern::Bursty => true,
        Pattern::Fixed => scenario.sizes.cv() > 0.0,
        Pattern::Batch | Pattern::Steps | Pattern::Closed => false,
    };
    holds(fair && identical && random, Reason::ByLoad)?;
    // Picking by load evens counts out: chance is at most that of random picks.
    Ok(Shares::by_chance(vec![1.0 / n as f64; n], By::Symmetry))
}

#[cfg(test)]
mod tests;
