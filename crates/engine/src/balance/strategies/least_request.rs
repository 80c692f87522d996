//! Weighted least request: turns by deadline, in which a busy server has less weight.
//!
//! Source: Envoy `least_request`. State: the heap of deadlines. With unequal weights a picked
//! server is re-inserted with the weight `w/(active + 1)^bias`, where `active` counts its tasks in
//! flight without the new one; bias 0 is weighted round robin. With equal weights the rule is
//! another: n draws with replacement, the fewest tasks in flight wins, ties go to the first drawn
//! (see [`two_choices`](super::two_choices)). Weakness: with unequal weights it behaves like
//! weighted turns and hardly like least load, since a deadline is set once, when the server is
//! picked.

use super::draws::Draws;
use super::edf::Edf;
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
    draws: Draws,
    /// The heap, and whether the weights are unequal.
    groups: Groups<(Edf, bool)>,
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

impl Strategy for LeastRequest {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["choices", "least_request_bias"];

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
            draws: Draws::default(),
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
        let (edf, unequal) =
            self.groups
                .of(cluster, Default::default, |(edf, unequal), members| {
                    let mut weights = members.iter().map(|s| cluster.weights[s]);
                    let first = weights.next();
                    *unequal = weights.any(|w| Some(w) != first);
                    *edf = Edf::new(members, true, |s| weight_now(cluster, s, bias));
                });
        if !*unequal {
            let draws = self.draws.among(cluster.eligible);
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
        }
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
        match self.groups.last() {
            Some((edf, true)) => Picture::Bars {
                label: "deadlines",
                values: edf.ahead(cluster),
                largest_wins: false,
            },
            _ => Picture::Candidates {
                label: "connections",
                values: cluster.in_flight_bars(),
                drawn: self.draws.drawn.clone(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::Mask;

    fn picks(edf: &mut Edf, active: [u32; 2], n: usize) -> Vec<usize> {
        (0..n)
            .filter_map(|_| edf.pick_and_add(|s| weight([1, 2][s], active[s], 1.0)))
            .collect()
    }

    /// `least_request_lb_test.cc`, `WeightImbalance` (vector 12).
    #[test]
    fn envoy_least_request_lb_test_weight_imbalance() {
        let mut edf = Edf::new(Mask::of(2, |_| true), true, |s| weight([1, 2][s], 0, 1.0));
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
}
