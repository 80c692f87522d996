//! Pull: tasks wait in one queue, and a server takes the next when it has a free slot.
//!
//! Source: the work queue of every batch system; tf.data service's dynamic sharding. State: none of
//! its own; the queue is the balancer's. A task that arrives while servers are free goes to the one
//! with the most free slots; ties go to the first declared. Every decision is made as late as
//! possible, so that no server idles while a task waits: with equal servers this is M/G/n.
//! Weakness: a round trip for each task, and no server can prefetch what a task will need.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Pull;

impl Strategy for Pull {
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
        if cluster.eligible.is_empty() {
            return Pick::NoServer;
        }
        let mut best = None;
        let mut most = 0;
        for server in cluster.eligible.iter() {
            let free = cluster.free_slots(server);
            if free > most {
                best = Some(server);
                most = free;
            }
        }
        why.record(|w| {
            w.table("pull", &["in-progress", "slots", "free"]);
            for s in cluster.eligible.iter() {
                let server = &cluster.facts[s];
                w.row(
                    s,
                    &[
                        f64::from(cluster.in_flight[s]),
                        f64::from(server.slots),
                        f64::from(cluster.free_slots(s)),
                    ],
                );
            }
            w.values.push(("free", f64::from(most)));
            w.tie(2, f64::from(most), "first-declared");
        });
        best.map_or(Pick::Wait, Pick::Server)
    }

    fn picture(&self, _: &Cluster) -> Picture {
        Picture::Shared
    }
}
