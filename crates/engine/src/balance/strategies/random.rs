//! Random: a random server, evenly or in proportion to the weights.
//!
//! Source: the article's third strategy. State: none (the last draw is kept for the picture). Ties
//! do not occur. Each pick takes one random number, mapped through the cumulative shares. Weakness:
//! random is not even. Among n tasks, the share of a server whose probability is p has a standard
//! deviation of √(p(1 − p)/n), and queues form at unlucky servers.

use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Random<const WEIGHTED: bool> {
    drawn: Option<f64>,
}

impl<const WEIGHTED: bool> Random<WEIGHTED> {
    /// The weight of `server` in the draw; 0 if it is not eligible.
    fn weight(cluster: &Cluster, server: usize) -> u64 {
        match (cluster.eligible.has(server), WEIGHTED) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => u64::from(cluster.weights[server]),
        }
    }

    /// The upper end of each server's part of the unit interval.
    fn ends(cluster: &Cluster) -> Vec<f64> {
        let weights = (0..cluster.len()).map(|s| Self::weight(cluster, s));
        let total: u64 = weights.clone().sum();
        let mut sum = 0;
        weights
            .map(|weight| {
                sum += weight;
                sum as f64 / total.max(1) as f64
            })
            .collect()
    }
}

impl<const WEIGHTED: bool> Strategy for Random<WEIGHTED> {
    const SHARE: Share = if WEIGHTED {
        Share::WeightedChance
    } else {
        Share::EqualChance
    };

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            weights: WEIGHTED,
            ..Knows::NOTHING
        }
    }

    fn new(_: &Setup) -> Self {
        Self { drawn: None }
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let total: u64 = if WEIGHTED {
            cluster
                .eligible
                .iter()
                .map(|s| u64::from(cluster.weights[s]))
                .sum()
        } else {
            cluster.eligible.len() as u64
        };
        if total == 0 {
            return Pick::NoServer;
        }
        let drawn = rng.below(total);
        // The middle of the drawn unit, so that the picture's mark is never on a boundary.
        let point = (drawn as f64 + 0.5) / total as f64;
        self.drawn = Some(point);
        why.record(|w| {
            let rule = if WEIGHTED {
                "weighted-random"
            } else {
                "random"
            };
            w.table(rule, &["chance", "from", "to"]);
            w.values.push(("drawn", point));
            let ends = Self::ends(cluster);
            let mut from = 0.0;
            for server in cluster.eligible.iter() {
                let to = ends[server];
                w.row(server, &[to - from, from, to]);
                from = to;
            }
        });
        if !WEIGHTED {
            return cluster
                .eligible
                .nth(drawn as usize)
                .map_or(Pick::NoServer, Pick::Server);
        }
        let mut left = drawn;
        for server in cluster.eligible.iter() {
            let weight = u64::from(cluster.weights[server]);
            if left < weight {
                return Pick::Server(server);
            }
            left -= weight;
        }
        Pick::NoServer
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Interval {
            ends: Self::ends(cluster),
            drawn: self.drawn,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::letters;

    /// Seed 7 (the harness's), 7,000 picks: the standard error of a count of 1,000 is 29; five of
    /// them are allowed.
    #[test]
    fn shares_follow_the_weights_only_where_they_should() {
        for (id, expected) in [
            (StrategyId::Random, 7000.0 / 3.0),
            (StrategyId::WeightedRandom, 5000.0),
        ] {
            let a = letters(id, &[5, 1, 1], 7000).matches('a').count() as f64;
            assert!((a - expected).abs() < 200.0, "{id}: {a} against {expected}");
        }
    }
}
