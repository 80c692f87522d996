//! HAProxy's random draws: points on its ring, of whose servers the least loaded is taken.
//!
//! Source: HAProxy 2.6 `balance random(n)`, n = 2 unless said otherwise (`get_server_rnd`). State:
//! none; the ring is that of [`super::haproxy_ring`], and each draw is a random
//! number in place of a key's hash, so that a server is drawn in proportion to its part of the
//! ring, and perhaps twice. Tasks in flight over weight are compared; ties go to the last drawn.
//! Weakness: as for two choices, it needs fresh counts; and with equal loads it is random.

use super::haproxy_ring;
use super::ring::{Toward, place};
use super::{KeyTable, TableInput, warm_sixteenths};
use crate::balance::strategies::draws::Draws;
use crate::balance::{
    Cluster, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use crate::workload::clients::Population;
use std::sync::Arc;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct HaproxyRandom {
    fixed: Arc<Fixed>,
    /// The ring of these servers, and their parts under slow start.
    ring: Arc<KeyTable>,
    servers: Mask,
    warm: Vec<u8>,
    draws: Draws,
}

/// What rings are made of.
#[derive(Debug)]
struct Fixed {
    weights: Vec<u32>,
    addresses: Vec<String>,
    config: StrategyConfig,
    population: Population,
}

/// Whether `server` has more for its weight than `other`.
fn is_worse(cluster: &Cluster, server: usize, other: usize) -> bool {
    let load = |a: usize, b: usize| u64::from(cluster.in_flight[a]) * u64::from(cluster.weights[b]);
    load(server, other) > load(other, server)
}

impl Strategy for HaproxyRandom {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["choices"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            weights: true,
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        let fixed = Fixed {
            weights: setup.weights.to_vec(),
            addresses: setup.addresses.to_vec(),
            config: setup.config.clone(),
            population: setup.population.clone(),
        };
        Self {
            fixed: Arc::new(fixed),
            ring: Arc::default(),
            servers: Mask::default(),
            warm: Vec::new(),
            draws: Draws::default(),
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
        let warm = if cluster.in_weight_units(1.0) < 1.0 {
            warm_sixteenths(cluster, &self.fixed.weights)
        } else {
            Vec::new()
        };
        if self.servers != *cluster.eligible || self.warm != warm {
            let fixed = &*self.fixed;
            self.servers = *cluster.eligible;
            self.warm = warm;
            self.ring = Arc::new(haproxy_ring::table(&TableInput {
                weights: &fixed.weights,
                addresses: &fixed.addresses,
                config: &fixed.config,
                eligible: *cluster.eligible,
                population: &fixed.population,
                hashes: &[],
                warm: &self.warm,
            }));
        }
        let Some((points, _)) = &self.ring.ring else {
            return Pick::NoServer;
        };
        self.draws.among(*cluster.eligible);
        let mut best = None;
        for _ in 0..self.fixed.config.choices {
            let point = place(rng.below(1 << 32), points, Toward::Nearest, 32);
            let drawn = self.ring.owners[point];
            self.draws.drawn.push(drawn);
            let server = usize::from(drawn);
            best = best
                .filter(|&best| is_worse(cluster, server, best))
                .or(Some(server));
        }
        self.draws.explain(
            "haproxy-random",
            "per-weight",
            "last-drawn",
            |s| cluster.in_flight_per_weight(s),
            why,
        );
        best.map_or(Pick::NoServer, Pick::Server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Candidates {
            label: "connections-per-weight",
            values: cluster.bars(|s| cluster.in_flight_per_weight(s)),
            drawn: self.draws.drawn.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{letters, letters_held};

    /// Idle, each draw is a part of the ring: 16 points for each unit of weight lay it out
    /// unevenly, so the share of weight 5 of 7 is only near 71 %.
    #[test]
    fn idle_servers_are_drawn_by_their_part_of_the_ring() {
        let picks = letters(StrategyId::HaproxyRandom, &[5, 1, 1], 7000);
        let share = picks.matches('a').count() as f64 / 7000.0;
        assert!((share - 5.0 / 7.0).abs() < 0.1, "{share}");
    }

    /// With replies held back loads stay level: of 300, none of three servers strays by ten.
    #[test]
    fn held_tasks_are_spread_by_load() {
        let picks = letters_held(StrategyId::HaproxyRandom, &[1, 1, 1], 300);
        for server in ['a', 'b', 'c'] {
            let n = picks.matches(server).count();
            assert!(n.abs_diff(100) < 10, "{server}: {n}");
        }
    }
}
