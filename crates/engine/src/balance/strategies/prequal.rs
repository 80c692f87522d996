//! Prequal: probes report the load and latency of a few servers, kept in a small pool.
//!
//! Source: Wydmuch et al. (Google), NSDI 2024, with the defaults of its reimplementations. State: a
//! pool of at most 16 probe answers, each with the tasks in flight at its server and the latency
//! expected there. A task goes to a server of the pool. A server is hot if its tasks in flight are
//! above the Q-quantile of the pool's. Of the cold ones the least latency wins; if all are hot, the
//! fewest in flight. Ties go to the older answer. With fewer than two answers a random server is
//! picked. Each pick then sends probes to distinct servers, whose answers serve the next picks. An
//! answer that was used counts one more task in flight; it is dropped after a number of uses that
//! keeps the pool filled, or after its time to live. Each pick also drops one answer, alternately
//! the oldest and the worst. Latency is learnt here from this balancer's responses, as seconds per
//! task present. Weakness: stale probes at light traffic, and too few of them.

use super::draws::Draws;
use crate::balance::{
    Cluster, Done, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// Answers in the pool.
const POOL: usize = 16;
/// Answers needed for a pick from the pool.
const LEAST_POOL: usize = 2;
/// The paper's δ: how much faster the pool fills than it empties.
const SURPLUS: f64 = 1.0;
/// The weight of the latest response in the learnt latency.
const NEW_RESPONSE_WEIGHT: f64 = 0.2;

/// An answer to a probe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Probed {
    /// The server that answered.
    pub server: u16,
    /// Tasks in flight there.
    pub in_flight: u32,
    /// Latency expected there (s).
    pub latency_s: f64,
    /// When it answered (s).
    pub at_s: f64,
    /// Picks that it may still be used for.
    pub uses: u16,
}

/// The number in flight above which a server is hot: the Q-quantile, by rank, of the pool's.
#[inline]
pub(crate) fn hot_above(pool: &[Probed], quantile: f64) -> u32 {
    let rank = ((quantile * pool.len() as f64).ceil() as usize).clamp(1, POOL);
    // The numbers are small: a binary search, counting in an array of fixed length, takes less time
    // than sorting.
    let mut in_flight = [u32::MAX; POOL];
    for (x, probed) in in_flight.iter_mut().zip(pool) {
        *x = probed.in_flight;
    }
    let mut low = 0;
    let mut high = pool.iter().map(|p| p.in_flight).max().unwrap_or(u32::MAX);
    while low < high {
        let middle = low + (high - low) / 2;
        let enough = count_up_to(&in_flight, middle) >= rank;
        high = if enough { middle } else { high };
        low = if enough { low } else { middle + 1 };
    }
    low
}

/// How many of `numbers` are at most `limit`.
#[inline(always)]
fn count_up_to(numbers: &[u32; POOL], limit: u32) -> usize {
    numbers.iter().map(|&x| u32::from(x <= limit)).sum::<u32>() as usize
}

/// A sort key: the cold servers by latency, and behind them the hot ones by tasks in flight.
#[inline]
fn order(probe: &Probed, hot_above: u32) -> u64 {
    // Positive floats are ordered as their bits are.
    if probe.in_flight > hot_above {
        1 << 63 | u64::from(probe.in_flight)
    } else {
        probe.latency_s.to_bits()
    }
}

/// The index of the first probe with the least key, without branches, which a processor would
/// mispredict.
#[inline]
fn first_least(pool: &[Probed], key: impl Fn(&Probed) -> u64) -> Option<usize> {
    let mut first = 0;
    let mut least = u64::MAX;
    for (i, probe) in pool.iter().enumerate() {
        let key = key(probe);
        first = if key < least { i } else { first };
        least = least.min(key);
    }
    (!pool.is_empty()).then_some(first)
}

/// The best of the pool: the least latency among the cold, else the fewest in flight. None if the
/// pool is empty.
#[inline]
pub(crate) fn best(pool: &[Probed], hot_above: u32) -> Option<usize> {
    first_least(pool, |probe| order(probe, hot_above))
}

