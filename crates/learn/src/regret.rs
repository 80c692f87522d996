//! Runs on arms whose means are known, and what was lost.

use crate::bandit::Bandit;
use crate::chance::Chance;

/// The arms of a run, each with rewards of 1 or 0: their means, and from when they hold.
pub type Phases<'a> = &'a [(usize, &'a [f64])];

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The arm of each pick.
    pub picks: Vec<usize>,
    /// What was lost so far, by means, against the best arm of each moment (the oracle).
    pub against_oracle: Vec<f64>,
    /// What was lost so far against the arm that is best over the whole run; below 0 where the
    /// bandit did better than any fixed choice.
    pub against_fixed: Vec<f64>,
}

/// Lets a bandit pick `rounds` times. `phases` begin in rising order, the first with round 0.
pub fn run(mut bandit: Bandit, phases: Phases, rounds: usize, rng: &mut impl Chance) -> Run {
    let fixed = best_fixed(phases, rounds);
    let mut run = Run {
        picks: Vec::with_capacity(rounds),
        against_oracle: Vec::with_capacity(rounds),
        against_fixed: Vec::with_capacity(rounds),
    };
    let arms: Vec<usize> = (0..bandit.beliefs().arms()).collect();
    let mut lost = [0.0; 2];
    for round in 0..rounds {
        let means = means_at(phases, round);
        let arm = bandit.choose(&arms, rng).arm;
        let reward = f64::from(u8::from(rng.unit() < means[arm]));
        bandit.learn(arm, reward);
        let best = means.iter().copied().fold(0.0, f64::max);
        lost[0] += best - means[arm];
        lost[1] += means[fixed] - means[arm];
        run.picks.push(arm);
        run.against_oracle.push(lost[0]);
        run.against_fixed.push(lost[1]);
    }
    run
}

/// The means that hold in a round.
fn means_at<'a>(phases: Phases<'a>, round: usize) -> &'a [f64] {
    let begun = phases.iter().rev().find(|phase| phase.0 <= round);
    begun.map_or(&[], |phase| phase.1)
}

/// The arm with the greatest sum over the whole run, the first of equal ones.
fn best_fixed(phases: Phases, rounds: usize) -> usize {
    let arms = phases.first().map_or(0, |phase| phase.1.len());
    let sums: Vec<f64> = (0..arms)
        .map(|arm| (0..rounds).map(|round| means_at(phases, round)[arm]).sum())
        .collect();
    let mut best = 0;
    for arm in 0..arms {
        if sums[arm] > sums[best] {
            best = arm;
        }
    }
    best
}
