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
use std::hint::select_unpredictable;

/// Requests in flight and the weight that they are compared by.
#[derive(Clone, Copy)]
struct Load {
    count: u64,
    weight: u64,
}

impl Load {
    /// The load of a server that is not eligible: more than any eligible server's for its weight,
    /// and small enough that its product with a weight fits.
    const BARRED: Self = Self {
        count: u32::MAX as u64,
        weight: 1,
    };

    #[inline(always)]
    fn of(eligible: bool, in_flight: u32, weight: u32) -> Self {
        let count = u64::from(in_flight);
        Self {
            count: if eligible { count } else { Self::BARRED.count },
            weight: u64::from(weight),
        }
    }

    /// The one with less for its weight. Without a branch: which server has the least is random, so
    /// that a processor would mispredict it.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // count/weight < count/weight, without dividing.
        let less = other.count * self.weight < self.count * other.weight;
        Self {
            count: select_unpredictable(less, other.count, self.count),
            weight: select_unpredictable(less, other.weight, self.weight),
        }
    }

    #[inline(always)]
    fn equals(self, other: Self) -> bool {
        self.count * other.weight == other.count * self.weight
    }
}

/// The least is sought in this many interleaved parts, since each comparison waits for the one
/// before.
const LANES: usize = 2;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct LeastConnections {
    turns: SmoothWrr,
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
        let n = cluster.len();
        let eligible = cluster.eligible;
        let in_flight = &cluster.in_flight[..n];
        let weights = &cluster.weights[..n];
        let mut lanes = [Load::BARRED; LANES];
        let whole = n - n % LANES;
        for first in (0..whole).step_by(LANES) {
            for (lane, least) in lanes.iter_mut().enumerate() {
                let s = first + lane;
                *least = least.min(Load::of(eligible.has(s), in_flight[s], weights[s]));
            }
        }
        for s in whole..n {
            lanes[0] = lanes[0].min(Load::of(eligible.has(s), in_flight[s], weights[s]));
        }
        let least = lanes.into_iter().fold(Load::BARRED, Load::min);
        let mut ties = 0;
        let level = Mask::of(n, |s| {
            let load = Load::of(eligible.has(s), in_flight[s], weights[s]);
            let equal = load.equals(least);
            ties += u32::from(equal);
            equal
        });
        let server = match ties {
            1 => level.iter().next(),
            _ => self.turns.take(level, cluster.weights),
        };
        let Some(server) = server else {
            return Pick::NoServer;
        };
        why.record(|w| {
            w.table(
                "least-connections",
                &["connections", "weight", "per-weight"],
            );
            for s in cluster.eligible.iter() {
                let connections = f64::from(cluster.in_flight[s]);
                w.row(
                    s,
                    &[
                        connections,
                        cluster.weight(s),
                        cluster.in_flight_per_weight(s),
                    ],
                );
            }
            let ratio = cluster.in_flight_per_weight(server);
            w.values.extend([
                ("connections", f64::from(cluster.in_flight[server])),
                ("weight", cluster.weight(server)),
                ("ratio", ratio),
            ]);
            w.tie(2, ratio, "smooth-turns");
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let values = cluster.bars(|s| cluster.in_flight_per_weight(s));
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