/// The answer to drop: the hot one with the most in flight, else the one with the longest latency.
#[inline]
fn worst(pool: &[Probed], hot_above: u32) -> Option<usize> {
    first_least(pool, |probe| !order(probe, hot_above))
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Prequal {
    probes: u32,
    ttl_s: f64,
    quantile: f64,
    /// Oldest first.
    pool: Vec<Probed>,
    draws: Draws,
    /// Learnt seconds per task present; 0 before the first response.
    cost_s: Vec<f64>,
    drop_worst: bool,
    /// Mean number of uses of an answer.
    mean_uses: f64,
}

impl Prequal {
    /// `max(1, (1 + δ)/((1 − m/n)·r − 1))`.
    fn mean_uses(&self, servers: usize) -> f64 {
        let left = (1.0 - POOL as f64 / servers as f64) * f64::from(self.probes) - 1.0;
        if left <= 0.0 {
            return f64::INFINITY;
        }
        ((1.0 + SURPLUS) / left).max(1.0)
    }

    /// Sends probes, after dropping at least `drop` of the oldest answers and as many as it takes
    /// to make room for the new ones.
    fn probe(&mut self, drop: usize, cluster: &Cluster, rng: &mut Rng) {
        self.draws
            .among(*cluster.eligible)
            .distinct(self.probes, rng);
        let room = POOL.saturating_sub(self.draws.drawn.len());
        self.pool
            .drain(..self.pool.len().saturating_sub(room).max(drop));
        for i in 0..self.draws.drawn.len() {
            let server = self.draws.drawn[i];
            let s = usize::from(server);
            let in_flight = cluster.reports.present[s];
            let latency_s = self.cost_s[s] * (f64::from(in_flight) + 1.0);
            // Rounded at random, so that the mean is right.
            let uses = (self.mean_uses + rng.unit()) as u16;
            self.pool.push(Probed {
                server,
                in_flight,
                latency_s,
                at_s: cluster.now_s,
                uses,
            });
        }
    }
}

impl Strategy for Prequal {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["probes", "probe_ttl_s", "hot_quantile"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            responses: true,
            reports: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        Self {
            probes: setup.config.probes,
            ttl_s: setup.config.probe_ttl_s,
            quantile: setup.config.hot_quantile,
            pool: Vec::with_capacity(POOL),
            draws: Draws::default(),
            cost_s: vec![0.0; setup.weights.len()],
            drop_worst: false,
            mean_uses: 1.0,
        }
    }

    #[inline]
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
        let fresh_s = cluster.now_s - self.ttl_s;
        if self.pool.first().is_some_and(|p| p.at_s < fresh_s) {
            self.pool.retain(|p| p.at_s >= fresh_s);
        }
        if self.draws.seen != *cluster.eligible {
            self.pool.retain(|p| cluster.eligible.has(p.server.into()));
            self.mean_uses = self.mean_uses(cluster.eligible.len());
        }
        let limit = hot_above(&self.pool, self.quantile);
        let found = best(&self.pool, limit).filter(|_| self.pool.len() >= LEAST_POOL);
        why.record(|w| {
            let rule = match found {
                Some(_) => "prequal",
                None => "prequal-few",
            };
            w.table(rule, &["in-flight", "expected", "age", "hot"]);
            for p in &self.pool {
                let hot = f64::from(u8::from(p.in_flight > limit));
                w.row(
                    p.server.into(),
                    &[
                        f64::from(p.in_flight),
                        p.latency_s,
                        cluster.now_s - p.at_s,
                        hot,
                    ],
                );
            }
            w.values.extend([
                ("limit", f64::from(limit)),
                ("pool", self.pool.len() as f64),
            ]);
        });
        let server = match found {
            Some(i) => {
                let probe = &mut self.pool[i];
                let server = usize::from(probe.server);
                why.record(|w| {
                    w.values.extend([
                        ("flight", f64::from(probe.in_flight)),
                        ("expected", probe.latency_s),
                    ])
                });
                probe.in_flight += 1;
                probe.uses -= 1;
                if probe.uses == 0 {
                    self.pool.remove(i);
                }
                server
            }
            None => match self.draws.one(cluster.eligible, rng) {
                Some(server) => server.into(),
                None => return Pick::NoServer,
            },
        };
        self.drop_worst = !self.drop_worst;
        let drops = self.pool.len() > LEAST_POOL;
        if drops
            && self.drop_worst
            && let Some(worst) = worst(&self.pool, limit)
        {
            self.pool.remove(worst);
        }
        self.probe(usize::from(drops && !self.drop_worst), cluster, rng);
        Pick::Server(server)
    }

    #[inline]
    fn finished(&mut self, done: &Done) {
        let seen = done.response_s / f64::from(done.rank.max(1));
        let cost = &mut self.cost_s[done.server];
        *cost = if *cost == 0.0 {
            seen
        } else {
            *cost + NEW_RESPONSE_WEIGHT * (seen - *cost)
        };
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let drawn = self.pool.iter().map(|p| p.server).collect();
        Picture::Candidates {
            label: "probed",
            values: cluster.present_bars(),
            drawn,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(probes: &[(u32, f64)]) -> Vec<Probed> {
        probes
            .iter()
            .enumerate()
            .map(|(i, &(in_flight, latency_s))| Probed {
                server: i as u16,
                in_flight,
                latency_s,
                at_s: 0.0,
                uses: 1,
            })
            .collect()
    }

    /// The rule of hot and cold: latency decides among the cold, tasks in flight among the hot.
    #[test]
    fn cold_by_latency_then_hot_by_number() {
        let probes = pool(&[(3, 0.1), (1, 0.4), (2, 0.3), (9, 0.01)]);
        assert_eq!(best(&probes, 3), Some(0));
        assert_eq!(best(&probes, 2), Some(2));
        assert_eq!(best(&probes, 0), Some(1));
        assert_eq!((worst(&probes, 3), worst(&probes, 9)), (Some(3), Some(1)));
        assert_eq!(best(&[], 0), None);
    }

    #[test]
    fn the_limit_is_a_quantile_of_the_pool() {
        let probes = pool(&[(4, 0.0), (1, 0.0), (3, 0.0), (2, 0.0)]);
        let limits = [0.0, 0.25, 0.5, 0.84, 1.0].map(|q| hot_above(&probes, q));
        assert_eq!(limits, [1, 1, 2, 4, 4]);
    }

    #[test]
    fn equals_go_to_the_older_answer() {
        assert_eq!(best(&pool(&[(1, 0.2), (1, 0.2)]), 1), Some(0));
    }
}
