//! What many rules share: the least of some, and draws.

use crate::router::{Chance, Worker};

/// The places of the eligible workers.
pub(crate) fn eligible(workers: &[Worker]) -> Vec<usize> {
    let places = workers.iter().enumerate();
    places.filter(|(_, w)| w.eligible).map(|(i, _)| i).collect()
}

/// The first of those with the fewest requests in flight.
pub(crate) fn least_in_flight(workers: &[Worker], among: &[usize]) -> Option<usize> {
    among.iter().copied().min_by_key(|&i| workers[i].in_flight)
}

/// The places in `scores` of the least.
pub(crate) fn least(scores: &[f64]) -> Vec<usize> {
    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
    let places = scores.iter().enumerate();
    places
        .filter(|(_, s)| **s == least)
        .map(|(i, _)| i)
        .collect()
}

/// One of some, all equally likely. A single one needs no draw.
pub(crate) fn any_of(among: &[usize], chance: &mut dyn Chance) -> Option<usize> {
    match among {
        [] => None,
        [only] => Some(*only),
        _ => Some(among[chance.below(among.len())]),
    }
}

/// Two different ones of at least two: the second is a draw of the others.
pub(crate) fn two_of(among: &[usize], chance: &mut dyn Chance) -> [usize; 2] {
    let first = chance.below(among.len());
    let second = (first + 1 + chance.below(among.len() - 1)) % among.len();
    [among[first], among[second]]
}

/// A place drawn in proportion to `weights`, which are not negative; the last if they are all 0.
pub(crate) fn weighted(weights: &[f64], chance: &mut dyn Chance) -> usize {
    let mut draw = chance.unit() * weights.iter().sum::<f64>();
    for (i, weight) in weights.iter().enumerate() {
        if draw < *weight {
            return i;
        }
        draw -= weight;
    }
    weights.len() - 1
}
