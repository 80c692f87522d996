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

/// The servers with the least load of those that were looked at: their count of requests in flight,
/// the weight that this is compared by, and which they are, as bits of a word of a [`Mask`].
#[derive(Clone, Copy)]
struct Least {
    count: u64,
    weight: u64,
    servers: u64,
}

impl Least {
    /// Of no server: more than any server's load, and small enough that its product with a weight
    /// fits.
    const NONE: Self = Self {
        count: u32::MAX as u64,
        weight: 1,
        servers: 0,
    };

    #[inline(always)]
    fn is_less_than(self, other: Self) -> bool {
        // count/weight < count/weight, without dividing.
        self.count * other.weight < other.count * self.weight
    }

    /// Of all of both. Without a branch: which server has the least is random, so that a processor
    /// would mispredict it.
    #[inline(always)]
    fn meet(self, other: Self) -> Self {
        let ours = self.count * other.weight;
        let theirs = other.count * self.weight;
        let equal = if theirs == ours { other.servers } else { 0 };
        let less = theirs < ours;
        Self {
            count: select_unpredictable(less, other.count, self.count),
            weight: select_unpredictable(less, other.weight, self.weight),
            servers: select_unpredictable(less, other.servers, self.servers | equal),
        }
    }

    /// Of the server at `bit`, if that is among the eligible; else of none.
    #[inline(always)]
    fn of(eligible: u64, bit: usize, in_flight: u32, weight: u32) -> Self {
        let servers = eligible & 1 << bit;
        let is_eligible = servers != 0;
        Self {
            count: select_unpredictable(is_eligible, u64::from(in_flight), Self::NONE.count),
            weight: select_unpredictable(is_eligible, u64::from(weight), Self::NONE.weight),
            servers,
        }
    }

    /// Of a word of servers. Sought in two interleaved parts, since each comparison waits for the
    /// one before.
    #[inline(always)]
    fn among(eligible: u64, in_flight: &[u32], weights: &[u32]) -> Self {
        let n = in_flight.len().min(weights.len());
        let mut even = Self::NONE;
        let mut odd = Self::NONE;
        let mut s = 0;
        while s + 1 < n {
            even = even.meet(Self::of(eligible, s, in_flight[s], weights[s]));
            odd = odd.meet(Self::of(eligible, s + 1, in_flight[s + 1], weights[s + 1]));
            s += 2;
        }
        if s < n {
            even = even.meet(Self::of(eligible, s, in_flight[s], weights[s]));
        }
        even.meet(odd)
    }
}

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
        let mut least = Least::NONE;
        // The first word that has it, and how many have.
        let mut first = 0;
        let mut words = 0;
        let mut level = Mask::default();
        for word in 0..n.div_ceil(64) {
            let here = 64 * word..n.min(64 * word + 64);
            let eligible = cluster.eligible.word(word);
            let in_flight = &cluster.in_flight[here.clone()];
            let found = Least::among(eligible, in_flight, &cluster.weights[here]);
            if found.is_less_than(least) {
                level = Mask::default();
                least = found;
                first = word;
                words = 0;
            }
            if !least.is_less_than(found) {
                level.set_word(word, found.servers);
                words += 1;
            }
        }
        let server = if words == 1 && least.servers.is_power_of_two() {
            Some(64 * first + least.servers.trailing_zeros() as usize)
        } else {
            self.turns.take(level, cluster.weights)
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
    use super::*;
    use crate::balance::StrategyId;
    use crate::balance::bare::{Bare, letters, letters_held};
    use crate::rng::Purpose;

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

    /// Against a search by division, for up to 256 servers of which a part is eligible: the least
    /// for their weights take smooth turns among themselves. 2,000 random clusters.
    #[test]
    fn the_least_for_their_weights_take_turns() {
        let mut rng = Rng::new(7, Purpose::Choices(0));
        for _ in 0..2000 {
            let n = 1 + rng.below(256) as usize;
            let weights: Vec<u32> = (0..n).map(|_| 1 + rng.below(3) as u32).collect();
            let mut bare = Bare::new(&weights);
            let among = 1 + rng.below(6);
            bare.reports.present = (0..n).map(|_| rng.below(among) as u32).collect();
            bare.eligible = Mask::of(n, |_| rng.below(4) > 0);
            let load = |s: usize| f64::from(bare.reports.present[s]) / f64::from(weights[s]);
            let least = bare.eligible.iter().map(load).fold(f64::INFINITY, f64::min);
            let level = Mask::of(n, |s| bare.eligible.has(s) && load(s) == least);
            let turn = SmoothWrr::idle(n).take(level, &weights);
            let mut strategy = LeastConnections {
                turns: SmoothWrr::idle(n),
            };
            let pick = strategy.pick(&Task::default(), &bare.cluster(), &mut rng, &mut ());
            assert_eq!(pick, turn.map_or(Pick::NoServer, Pick::Server));
        }
    }
}
