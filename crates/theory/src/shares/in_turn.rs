//! Shares of strategies that take turns.

use super::{By, Shares, effective_weights, within};
use crate::conditions::holds;
use crate::reason::Reason;
use crate::turns::Turns;
use equipoise_engine::balance::{EdfVariant, Mask, StrategyId, gcd};
use equipoise_engine::scenario::{Place, Scenario};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// The longest turn that is followed pick by pick (tasks); a bound replaces longer ones.
const FOLLOWED: u32 = 4096;

/// Turns by weight, in each class separately.
pub(super) fn in_turn(
    scenario: &Scenario,
    population: &Population,
    classes: &[(Mask, f64)],
) -> Result<Shares, Reason> {
    let strategy = scenario.balancer.strategy.id;
    // Smooth turns keep a state for each server, so that groups without a common server are
    // independent. Other turns are shared by all groups: then the order of the tasks matters.
    let disjoint = classes.iter().enumerate().all(|(i, (eligible, _))| {
        classes[..i]
            .iter()
            .all(|(other, _)| eligible.and(*other).is_empty())
    });
    let independent = classes.len() == 1 || (disjoint && strategy == StrategyId::SmoothWrr);
    holds(independent, Reason::RulesShareTurn)?;
    let weights = effective_weights(scenario);
    let n = weights.len();
    let by = if classes.len() == 1 {
        By::Turns
    } else {
        By::ClassesInTurn
    };
    let mut shares = Shares {
        expected: vec![0.0; n],
        by,
        chance: vec![0.0; n],
        turns: vec![0.0; n],
    };
    // The instances of a hybrid take their turns separately: at worst all deviate the same way.
    let balancers = match scenario.balancer.place {
        Place::Hybrid => f64::from(scenario.balancer.instances),
        Place::Software | Place::Hardware => 1.0,
    };
    // From another place of the cycle a count deviates by twice as much at most.
    let places = if begins_anywhere(scenario) { 2.0 } else { 1.0 };
    for &(eligible, probability) in classes {
        let inside = within(&weights, eligible);
        let deviations = deviations(scenario, population, eligible, &weights, &inside);
        for j in eligible.iter() {
            shares.expected[j] = probability * inside[j];
            shares.chance[j] = inside[j] * inside[j] * probability * (1.0 - probability);
            shares.turns[j] = balancers * places * deviations[j];
        }
    }
    Ok(shares)
}

/// Whether turns begin at a random place.
fn begins_anywhere(scenario: &Scenario) -> bool {
    let strategy = &scenario.balancer.strategy;
    match strategy.id {
        StrategyId::GrpcRoundRobin | StrategyId::TraefikWrr => true,
        StrategyId::EdfWrr => strategy.edf == EdfVariant::EnvoySeeded,
        _ => false,
    }
}

/// For each server, the largest difference between its count and its share within one turn (tasks).
fn deviations(
    scenario: &Scenario,
    population: &Population,
    eligible: Mask,
    weights: &[f64],
    inside: &[f64],
) -> Vec<f64> {
    let strategy = scenario.balancer.strategy.id;
    let sum: u32 = eligible.iter().map(|j| weights[j] as u32).sum();
    let turn = match strategy {
        // An expanded list is walked in full, whatever common divisor its weights have.
        StrategyId::ExpandedWrr => sum,
        _ => sum / eligible.iter().map(|j| weights[j] as u32).fold(0, gcd),
    };
    if turn > FOLLOWED {
        // A burst of w_j deviates by w_j(1 − s_j); smooth turns deviate by less than n − 1.
        let smooth = strategy == StrategyId::SmoothWrr;
        return (0..weights.len())
            .map(|j| {
                if smooth {
                    eligible.len() as f64 - 1.0
                } else {
                    weights[j] * (1.0 - inside[j]) + 1.0
                }
            })
            .collect();
    }
    let mut turns = Turns::new(scenario, population);
    let mut counts = vec![0.0; weights.len()];
    let mut most = vec![0.0_f64; weights.len()];
    for m in 1..=turn {
        if let Some(server) = turns.pick(&Task::default(), eligible) {
            counts[server] += 1.0;
        }
        for j in eligible.iter() {
            most[j] = most[j].max((counts[j] - f64::from(m) * inside[j]).abs());
        }
    }
    most
}
