//! gRPC's round robin: plain turns that begin anywhere.
//!
//! Source: grpc-go's `balancer/roundrobin`; the other languages do the same. State: the next turn.
//! Each time a connection is lost or made, turns begin at a random one of the servers that are
//! connected: many clients would otherwise all begin with the first. Ties do not occur. Weakness:
//! as with any turns, neither capacity nor load matters; and clients with few requests each give
//! uneven shares.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct GrpcRoundRobin {
    turns: Groups<usize>,
}

impl Strategy for GrpcRoundRobin {
    const SHARE: Share = Share::EqualTurns;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::NOTHING
    }

    fn new(_: &Setup) -> Self {
        Self {
            turns: Groups::new(),
        }
    }

    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let n = cluster.eligible.len();
        if n == 0 {
            return Pick::NoServer;
        }
        let mut begins = false;
        let turn = self.turns.of(
            cluster,
            || 0,
            |turn, _| {
                *turn = rng.below(n as u64) as usize;
                begins = true;
            },
        );
        why.record(|w| {
            let rule = if begins {
                "grpc-round-robin-begins"
            } else {
                "grpc-round-robin"
            };
            w.table(rule, &["turn"]);
            for (place, s) in cluster.eligible.iter().enumerate() {
                w.row(s, &[((place + n - *turn) % n + 1) as f64]);
            }
            w.values.push(("servers", n as f64));
        });
        let server = cluster.eligible.nth(*turn);
        *turn = (*turn + 1) % n;
        server.map_or(Pick::NoServer, Pick::Server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let order: Vec<u16> = cluster.eligible.iter().map(|s| s as u16).collect();
        let turn = self.turns.last().copied().unwrap_or(0);
        Picture::Turns {
            next: turn % order.len().max(1),
            order,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::bare::{Case, letters_for};
    use crate::balance::{Mask, StrategyId};

    /// Plain turns from a random server, and again from a random one when a server has left; over
    /// seeds each comes first.
    #[test]
    fn turns_begin_anywhere() {
        let changes = [(6, Mask::of(3, |s| s != 1))];
        let mut first = [false; 3];
        let mut then = [false; 3];
        for seed in 0..60 {
            let picks = letters_for(&Case {
                changes: &changes,
                seed,
                ..Case::new(StrategyId::GrpcRoundRobin, &[5, 1, 1], 10)
            })
            .replace(' ', "");
            assert!("abcabcabc".contains(&picks[..6]), "{picks}");
            assert!("acacac".contains(&picks[6..]), "{picks}");
            first[usize::from(picks.as_bytes()[0] - b'a')] = true;
            then[usize::from(picks.as_bytes()[6] - b'a')] = true;
        }
        assert_eq!((first, then), ([true; 3], [true, false, true]));
    }
}
