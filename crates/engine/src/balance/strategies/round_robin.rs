//! Round robin: each server in turn.
//!
//! Source: the article's first strategy; also nginx's and HAProxy's behaviour with equal weights.
//! State: a pointer. Ties do not occur; a server that is not eligible is skipped and keeps its
//! place in the order. Weakness: neither capacity nor load matters, so a slow server gets as many
//! tasks as a fast one.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct RoundRobin {
    next: usize,
    servers: usize,
}

impl Strategy for RoundRobin {
    const SHARE: Share = Share::EqualTurns;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::NOTHING
    }

    fn new(setup: &Setup) -> Self {
        Self {
            next: 0,
            servers: setup.weights.len(),
        }
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        why.record(|w| {
            w.table("round-robin", &["turn"]);
            w.values.push(("pointer", self.next as f64 + 1.0));
            for server in 0..self.servers {
                let turn = (server + self.servers - self.next) % self.servers + 1;
                w.row(server, &[turn as f64]);
            }
        });
        for _ in 0..self.servers {
            let server = self.next;
            self.next = if server + 1 == self.servers {
                0
            } else {
                server + 1
            };
            if cluster.eligible.has(server) {
                return Pick::Server(server);
            }
        }
        Pick::NoServer
    }

    fn picture(&self, _: &Cluster) -> Picture {
        Picture::Turns {
            order: (0..self.servers as u16).collect(),
            next: self.next,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::letters;

    #[test]
    fn takes_turns() {
        assert_eq!(
            letters(StrategyId::RoundRobin, &[5, 1, 1], 7),
            "a b c a b c a"
        );
    }
}
