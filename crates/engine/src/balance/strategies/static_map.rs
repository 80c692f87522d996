//! Static map: weighted turns laid out beforehand in a table.
//!
//! Source: HAProxy `static-rr` (`init_server_map` in `lb_map.c`, 2.6). State: the table and a
//! pointer into it. The weights are divided by the greatest common divisor of all, present or not;
//! each of the W places goes to the server whose credit `⌊(s + W)/W⌋` is largest after every
//! server added its weight to its `s`, the first declared of equals, which then pays W. Over every
//! W picks each server gets exactly its weight. When a server comes or goes the table is laid out
//! anew and the pointer stays, unless it then stands outside. Weakness: weights cannot change while
//! it runs, and it is blind to the load. HAProxy's `hash-type map-based` looks keys up in the same
//! table.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use std::sync::Arc;

/// The table and where it stands.
#[derive(Clone, Debug)]
struct Turns {
    map: Arc<[u16]>,
    next: usize,
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct StaticMap {
    groups: Groups<Turns>,
}

/// The greatest common divisor; of 0 and `a`, `a`.
pub fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The table for the servers of `members`; empty if there is none.
pub fn lay_out(members: Mask, weights: &[u32]) -> Arc<[u16]> {
    let divisor = i64::from(weights.iter().copied().fold(0, gcd).max(1));
    let mut servers: Vec<(u16, i64, i64)> = members
        .iter()
        .map(|s| (s as u16, i64::from(weights[s]) / divisor, 0))
        .collect();
    let total: i64 = servers.iter().map(|s| s.1).sum();
    let place = |_| {
        let (mut best, mut most) = (0, -1);
        for (i, (_, weight, credit)) in servers.iter_mut().enumerate() {
            *credit += *weight;
            let turns = (*credit + total) / total;
            if turns > most {
                (best, most) = (i, turns);
            }
        }
        servers[best].2 -= total;
        servers[best].0
    };
    (0..total).map(place).collect()
}

impl Strategy for StaticMap {
    const SHARE: Share = Share::WeightedTurns;

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
        let empty = || Turns {
            map: Arc::new([]),
            next: 0,
        };
        let turns = self.groups.of(cluster, empty, |t, members| {
            t.map = lay_out(members, cluster.weights)
        });
        // Only now: in a table that has grown since, a pointer past the old one's end goes on.
        if turns.next >= turns.map.len() {
            turns.next = 0;
        }
        let Some(&server) = turns.map.get(turns.next) else {
            return Pick::NoServer;
        };
        why.tell(|w| {
            w.table("static-map", &["weight", "turn"]);
            w.values.extend([
                ("place", turns.next as f64 + 1.0),
                ("length", turns.map.len() as f64),
            ]);
            for s in cluster.eligible.iter() {
                let ahead = turns.map[turns.next..]
                    .iter()
                    .chain(&turns.map[..turns.next]);
                let turn = ahead
                    .into_iter()
                    .position(|&m| usize::from(m) == s)
                    .map_or(f64::NAN, |p| p as f64 + 1.0);
                w.row(s, &[cluster.weight(s), turn]);
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
                order: lay_out(cluster.eligible, cluster.weights).to_vec(),
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
