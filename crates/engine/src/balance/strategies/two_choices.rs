//! The power of d choices: draw d servers, take the one with the fewest tasks in flight.
//!
//! Source: Mitzenmacher (1996) and Vvedenskaya, Dobrushin and Karpelevich (1996) for d distinct
//! servers; nginx `random two`; Envoy's least request with equal weights; tower's, Finagle's and
//! Traefik's p2c. State: none but the counts. There are three ways to draw, with different ties:
//! - `distinct`: d different servers, ties to the first drawn. The theory's, and with d = 2 tower's
//!   and Traefik's. (Of 19,679 picks of Traefik 3.7.15 with two of four servers busy, it took a
//!   busy one in 16.9 %, whether they were neighbours or not; the rule says a sixth.)
//! - `envoy`: d draws with replacement, so that a server may be drawn twice; ties to the first
//!   drawn.
//! - `nginx`: different servers in proportion to the weights, compared by count/weight, ties to the
//!   last drawn. A draw of a server that is drawn already or not eligible is rejected; after 20
//!   rejected draws, and with a single server, smooth weighted turns decide.
//!
//! A second choice shortens queues exponentially; with d = 1 it is random, with d = n it is join
//! the shortest queue. Weakness: it needs fresh counts.

use super::draws::Draws;
use super::smooth_wrr::SmoothWrr;
use crate::balance::{
    Cluster, Draw, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// nginx takes weighted turns after this many draws beyond the first.
const TRIES: u32 = 20;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct TwoChoices {
    choices: u32,
    draw: Draw,
    draws: Draws,
    /// Cumulative weights.
    ends: Vec<u64>,
    turns: SmoothWrr,
}

/// Whether `server` has at most the count/weight of `other`, compared without dividing.
#[inline(always)]
fn is_as_good(cluster: &Cluster, server: usize, other: usize) -> bool {
    let in_flight = cluster.in_flight;
    u64::from(in_flight[server]) * u64::from(cluster.weights[other])
        <= u64::from(in_flight[other]) * u64::from(cluster.weights[server])
}

/// Requests in flight at `server`.
#[inline(always)]
fn active(cluster: &Cluster, server: usize) -> f64 {
    f64::from(cluster.in_flight[server])
}

impl TwoChoices {
    /// nginx's way out: smooth weighted turns.
    fn by_turns<X: Explain>(&mut self, cluster: &Cluster, why: &mut X) -> Pick {
        why.record(|w| {
            w.table("two-choices-turns", &["current"]);
            for s in cluster.eligible.iter() {
                w.row(s, &[self.turns.current(s)]);
            }
        });
        self.turns
            .take(*cluster.eligible, cluster.weights)
            .map_or(Pick::NoServer, Pick::Server)
    }

    /// nginx's draws: the winner, or None if too many were rejected. `random` gives a number below
    /// its argument.
    #[inline]
    fn by_weight(
        &mut self,
        cluster: &Cluster,
        mut random: impl FnMut(u64) -> u64,
    ) -> Option<usize> {
        self.draws.among(*cluster.eligible);
        let wanted = (self.choices as usize).min(cluster.eligible.len());
        let total = *self.ends.last()?;
        let mut best: Option<usize> = None;
        let mut tries = 0;
        while self.draws.drawn.len() < wanted {
            // As in nginx, the draws that were kept count too.
            if tries > TRIES {
                return None;
            }
            tries += 1;
            let point = random(total);
            let s = self.ends.partition_point(|&end| end <= point);
            if !cluster.eligible.has(s) || self.draws.drawn.contains(&(s as u16)) {
                continue;
            }
            self.draws.drawn.push(s as u16);
            if best.is_none_or(|best| is_as_good(cluster, s, best)) {
                best = Some(s);
            }
        }
        best
    }
}

impl Strategy for TwoChoices {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["choices", "draw"];

    fn knows(config: &StrategyConfig) -> Knows {
        Knows {
            weights: config.draw == Draw::Nginx,
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        let ends = setup.weights.iter().scan(0, |sum, &w| {
            *sum += u64::from(w);
            Some(*sum)
        });
        Self {
            choices: setup.config.choices,
            draw: setup.config.draw,
            draws: Draws::default(),
            ends: ends.collect(),
            turns: SmoothWrr::idle(setup.weights.len()),
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
        let draws = self.draws.among(*cluster.eligible);
        match self.draw {
            Draw::Distinct => draws.distinct(self.choices, rng),
            Draw::Envoy => draws.with_replacement(self.choices, |n| rng.below(n)),
            Draw::Nginx => {
                let several = cluster.eligible.len() > 1;
                let found = if several {
                    self.by_weight(cluster, |n| rng.below(n))
                } else {
                    None
                };
                let Some(server) = found else {
                    return self.by_turns(cluster, why);
                };
                self.draws.explain(
                    "two-choices",
                    "per-weight",
                    "last-drawn",
                    |s| active(cluster, s) / cluster.weight(s),
                    why,
                );
                return Pick::Server(server);
            }
        }
        draws.explain(
            "two-choices",
            "in-progress",
            "first-drawn",
            |s| active(cluster, s),
            why,
        );
        draws
            .least(|s| active(cluster, s))
            .map_or(Pick::NoServer, |(server, _)| Pick::Server(server))
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
    use super::*;
    use crate::balance::bare::{Bare, Case, letters_held};
    use crate::balance::{Mask, StrategyId};
    use crate::workload::Clients;
    use crate::workload::clients::Population;

    fn config(choices: u32, draw: Draw) -> StrategyConfig {
        StrategyConfig {
            id: StrategyId::TwoChoices,
            choices,
            draw,
            ..StrategyConfig::default()
        }
    }

    /// `least_request_lb_test.cc` (vector 11): four hosts with 4/3/2/1 active, draws 3, 0, 3, 2, 1
    /// after the 0 that is drawn for something else: host 3.
    #[test]
    fn envoy_least_request_lb_test_five_choices() {
        let mut given = [3, 0, 3, 2, 1].into_iter();
        let mut draws = Draws::default();
        draws
            .among(Mask::of(4, |_| true))
            .with_replacement(5, |_| given.next().expect("five draws"));
        assert_eq!(draws.drawn, [3, 0, 3, 2, 1]);
        assert_eq!(draws.least(|s| [4.0, 3.0, 2.0, 1.0][s]), Some((3, 1.0)));
    }

    /// Envoy keeps the first of equals.
    #[test]
    fn ties_go_to_the_first_drawn() {
        let mut draws = Draws::default();
        draws
            .among(Mask::of(4, |_| true))
            .with_replacement(2, |_| 2);
        assert_eq!(draws.least(|_| 1.0), Some((2, 1.0)));
        let mut given = [1, 3].into_iter();
        draws
            .among(Mask::of(4, |_| true))
            .with_replacement(2, |_| given.next().expect("two draws"));
        assert_eq!(draws.least(|_| 1.0), Some((1, 1.0)));
    }

    /// With d = n every server is considered: tasks that never finish are spread evenly.
    #[test]
    fn all_choices_are_the_shortest_queue() {
        let case = Case {
            config: config(4, Draw::Distinct),
            hold: true,
            ..Case::new(StrategyId::TwoChoices, &[1; 4], 40)
        };
        let picks = case.picks().expect("no keys");
        for s in 0..4 {
            assert_eq!(picks.iter().filter(|&&p| p == Pick::Server(s)).count(), 10);
        }
    }

    #[test]
    fn two_distinct_choices_of_two_alternate_in_pairs() {
        let held = letters_held(StrategyId::TwoChoices, &[1, 1], 20);
        assert!(
            held.split(' ')
                .collect::<Vec<_>>()
                .chunks(2)
                .all(|pair| pair[0] != pair[1]),
            "{held}"
        );
    }

    fn nginx(
        weights: &[u32],
        in_flight: &[u32],
        eligible: Mask,
        given: &[u64],
    ) -> (Option<usize>, usize) {
        let setup_config = config(2, Draw::Nginx);
        let population = Population::new(&Clients::default());
        let mut strategy = TwoChoices::new(&Setup {
            weights,
            addresses: &[],
            population: &population,
            config: &setup_config,
            ways: None,
        });
        let mut bare = Bare::new(weights);
        bare.eligible = eligible;
        bare.reports.present = in_flight.to_vec();
        let mut used = 0;
        let picked = strategy.by_weight(&bare.cluster(), |_| {
            used += 1;
            given[(used - 1) % given.len()]
        });
        (picked, used)
    }

    /// nginx `random two`: points below ΣW, a tie takes the second, counts are per weight, one
    /// server drawn repeatedly ends in turns after 20 rejected draws.
    #[test]
    fn nginx_random_two() {
        let all = Mask::of(3, |_| true);
        assert_eq!(nginx(&[5, 1, 1], &[0, 0, 0], all, &[4, 5]), (Some(1), 2));
        assert_eq!(nginx(&[5, 1, 1], &[4, 1, 0], all, &[0, 5]), (Some(0), 2));
        assert_eq!(nginx(&[5, 1, 1], &[9, 1, 0], all, &[0, 6]), (Some(2), 2));
        assert_eq!(nginx(&[5, 1, 1], &[0, 0, 0], all, &[0]), (None, 21));
    }
}
