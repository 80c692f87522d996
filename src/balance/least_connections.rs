//! Least connections: the server with the fewest tasks in progress for its weight.
//!
//! Source: nginx `least_conn`. State: the connection counts are the cluster's; for ties, current weights. The least
//! count/weight is taken, compared by cross-multiplication; servers that tie take smooth weighted turns among
//! themselves. Weakness: a server that fails fast always looks idle and draws the traffic (the black hole).

use super::smooth_wrr::SmoothWrr;
use super::{Cluster, Explain, Mask, Pick, Picture, Setup, Share, Strategy};
use crate::sim::{rng::Rng, task::Task};
use std::cmp::Ordering;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct LeastConnections {
    turns: SmoothWrr,
}

impl Strategy for LeastConnections {
    const SHARE: Share = Share::ByLoad;

    fn new(setup: &Setup) -> Self {
        Self { turns: SmoothWrr::idle(setup.weights.len()) }
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        let mut best: Option<usize> = None;
        let mut tied = false;
        for server in cluster.eligible.iter() {
            match best.map_or(Ordering::Less, |b| compare(cluster, server, b)) {
                Ordering::Less => (best, tied) = (Some(server), false),
                Ordering::Equal => tied = true,
                Ordering::Greater => {}
            }
        }
        let Some(mut server) = best else { return Pick::Nobody };
        if tied {
            let least = server;
            let level = Mask::of(cluster.len(), |s| cluster.eligible.has(s) && compare(cluster, s, least).is_eq());
            server = self.turns.take(level, cluster.weights).unwrap_or(least);
        }
        why.tell(|w| {
            w.table("least-connections", &["connections", "weight", "per-weight"]);
            let ratio = |s: usize| f64::from(cluster.active[s]) / f64::from(cluster.weights[s]);
            for s in cluster.eligible.iter() {
                w.row(s, &[f64::from(cluster.active[s]), f64::from(cluster.weights[s]), ratio(s)]);
            }
            let (n, weight) = (f64::from(cluster.active[server]), f64::from(cluster.weights[server]));
            w.values.extend([("connections", n), ("weight", weight), ("ratio", ratio(server))]);
            w.tie(2, ratio(server), "smooth-turns");
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let load = |s| {
            let ratio = f64::from(cluster.active[s]) / f64::from(cluster.weights[s]);
            if cluster.eligible.has(s) { ratio } else { f64::NAN }
        };
        let values = (0..cluster.len()).map(load).collect();
        let weighted = cluster.weights.iter().any(|&w| w != 1);
        let label = if weighted { "connections-per-weight" } else { "connections" };
        Picture::Bars { label, values, largest_wins: false }
    }
}

/// Compares count/weight of two servers without dividing.
#[inline]
fn compare(cluster: &Cluster, a: usize, b: usize) -> Ordering {
    let cross = |x: usize, y: usize| u64::from(cluster.active[x]) * u64::from(cluster.weights[y]);
    cross(a, b).cmp(&cross(b, a))
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::sequence::{letters, letters_held};

    /// nginx 1.22.1 with replies held back prints this.
    #[test]
    fn gives_nginxs_sequence() {
        assert_eq!(letters_held(StrategyId::LeastConnections, &[1, 1, 1], 9), "a b c c b a a b c");
    }

    #[test]
    fn with_nothing_in_progress_ties_take_smooth_turns() {
        assert_eq!(letters(StrategyId::LeastConnections, &[5, 1, 1], 7), "a a b a c a a");
    }

    #[test]
    fn a_weight_counts_as_so_many_connections() {
        assert_eq!(letters_held(StrategyId::LeastConnections, &[3, 1, 1], 10).matches('a').count(), 6);
    }
}
