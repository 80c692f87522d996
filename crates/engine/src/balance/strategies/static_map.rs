//! Static map: weighted turns precomputed in a table.
//!
//! Source: HAProxy `static-rr` (`init_server_map` in `lb_map.c`, 2.6). State: the table and a
//! pointer into it. The weights are divided by the greatest common divisor of all, eligible or not.
//! For each of the W places every server adds its weight to its credit `s`; the place goes to the
//! server with the largest `⌊(s + W)/W⌋`, the first declared of equals, which then pays W. Over
//! every W picks each server gets exactly its weight. When a server leaves or returns the table is
//! recomputed and the pointer stays, unless it is then outside. Ties do not occur in picks.
//! Weakness: weights cannot change while it runs, so a slow start does nothing (2.6, measured),
//! and the load does not matter. HAProxy's
//! `hash-type map-based` looks keys up in the same table.

use super::expanded_wrr;
use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use std::sync::Arc;

/// The table and the pointer of one group of servers.
#[derive(Clone, Debug, Default)]
struct MapTurns {
    /// The servers in order.
    map: Arc<[u16]>,
    /// Index of the next pick.
    next: usize,
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct StaticMap {
    groups: Groups<MapTurns>,
    /// The weights as configured: no slow start changes the table.
    weights: Arc<[u32]>,
}

/// The greatest common divisor; of 0 and `a`, `a`.
pub fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A server while the table is computed.
struct Credit {
    server: u16,
    weight: i64,
    credit: i64,
}

/// The table for the servers of `members`; empty if there is none.
pub(crate) fn lay_out(members: Mask, weights: &[u32]) -> Arc<[u16]> {
    let divisor = i64::from(weights.iter().copied().fold(0, gcd).max(1));
    let mut servers: Vec<Credit> = members
        .iter()
        .map(|s| Credit {
            server: s as u16,
            weight: i64::from(weights[s]) / divisor,
            credit: 0,
        })
        .collect();
    let total: i64 = servers.iter().map(|s| s.weight).sum();
    (0..total)
        .map(|_| {
            let mut best = 0;
            let mut most = -1;
            for (i, s) in servers.iter_mut().enumerate() {
                s.credit += s.weight;
                let turns = (s.credit + total) / total;
                if turns > most {
                    best = i;
                    most = turns;
                }
            }
            servers[best].credit -= total;
            servers[best].server
        })
        .collect()
}

impl Strategy for StaticMap {
    const SHARE: Share = Share::WeightedTurns;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::WEIGHTS
    }

    fn new(setup: &Setup) -> Self {
        Self {
            groups: Groups::new(),
            weights: setup.weights.into(),
        }
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        let weights = &self.weights;
        let turns = self.groups.of(cluster, MapTurns::default, |t, members| {
            t.map = lay_out(members, weights)
        });
        // Only now: if the table has grown since, the pointer may be past the old table's end.
        if turns.next >= turns.map.len() {
            turns.next = 0;
        }
        let Some(&server) = turns.map.get(turns.next) else {
            return Pick::NoServer;
        };
        why.record(|w| {
            w.table("static-map", &["weight", "turn"]);
            w.values.extend([
                ("place", turns.next as f64 + 1.0),
                ("length", turns.map.len() as f64),
            ]);
            let ahead = expanded_wrr::turns(&turns.map, turns.next, cluster.len());
            for s in cluster.eligible.iter() {
                w.row(s, &[cluster.weight(s), ahead[s]]);
            }
        });
        turns.next += 1;
        Pick::Server(usize::from(server))
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        match self.groups.last() {
            Some(turns) => Picture::Turns {
                order: turns.map.to_vec(),
                next: turns.next % turns.map.len().max(1),
            },
            None => Picture::Turns {
                order: lay_out(*cluster.eligible, &self.weights).to_vec(),
                next: 0,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::letters;

    #[test]
    fn haproxy_2_6_12_static_rr_prints_these() {
        assert_eq!(
            letters(StrategyId::StaticMap, &[5, 1, 1], 7),
            "a a a b a a c"
        );
        assert_eq!(letters(StrategyId::StaticMap, &[3, 2, 1], 6), "a a b a b c");
    }

    #[test]
    fn only_the_ratio_of_weights_counts() {
        assert_eq!(
            letters(StrategyId::StaticMap, &[30, 20, 10], 6),
            "a a b a b c"
        );
    }

    /// `reg-tests/balance/balance-rr.vtc` (vector 6): four equal servers in turn.
    #[test]
    fn haproxy_balance_rr_vtc() {
        assert_eq!(letters(StrategyId::StaticMap, &[1; 4], 5), "a b c d a");
    }
}
