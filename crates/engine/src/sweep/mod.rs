//! Sweeps: many runs of one scenario, with one number changed from point to point, each with
//! several seeds and, to compare them, for several arms: several strategies, or another scenario
//! beside the first.
//!
//! A [`SweepPlan`] is plain data and says everything: which runs there are, in which order, and
//! with which seeds. Each run is a pure function of the plan and its index, so that they can be
//! done in any order, anywhere, and again. [`gather`](gather::gather) makes the view that is drawn
//! of whatever results are there.

pub mod gather;
pub mod metric;
mod param;
mod plan;
pub mod size;

pub use param::Param;
pub use plan::{Arm, SweepPlan};

use crate::balance::StrategyId;
use crate::measure::{Observed, observe, whole};
use crate::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// One run of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedRun {
    /// Its place among the plan's runs.
    pub index: u32,
    /// Which point, from 0.
    pub point: u32,
    /// The parameter's value there.
    pub value: f64,
    /// Which replication, from 0.
    pub replication: u32,
    /// Which of the plan's arms, from 0.
    pub arm: u32,
    /// Its strategy.
    pub strategy: StrategyId,
    /// The run's seed.
    pub seed: u32,
}

/// A run and its result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// Which run.
    pub run: PlannedRun,
    /// What was observed.
    #[serde(with = "whole")]
    pub observed: Observed,
}

impl RunResult {
    /// Does a run of this many tasks.
    pub fn of(run: PlannedRun, scenario: &Scenario, tasks: u64) -> Self {
        let observed = observe(scenario, tasks);
        Self { run, observed }
    }
}

/// Does the run with this index of a valid plan; None if it has no such run.
pub fn run(plan: &SweepPlan, index: u32) -> Option<RunResult> {
    let run = plan.run(index)?;
    let scenario = plan.scenario_of(&run).ok()?;
    Some(RunResult::of(run, &scenario, plan.tasks))
}
