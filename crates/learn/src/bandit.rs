//! Rules that pick an arm.

use crate::beliefs::Beliefs;
use crate::beta;
use equipoise_engine::rng::Rng;

/// How an arm is picked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// The best mean, but in this share of the picks any arm at random. It never stops exploring,
    /// and so loses in proportion to time.
    EpsilonGreedy {
        /// ε, from 0 to 1.
        explore: f64,
    },
    /// The greatest mean + √(2·ln n/nᵢ), n rewards in all and nᵢ of the arm: as good as an
    /// arm may still be. Source: Auer, Cesa-Bianchi and Fischer (2002); with discounting, Garivier
    /// and Moulines (2011).
    Ucb1,
    /// The greatest of draws from what is believed of each arm, Beta(1 + rewards, 1 + what was
    /// missed): each arm as often as it may be the best. Source: Thompson (1933); Agrawal and Goyal
    /// (2012). Rewards between 0 and 1 enter as such.
    Thompson,
}

/// A pick, with what decided it.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The arm.
    pub arm: usize,
    /// What the rule compared; infinite for an arm that was never tried, NaN where chance decided
    /// without it.
    pub scores: Vec<f64>,
    /// Whether another arm has the better mean.
    pub explored: bool,
}

/// A rule with its beliefs.
#[derive(Clone, Debug, PartialEq)]
pub struct Bandit {
    rule: Rule,
    beliefs: Beliefs,
}

impl Bandit {
    /// A bandit with `arms` arms, at least one, that has seen nothing.
    pub fn new(rule: Rule, arms: usize, discount: f64) -> Self {
        Self {
            rule,
            beliefs: Beliefs::new(arms, discount),
        }
    }

    /// What it believes.
    pub fn beliefs(&self) -> &Beliefs {
        &self.beliefs
    }

    /// Notes a reward from 0 to 1.
    pub fn learn(&mut self, arm: usize, reward: f64) {
        self.beliefs.learn(arm, reward);
    }

    /// Picks an arm: each once in order, where the rule needs that, then the greatest score, the
    /// first of equal ones.
    pub fn choose(&self, rng: &mut Rng) -> Choice {
        let arms = self.beliefs.arms();
        let means: Vec<f64> = (0..arms)
            .map(|arm| self.beliefs.mean(arm).unwrap_or(f64::INFINITY))
            .collect();
        let best = greatest(&means);
        if let Rule::EpsilonGreedy { explore } = self.rule
            && rng.unit() < explore
        {
            let arm = rng.below(arms as u64) as usize;
            return Choice {
                arm,
                scores: vec![f64::NAN; arms],
                explored: means[arm] < means[best],
            };
        }
        let scores: Vec<f64> = match self.rule {
            Rule::EpsilonGreedy { .. } => means.clone(),
            Rule::Ucb1 => (0..arms).map(|arm| self.bound(arm, means[arm])).collect(),
            Rule::Thompson => (0..arms).map(|arm| self.drawn(arm, rng)).collect(),
        };
        let arm = greatest(&scores);
        Choice {
            arm,
            explored: means[arm] < means[best],
            scores,
        }
    }

    /// How good an arm may be.
    fn bound(&self, arm: usize, mean: f64) -> f64 {
        if mean.is_infinite() {
            return mean;
        }
        let all = self.beliefs.seen_of_all().max(1.0);
        mean + (2.0 * libm::log(all) / self.beliefs.seen(arm)).sqrt()
    }

    /// How good an arm is, as a guess.
    fn drawn(&self, arm: usize, rng: &mut Rng) -> f64 {
        let won = self.beliefs.won(arm);
        let missed = self.beliefs.seen(arm) - won;
        // Discounting may leave a rounding error below 0.
        beta::draw(1.0 + won, 1.0 + missed.max(0.0), rng)
    }
}

/// The first of the greatest.
fn greatest(scores: &[f64]) -> usize {
    let mut best = 0;
    for (arm, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = arm;
        }
    }
    best
}
