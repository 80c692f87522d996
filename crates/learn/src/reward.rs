//! Response times as rewards.

use crate::bandit::Bandit;

/// Minus the response time, brought to between 0 and 1 as bandits need it: 1 − t/T, T the longest
/// so far. When a longer one comes, all that is believed is rescaled by it, so that beliefs are
/// those of the same T. No answer, or an error, counts as the longest so far: who fails fast is not
/// taken for fast.
///
/// Source of the bounds: Auer, Cesa-Bianchi and Fischer (2002), whose rewards are from 0 to 1. That
/// T is what was seen so far is ours, since a balancer knows no bound beforehand.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Responses {
    longest_s: f64,
}

impl Responses {
    /// Lets `bandit` learn from a response of `arm` (s); `None` for an error or no answer.
    pub fn learn(&mut self, bandit: &mut Bandit, arm: usize, response_s: Option<f64>) {
        let response_s = response_s.unwrap_or(self.longest_s);
        if response_s > self.longest_s {
            if self.longest_s > 0.0 {
                bandit.widen(response_s / self.longest_s);
            }
            self.longest_s = response_s;
        }
        let reward = match response_s >= self.longest_s {
            true => 0.0,
            false => 1.0 - response_s / self.longest_s,
        };
        bandit.learn(arm, reward);
    }

    /// The mean response time of `arm` that `bandit` believes in (s); `None` before the first.
    pub fn mean_s(&self, bandit: &Bandit, arm: usize) -> Option<f64> {
        let mean = bandit.beliefs().mean(arm);
        mean.map(|mean| self.longest_s * (1.0 - mean))
    }
}
