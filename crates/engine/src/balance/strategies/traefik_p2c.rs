//! Traefik's power of two choices: two servers that are drawn, of which the less busy one is taken.
//!
//! Source: Traefik 3.7.15, `pkg/server/service/loadbalancer/p2c/p2c.go` (`strategy: p2c`). State:
//! none. Two servers are drawn with replacement; if they are the same one, the second is the next in
//! the order of declaration. So they differ, and neighbours meet a little more often. Ties go to the
//! first drawn. Weakness: weights do not matter.

use super::draws::Draws;
use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct TraefikP2c(Draws);

impl Strategy for TraefikP2c {
    const SHARE: Share = Share::ByLoad;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(_: &Setup) -> Self {
        Self(Draws::default())
    }

    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let n = cluster.eligible.len();
        let draws = self.0.among(cluster.eligible);
        // A single server is taken without a draw.
        let mut places = vec![0];
        if n > 1 {
            let first = rng.below(n as u64) as usize;
            let second = rng.below(n as u64) as usize;
            places = vec![
                first,
                if first == second {
                    (second + 1) % n
                } else {
                    second
                },
            ];
        }
        let servers = places.into_iter().filter_map(|p| cluster.eligible.nth(p));
        draws.drawn.extend(servers.map(|s| s as u16));
        let active = |s: usize| f64::from(cluster.in_flight[s]);
        draws.explain("two-choices", "in-progress", "first-drawn", active, why);
        draws
            .least(active)
            .map_or(Pick::NoServer, |(server, _)| Pick::Server(server))
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Candidates {
            label: "connections",
            values: cluster.in_flight_bars(),
            drawn: self.0.drawn.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{letters, letters_held};

    /// Idle, the first drawn is taken: thirds, whatever the weights. 3,000 picks: the standard error
    /// of a count of 1,000 is 26.
    #[test]
    fn idle_servers_get_equal_shares() {
        let picks = letters(StrategyId::TraefikP2c, &[5, 1, 1], 3000);
        for server in ['a', 'b', 'c'] {
            let n = picks.matches(server).count();
            assert!(n.abs_diff(1000) < 130, "{server}: {n}");
        }
    }

    /// Two servers are always the two drawn, so held tasks never differ by more than one.
    #[test]
    fn two_servers_are_always_compared() {
        let picks = letters_held(StrategyId::TraefikP2c, &[1, 1], 40);
        let both: Vec<&str> = picks.split(' ').collect();
        assert!(both.chunks(2).all(|pair| pair[0] != pair[1]), "{picks}");
    }
}
