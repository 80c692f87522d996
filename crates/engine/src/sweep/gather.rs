//! What the results of a sweep say together: a mean with its interval for each point and strategy,
//! and the differences between ways, pair by pair.

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

/// What one way came to at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Which point, from 0.
    pub point: u32,
    /// The parameter's value there.
    pub value: f64,
    /// Which of the plan's ways, from 0.
    pub way: usize,
    /// How many runs have been done.
    pub runs: usize,
    /// The mean over them; None before the first.
    pub mean: Option<Interval>,
    /// How it differs from the first way, where both did the same tasks; None for the first, and
    /// before there are pairs.
    pub paired: Option<Paired>,
}

/// Gathers whatever results are there, in any order: a cell for each point and way of the plan, in
/// the plan's order. A run in which the metric has no value is left out.
pub fn gather(plan: &SweepPlan, results: &[RunResult], metric: &Metric) -> Vec<Cell> {
    let n = plan.ways().len();
    let mut found: Vec<Option<(f64, &Observed)>> = vec![None; plan.runs() as usize];
    for RunResult { run, observed } in results {
        let value = (metric.of)(observed);
        if let Some(place) = found
            .get_mut(run.index as usize)
            .filter(|_| value.is_finite())
        {
            *place = Some((value, observed));
        }
    }
    let per_point = plan.replications as usize * n;
    let cells = (0..plan.points).flat_map(|point| (0..n).map(move |s| (point, s)));
    cells
        .map(|(point, s)| {
            let runs = &found[point as usize * per_point..][..per_point];
            let column = |s: usize| runs.iter().skip(s).step_by(n).copied();
            let done: Vec<(f64, &Observed)> = column(s).flatten().collect();
            let values: Vec<f64> = done.iter().map(|r| r.0).collect();
            let both: Vec<_> = column(0)
                .zip(column(s))
                .filter_map(|(a, b)| a.zip(b))
                .collect();
            let (first, this): (Vec<f64>, Vec<f64>) = both.iter().map(|(a, b)| (a.0, b.0)).unzip();
            let short = |o: &Observed| o.too_short.is_some();
            let correlated = |runs: &mut dyn Iterator<Item = &Observed>| {
                correlated_runs(runs.map(|o| o.batch_lag_1), BATCHES_MIN)
            };
            let mean =
                interval::of_replications(&values, done.iter().filter(|r| short(r.1)).count());
            let of_pairs = |pairs: Paired| {
                let all = correlated(&mut both.iter().flat_map(|(a, b)| [a.1, b.1]));
                Paired {
                    difference: pairs.difference.or_doubt(all),
                    ..pairs
                }
            };
            Cell {
                point,
                value: plan.value(point),
                way: s,
                runs: done.len(),
                mean: mean.map(|mean| mean.or_doubt(correlated(&mut done.iter().map(|r| r.1)))),
                paired: (s > 0)
                    .then(|| {
                        interval::paired(
                            &first,
                            &this,
                            both.iter()
                                .filter(|(a, b)| short(a.1) || short(b.1))
                                .count(),
                        )
                    })
                    .flatten()
                    .map(of_pairs),
            }
        })
        .collect()
}
