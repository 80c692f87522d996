//! Weighted least request: turns by deadline, in which a busy server counts for less.
//!
//! Source: Envoy `least_request`. State: the heap of deadlines. With unequal weights a picked
//! server goes back in with the weight `w/(active + 1)^bias`, its tasks in progress counted before
//! this one; bias 0 is weighted round robin. With equal weights it is another rule: n draws with
//! replacement, the fewest tasks in progress wins, the first drawn of equals (see
//! [`two_choices`](super::two_choices)). Weakness: with unequal weights it behaves like weighted
//! turns and hardly like least load, since a deadline is set once, when the server was picked.

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
pub fn weight(weight: u32, active: u32, bias: f64) -> f64 {
    let busy = f64::from(active) + 1.0;
    f64::from(weight)
        / if bias == 1.0 {
            busy
        } else {
            libm::pow(busy, bias)
        }
}

impl Strategy for LeastRequest {
    const SHARE: Share = Share::ByLoad;

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
        let now = |s: usize| weight(cluster.weights[s], cluster.in_flight()[s], bias);
        let (edf, unequal) =
            self.groups
                .of(cluster, Default::default, |(edf, unequal), members| {
                    let mut weights = members.iter().map(|s| cluster.weights[s]);
                    let first = weights.next();
                    *unequal = weights.any(|w| Some(w) != first);
                    *edf = Edf::new(members, true, now);
                });
        if !*unequal {
            let active = |s: usize| f64::from(cluster.in_flight()[s]);
            self.draws
                .among(cluster.eligible)
                .with_replacement(self.choices, |n| rng.below(n));
            self.draws
                .explain("two-choices", "in-progress", "first-drawn", active, why);
            return self
                .draws
                .least(active)
                .map_or(Pick::NoServer, |(server, _)| Pick::Server(server));
        }
        edf.explain("least-request", cluster, now, why);
        let Some(server) = edf.pick_and_add(now) else {
            return Pick::NoServer;
        };
        why.tell(|w| {
            w.values.extend([
                ("weight", cluster.weight(server)),
                ("active", f64::from(cluster.in_flight()[server])),
                ("bias", bias),
                ("current", cluster.in_weight_units(now(server))),
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

    /// `least_request_lb_test.cc`, `WeightImbalance` (vector 12).
    #[test]
    fn envoy_least_request_lb_test_weight_imbalance() {
        let mut edf = Edf::new(Mask::of(2, |_| true), true, |s| weight([1, 2][s], 0, 1.0));
        let mut picks = |active: [u32; 2], n: usize| -> Vec<usize> {
            (0..n)
                .filter_map(|_| edf.pick_and_add(|s| weight([1, 2][s], active[s], 1.0)))
                .collect()
        };
        assert_eq!(picks([0, 0], 6), [1, 0, 1, 1, 0, 1]);
        assert_eq!(picks([0, 1], 5), [1, 0, 1, 0, 1]);
        assert_eq!(picks([1, 0], 10), [0, 1, 1, 1, 0, 1, 1, 1, 1, 0]);
    }

    #[test]
    fn no_bias_leaves_the_weight() {
        assert_eq!(
            (weight(3, 8, 0.0), weight(3, 8, 1.0), weight(4, 1, 2.0)),
            (3.0, 3.0 / 9.0, 1.0)
        );
    }
}
