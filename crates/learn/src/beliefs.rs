//! What was seen of each arm.

/// Rewards of each arm, of which older ones count less.
#[derive(Clone, Debug, PartialEq)]
pub struct Beliefs {
    discount: f64,
    seen: Vec<f64>,
    won: Vec<f64>,
}

impl Beliefs {
    /// Nothing seen yet of `arms` arms. With each reward all earlier ones count `discount` times
    /// what they did, above 0 and at most 1; with 1 nothing fades. Memory is then about
    /// 1/(1 − discount) rewards long.
    pub fn new(arms: usize, discount: f64) -> Self {
        Self {
            discount,
            seen: vec![0.0; arms],
            won: vec![0.0; arms],
        }
    }

    /// How many arms there are.
    pub fn arms(&self) -> usize {
        self.seen.len()
    }

    /// How many rewards of an arm count.
    pub fn seen(&self, arm: usize) -> f64 {
        self.seen[arm]
    }

    /// Their sum.
    pub fn won(&self, arm: usize) -> f64 {
        self.won[arm]
    }

    /// How many rewards of all arms count.
    pub fn seen_of_all(&self) -> f64 {
        self.seen.iter().sum()
    }

    /// The mean reward of an arm; `None` before the first.
    pub fn mean(&self, arm: usize) -> Option<f64> {
        (self.seen[arm] > 0.0).then(|| self.won[arm] / self.seen[arm])
    }

    /// From now on what was missed of rewards, up to 1, is measured by a unit `times` as long; what
    /// was seen counts as if it always had been.
    pub fn widen(&mut self, times: f64) {
        for (won, seen) in self.won.iter_mut().zip(&self.seen) {
            *won = seen - (seen - *won) / times;
        }
    }

    /// Notes a reward from 0 to 1.
    pub fn learn(&mut self, arm: usize, reward: f64) {
        for number in self.seen.iter_mut().chain(&mut self.won) {
            *number *= self.discount;
        }
        self.seen[arm] += 1.0;
        self.won[arm] += reward;
    }
}
