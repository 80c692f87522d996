//! What the results of a sweep say together: a mean with its interval for each point and strategy,
//! and the differences between arms, pair by pair.

use super::{RunResult, SweepPlan};
use crate::measure::Observed;
use crate::scenario::Scenario;
use crate::stats::interval::{self, BATCHES_MIN, Interval, Paired, correlated_runs};

/// A number of a run, by which runs are compared: its id, its unit (empty for a part of 1) and how
/// to read it.
pub struct Metric {
    /// The id, that of the field in a line of results.
    pub id: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// Reads it.
    pub of: fn(&Observed) -> f64,
}

impl Metric {
    /// Whether runs of such a scenario have it: the length of rounds is of a batch and of training
    /// steps.
    pub fn applies_to(&self, scenario: &Scenario) -> bool {
        self.id != "round_mean_s" || scenario.has_rounds()
    }
}

/// All metrics.
pub const METRICS: &[Metric] = &[
    Metric {
        id: "response_mean_s",
        unit: "s",
        of: |o| o.response_mean_s,
    },
    Metric {
        id: "response_p50_s",
        unit: "s",
        of: |o| o.response_p50_s,
    },
    Metric {
        id: "response_p90_s",
        unit: "s",
        of: |o| o.response_p90_s,
    },
    Metric {
        id: "response_p95_s",
        unit: "s",
        of: |o| o.response_p95_s,
    },
    Metric {
        id: "response_p99_s",
        unit: "s",
        of: |o| o.response_p99_s,
    },
    Metric {
        id: "wait_mean_s",
        unit: "s",
        of: |o| o.wait_mean_s,
    },
    Metric {
        id: "present_mean_tasks",
        unit: "tasks",
        of: |o| o.present_mean_tasks,
    },
    Metric {
        id: "throughput_per_s",
        unit: "/s",
        of: |o| o.throughput_per_s,
    },
    Metric {
        id: "utilisation",
        unit: "",
        of: |o| o.utilisation,
    },
    Metric {
        id: "rejected_share",
        unit: "",
        of: |o| o.rejected_share,
    },
    Metric {
        id: "round_mean_s",
        unit: "s",
        of: |o| o.round_mean_s,
    },
];

/// The results of one arm at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Which point, from 0.
    pub point: u32,
    /// The parameter's value there.
    pub value: f64,
    /// Which of the plan's arms, from 0.
    pub arm: usize,
    /// How many runs have been done.
    pub runs: usize,
    /// The mean over them; None before the first.
    pub mean: Option<Interval>,
    /// How it differs from the first arm, where both did the same tasks; None for the first, and
    /// before there are pairs.
    pub paired: Option<Paired>,
}

/// Gathers whatever results are there, in any order: a cell for each point and arm of the plan, in
/// the plan's order. A run in which the metric has no value is left out.
pub fn gather(plan: &SweepPlan, results: &[RunResult], metric: &Metric) -> Vec<Cell> {
    let n = plan.arms().len();
    let mut found: Vec<Option<Seen>> = vec![None; plan.runs() as usize];
    for RunResult { run, observed } in results {
        let value = (metric.of)(observed);
        if let Some(place) = found.get_mut(run.index as usize)
            && value.is_finite()
        {
            *place = Some(Seen { value, observed });
        }
    }
    let per_point = plan.replications as usize * n;
    let mut cells = Vec::with_capacity(plan.points as usize * n);
    for point in 0..plan.points {
        let runs = &found[point as usize * per_point..][..per_point];
        for arm in 0..n {
            let done: Vec<Seen> = runs
                .iter()
                .skip(arm)
                .step_by(n)
                .copied()
                .flatten()
                .collect();
            cells.push(Cell {
                point,
                value: plan.value(point),
                arm,
                runs: done.len(),
                mean: mean(&done),
                paired: if arm > 0 { paired(runs, n, arm) } else { None },
            });
        }
    }
    cells
}

/// A run and its value.
#[derive(Clone, Copy)]
struct Seen<'a> {
    value: f64,
    observed: &'a Observed,
}

impl Seen<'_> {
    fn is_short(&self) -> bool {
        self.observed.too_short.is_some()
    }
}

/// The mean over an arm's runs.
fn mean(done: &[Seen]) -> Option<Interval> {
    let values: Vec<f64> = done.iter().map(|run| run.value).collect();
    let short = done.iter().filter(|run| run.is_short()).count();
    let lags = done.iter().map(|run| run.observed.batch_lag_1);
    let doubt = correlated_runs(lags, BATCHES_MIN);
    Some(interval::of_replications(&values, short)?.or_doubt(doubt))
}

/// How an arm of `n` differs from the first, over the replications of a point that both have done.
fn paired(runs: &[Option<Seen>], n: usize, arm: usize) -> Option<Paired> {
    let mut first = Vec::new();
    let mut this = Vec::new();
    let mut short = 0;
    let mut lags = Vec::new();
    for replication in runs.chunks_exact(n) {
        if let (Some(a), Some(b)) = (replication[0], replication[arm]) {
            first.push(a.value);
            this.push(b.value);
            short += usize::from(a.is_short() || b.is_short());
            lags.extend([a.observed.batch_lag_1, b.observed.batch_lag_1]);
        }
    }
    let paired = interval::paired(&first, &this, short)?;
    let doubt = correlated_runs(lags, BATCHES_MIN);
    Some(Paired {
        difference: paired.difference.or_doubt(doubt),
        ..paired
    })
}
