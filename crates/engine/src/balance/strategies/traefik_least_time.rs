//! Traefik's least time: the mean of a server's last response times, times the tasks that it
//! would have, over its weight.
//!
//! Source: Traefik 3.7.15, `pkg/server/service/loadbalancer/leasttime/leasttime.go` (`strategy:
//! leasttime`). State: of each server the last 100 times to the first byte, in whole
//! milliseconds, and a deadline. The least `mean·(1 + in flight)/w` wins; a server that has not
//! answered yet counts as 0. Ties go to the earliest deadline, which is then 1/w later; the first
//! deadlines are the running sums of 1/w in a random order. Here a response is its own first
//! byte. Weakness: an error is an answer, so a server that fails fast gets nearly everything; and
//! under a millisecond all servers look alike.

use crate::balance::{
    Cluster, Done, Explain, Knows, Outcome, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use std::collections::VecDeque;

/// Response times that are kept of each server.
const SAMPLES: usize = 100;

/// The last response times of a server (ms), and their sum.
#[derive(Clone, Debug, Default)]
struct Times {
    last: VecDeque<f64>,
    sum: f64,
}

impl Times {
    fn add(&mut self, response_s: f64) {
        let ms = libm::floor(1000.0 * response_s);
        if self.last.len() == SAMPLES {
            self.sum -= self.last.pop_front().unwrap_or(0.0);
        }
        self.last.push_back(ms);
        self.sum += ms;
    }

    fn mean(&self) -> f64 {
        self.sum / self.last.len().max(1) as f64
    }
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct TraefikLeastTime {
    times: Vec<Times>,
    /// Each server's deadline; empty before the first pick.
    deadlines: Vec<f64>,
}

impl TraefikLeastTime {
    /// The first deadlines, in a random order of the servers.
    fn begin(&mut self, cluster: &Cluster, rng: &mut Rng) {
        let mut order: Vec<usize> = (0..cluster.len()).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, rng.below(last as u64 + 1) as usize);
        }
        self.deadlines = vec![0.0; cluster.len()];
        let mut sum = 0.0;
        for s in order {
            sum += 1.0 / cluster.weight(s);
            self.deadlines[s] = sum;
        }
    }

    fn score(&self, cluster: &Cluster, server: usize) -> f64 {
        let active = 1.0 + f64::from(cluster.in_flight[server]);
        self.times[server].mean() * active / cluster.weight(server)
    }
}

impl Strategy for TraefikLeastTime {
    const SHARE: Share = Share::ByLoad;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            weights: true,
            in_flight: true,
            responses: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        Self {
            times: vec![Times::default(); setup.weights.len()],
            deadlines: Vec::new(),
        }
    }

    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        if self.deadlines.is_empty() {
            self.begin(cluster, rng);
        }
        let scores = cluster.eligible.iter().map(|s| self.score(cluster, s));
        let least = scores.fold(f64::INFINITY, f64::min);
        let mut level = cluster
            .eligible
            .iter()
            .filter(|&s| self.score(cluster, s) == least);
        let Some(first) = level.next() else {
            return Pick::NoServer;
        };
        let mut server = first;
        let mut ties = 1;
        for s in level {
            ties += 1;
            if self.deadlines[s] < self.deadlines[server] {
                server = s;
            }
        }
        why.record(|w| {
            w.table(
                "traefik-least-time",
                &["connections", "weight", "score", "deadline"],
            );
            for s in cluster.eligible.iter() {
                let active = f64::from(cluster.in_flight[s]);
                let score = self.score(cluster, s);
                w.row(s, &[active, cluster.weight(s), score, self.deadlines[s]]);
            }
            w.values.extend([
                ("mean", self.times[server].mean()),
                ("active", f64::from(cluster.in_flight[server])),
                ("weight", cluster.weight(server)),
                ("score", least),
            ]);
            w.tie(2, least, "earliest-deadline");
        });
        if ties > 1 {
            self.deadlines[server] += 1.0 / cluster.weight(server);
        }
        Pick::Server(server)
    }

    fn finished(&mut self, done: &Done) {
        if done.outcome != Outcome::Lost {
            self.times[done.server].add(done.response_s);
        }
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Bars {
            label: "score",
            values: cluster.bars(|s| self.score(cluster, s)),
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::balance::bare::letters;

    /// Whole milliseconds, of the last hundred answers.
    #[test]
    fn the_mean_is_of_the_last_hundred() {
        let mut times = Times::default();
        assert_eq!(times.mean(), 0.0);
        times.add(0.0129);
        times.add(0.0009);
        assert_eq!(times.mean(), 6.0);
        (0..100).for_each(|_| times.add(0.003));
        assert_eq!((times.mean(), times.last.len()), (3.0, 100));
    }

    /// Until each has answered, those that have not tie at 0; then equal means over the weight
    /// decide, and the heaviest always wins.
    #[test]
    fn servers_without_an_answer_come_first() {
        let picks = letters(StrategyId::TraefikLeastTime, &[5, 1, 1], 8).replace(' ', "");
        let (begin, rest) = picks.split_at(3);
        assert!(
            "abc".chars().all(|server| begin.contains(server)),
            "{picks}"
        );
        assert_eq!(rest, "aaaaa");
    }
}
