//! Caddy's weighted round robin: a counter into a list in which each server stands as often as its
//! weight says.
//!
//! Source: Caddy 2.11.7, `weighted_round_robin` in
//! `modules/caddyhttp/reverseproxy/selectionpolicies.go`. State: the counter, which begins at the
//! second entry. Servers of weight 0 are not in the list. The counter finds the n-th weight; the
//! n-th of the *available* servers is picked, n modulo their number. Weakness: when a server is
//! down weights and servers no longer belong together, and a light server may get a heavy one's
//! share. Also the bursts of any such list.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use std::sync::Arc;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct CaddyWrr {
    weights: Arc<[u32]>,
    total: u64,
    /// Picks so far.
    counter: u64,
}

impl CaddyWrr {
    /// The entry of the list that is next, from 0, and which of the weights that are not 0 it is.
    fn next(&self) -> (u64, usize) {
        let entry = (self.counter + 1) % self.total.max(1);
        let mut before = 0;
        let mut positive = self.weights.iter().filter(|w| **w > 0);
        let weight = positive.position(|&w| {
            before += u64::from(w);
            entry < before
        });
        (entry, weight.unwrap_or(0))
    }
}

impl Strategy for CaddyWrr {
    // While a server is down, shares do not follow the weights, so it claims none.
    const SHARE: Share = Share::ByLoad;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::WEIGHTS
    }

    fn new(setup: &Setup) -> Self {
        Self {
            weights: setup.weights.into(),
            total: setup.weights.iter().map(|&w| u64::from(w)).sum(),
            counter: 0,
        }
    }

    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        let (entry, weight) = self.next();
        let mut available = cluster.eligible.iter().filter(|&s| self.weights[s] > 0);
        let count = available.clone().count();
        if count == 0 {
            return Pick::NoServer;
        }
        why.record(|w| {
            w.table("caddy-wrr", &["weight", "place"]);
            for (place, s) in available.clone().enumerate() {
                w.row(s, &[f64::from(self.weights[s]), place as f64 + 1.0]);
            }
            w.values.extend([
                ("entry", entry as f64 + 1.0),
                ("length", self.total as f64),
                ("weight", weight as f64 + 1.0),
                ("servers", count as f64),
            ]);
        });
        self.counter += 1;
        available
            .nth(weight % count)
            .map_or(Pick::NoServer, Pick::Server)
    }

    fn picture(&self, _: &Cluster) -> Picture {
        let order = super::expanded_wrr::expand(&self.weights);
        Picture::Turns {
            next: self.next().0 as usize,
            order: order.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::bare::{Case, letters_for};
    use crate::balance::{Mask, StrategyId};

    fn picks(weights: &[u32], tasks: usize, up: impl FnMut(usize) -> bool) -> String {
        letters_for(&Case {
            eligible: Some(Mask::of(weights.len(), up)),
            ..Case::new(StrategyId::CaddyWrr, weights, tasks)
        })
        .replace(' ', "")
    }

    /// What Caddy 2.11.7 prints.
    #[test]
    fn gives_caddys_sequences() {
        for (weights, printed) in [
            (&[5, 1, 1][..], "aaaabcaaaaabca"),
            (&[3, 2, 1], "aabbcaaabbca"),
            (&[1, 2, 3], "bbcccabbccca"),
            (&[5, 1, 1, 7], "aaaabcdddddddaaaaabcddddddda"),
            (&[0, 2, 1], "bcbbcb"),
        ] {
            assert_eq!(picks(weights, printed.len(), |_| true), printed);
        }
    }

    /// With a down the weights belong to the wrong servers: c, of weight 1, gets 27 of 42.
    #[test]
    fn weights_slip_when_a_server_is_down() {
        let seen = picks(&[1, 5, 1, 1], 42, |s| s > 0);
        assert!(seen.starts_with("cccccdbb"), "{seen}");
        let count = |server| seen.matches(server).count();
        assert_eq!((count('c'), count('b'), count('d')), (27, 10, 5));
    }
}
