//! Caddy's random choice: k servers by reservoir sampling, and then nearly the least loaded.
//!
//! Source: Caddy 2.11.7, `random_choose` in
//! `modules/caddyhttp/reverseproxy/selectionpolicies.go`. State: none. The first k available
//! servers fill the reservoir; each later one replaces a random entry with probability k over the
//! number seen. Of the k, in their order, the first without tasks in flight is taken. If there is
//! none, chance decides within a list that is meant to hold the fewest and keeps what was the
//! fewest before: if each has fewer than the one before it, all are in it. (Later versions empty
//! it.) Weakness: idle servers are not picked evenly, since entries keep their places: of three
//! idle ones and two choices the second is never picked. And where true two choices would take
//! the lesser load, this one tosses a coin half the time.

use super::draws::Draws;
use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct CaddyRandomChoose {
    choices: usize,
    draws: Draws,
    /// Those of the last draw among which chance decides.
    kept: Vec<u16>,
}

impl CaddyRandomChoose {
    /// Draws the servers.
    fn draw(&mut self, cluster: &Cluster, rng: &mut Rng) {
        self.draws.among(*cluster.eligible);
        let drawn = &mut self.draws.drawn;
        for (before, s) in cluster.eligible.iter().enumerate() {
            if drawn.len() < self.choices {
                drawn.push(s as u16);
                continue;
            }
            let place = rng.below(before as u64 + 1) as usize;
            if let Some(entry) = drawn.get_mut(place) {
                *entry = s as u16;
            }
        }
    }

    /// Of those drawn, the ones that may be picked.
    fn keep(&mut self, in_flight: &[u32]) {
        self.kept.clear();
        let mut fewest = u32::MAX;
        for &s in &self.draws.drawn {
            let count = in_flight[usize::from(s)];
            if count == 0 {
                self.kept.clear();
                return self.kept.push(s);
            }
            if count <= fewest {
                fewest = count;
                self.kept.push(s);
            }
        }
    }
}

impl Strategy for CaddyRandomChoose {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["choices"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        Self {
            // Caddy refuses fewer.
            choices: setup.config.choices.max(2) as usize,
            draws: Draws::default(),
            kept: Vec::new(),
        }
    }

    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        self.draw(cluster, rng);
        self.keep(cluster.in_flight);
        let which = match self.kept.len() {
            0 | 1 => 0,
            several => rng.below(several as u64) as usize,
        };
        let Some(&server) = self.kept.get(which) else {
            return Pick::NoServer;
        };
        let active = |s: usize| f64::from(cluster.in_flight[s]);
        self.draws
            .explain("caddy-random-choose", "in-progress", "", active, why);
        why.record(|w| {
            w.tied.clear();
            if self.kept.len() > 1 {
                w.tied.extend_from_slice(&self.kept);
                w.tie_break = "by-chance";
            }
            w.values.push(("active", active(server.into())));
        });
        Pick::Server(server.into())
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Candidates {
            label: "connections",
            values: cluster.in_flight_bars(),
            drawn: self.draws.drawn.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{letters, letters_held};

    /// As Caddy 2.11.7: of three idle servers the second is never picked, the first two times in
    /// three. 3,000 picks: five standard errors of that share are .043.
    #[test]
    fn of_three_idle_servers_the_second_is_never_picked() {
        let picks = letters(StrategyId::CaddyRandomChoose, &[1, 1, 1], 3000);
        assert!(!picks.contains('b'));
        let share = picks.matches('a').count() as f64 / 3000.0;
        assert!((share - 2.0 / 3.0).abs() < 0.043, "{share}");
    }

    /// Two servers with replies held back: true two choices never differ by more than one, Caddy
    /// 2.11.7 comes to 34 and 26.
    #[test]
    fn held_tasks_stray_as_with_caddy() {
        let picks = letters_held(StrategyId::CaddyRandomChoose, &[1, 1], 60);
        let mut lead = 0_i32;
        let leads = picks.split(' ').map(|server| {
            lead += if server == "a" { 1 } else { -1 };
            lead.abs()
        });
        assert!(leads.max() > Some(1), "{picks}");
    }
}
