//! First fit: the first declared server that has a free slot.
//!
//! Source: HAProxy `first`, with a server's slots as its `maxconn`. State: none but the counts.
//! With no free slot anywhere the task waits at the balancer, and the first server with a free slot
//! takes it. Ties do not occur. The load is uneven on purpose: the last servers stay idle as long
//! as possible and can be switched off. Weakness: the first server is always full, and with many
//! slots its tasks are slow while other servers idle.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct FirstFit;

impl Strategy for FirstFit {
    const SHARE: Share = Share::ByLoad;
    const POOLS: bool = true;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            capacity: true,
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(_: &Setup) -> Self {
        Self
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        let first = cluster.eligible.iter().find(|&s| cluster.free_slots(s) > 0);
        why.record(|w| {
            w.table("first-fit", &["in-progress", "slots", "free"]);
            for s in cluster.eligible.iter() {
                w.row(
                    s,
                    &[
                        f64::from(cluster.in_flight[s]),
                        f64::from(cluster.facts[s].slots),
                        f64::from(cluster.free_slots(s)),
                    ],
                );
            }
            let free = first.map_or(0, |s| cluster.free_slots(s));
            w.values.push(("free", f64::from(free)));
        });
        match first {
            Some(server) => Pick::Server(server),
            None if cluster.eligible.is_empty() => Pick::NoServer,
            None => Pick::Wait,
        }
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Bars {
            label: "connections",
            values: cluster.in_flight_bars(),
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{letters, letters_held};

    #[test]
    fn fills_one_server_after_the_other_and_then_waits() {
        assert_eq!(letters(StrategyId::FirstFit, &[1, 1, 1], 4), "a a a a");
        assert_eq!(
            letters_held(StrategyId::FirstFit, &[1, 1, 1], 5),
            "a b c - -"
        );
    }
}
