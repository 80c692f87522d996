//! Least connections: the server with the fewest tasks in flight for its weight.
//!
//! Source: nginx `least_conn`. State: the counts are the cluster's; for ties, current weights. The
//! least count/weight wins, compared by cross-multiplication; servers that tie take smooth weighted
//! turns among themselves. Weakness: a server that fails fast always looks idle and attracts the
//! traffic (a black hole).

use super::smooth_wrr::SmoothWrr;
use crate::balance::{
    Cluster, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// The count of a server that is not eligible: more than any eligible server's for its weight, and
/// small enough that its product with a weight fits.
const BARRED: u64 = u32::MAX as u64;

/// The count of `server`, or [`BARRED`].
#[inline(always)]
fn count(eligible: &Mask, in_flight: &[u32], server: usize) -> u64 {
    if eligible.has(server) {
        u64::from(in_flight[server])
    } else {
        BARRED
    }
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct LeastConnections {
    turns: SmoothWrr,
}

/// Requests in flight at `server` for each unit of its weight.
fn per_weight(cluster: &Cluster, server: usize) -> f64 {
    f64::from(cluster.in_flight()[server]) / cluster.weight(server)
}

impl Strategy for LeastConnections {
    const SHARE: Share = Share::ByLoad;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            weights: true,
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        Self {
            turns: SmoothWrr::idle(setup.weights.len()),
        }
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        if cluster.eligible.is_empty() {
            return Pick::NoServer;
        }
        // Two passes without branches: which server has the least is random, so that a processor
        // would mispredict the branch each time.
        let n = cluster.len();
        let in_flight = &cluster.in_flight()[..n];
        let weights = &cluster.weights[..n];
        let mut server = 0;
        let mut least = BARRED;
        let mut for_weight = 1;
        for (s, &weight) in weights.iter().enumerate() {
            let count = count(&cluster.eligible, in_flight, s);
            let weight = u64::from(weight);
            // count/weight < least/for_weight, without dividing.
            let less = count * for_weight < least * weight;
            server = if less { s } else { server };
            least = if less { count } else { least };
            for_weight = if less { weight } else { for_weight };
        }
        let mut ties = 0;
        let level = Mask::of(n, |s| {
            let count = count(&cluster.eligible, in_flight, s);
            let equal = count * for_weight == least * u64::from(weights[s]);
            ties += u32::from(equal);
            equal
        });
        if ties > 1 {
            server = self.turns.take(level, cluster.weights).unwrap_or(server);
        }
        why.record(|w| {
            w.table(
                "least-connections",
                &["connections", "weight", "per-weight"],
            );
            for s in cluster.eligible.iter() {
                let connections = f64::from(in_flight[s]);
                w.row(s, &[connections, cluster.weight(s), per_weight(cluster, s)]);
            }
            let ratio = per_weight(cluster, server);
            w.values.extend([
                ("connections", f64::from(in_flight[server])),
                ("weight", cluster.weight(server)),
                ("ratio", ratio),
            ]);
            w.tie(2, ratio, "smooth-turns");
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let values = cluster.bars(|s| per_weight(cluster, s));
        let weighted = (0..cluster.len()).any(|s| cluster.weight(s) != 1.0);
        let label = if weighted {
            "connections-per-weight"
        } else {
            "connections"
        };
        Picture::Bars {
            label,
            values,
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{letters, letters_held};

    /// nginx 1.22.1 with replies held back prints this.
    #[test]
    fn gives_nginxs_sequence() {
        assert_eq!(
            letters_held(StrategyId::LeastConnections, &[1, 1, 1], 9),
            "a b c c b a a b c"
        );
    }

    #[test]
    fn with_nothing_in_flight_ties_take_smooth_turns() {
        assert_eq!(
            letters(StrategyId::LeastConnections, &[5, 1, 1], 7),
            "a a b a c a a"
        );
    }

    #[test]
    fn a_weight_counts_as_that_many_connections() {
        assert_eq!(
            letters_held(StrategyId::LeastConnections, &[3, 1, 1], 10)
                .matches('a')
                .count(),
            6
        );
    }
}
