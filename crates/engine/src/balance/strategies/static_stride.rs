//! Static stride: servers are considered in turn, and one is skipped unless its stride reaches a
//! mark.
//!
//! Source: gRPC's `weighted_round_robin` (`static_stride_scheduler.cc`). State: a sequence number,
//! here as place and round. The largest weight is scaled to 65535. Round g considers server b and
//! skips it while `(w·g + 32767·b) mod 65535 < 65535 − w`. A weight counts as at most 10 times
//! and at least 1/100 of the mean, and 0 as the mean, so that a pick considers at most about ten
//! servers. No ties, no heap, no lock. When a server leaves or returns the sequence restarts; real
//! clients start at a random number. Weakness: in gRPC the weights come from reports of the servers
//! and go stale; here they are the scenario's.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

const MAX_WEIGHT: u64 = 65_535;
const OFFSET: u64 = MAX_WEIGHT / 2;
/// The bounds of a weight, over the mean.
const MOST_OVER_MEAN: f64 = 10.0;
const LEAST_OVER_MEAN: f64 = 0.01;

/// The scheduler of one group of servers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stride {
    /// Servers and their scaled weights.
    weights: Vec<(u16, u64)>,
    place: usize,
    round: u64,
}

impl Stride {
    /// The start of the sequence, with the weights of `servers` scaled.
    pub(crate) fn new(servers: Mask, weight: impl Fn(usize) -> f64) -> Self {
        let known: Vec<f64> = servers.iter().map(&weight).filter(|&w| w > 0.0).collect();
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        let largest = known
            .iter()
            .copied()
            .fold(0.0, f64::max)
            .min(MOST_OVER_MEAN * mean);
        let scale = MAX_WEIGHT as f64 / largest;
        let scaled_mean = (mean * scale).round();
        let least = (scaled_mean * LEAST_OVER_MEAN).round().max(1.0);
        let weights = servers
            .iter()
            .map(|s| {
                let scaled = match weight(s) {
                    w if w > 0.0 => (w.min(largest) * scale).round().max(least),
                    _ => scaled_mean,
                };
                (s as u16, scaled as u64)
            })
            .collect();
        Self {
            weights,
            place: 0,
            round: 0,
        }
    }

    /// Whether the server at `place` is skipped in this round.
    #[inline]
    fn passes(&self, place: usize) -> bool {
        let weight = self.weights[place].1;
        (weight * self.round + place as u64 * OFFSET) % MAX_WEIGHT < MAX_WEIGHT - weight
    }

    /// The next server, and how many were skipped; None if there is none.
    #[inline]
    pub(crate) fn pick(&mut self) -> Option<(usize, u32)> {
        // The heaviest is never skipped, so one round is enough.
        for passed in 0..2 * self.weights.len() as u32 {
            let place = self.place;
            let passes = self.passes(place);
            self.place += 1;
            if self.place == self.weights.len() {
                self.place = 0;
                self.round += 1;
            }
            if !passes {
                return Some((usize::from(self.weights[place].0), passed));
            }
        }
        None
    }
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct StaticStride {
    groups: Groups<Stride>,
}

impl Strategy for StaticStride {
    const SHARE: Share = Share::Rounded;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::WEIGHTS
    }

    fn new(_: &Setup) -> Self {
        Self {
            groups: Groups::new(),
        }
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        let weights = cluster.weights;
        let stride = self.groups.of(cluster, Stride::default, |t, members| {
            *t = Stride::new(members, |s| f64::from(weights[s]))
        });
        why.record(|w| {
            w.table("static-stride", &["weight", "scaled"]);
            w.values.push(("round", stride.round as f64));
            for &(s, scaled) in &stride.weights {
                w.row(s.into(), &[cluster.weight(s.into()), scaled as f64]);
            }
        });
        let Some((server, passed)) = stride.pick() else {
            return Pick::NoServer;
        };
        why.record(|w| w.values.push(("passed", f64::from(passed))));
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        // The picks of the next few rounds.
        let mut ahead = match self.groups.last() {
            Some(stride) => stride.clone(),
            None => Stride::new(*cluster.eligible, |s| cluster.weight_steps(s)),
        };
        let order = (0..2 * ahead.weights.len().max(4))
            .filter_map(|_| ahead.pick())
            .map(|(s, _)| s as u16)
            .collect();
        Picture::Turns { order, next: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::balance::bare::letters;

    fn check(weights: &[f64], picks: usize, expected: &[u32]) {
        let mut stride = Stride::new(Mask::all(weights.len()), |s| weights[s]);
        let mut counts = vec![0; weights.len()];
        for _ in 0..picks {
            counts[stride.pick().expect("one is eligible").0] += 1;
        }
        assert_eq!(counts, expected, "{weights:?}");
    }

    /// `static_stride_scheduler_test.cc` (vector 15).
    #[test]
    fn grpc_static_stride_scheduler_test() {
        check(&[1.0, 2.0, 3.0], 6, &[1, 2, 3]);
        check(&[3.0, 0.0, 1.0], 6, &[3, 2, 1]);
        let one_heavy: Vec<f64> = (0..20).map(|s| if s == 0 { 81.0 } else { 1.0 }).collect();
        let expected: Vec<u32> = (0..20).map(|s| if s == 0 { 50 } else { 1 }).collect();
        check(&one_heavy, 69, &expected);
        check(&[100.0, 1e-10], 201, &[200, 1]);
    }

    #[test]
    fn derived_by_rule() {
        assert_eq!(
            letters(StrategyId::StaticStride, &[5, 1, 1], 7),
            "a c a a b a a"
        );
        assert_eq!(
            letters(StrategyId::StaticStride, &[3, 2, 1], 6),
            "a b c a a b"
        );
    }
}
