//! Weighted turns by earliest deadline first.
//!
//! Source: Envoy's `EdfScheduler` (weighted round robin) and grpc-go's `internal/wrr`. State: a
//! heap of deadlines. The server with the least deadline is picked, and its next deadline is that
//! one plus 1/w. Ties go to the entry that came first; Envoy counts a server that goes back in as a
//! new entry, grpc-go leaves it its first number. (Since 2024 Envoy adds 10⁻¹³ to the weights
//! in the first deadlines, so that unequal weights hardly ever tie; not here.) When a server comes
//! or goes the heap is built anew. Over ΣW picks each server gets its weight. Weakness: the first
//! picks. A balancer that has just begun always gives its first tasks to the heaviest, so many
//! balancers with few tasks each never call a light server (envoyproxy/envoy#31378, #10064).
//! Envoy's cure, a setting here: begin at a random place, as if up to ΣW − 1 tasks had been
//! given out before.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, EdfVariant, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy,
    StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// Servers by deadline.
#[derive(Clone, Debug, Default)]
pub struct Edf {
    /// (deadline's bits, entry, server): positive numbers order as their bits do.
    heap: BinaryHeap<Reverse<(u64, u64, u16)>>,
    entries: u64,
    now: f64,
    renumbers: bool,
}

impl Edf {
    /// Each of `servers` with the deadline 1/weight.
    pub fn new(servers: Mask, renumbers: bool, weight: impl Fn(usize) -> f64) -> Self {
        let entries = servers.iter().enumerate();
        let heap = entries
            .map(|(i, s)| Reverse(((1.0 / weight(s)).to_bits(), i as u64, s as u16)))
            .collect();
        Self {
            heap,
            entries: servers.len() as u64,
            now: 0.0,
            renumbers,
        }
    }

    /// The server with the least deadline; it goes back in with the weight that it has now.
    #[inline]
    pub fn pick_and_add(&mut self, weight: impl FnOnce(usize) -> f64) -> Option<usize> {
        let mut top = self.heap.peek_mut()?;
        let Reverse((deadline, entry, server)) = *top;
        self.now = f64::from_bits(deadline);
        let entry = if self.renumbers { self.entries } else { entry };
        self.entries += 1;
        *top = Reverse((
            (self.now + 1.0 / weight(usize::from(server))).to_bits(),
            entry,
            server,
        ));
        drop::<PeekMut<_>>(top);
        Some(usize::from(server))
    }

    /// Time to the deadline of each server, in turns of a server of weight 1; NaN for one that is
    /// not in.
    pub fn ahead(&self, cluster: &Cluster) -> Vec<f64> {
        let mut ahead = vec![f64::NAN; cluster.len()];
        for Reverse((deadline, _, s)) in &self.heap {
            ahead[usize::from(*s)] = (f64::from_bits(*deadline) - self.now) / cluster.weight_step;
        }
        ahead
    }

    /// Writes the deadlines into an explanation, before the pick.
    pub fn explain<X: Explain>(
        &self,
        rule: &'static str,
        cluster: &Cluster,
        weight: impl Fn(usize) -> f64,
        why: &mut X,
    ) {
        why.tell(|w| {
            w.table(rule, &["weight", "deadline"]);
            let ahead = self.ahead(cluster);
            for s in cluster.eligible.iter() {
                w.row(s, &[cluster.in_weight_units(weight(s)), ahead[s]]);
            }
            let least = cluster
                .eligible
                .iter()
                .map(|s| ahead[s])
                .fold(f64::INFINITY, f64::min);
            w.values.push(("deadline", least));
            w.tie(
                1,
                least,
                if self.renumbers {
                    "first-entered"
                } else {
                    "first-declared"
                },
            );
        });
    }
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct EdfWrr {
    variant: EdfVariant,
    groups: Groups<Edf>,
}

impl Strategy for EdfWrr {
    const SHARE: Share = Share::WeightedTurns;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::WEIGHTS
    }

