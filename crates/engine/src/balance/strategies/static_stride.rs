//! Static stride: servers are looked at in turn, and one is passed over unless its stride reaches a
//! mark.
//!
//! Source: gRPC's `weighted_round_robin` (`static_stride_scheduler.cc`). State: a sequence number,
//! here as place and round. The largest weight is scaled to 65535. Round g looks at server b and
//! passes it over while `(w·g + 32767·b) mod 65535 < 65535 − w`. A weight counts at most 10
//! times and at least 1/100 of the mean, and 0 as the mean, so that a pick looks at about ten
//! servers at most. No ties, no heap, no lock. When a server comes or goes it begins anew; real
//! clients begin at a random number. Weakness: in gRPC the weights come from reports of the
//! servers, and go stale; here they are the scenario's.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

const MAX_WEIGHT: u64 = 65_535;
const OFFSET: u64 = MAX_WEIGHT / 2;
/// The bounds of a weight over the mean.
const MOST_OVER_MEAN: f64 = 10.0;
const LEAST_OVER_MEAN: f64 = 0.01;

/// The scheduler of one group of servers.
#[derive(Clone, Debug, Default)]
pub struct Stride {
    /// Servers and their scaled weights.
    weights: Vec<(u16, u64)>,
    place: usize,
    round: u64,
}

impl Stride {
    /// Scales the weights of `servers`, at the beginning of the sequence.
    pub fn new(servers: Mask, weight: impl Fn(usize) -> f64) -> Self {
        let known = || servers.iter().map(&weight).filter(|&w| w > 0.0);
        let mean = known().sum::<f64>() / known().count().max(1) as f64;
        let largest = known().fold(0.0, f64::max).min(MOST_OVER_MEAN * mean);
        let scale = MAX_WEIGHT as f64 / largest;
        let scaled_mean = (mean * scale).round();
        let least = (scaled_mean * LEAST_OVER_MEAN).round().max(1.0);
        let scaled = |w: f64| {
            if w > 0.0 {
                (w.min(largest) * scale).round().max(least)
            } else {
                scaled_mean
            }
        };
        Self {
            weights: servers
                .iter()
                .map(|s| (s as u16, scaled(weight(s)) as u64))
                .collect(),
            place: 0,
            round: 0,
        }
    }

    /// Whether the server at `place` is passed over in this round.
    #[inline]
    fn passes(&self, place: usize) -> bool {
        let weight = self.weights[place].1;
        (weight * self.round + place as u64 * OFFSET) % MAX_WEIGHT < MAX_WEIGHT - weight
    }

    /// The next server, and how many were passed over; None if there is none.
    #[inline]
    pub fn pick(&mut self) -> Option<(usize, u32)> {
        // The heaviest is never passed over, so one round is enough.
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
        let weight = |s: usize| f64::from(cluster.weights[s]);
        let stride = self.groups.of(cluster, Stride::default, |t, members| {
            *t = Stride::new(members, weight)
        });
        why.tell(|w| {
            w.table("static-stride", &["weight", "scaled"]);
            w.values.push(("round", stride.round as f64));
            for &(s, scaled) in &stride.weights {
                w.row(s.into(), &[cluster.weight(s.into()), scaled as f64]);
            }
        });
        let Some((server, passed)) = stride.pick() else {
            return Pick::NoServer;
        };
        why.tell(|w| w.values.push(("passed", f64::from(passed))));
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        // One round's looks ahead: who would be taken.
        let mut ahead = match self.groups.last() {
            Some(stride) => stride.clone(),
            None => Stride::new(cluster.eligible, |s| f64::from(cluster.weights[s])),
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

    /// `static_stride_scheduler_test.cc` (vector 15).
    #[test]
    fn grpc_static_stride_scheduler_test() {
        let check = |weights: &[f64], picks: usize, expected: &[u32]| {
            let mut stride = Stride::new(Mask::of(weights.len(), |_| true), |s| weights[s]);
            let mut counts = vec![0; weights.len()];
            (0..picks).for_each(|_| counts[stride.pick().expect("one is up").0] += 1);
            assert_eq!(counts, expected, "{weights:?}");
        };
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
