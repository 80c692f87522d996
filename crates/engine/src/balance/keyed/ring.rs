//! Points on a ring: the basis of all ring hashes.

use super::{KeyTable, TableInput};

/// The most points on a ring. If the weights ask for more, all servers get fewer in proportion: a
/// quarter of a million points divide the keys as evenly as ten million do, and take far less time.
const POINTS_MAX: f64 = 262_144.0;

/// The number of points of each eligible server: `per_weight` for each unit of its weight, of which
/// at most `weight_max` count.
pub(super) fn counts(input: &TableInput, per_weight: u32, weight_max: u32) -> Vec<(usize, u32)> {
    let wanted: Vec<(usize, f64)> = input
        .eligible
        .iter()
        .map(|s| (s, f64::from(input.weights[s].min(weight_max))))
        .map(|(s, weight)| (s, f64::from(per_weight) * weight))
        .collect();
    let total: f64 = wanted.iter().map(|(_, points)| points).sum();
    let thinner = (POINTS_MAX / total).min(1.0);
    wanted
        .into_iter()
        .map(|(s, points)| (s, ((points * thinner) as u32).max(1)))
        .collect()
}

/// Where a hash goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Toward {
    /// The first point at or after it.
    Next,
    /// The nearest point on either side; the one before if both are equally near.
    Nearest,
}

/// The first point at or after `hash`; after the last point, the first.
#[inline]
pub(super) fn first_at(hash: u64, points: &[u64]) -> usize {
    let place = points.partition_point(|&point| point < hash);
    if place < points.len() { place } else { 0 }
}

/// The point before `place`, of `n` points around the ring.
fn before(place: usize, n: usize) -> usize {
    if place == 0 { n - 1 } else { place - 1 }
}

/// The way from one hash onward to another, around the end of the circle if need be.
fn distance(from: u64, to: u64, bits: u32) -> u64 {
    to.wrapping_sub(from) & (u64::MAX >> (64 - bits))
}

/// The point that `hash` belongs to.
pub(super) fn place(hash: u64, points: &[u64], toward: Toward, bits: u32) -> usize {
    let next = first_at(hash, points);
    let back = before(next, points.len());
    if toward == Toward::Nearest
        && distance(points[back], hash, bits) <= distance(hash, points[next], bits)
    {
        back
    } else {
        next
    }
}

/// A ring of these points. `bits` is the length of its hashes.
pub(super) fn ring(
    input: &TableInput,
    mut points: Vec<(u64, u16)>,
    toward: Toward,
    bits: u32,
) -> KeyTable {
    points.sort_unstable();
    points.dedup_by_key(|point| point.0);
    let (points, owners): (Vec<u64>, Vec<u16>) = points.into_iter().unzip();
    let n = points.len();
    let circle = libm::exp2(f64::from(bits));
    let places = input
        .hashes
        .iter()
        .map(|&hash| place(hash, &points, toward, bits) as u32)
        .collect();
    let mut shares = vec![0.0; input.weights.len()];
    for (next, &owner) in owners.iter().enumerate() {
        let back = before(next, n);
        let arc = if n == 1 {
            1.0
        } else {
            distance(points[back], points[next], bits) as f64 / circle
        };
        if toward == Toward::Nearest {
            shares[usize::from(owner)] += arc / 2.0;
            shares[usize::from(owners[back])] += arc / 2.0;
        } else {
            shares[usize::from(owner)] += arc;
        }
    }
    KeyTable {
        owners,
        places,
        ring: Some((points, circle)),
        shares,
        ..KeyTable::default()
    }
}
