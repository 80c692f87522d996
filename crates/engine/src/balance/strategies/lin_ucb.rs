//! LinUCB: a contextual bandit. It learns what each server's response time is as a line in its own
//! tasks in flight there, and sends where that line, less what may be hoped, is least.
//!
//! Source: Li, Chu, Langford and Schapire (2010), as in the crate `equipoise-learn`. State: the
//! sums of a line for each server. Ties go to the server with the fewest of its tasks, then to the
//! one declared first. A loss or an error counts as the longest response so far. Weakness: it sees
//! its own tasks only, and a line is a line: with several slots, waiting begins only behind them.

use crate::balance::{
    Cluster, Done, Explain, Knows, Outcome, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use equipoise_learn::Lines;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct LinUcb(Lines);

/// The task's place at a server: how many of this balancer's are there, with it.
fn rank(cluster: &Cluster, server: usize) -> f64 {
    f64::from(cluster.in_flight[server]) + 1.0
}

impl Strategy for LinUcb {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["explore", "memory"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            in_flight: true,
            responses: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        let config = setup.config;
        Self(Lines::new(
            setup.weights.len(),
            config.explore,
            config.memory,
        ))
    }

    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        let lines = &self.0;
        let score = |s: usize| lines.hope(s, rank(cluster, s));
        let least = cluster.eligible.iter().min_by(|&a, &b| {
            let fewest = cluster.in_flight[a].cmp(&cluster.in_flight[b]);
            score(a).total_cmp(&score(b)).then(fewest)
        });
        let Some(server) = least else {
            return Pick::NoServer;
        };
        why.record(|w| {
            w.table("lin-ucb", &["in-flight", "expected", "score"]);
            for s in cluster.eligible.iter() {
                let x = rank(cluster, s);
                w.row(
                    s,
                    &[
                        f64::from(cluster.in_flight[s]),
                        lines.cost(s, x),
                        lines.hope(s, x),
                    ],
                );
            }
            w.tie(2, score(server), "fewest-in-flight");
            let mean_s = lines.cost(server, rank(cluster, server));
            w.values
                .extend([("mean", mean_s), ("score", score(server))]);
        });
        Pick::Server(server)
    }

    fn finished(&mut self, done: &Done) {
        let served = done.outcome == Outcome::Served;
        let response_s = served.then_some(done.response_s);
        self.0.learn(done.server, f64::from(done.rank), response_s);
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Bars {
            label: "expected-seconds",
            values: cluster.bars(|s| self.0.cost(s, rank(cluster, s))),
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::letters_held;

    /// Before the first answer all servers tie.
    #[test]
    fn tasks_spread_until_answers_come() {
        assert_eq!(
            letters_held(StrategyId::LinUcb, &[1, 1, 1], 6),
            "a b c a b c"
        );
    }
}
