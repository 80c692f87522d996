//! A bandit: which server answers fastest is learnt from responses alone, and so only by sending
//! tasks there.
//!
//! Source: ε-greedy, UCB1 (Auer, Cesa-Bianchi and Fischer 2002; discounted, Garivier and Moulines
//! 2011) and Thompson sampling (Thompson 1933), as in the crate `equipoise-learn`. The reward is
//! 1 − t/T, t the response time and T the longest so far; a loss or an error counts as T. State:
//! what was seen of each server, and its own picks. A server whose first answer has not come is
//! left out while there is another; if there is none, they take turns, since all the first tasks
//! would go to the first server otherwise. Ties go to the server declared first. Weakness: it
//! knows no queue. It believes that a server answers as it did however often it is picked, and so
//! fills the fastest until others are no worse. Without fading, what changed is noticed late.

use crate::balance::{
    Cluster, Done, Explain, Knows, Learner, Outcome, Pick, Picture, Setup, Share, Strategy,
    StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use equipoise_learn::{Bandit, Choice, Responses, Rule};

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Learnt {
    bandit: Bandit,
    responses: Responses,
    /// How often each server was picked.
    picks: Vec<u32>,
}

impl Learnt {
    /// The servers in question.
    fn among(&self, cluster: &Cluster) -> Vec<usize> {
        let seen = |s: usize| self.bandit.beliefs().seen(s) > 0.0;
        let eligible = cluster.eligible.iter();
        let among: Vec<usize> = eligible
            .filter(|&s| self.picks[s] == 0 || seen(s))
            .collect();
        if !among.is_empty() {
            return among;
        }
        let fewest = cluster.eligible.iter().map(|s| self.picks[s]).min();
        let eligible = cluster.eligible.iter();
        eligible
            .filter(|&s| Some(self.picks[s]) == fewest)
            .collect()
    }

    /// The mean response time of a server (s); NaN before the first.
    fn mean_s(&self, server: usize) -> f64 {
        let mean_s = self.responses.mean_s(&self.bandit, server);
        mean_s.unwrap_or(f64::NAN)
    }

    fn explain<X: Explain>(&self, choice: &Choice, among: &[usize], why: &mut X) {
        why.record(|w| {
            let by_chance = choice.scores.iter().all(|score| score.is_nan());
            let mean_s = self.mean_s(choice.arm);
            let rule = match (mean_s.is_nan(), by_chance, choice.explored) {
                (true, _, _) => "bandit-first",
                (_, true, _) => "bandit-chance",
                (_, _, true) => "bandit-explored",
                _ => "bandit-best",
            };
            w.table(rule, &["expected", "picks", "score"]);
            for (&s, &score) in among.iter().zip(&choice.scores) {
                w.row(s, &[self.mean_s(s), f64::from(self.picks[s]), shown(score)]);
            }
            let scores = choice.scores.iter().map(|&score| shown(score));
            let best = scores.fold(f64::NEG_INFINITY, f64::max);
            if best.is_finite() {
                w.tie(2, best, "first-declared");
                w.values.push(("score", best));
            }
            w.values.push(("mean", mean_s));
        });
    }
}

/// A score as it is shown: rescaled beliefs may leave a rounding error beside 0.
fn shown(score: f64) -> f64 {
    match score {
        score if !score.is_finite() => f64::NAN,
        score if score.abs() < 1e-12 => 0.0,
        score => score,
    }
}

impl Strategy for Learnt {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["learner", "explore", "memory"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            responses: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        let servers = setup.weights.len();
        let explore = setup.config.explore;
        let rule = match setup.config.learner {
            Learner::EpsilonGreedy => Rule::EpsilonGreedy { explore },
            Learner::Ucb1 => Rule::Ucb1 { width: explore },
            Learner::Thompson => Rule::Thompson,
        };
        Self {
            bandit: Bandit::new(rule, servers, setup.config.memory),
            responses: Responses::default(),
            picks: vec![0; servers],
        }
    }

    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let among = self.among(cluster);
        if among.is_empty() {
            return Pick::NoServer;
        }
        let choice = self.bandit.choose(&among, rng);
        self.explain(&choice, &among, why);
        self.picks[choice.arm] = self.picks[choice.arm].saturating_add(1);
        Pick::Server(choice.arm)
    }

    fn finished(&mut self, done: &Done) {
        let served = done.outcome == Outcome::Served;
        let response_s = served.then_some(done.response_s);
        self.responses
            .learn(&mut self.bandit, done.server, response_s);
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Bars {
            label: "expected-seconds",
            values: cluster.bars(|s| self.mean_s(s)),
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::letters_held;

    /// Before the first answer all servers get equal parts.
    #[test]
    fn servers_take_turns_until_answers_come() {
        assert_eq!(
            letters_held(StrategyId::Bandit, &[1, 1, 1], 6),
            "a b c a b c"
        );
    }
}
