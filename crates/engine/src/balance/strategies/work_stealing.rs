//! Work stealing: tasks are assigned at random, and a server that becomes idle takes one that waits
//! elsewhere.
//!
//! Source: Blumofe and Leiserson (1999), whose thieves take the oldest task of a random victim;
//! here the victim is the server with the longest queue, the first declared of equals, and taking
//! costs nothing. The thief takes the task that has waited longest there. State: none of its own;
//! the engine moves the tasks, on [`STEALS`](Strategy::STEALS). Ties do not occur in assigning. No
//! server idles while a task waits, so equal servers are M/G/n, as with pull, but without a central
//! queue. Weakness: in reality each theft costs a round trip and moves the data that the task
//! needs.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct WorkStealing;

impl Strategy for WorkStealing {
    const SHARE: Share = Share::ByLoad;
    const STEALS: bool = true;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            reports: true,
            ..Knows::NOTHING
        }
    }

    fn new(_: &Setup) -> Self {
        Self
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let count = cluster.eligible.len() as u64;
        if count == 0 {
            return Pick::NoServer;
        }
        let drawn = rng.below(count);
        why.record(|w| {
            w.table("work-stealing", &["waiting", "chance"]);
            for s in cluster.eligible.iter() {
                w.row(s, &[waiting(cluster, s), 1.0 / count as f64]);
            }
            w.values
                .extend([("drawn", drawn as f64 + 1.0), ("count", count as f64)]);
        });
        cluster
            .eligible
            .iter()
            .nth(drawn as usize)
            .map_or(Pick::NoServer, Pick::Server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let values = (0..cluster.len()).map(|s| waiting(cluster, s)).collect();
        Picture::Bars {
            label: "waiting",
            values,
            largest_wins: true,
        }
    }
}

fn waiting(cluster: &Cluster, server: usize) -> f64 {
    f64::from(cluster.reports.waiting[server])
}
