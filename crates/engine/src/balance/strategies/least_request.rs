//! Weighted least request: turns by deadline, in which a busy server has less weight.
//!
//! Source: Envoy `least_request`. State: the heap of deadlines, whose ties and start are those of
//! [`edf`](super::edf). With unequal weights a picked server is re-inserted with the weight
//! `w/(active + 1)^bias`, where `active` counts its tasks in flight without the new one; bias 0 is
//! weighted round robin. With equal weights the rule is another: n draws with replacement, the
//! fewest tasks in flight wins, ties go to the first drawn (see
//! [`two_choices`](super::two_choices)). Or all servers are looked at (`FULL_SCAN`), the fewest
//! wins and chance decides ties, as in Caddy's `least_conn`. Weakness: with unequal weights it
//! behaves like weighted turns and hardly like least load, since a deadline is set once, when the
//! server is picked.

use super::draws::Draws;
use super::edf::{Edf, Start, are_unequal};
use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct LeastRequest {
    choices: u32,
    bias: f64,
    /// Whether all servers are looked at, if the weights are equal.
    scans: bool,
    draws: Draws,
    start: Start,
    /// The heap, if the weights are unequal.
    groups: Groups<Option<Edf>>,
}

/// `w/(active + 1)^bias`.
#[inline]
pub(crate) fn weight(weight: u32, active: u32, bias: f64) -> f64 {
    let busy = f64::from(active) + 1.0;
    let divisor = if bias == 1.0 {
        busy
    } else {
        libm::pow(busy, bias)
    };
    f64::from(weight) / divisor
}

/// The weight of `server` as it is now loaded.
#[inline(always)]
fn weight_now(cluster: &Cluster, server: usize, bias: f64) -> f64 {
    weight(cluster.weights[server], cluster.in_flight[server], bias)
}

/// Requests in flight at `server`.
#[inline(always)]
fn active(cluster: &Cluster, server: usize) -> f64 {
    f64::from(cluster.in_flight[server])
}

/// Envoy's full scan: the fewest in flight, one of equals by chance.
fn scan<X: Explain>(cluster: &Cluster, rng: &mut Rng, why: &mut X) -> Pick {
    let in_flight = cluster.in_flight;
    let Some(least) = cluster.eligible.iter().map(|s| in_flight[s]).min() else {
        return Pick::NoServer;
    };
    why.record(|w| {
        w.table("full-scan", &["in-progress"]);
        for s in cluster.eligible.iter() {
            w.row(s, &[active(cluster, s)]);
        }
        w.values.push(("least", f64::from(least)));
        w.tie(0, f64::from(least), "by-chance");
    });
    let mut level = cluster.eligible.iter().filter(|&s| in_flight[s] == least);
    let ties = level.clone().count();
    let which = if ties > 1 { rng.below(ties as u64) } else { 0 };
    level
        .nth(which as usize)
        .map_or(Pick::NoServer, Pick::Server)
}

