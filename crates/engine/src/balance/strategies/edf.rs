//! Weighted turns by earliest deadline first.
//!
//! Source: Envoy's `EdfScheduler` (weighted round robin) and grpc-go's `internal/wrr`. State: a
//! heap of deadlines. The server with the earliest deadline is picked, and its next deadline is 1/w
//! later. Ties go to the oldest entry; Envoy gives a server that is re-inserted a new entry number,
//! grpc-go keeps its first one. (Since 2024 Envoy adds 10⁻¹³ to the weights in the first
//! deadlines, so that unequal weights hardly ever tie; not here.) When a server leaves or returns
//! the heap is rebuilt. Over ΣW picks each server gets its weight. Weakness: the first picks. A
//! new balancer gives its first tasks to the heaviest server, and many balancers with few tasks
//! each never call a light server (envoyproxy/envoy#31378, #10064). Envoy's remedy, a setting
//! here: start at a random point, as if up to ΣW − 1 tasks had already been assigned.

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
pub(crate) struct Edf {
    /// (deadline's bits, entry number, server): positive floats are ordered as their bits are.
    heap: BinaryHeap<Reverse<(u64, u64, u16)>>,
    /// The number of the next entry.
    entries: u64,
    /// The deadline of the last pick.
    now: f64,
    /// Whether a server that is re-inserted gets a new entry number.
    renumbers: bool,
}

impl Edf {
    /// Each of `servers` with the deadline 1/weight.
    pub(crate) fn new(servers: Mask, renumbers: bool, weight: impl Fn(usize) -> f64) -> Self {
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

    /// The server with the earliest deadline; it is re-inserted with its present weight.
    #[inline]
    pub(crate) fn pick_and_add(&mut self, weight: impl FnOnce(usize) -> f64) -> Option<usize> {
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
    /// not in the heap.
    pub(crate) fn ahead(&self, cluster: &Cluster) -> Vec<f64> {
        let mut ahead = vec![f64::NAN; cluster.len()];
        for Reverse((deadline, _, s)) in &self.heap {
            ahead[usize::from(*s)] = (f64::from_bits(*deadline) - self.now) / cluster.weight_step;
        }
        ahead
    }

    /// Writes the deadlines into an explanation, before the pick.
    pub(crate) fn explain<X: Explain>(
        &self,
        rule: &'static str,
        cluster: &Cluster,
        weight: impl Fn(usize) -> f64,
        why: &mut X,
    ) {
        why.record(|w| {
            w.table(rule, &["weight", "deadline"]);
            let ahead = self.ahead(cluster);
            for s in cluster.eligible.iter() {
                w.row(s, &[cluster.in_weight_units(weight(s)), ahead[s]]);
            }
            let eligible = cluster.eligible.iter();
            let least = eligible.map(|s| ahead[s]).fold(f64::INFINITY, f64::min);
            let tie_break = if self.renumbers {
                "first-entered"
            } else {
                "first-declared"
            };
            w.values.push(("deadline", least));
            w.tie(1, least, tie_break);
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
    const FIELDS: &'static [&'static str] = &["edf"];

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
        let edf = self.groups.of(cluster, Edf::default, |edf, members| {
            let renumbers = self.variant != EdfVariant::GrpcGo;
            *edf = Edf::new(members, renumbers, |s| cluster.weight_steps(s));
            if self.variant == EdfVariant::EnvoySeeded && !members.is_empty() {
                let total = members.iter().map(|s| u64::from(cluster.weights[s])).sum();
                for _ in 0..rng.below(total) {
                    edf.pick_and_add(|s| cluster.weight_steps(s));
                }
            }
        });
        edf.explain("edf-wrr", cluster, |s| cluster.weight_steps(s), why);
        let Some(server) = edf.pick_and_add(|s| cluster.weight_steps(s)) else {
            return Pick::NoServer;
        };
        why.record(|w| w.values.push(("weight", cluster.weight(server))));
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
    /// added, and 1/4 left. Since 2024 Envoy adds 10⁻¹³ to each weight in the first deadlines,
    /// which shows after the swap only.
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
            for _ in 0..start {
                edf.pick_and_add(|s| weights[s]);
            }
            counts[edf.pick_and_add(|s| weights[s]).expect("one is up")] += 1;
        }
        assert_eq!(counts, [6, 3, 1]);
    }

    fn picks_of_forty_balancers(variant: EdfVariant) -> String {
        (1..=40)
            .map(|seed| edf(variant, &[8, 1, 1], 3, seed))
            .collect()
    }

    /// envoyproxy/envoy#31378: forty balancers with three tasks each, weights 8/1/1. If they start
    /// at a random point (seeds 1 to 40) they call every server.
    #[test]
    fn the_first_picks_are_biased_unless_seeded() {
        let unseeded = picks_of_forty_balancers(EdfVariant::Envoy);
        let seeded = picks_of_forty_balancers(EdfVariant::EnvoySeeded);
        assert!(!unseeded.contains(['b', 'c']));
        assert!(seeded.contains('b') && seeded.contains('c'));
    }
}
