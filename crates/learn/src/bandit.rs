//! Rules that pick an arm.

use crate::beliefs::Beliefs;
use crate::beta;
use crate::chance::Chance;

/// How an arm is picked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// The best mean, but in this share of the picks any arm at random. It never stops exploring,
    /// and so loses in proportion to time.
    EpsilonGreedy {
        /// ε, from 0 to 1.
        explore: f64,
    },
    /// The greatest mean + width·√(2·ln n/nᵢ), n rewards in all and nᵢ of the arm: as good
    /// as an arm may still be. Source: Auer, Cesa-Bianchi and Fischer (2002); with
    /// discounting, Garivier and Moulines (2011).
    Ucb1 {
        /// By how much rewards of one arm differ; 1, as published, fits all from 0 to 1.
        width: f64,
    },
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
    /// What the rule compared, for each arm in question; infinite for one that was never tried, NaN
    /// where chance decided without it.
    pub scores: Vec<f64>,
    /// Whether another arm in question has the better mean.
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

    /// See [`Beliefs::widen`].
    pub(crate) fn widen(&mut self, times: f64) {
        self.beliefs.widen(times);
    }

    /// Picks one of these arms, at least one: each once in order, where the rule needs that, then
    /// the greatest score, the first of equal ones.
    pub fn choose(&self, among: &[usize], rng: &mut impl Chance) -> Choice {
        let beliefs = &self.beliefs;
        let means: Vec<f64> = among
            .iter()
            .map(|&arm| beliefs.mean(arm).unwrap_or(f64::INFINITY))
            .collect();
        let best = greatest(&means);
        if let Rule::EpsilonGreedy { explore } = self.rule
            && rng.unit() < explore
        {
            let place = rng.below(among.len() as u64) as usize;
            return Choice {
                arm: among[place],
                scores: vec![f64::NAN; among.len()],
                explored: means[place] < means[best],
            };
        }
        let scores: Vec<f64> = match self.rule {
            Rule::EpsilonGreedy { .. } => means.clone(),
            Rule::Ucb1 { width } => {
                let bonus = among.iter().map(|&arm| width * self.bonus(arm));
                bonus
                    .zip(&means)
                    .map(|(bonus, mean)| mean + bonus)
                    .collect()
            }
            Rule::Thompson => among.iter().map(|&arm| self.drawn(arm, rng)).collect(),
        };
        let place = greatest(&scores);
        Choice {
            arm: among[place],
            explored: means[place] < means[best],
            scores,
        }
    }

    /// How much better than its mean an arm may be; 0 for one that was never tried.
    fn bonus(&self, arm: usize) -> f64 {
        let seen = self.beliefs.seen(arm);
        if seen == 0.0 {
            return 0.0;
        }
        let all = self.beliefs.seen_of_all().max(1.0);
        (2.0 * libm::log(all) / seen).sqrt()
    }

    /// How good an arm is, as a guess.
    fn drawn(&self, arm: usize, rng: &mut impl Chance) -> f64 {
        let won = self.beliefs.won(arm);
        let missed = self.beliefs.seen(arm) - won;
        // Discounting may leave a rounding error below 0.
        beta::draw(1.0 + won.max(0.0), 1.0 + missed.max(0.0), rng)
    }
}

/// The place of the first of the greatest.
fn greatest(scores: &[f64]) -> usize {
    let mut best = 0;
    for (place, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = place;
        }
    }
    best
}
