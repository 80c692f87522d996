//! Join the shortest queue: the server with the fewest tasks, waiting and in service.
//!
//! Source: the literature (Winston 1977: optimal for equal servers with exponential sizes). State:
//! none. The only balancer sees how many tasks are present at each server, without those in
//! transit; an instance behind a device knows only the tasks that it sent itself. Ties are broken
//! at random, evenly. Weakness: every task needs the counts of all servers, and a count shows
//! neither speed nor size.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct ShortestQueue;

impl Strategy for ShortestQueue {
    const SHARE: Share = Share::ByLoad;

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
        let present = &cluster.reports.present[..];
        let first = (u32::MAX, 0);
        let (least, ties) = cluster.eligible.iter().fold(first, |(least, ties), s| {
            let count = present[s];
            let before = if count < least { 0 } else { ties };
            (least.min(count), before + u64::from(count <= least))
        });
        if ties == 0 {
            return Pick::NoServer;
        }
        why.record(|w| {
            w.table("shortest-queue", &["present"]);
            for s in cluster.eligible.iter() {
                w.row(s, &[f64::from(present[s])]);
            }
            w.values.push(("least", f64::from(least)));
            w.tie(0, f64::from(least), "by-chance");
        });
        let which = if ties > 1 {
            rng.below(ties) as usize
        } else {
            0
        };
        let server = cluster
            .eligible
            .iter()
            .filter(|&s| present[s] == least)
            .nth(which);
        server.map_or(Pick::NoServer, Pick::Server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Bars {
            label: "present",
            values: cluster.present_bars(),
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::letters;

    /// Nothing in flight: every pick is a tie. Seed 7 (the harness's), 3,000 picks: the standard
    /// error of a count of 1,000 is 26; five of them are allowed.
    #[test]
    fn ties_are_broken_evenly() {
        let picks = letters(StrategyId::ShortestQueue, &[5, 1, 1], 3000);
        for server in ['a', 'b', 'c'] {
            let n = picks.matches(server).count() as f64;
            assert!((n - 1000.0).abs() < 130.0, "{server}: {n}");
        }
    }
}
