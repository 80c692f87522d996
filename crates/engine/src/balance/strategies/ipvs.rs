//! Shortest expected delay and never queue: Linux IPVS.
//!
//! Source: `net/netfilter/ipvs/ip_vs_sed.c` and `ip_vs_nq.c` of Linux (`ipvsadm -s sed`, `-s nq`;
//! kube-proxy offers both). State: none. The least (in flight + 1)/w wins: how long the new task
//! would be there if a server's weight is its speed. Never queue takes the first idle server if
//! there is one, however slow. Ties go to the first in the list, here as declared. Weakness: where
//! weights are no speeds the delay is none; an idle slow server under never queue; and what fails
//! fast looks idle.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Ipvs<const NEVER_QUEUES: bool>;

/// The expected delay at `server` in services of a server of weight 1.
fn delay(cluster: &Cluster, server: usize) -> f64 {
    (f64::from(cluster.in_flight[server]) + 1.0) / cluster.weight(server)
}

/// The first of the eligible servers with the least delay. Compared without dividing.
fn least(cluster: &Cluster) -> Option<usize> {
    let after = |s: usize| u64::from(cluster.in_flight[s]) + 1;
    cluster.eligible.iter().reduce(|best, s| {
        let this = after(s) * u64::from(cluster.weights[best]);
        let least = after(best) * u64::from(cluster.weights[s]);
        if this < least { s } else { best }
    })
}

impl<const NEVER_QUEUES: bool> Strategy for Ipvs<NEVER_QUEUES> {
    const SHARE: Share = Share::ByLoad;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            weights: true,
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(_: &Setup) -> Self {
        Self
    }

    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        let mut idle = cluster
            .eligible
            .iter()
            .filter(|&s| cluster.in_flight[s] == 0);
        let free = idle.next().filter(|_| NEVER_QUEUES);
        let Some(server) = free.or_else(|| least(cluster)) else {
            return Pick::NoServer;
        };
        why.record(|w| {
            let rule = if free.is_some() {
                "ipvs-nq"
            } else {
                "ipvs-sed"
            };
            w.table(rule, &["connections", "weight", "score"]);
            for s in cluster.eligible.iter() {
                let active = f64::from(cluster.in_flight[s]);
                w.row(s, &[active, cluster.weight(s), delay(cluster, s)]);
            }
            w.values.extend([
                ("active", f64::from(cluster.in_flight[server])),
                ("weight", cluster.weight(server)),
                ("delay", delay(cluster, server)),
            ]);
            match free {
                Some(_) => w.tie(0, 0.0, "first-declared"),
                None => w.tie(2, delay(cluster, server), "first-declared"),
            }
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Bars {
            label: "score",
            values: cluster.bars(|s| delay(cluster, s)),
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{letters, letters_held};

    /// By the rule: with tasks held, and idle, where the heaviest always has the least delay.
    #[test]
    fn shortest_expected_delay() {
        assert_eq!(
            letters_held(StrategyId::IpvsSed, &[3, 2, 1], 6),
            "a b a a b c"
        );
        assert_eq!(letters(StrategyId::IpvsSed, &[3, 2, 1], 3), "a a a");
        assert_eq!(letters_held(StrategyId::IpvsSed, &[1, 1, 1], 4), "a b c a");
    }

    /// The same, but no server stays idle.
    #[test]
    fn never_queue() {
        assert_eq!(
            letters_held(StrategyId::IpvsNq, &[3, 2, 1], 6),
            "a b c a a b"
        );
        assert_eq!(letters(StrategyId::IpvsNq, &[1, 5, 1], 3), "a a a");
    }
}
