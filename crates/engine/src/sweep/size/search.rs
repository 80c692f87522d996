//! The search for the fewest servers: which runs are due, and what those that are done say.

use super::bracket::{Bracket, ends};
use super::{Goal, Verdict};
use crate::scenario::{FieldError, Scenario};
use crate::stats::interval::{Interval, REPLICATIONS_MIN};
use crate::sweep::gather::{Seen, mean};
use crate::sweep::{PlannedRun, RunResult, SweepPlan};
use std::collections::BTreeMap;

/// Runs after which it is looked for the first time: enough to see what is far off.
const FIRST_LOOK: u32 = 4;

/// A search. Equal ones with equal results have the same runs due.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    goals: Vec<Goal>,
    /// All runs that there may be: its points are the numbers of servers.
    grid: SweepPlan,
    bracket: Bracket,
}

/// A number of servers that was tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Which of the strategies, from 0.
    pub arm: usize,
    /// The number.
    pub servers: u32,
    /// Runs that are done.
    pub runs: u32,
    /// The mean of each goal's quantity; None where no run has a value.
    pub means: Vec<Option<Interval>>,
    /// What they say of each goal.
    pub verdicts: Vec<Verdict>,
    /// What that says of all of them.
    pub verdict: Verdict,
}

/// The answer for a strategy, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Which of the strategies, from 0.
    pub arm: usize,
    /// The fewest servers that meet all goals; None if no number does that was tried.
    pub met: Option<u32>,
    /// The most servers that miss one; None if none does. Of those between the two the runs cannot
    /// tell.
    pub missed: Option<u32>,
    /// Whether nothing is left to try.
    pub is_final: bool,
}

impl Answer {
    /// From and to which number the runs cannot tell, where the search tries up to `most`.
    pub fn unsure(&self, least: u32, most: u32) -> Option<(u32, u32)> {
        let from = self.missed.map_or(least, |missed| missed + 1);
        let to = self.met.map_or(most, |met| met - 1);
        (self.is_final && from <= to).then_some((from, to))
    }
}

impl Search {
    pub(super) fn of(goals: Vec<Goal>, grid: SweepPlan, least: u32) -> Self {
        let bracket = Bracket {
            least,
            most: grid.to as u32,
            start: start(&grid.scenario),
        };
        Self {
            goals,
            grid,
            bracket,
        }
    }

    /// The goals.
    pub fn goals(&self) -> &[Goal] {
        &self.goals
    }

    /// The sweep that its runs are of: its points are the numbers of servers.
    pub fn grid(&self) -> &SweepPlan {
        &self.grid
    }

    /// The fewest and the most servers that are tried.
    pub fn limits(&self) -> (u32, u32) {
        (self.bracket.least, self.bracket.most)
    }

    /// The run with this index. Its seed is that of the replication.
    pub fn run(&self, index: u32) -> Option<PlannedRun> {
        let run = self.grid.run(index)?;
        let seed = self.grid.scenario.seed.wrapping_add(run.replication);
        Some(PlannedRun { seed, ..run })
    }

    /// The scenario of a run.
    ///
    /// # Errors
    /// As [`SweepPlan::scenario_of`]; none for the search's own runs.
    pub fn scenario_of(&self, run: &PlannedRun) -> Result<Scenario, FieldError> {
        self.grid.scenario_of(run)
    }

    /// Does the run with this index; None if there is none.
    pub fn observe(&self, index: u32) -> Option<RunResult> {
        let run = self.run(index)?;
        let scenario = self.scenario_of(&run).ok()?;
        Some(RunResult::of(run, &scenario, self.grid.tasks))
    }

    /// The runs to do next, given the results of all that were due before; none when the answer is
    /// there.
    pub fn due(&self, results: &[RunResult]) -> Vec<u32> {
        let tried = self.tried(results);
        let arms = 0..self.grid.arms().len();
        arms.flat_map(|arm| {
            let of_arm = tried.iter().filter(|tried| tried.arm == arm);
            let (servers, runs) = self.next(of_arm).unwrap_or_default();
            let done = results.iter().map(|result| result.run.index);
            let done: Vec<u32> = done.collect();
            let all = (0..runs).map(move |replication| self.index(arm, servers, replication));
            all.filter(|index| !done.contains(index))
                .collect::<Vec<_>>()
        })
        .collect()
    }