    fn new(setup: &Setup) -> Self {
        Self {
            variant: setup.config.edf,
            groups: Groups::new(),
        }
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let weight = |s: usize| f64::from(cluster.weights[s]);
        let edf = self.groups.of(cluster, Edf::default, |edf, members| {
            *edf = Edf::new(members, self.variant != EdfVariant::GrpcGo, weight);
            if self.variant == EdfVariant::EnvoySeeded && !members.is_empty() {
                let total = members.iter().map(|s| u64::from(cluster.weights[s])).sum();
                (0..rng.below(total)).for_each(|_| _ = edf.pick_and_add(weight));
            }
        });
        edf.explain("edf-wrr", cluster, weight, why);
        let Some(server) = edf.pick_and_add(weight) else {
            return Pick::NoServer;
        };
        why.tell(|w| w.values.push(("weight", cluster.weight(server))));
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let values = match self.groups.last() {
            Some(edf) => edf.ahead(cluster),
            None => cluster
                .weights
                .iter()
                .map(|&w| 1.0 / f64::from(w))
                .collect(),
        };
        Picture::Bars {
            label: "deadlines",
            values,
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::balance::bare::{Case, letters_for};

    fn edf(variant: EdfVariant, weights: &[u32], tasks: usize, seed: u32) -> String {
        let config = StrategyConfig {
            id: StrategyId::EdfWrr,
            edf: variant,
            ..StrategyConfig::default()
        };
        letters_for(&Case {
            config,
            seed,
            ..Case::new(StrategyId::EdfWrr, weights, tasks)
        })
    }

    #[test]
    fn derived_by_rule() {
        assert_eq!(
            edf(EdfVariant::Envoy, &[5, 1, 1], 14, 7),
            "a a a a b c a a a a a a b c"
        );
        assert_eq!(
            edf(EdfVariant::GrpcGo, &[5, 1, 1], 14, 7),
            "a a a a a b c a a a a a b c"
        );
    }

    /// `round_robin_lb_test.cc` (vector 10): weights 1/2, a swap to 2/1 while it runs, a host of 3
    /// added, and 1/4 left. Since 2024 Envoy takes 10⁻¹³ more for each weight in the first
    /// deadlines, which shows after the swap only.
    #[test]
    fn envoy_round_robin_lb_test_weighted() {
        fn start(weights: &[f64]) -> Edf {
            Edf::new(Mask::of(weights.len(), |_| true), true, |s| {
                weights[s] + 1e-13
            })
        }
        fn picks(edf: &mut Edf, weights: &[f64], n: usize) -> Vec<usize> {
            (0..n)
                .filter_map(|_| edf.pick_and_add(|s| weights[s]))
                .collect()
        }
        let mut edf = start(&[1.0, 2.0]);
        assert_eq!(picks(&mut edf, &[1.0, 2.0], 6), [1, 0, 1, 1, 0, 1]);
        assert_eq!(picks(&mut edf, &[2.0, 1.0], 8), [1, 0, 0, 1, 0, 0, 1, 0]);
        let added = [2.0, 1.0, 3.0];
        assert_eq!(
            picks(&mut start(&added), &added, 12),
            [2, 0, 2, 1, 0, 2, 2, 0, 2, 1, 0, 2]
        );
        let left = [1.0, 4.0];
        assert_eq!(
            picks(&mut start(&left), &left, 10),
            [1, 1, 1, 0, 1, 1, 1, 1, 0, 1]
        );
    }

    /// Without the 10⁻¹³ the first turn is the same.
    #[test]
    fn the_first_turn_is_envoys() {
        assert_eq!(edf(EdfVariant::Envoy, &[1, 2], 6, 7), "b a b b a b");
        assert_eq!(edf(EdfVariant::Envoy, &[2, 1, 3], 6, 7), "c a c b a c");
    }

    /// `WeightedInitializationPicksAllHosts`: weights 6/3/1; over all ten starts the next pick is a
    /// 6, b 3, c 1 times.
    #[test]
    fn envoy_random_starts_reach_light_servers() {
        let weights = [6.0, 3.0, 1.0];
        let mut counts = [0; 3];
        for start in 0..10 {
            let mut edf = Edf::new(Mask::of(3, |_| true), true, |s| weights[s]);
            (0..start).for_each(|_| _ = edf.pick_and_add(|s| weights[s]));
            counts[edf.pick_and_add(|s| weights[s]).expect("one is up")] += 1;
        }
        assert_eq!(counts, [6, 3, 1]);
    }

    /// envoyproxy/envoy#31378: forty balancers with three tasks each, weights 8/1/1. Begun at a
    /// random place (seeds 1 to 40) they call every server.
    #[test]
    fn the_first_picks_are_biased_unless_seeded() {
        let all = |variant| {
            (1..=40)
                .map(|seed| edf(variant, &[8, 1, 1], 3, seed))
                .collect::<String>()
        };
        assert!(!all(EdfVariant::Envoy).contains(['b', 'c']));
        assert!(
            all(EdfVariant::EnvoySeeded).contains('b')
                && all(EdfVariant::EnvoySeeded).contains('c')
        );
    }
}
