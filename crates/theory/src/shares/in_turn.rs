//! Shares of strategies that take turns.

use super::{By, Shares, effective_weights, within};
use crate::classes::Class;
use crate::turns::Turns;
use equipoise_engine::balance::{EdfVariant, StrategyId, gcd};
use equipoise_engine::scenario::{Place, Scenario};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// The longest turn that is followed pick by pick (tasks); a bound replaces longer ones.
const FOLLOWED: u32 = 4096;

/// Turns by weight, which each group of the rule table takes on its own.
pub(super) fn in_turn(scenario: &Scenario, population: &Population, classes: &[Class]) -> Shares {
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
    for class in classes {
        let inside = within(&weights, class.eligible);
        let deviations = deviations(scenario, population, class, &weights, &inside);
        for j in class.eligible.iter() {
            shares.expected[j] += class.probability * inside[j];
            shares.chance[j] += class.probability * inside[j] * inside[j];
            shares.turns[j] += balancers * places * deviations[j];
        }
    }
    // How many tasks are of each class varies as those of a multinomial law.
    for (chance, expected) in shares.chance.iter_mut().zip(&shares.expected) {
        *chance = (*chance - expected * expected).max(0.0);
    }
    shares
}

/// Whether turns begin at a random place.
fn begins_anywhere(scenario: &Scenario) -> bool {
    let strategy = &scenario.balancer.strategy;
    if scenario.balancer.random_start {
        return true;
    }
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
    class: &Class,
    weights: &[f64],
    inside: &[f64],
) -> Vec<f64> {
    let eligible = class.eligible;
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
    let mut turns = Turns::of_group(scenario, population, class.group);
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
