//! Blocks: a random server keeps a number of picks in a row.
//!
//! Source: none; a strategy to add and take away. State: the server and what is left of its block.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Blocks {
    server: usize,
    left: u32,
    length: u32,
}

impl Strategy for Blocks {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["block_length"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::NOTHING
    }

    fn new(setup: &Setup) -> Self {
        Self {
            server: 0,
            left: 0,
            length: setup.config.block_length,
        }
    }

    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        if cluster.eligible.is_empty() {
            return Pick::NoServer;
        }
        if self.left == 0 || !cluster.eligible.has(self.server) {
            let drawn = rng.below(cluster.eligible.len() as u64);
            self.server = cluster.eligible.nth(drawn as usize).unwrap_or(0);
            self.left = self.length;
        }
        why.record(|w| {
            w.table("blocks", &["turn"]);
            w.row(self.server, &[f64::from(self.left)]);
            w.values.push(("left", f64::from(self.left)));
        });
        self.left -= 1;
        Pick::Server(self.server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Bars {
            label: "connections",
            values: cluster.in_flight_bars(),
            largest_wins: false,
        }
    }
}