impl Strategy for LeastRequest {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["choices", "full_scan", "least_request_bias", "edf"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            weights: true,
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        Self {
            choices: setup.config.choices,
            bias: setup.config.least_request_bias,
            scans: setup.config.full_scan,
            draws: Draws::default(),
            start: Start::new(setup),
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
        let bias = self.bias;
        let start = &mut self.start;
        let edf = self.groups.of(cluster, Default::default, |edf, members| {
            *edf = are_unequal(cluster, members).then(|| {
                let seed = start.seed(rng);
                start.heap(members, seed, |s| weight_now(cluster, s, bias))
            });
        });
        let Some(edf) = edf else {
            if self.scans {
                return scan(cluster, rng, why);
            }
            let draws = self.draws.among(*cluster.eligible);
            draws.with_replacement(self.choices, |n| rng.below(n));
            draws.explain(
                "two-choices",
                "in-progress",
                "first-drawn",
                |s| active(cluster, s),
                why,
            );
            return draws
                .least(|s| active(cluster, s))
                .map_or(Pick::NoServer, |(server, _)| Pick::Server(server));
        };
        edf.explain(
            "least-request",
            cluster,
            |s| weight_now(cluster, s, bias),
            why,
        );
        let Some(server) = edf.pick_and_add(|s| weight_now(cluster, s, bias)) else {
            return Pick::NoServer;
        };
        why.record(|w| {
            w.values.extend([
                ("weight", cluster.weight(server)),
                ("active", active(cluster, server)),
                ("bias", bias),
                (
                    "current",
                    cluster.in_weight_units(weight_now(cluster, server, bias)),
                ),
            ]);
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        if let Some(Some(edf)) = self.groups.last() {
            return Picture::Bars {
                label: "deadlines",
                values: edf.ahead(cluster),
                largest_wins: false,
            };
        }
        Picture::Candidates {
            label: "connections",
            values: cluster.in_flight_bars(),
            drawn: self.draws.drawn.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::bare::{Case, letters_for};
    use crate::balance::{EdfVariant, Mask, StrategyId};

    fn picks(edf: &mut Edf, active: [u32; 2], n: usize) -> Vec<usize> {
        (0..n)
            .filter_map(|_| edf.pick_and_add(|s| weight([1, 2][s], active[s], 1.0)))
            .collect()
    }

    /// `least_request_lb_test.cc`, `WeightImbalance` (vector 12).
    #[test]
    fn envoy_least_request_lb_test_weight_imbalance() {
        let idle = |s| weight([1, 2][s], 0, 1.0);
        let mut edf = Edf::new(Mask::all(2), EdfVariant::Envoy, 0, idle);
        assert_eq!(picks(&mut edf, [0, 0], 6), [1, 0, 1, 1, 0, 1]);
        assert_eq!(picks(&mut edf, [0, 1], 5), [1, 0, 1, 0, 1]);
        assert_eq!(picks(&mut edf, [1, 0], 10), [0, 1, 1, 1, 0, 1, 1, 1, 1, 0]);
    }

    #[test]
    fn no_bias_leaves_the_weight() {
        assert_eq!(
            (weight(3, 8, 0.0), weight(3, 8, 1.0), weight(4, 1, 2.0)),
            (3.0, 3.0 / 9.0, 1.0)
        );
    }

    fn held(weights: &[u32], tasks: usize, config: StrategyConfig, seed: u32) -> String {
        let id = StrategyId::LeastRequest;
        let case = Case {
            config: StrategyConfig { id, ..config },
            hold: true,
            seed,
            ..Case::new(id, weights, tasks)
        };
        letters_for(&case).replace(' ', "")
    }

    /// Envoy 1.40.0 with replies held back, from the place where its heap is level.
    #[test]
    fn envoy_with_replies_held_back() {
        for (weights, printed) in [
            (&[5, 1, 1][..], "aaabcabcaabcaabcaabcaaabcaab"),
            (&[3, 2, 1], "abacbacbabacabcabacbabacbaca"),
            (&[1, 2], "bababbabababbababbabababbaba"),
            (&[7, 5, 3, 2], "abacbdacbdacbadbacabdcabacdb"),
        ] {
            let picks = held(weights, 28, StrategyConfig::default(), 7);
            assert_eq!(picks, printed, "{weights:?}");
        }
    }

    /// Envoy 1.40.0 from all places of its cycles: each is what some seed gives, and no seed gives
    /// anything else.
    #[test]
    fn envoy_with_replies_held_back_from_any_place() {
        let cases: [(&[u32], &[&str]); 3] = [
            (
                &[5, 1, 1],
                &[
                    "aaabcabcaabcaabcaabcaaabcaab",
                    "aabcaabcaabcaabcaabcaabcaaab",
                    "abcaabcaaabcaabcaabcaabcaaab",
                    "bcaaabcaabcaaabcaabcaabcaabc",
                    "caaabcabacabaacbaacbaacabaca",
                ],
            ),
            (
                &[3, 2, 1],
                &[
                    "abacbacbabacabcabacbabacbaca",
                    "bacbaacbabcabacabacbabacbaca",
                    "acbabacbacbaabcabacbabacbaca",
                    "cbaabcabacbabacabacbabcabaca",
                    "baabcabcabacbacababcabacbaca",
                    "aabcbacbaabcabcabacbabacabca",
                ],
            ),
            (
                &[1, 2],
                &[
                    "bababbabababbababbabababbaba",
                    "abbababbababbababbabababbaba",
                    "bbababababbabababbababbababa",
                ],
            ),
        ];
        for (weights, printed) in cases {
            let seeded = || StrategyConfig {
                edf: EdfVariant::EnvoySeeded,
                ..StrategyConfig::default()
            };
            let mut given: Vec<String> = (0..100).map(|i| held(weights, 28, seeded(), i)).collect();
            given.sort();
            given.dedup();
            let mut expected = printed.to_vec();
            expected.sort_unstable();
            assert_eq!(given, expected, "{weights:?}");
        }
    }

    /// Envoy 1.40.0 with a bias of 0.
    #[test]
    fn without_bias_held_replies_change_nothing() {
        let config = StrategyConfig {
            least_request_bias: 0.0,
            ..StrategyConfig::default()
        };
        assert_eq!(held(&[5, 1, 1], 21, config, 7), "aaaabca".repeat(3));
    }

    /// A full scan of equal servers deals held tasks out in rounds, each in an order of its own.
    #[test]
    fn a_full_scan_deals_in_rounds() {
        let config = StrategyConfig {
            full_scan: true,
            ..StrategyConfig::default()
        };
        let picks = held(&[1, 1, 1], 90, config, 7);
        let mut rounds: Vec<&str> = (0..30).map(|i| &picks[3 * i..3 * i + 3]).collect();
        for round in &rounds {
            assert!(
                "abc".chars().all(|server| round.contains(server)),
                "{round}"
            );
        }
        rounds.sort_unstable();
        rounds.dedup();
        assert_eq!(rounds.len(), 6);
    }
}
