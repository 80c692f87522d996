//! What the results of a sweep say together: a mean with its interval for each point and strategy,
//! and the differences between arms, pair by pair.

use super::metric::Metric;
use super::{RunResult, SweepPlan};
use crate::measure::Observed;
use crate::stats::interval::{self, BATCHES_MIN, Interval, Paired, correlated_runs};

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
    for result in results {
        if let Some(place) = found.get_mut(result.run.index as usize) {
            *place = Seen::of(result, metric).or(*place);
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
pub(super) struct Seen<'a> {
    value: f64,
    observed: &'a Observed,
}

impl<'a> Seen<'a> {
    /// What a metric says of a run; None if it has no value there.
    pub(super) fn of(result: &'a RunResult, metric: &Metric) -> Option<Self> {
        let observed = &result.observed;
        let value = (metric.of)(observed);
        value.is_finite().then_some(Self { value, observed })
    }

    fn is_short(&self) -> bool {
        self.observed.too_short.is_some()
    }
}

/// The mean over runs of the same system.
pub(super) fn mean(done: &[Seen]) -> Option<Interval> {
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
