//! Weighted round robin by an expanded list: each server appears as many times in a row as its
//! weight says.
//!
//! Source: the textbook; Pingora's `RoundRobin` walks such a list. State: a counter. Ties do not
//! occur; a server that is not eligible is skipped, so that its turns go to the next in the list.
//! The shares are those of smooth weighted round robin. Weakness: a heavy server gets its whole
//! share in one burst.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use std::sync::Arc;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct ExpandedWrr {
    list: Arc<[u16]>,
    next: usize,
}

impl Strategy for ExpandedWrr {
    const SHARE: Share = Share::WeightedTurns;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::WEIGHTS
    }

    fn new(setup: &Setup) -> Self {
        Self {
            list: expand(setup.weights),
            next: 0,
        }
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        why.record(|w| {
            w.table("expanded-wrr", &["weight", "turn"]);
            w.values.extend([
                ("place", self.next as f64 + 1.0),
                ("length", self.list.len() as f64),
            ]);
            let turns = turns(&self.list, self.next, cluster.len());
            for (server, turn) in turns.into_iter().enumerate() {
                w.row(server, &[cluster.weight(server), turn]);
            }
        });
        for _ in 0..self.list.len() {
            let server = usize::from(self.list[self.next]);
            self.next = if self.next + 1 == self.list.len() {
                0
            } else {
                self.next + 1
            };
            if cluster.eligible.has(server) {
                return Pick::Server(server);
            }
        }
        Pick::NoServer
    }

    fn picture(&self, _: &Cluster) -> Picture {
        Picture::Turns {
            order: self.list.to_vec(),
            next: self.next,
        }
    }
}

/// Each server's number, repeated as often as its weight says.
pub(crate) fn expand(weights: &[u32]) -> Arc<[u16]> {
    weights
        .iter()
        .enumerate()
        .flat_map(|(server, &w)| std::iter::repeat_n(server as u16, w as usize))
        .collect()
}

/// How many turns ahead each of these servers has its next one in the list, where `next` is now,
/// from 1; NaN if it has none. The list is looked at once, as it may be long.
pub(super) fn turns(list: &[u16], next: usize, servers: usize) -> Vec<f64> {
    let mut turns = vec![f64::NAN; servers];
    let mut missing = servers;
    for (place, &server) in list[next..].iter().chain(&list[..next]).enumerate() {
        let turn = &mut turns[usize::from(server)];
        if turn.is_nan() {
            *turn = place as f64 + 1.0;
            missing -= 1;
        }
        if missing == 0 {
            break;
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::letters;

    #[test]
    fn gives_bursts() {
        assert_eq!(
            letters(StrategyId::ExpandedWrr, &[5, 1, 1], 9),
            "a a a a a b c a a"
        );
    }

    /// `selection/weighted.rs` of pingora-load-balancing (vector 9): its list is b2 eight times,
    /// b3, b1, here a, b, c. After five turns of the counter seven requests get these. (The five
    /// belong to one request that is refused each time: those after the first use a list without
    /// weights, which is not modelled here.)
    #[test]
    fn pingora_selection_weighted() {
        assert_eq!(
            letters(StrategyId::ExpandedWrr, &[8, 1, 1], 12)[10..],
            *"a a a b c a a"
        );
    }
}
