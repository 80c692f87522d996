//! Pick first: one connection, kept as long as it lasts.
//!
//! Source: gRPC's `pick_first`, its default policy. State: the server that the client is connected
//! to. When that one is lost, the addresses are tried from the first, and the client stays with the
//! one that it finds, also after the first has returned. Ties do not occur. Weakness: it does not
//! balance. All of a client's requests are at one server, and all clients with the same list are at
//! the first one; after a failure they stay where they went.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct PickFirst {
    connected: Groups<Option<usize>>,
}

impl Strategy for PickFirst {
    const SHARE: Share = Share::ByLoad;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::NOTHING
    }

    fn new(_: &Setup) -> Self {
        Self {
            connected: Groups::new(),
        }
    }

    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        let mut connects = false;
        let connected = self.connected.of(
            cluster,
            || None,
            |connected, members| {
                if !connected.is_some_and(|s| members.has(s)) {
                    *connected = members.iter().next();
                    connects = true;
                }
            },
        );
        let connected = *connected;
        why.record(|w| {
            let rule = if connects {
                "pick-first-connects"
            } else {
                "pick-first"
            };
            w.table(rule, &["place"]);
            for s in cluster.eligible.iter() {
                w.row(s, &[s as f64 + 1.0]);
            }
        });
        connected.map_or(Pick::NoServer, Pick::Server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let order: Vec<u16> = cluster.eligible.iter().map(|s| s as u16).collect();
        let connected = self.connected.last().copied().flatten();
        let next = order
            .iter()
            .position(|&s| Some(usize::from(s)) == connected);
        Picture::Turns {
            next: next.unwrap_or(0),
            order,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::bare::{Case, letters_for};
    use crate::balance::{Mask, StrategyId};

    #[test]
    fn a_client_stays_where_it_is_connected() {
        let changes = [(2, Mask::of(3, |s| s > 0)), (4, Mask::all(3))];
        let case = Case {
            changes: &changes,
            ..Case::new(StrategyId::PickFirst, &[1, 1, 1], 6)
        };
        assert_eq!(letters_for(&case), "a a b b b b");
    }
}
