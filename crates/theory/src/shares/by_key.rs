//! Shares of strategies that hash a key.

use super::{By, Shares, within};
use crate::classes::{Class, Classes};
use crate::turns::Turns;
use equipoise_engine::balance::{Explanation, Mask};
use equipoise_engine::scenario::{KeySource, Scenario};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// Σ p_k over the keys k that hash to each server.
pub(super) fn by_key(scenario: &Scenario, population: &Population) -> Shares {
    let source = scenario
        .balancer
        .strategy
        .knows()
        .key
        .unwrap_or(KeySource::Ip);
    let popularity = &population.probabilities()[source as usize];
    let classes = Classes::new(scenario, population);
    let weights: Vec<f64> = scenario
        .servers
        .iter()
        .map(|s| f64::from(s.weight))
        .collect();
    // The strategy of each group, when its first task comes.
    let mut groups: Vec<(Mask, Turns)> = Vec::new();
    let mut expected = vec![0.0; weights.len()];
    // Without rules every key has the same classes.
    let common = scenario
        .balancer
        .rules
        .is_empty()
        .then(|| classes.with(None));
    for (key, &popularity) in (0..).zip(popularity) {
        let task = Task::with_keys(key);
        let classes = match &common {
            Some(common) => common.clone(),
            None => classes.with(Some((source, key))),
        };
        for class in classes {
            let Class {
                group,
                eligible,
                probability,
                ..
            } = class;
            let known = groups.iter().position(|(known, _)| *known == group);
            let at = known.unwrap_or_else(|| {
                groups.push((group, Turns::of_group(scenario, population, group)));
                groups.len() - 1
            });
            match hashed(&mut groups[at].1, &task, &class) {
                Some(server) => expected[server] += popularity * probability,
                None => {
                    for (sum, share) in expected.iter_mut().zip(within(&weights, eligible)) {
                        *sum += popularity * probability * share;
                    }
                }
            }
        }
    }
    let total: f64 = expected.iter().sum();
    let expected = expected.into_iter().map(|p| p / total).collect();
    Shares::by_chance(expected, By::Keys)
}

/// The server that a key hashes to; None if every try hits a server that may not be picked, so that
/// the strategy takes turns.
fn hashed(turns: &mut Turns, task: &Task, class: &Class) -> Option<usize> {
    let eligible = class.eligible;
    if eligible == class.group {
        return turns.pick(task, eligible);
    }
    let (server, why) = turns.explained(task, eligible)?;
    if let Some(slot) = number(&why, "slot") {
        // The table row of a server says which slots are its own.
        let (_, row) = why.rows().find(|(s, _)| usize::from(*s) == server)?;
        return (row[1] <= slot && slot <= row[2]).then_some(server);
    }
    (number(&why, "tries")? > 0.0).then_some(server)
}

/// A number of the explanation, by its name.
fn number(why: &Explanation, name: &str) -> Option<f64> {
    why.values
        .iter()
        .find(|(of, _)| *of == name)
        .map(|(_, value)| *value)
}