    /// The number of servers that comes next for an arm, and how many runs of it there are to be.
    fn next<'a>(&self, tried: impl Iterator<Item = &'a Tried>) -> Option<(u32, u32)> {
        let mut settled = BTreeMap::new();
        for tried in tried {
            match self.wanted(tried) {
                0 => settled.insert(tried.servers, tried.verdict),
                runs => return Some((tried.servers, runs)),
            };
        }
        Some((self.bracket.next(&settled)?, FIRST_LOOK))
    }

    /// How many runs a number of servers is to have; 0 if those that are done are enough.
    fn wanted(&self, tried: &Tried) -> u32 {
        let most = self.grid.replications;
        let mut look = FIRST_LOOK;
        while look < tried.runs {
            look = (2 * look).max(REPLICATIONS_MIN as u32).min(most);
        }
        let is_open = tried.verdict == Verdict::Unsure && look < most;
        match look == tried.runs {
            true if is_open => (2 * look).max(REPLICATIONS_MIN as u32).min(most),
            true => 0,
            false => look,
        }
    }

    fn index(&self, arm: usize, servers: u32, replication: u32) -> u32 {
        let point = servers - self.bracket.least;
        let arms = self.grid.arms().len() as u32;
        (point * self.grid.replications + replication) * arms + arm as u32
    }

    /// What was tried so far, by strategies and numbers of servers.
    pub fn tried(&self, results: &[RunResult]) -> Vec<Tried> {
        let mut groups: BTreeMap<(u32, u32), BTreeMap<u32, &RunResult>> = BTreeMap::new();
        for result in results {
            let servers = self.bracket.least + result.run.point;
            let group = groups.entry((result.run.arm, servers)).or_default();
            group.insert(result.run.replication, result);
        }
        let groups = groups.into_iter();
        let tried = groups.map(|((arm, servers), runs)| {
            let means = self.goals.iter().map(|goal| {
                let seen = runs
                    .values()
                    .filter_map(|run| Seen::of(run, goal.metric()?));
                mean(&seen.collect::<Vec<_>>())
            });
            let means: Vec<Option<Interval>> = means.collect();
            let verdicts = self.goals.iter().zip(&means);
            let verdicts: Vec<Verdict> = verdicts.map(|(goal, mean)| goal.verdict(*mean)).collect();
            Tried {
                arm: arm as usize,
                servers,
                runs: runs.len() as u32,
                means,
                verdict: all(&verdicts),
                verdicts,
            }
        });
        tried.collect()
    }

    /// The answer for each strategy, as far as it is known.
    pub fn answers(&self, results: &[RunResult]) -> Vec<Answer> {
        let tried = self.tried(results);
        let arms = 0..self.grid.arms().len();
        let answers = arms.map(|arm| {
            let of_arm = tried.iter().filter(|tried| tried.arm == arm);
            let settled = of_arm.clone().filter(|tried| self.wanted(tried) == 0);
            let settled = settled
                .map(|tried| (tried.servers, tried.verdict))
                .collect();
            let (missed, met) = ends(&settled);
            Answer {
                arm,
                met,
                missed,
                is_final: self.next(of_arm).is_none(),
            }
        });
        answers.collect()
    }
}

/// What verdicts on single goals say of all.
fn all(verdicts: &[Verdict]) -> Verdict {
    let worst = [Verdict::Missed, Verdict::Unsure];
    let found = worst.into_iter().find(|worst| verdicts.contains(worst));
    found.unwrap_or(Verdict::Met)
}

/// The number to begin with: one that can do the work, or what there is now.
fn start(scenario: &Scenario) -> u32 {
    let now = scenario.servers.len() as u32;
    let Some(first) = scenario.servers.first() else {
        return now;
    };
    let arrives = scenario.arrivals.rate_per_s * scenario.sizes.mean;
    match scenario.utilisation() {
        Some(_) => (arrives / (first.pace() * f64::from(first.slots))) as u32 + 1,
        None => now,
    }
}
