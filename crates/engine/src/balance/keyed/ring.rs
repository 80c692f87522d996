//! Points on a ring: what ring hashes are made of.

use super::{Table, TableInput};

/// The most points on a ring. Where weights ask for more, all servers get fewer in proportion: a
/// ring of a quarter of a million points divides no worse than one of ten millions, and is made in
/// time.
const POINTS_MAX: f64 = 262_144.0;

/// Points for each eligible server, so many for each unit of its weight.
pub fn counts(input: &TableInput, per_weight: u32, weight_max: u32) -> Vec<(usize, u32)> {
    let wanted = |s: usize| f64::from(per_weight) * f64::from(input.weights[s].min(weight_max));
    let total: f64 = input.eligible.iter().map(wanted).sum();
    let thinner = (POINTS_MAX / total).min(1.0);
    input
        .eligible
        .iter()
        .map(|s| (s, ((wanted(s) * thinner) as u32).max(1)))
        .collect()
}

/// Where a hash goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// The first point at or after it.
    Next,
    /// The nearest of the points before it and at or after it; the one before if both are as near.
    Nearest,
}

/// The first point at or after `hash`, beyond the last the first of all.
#[inline]
pub fn first_at(hash: u64, points: &[u64]) -> usize {
    let place = points.partition_point(|&point| point < hash);
    if place < points.len() { place } else { 0 }
}

/// A ring of these points. `bits` is the length of its hashes.
pub fn ring(input: &TableInput, mut points: Vec<(u64, u16)>, toward: Toward, bits: u32) -> Table {
    points.sort_unstable();
    points.dedup_by_key(|point| point.0);
    let (points, owners): (Vec<u64>, Vec<u16>) = points.into_iter().unzip();
    let n = points.len();
    let circle = libm::exp2(f64::from(bits));
    // Distances wrap at the end of the circle.
    let mask = u64::MAX >> (64 - bits);
    let way = |from: u64, to: u64| to.wrapping_sub(from) & mask;
    let before = |place: usize| if place == 0 { n - 1 } else { place - 1 };
    let place = |&hash: &u64| {
        let next = first_at(hash, &points);
        let back = before(next);
        let near = toward == Toward::Nearest && way(points[back], hash) <= way(hash, points[next]);
        (if near { back } else { next }) as u32
    };
    let mut shares = vec![0.0; input.weights.len()];
    for (next, &owner) in owners.iter().enumerate() {
        let back = before(next);
        let arc = if n == 1 {
            1.0
        } else {
            way(points[back], points[next]) as f64 / circle
        };
        if toward == Toward::Nearest {
            shares[usize::from(owner)] += arc / 2.0;
            shares[usize::from(owners[back])] += arc / 2.0;
        } else {
            shares[usize::from(owner)] += arc;
        }
    }
    let places = input.hashes.iter().map(place).collect();
    Table {
        owners,
        places,
        ring: Some((points, circle)),
        shares,
        ..Table::default()
    }
}
