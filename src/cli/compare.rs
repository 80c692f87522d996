//! `equipoise compare`: strategies, or two scenarios, with the same seeds, and the differences pair
//! by pair.

use super::table::columns;
use super::threads::work;
use super::{Refusal, Source, sweep};
use crate::balance::StrategyId;
use crate::json::words;
use crate::number::significant;
use crate::scenario::{FieldError, Pattern, letter};
use crate::sweep::gather::{Cell, gather};
use crate::sweep::metric::Metric;
use crate::sweep::{Param, SweepPlan, run};
use clap::Args;
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;

#[derive(Args)]
pub(super) struct CompareOptions {
    #[command(flatten)]
    source: Source,
    /// Another scenario; its fields are set like the first one's
    #[arg(value_name = "OTHER", conflicts_with = "strategies")]
    other: Option<String>,
    /// The strategies, such as random,two-choices; the first is what the others are compared with
    #[arg(long, value_name = "ID,ID,…", value_delimiter = ',', value_parser = words::strategy)]
    strategies: Vec<StrategyId>,
    /// Runs of each, with the same seeds
    #[arg(long, value_name = "K", default_value_t = 20, allow_negative_numbers = true,
        value_parser = sweep::whole::<u32>)]
    replications: u32,
    /// How many tasks leave the system in each run; a batch is run to its end
    #[arg(long, value_name = "N", default_value_t = 20_000, allow_negative_numbers = true,
        value_parser = sweep::whole::<u64>)]
    tasks: u64,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// One metric of one arm beside the first. Field names are part of the command's interface.
#[derive(Serialize)]
struct Comparison<'a> {
    metric: &'static str,
    scenario: &'a str,
    strategy: StrategyId,
    first_mean: f64,
    first_half_width: f64,
    mean: f64,
    half_width: f64,
    /// This less the first, by pairs.
    difference: f64,
    difference_half_width: f64,
    runs: usize,
    /// Runs of each without pairing for an interval as narrow; null if the pairs do not differ at
    /// all.
    unpaired_runs: f64,
    /// Why the interval may not be relied on.
    too_short: Option<String>,
}

/// Runs the pairs and reports.
pub(super) fn compare(options: &CompareOptions) -> Result<String, Refusal> {
    let scenario = options.source.scenario()?;
    let plan = SweepPlan {
        beside: options.source.beside(options.other.as_ref())?,
        param: Param::Nothing,
        from: 0.0,
        to: 0.0,
        points: 1,
        replications: options.replications,
        strategies: options.strategies.clone(),
        tasks: options.tasks,
        ..SweepPlan::usual(&scenario)
    };
    plan.validate().map_err(|error| error.to_string())?;
    if plan.arms().len() < 2 {
        let allowed = "another scenario after the first, or two strategies or more";
        return Err(FieldError::new("--strategies", plan.strategies.len(), allowed).to_string());
    }
    let all: Vec<u32> = (0..plan.runs()).collect();
    let mut results = Vec::new();
    work(
        "",
        &all,
        None,
        |index| run(&plan, index),
        |result| {
            results.push(result);
            true
        },
    );
    let mut rows = Vec::new();
    for metric in Metric::all() {
        let cells = gather(&plan, &results, metric);
        for cell in &cells {
            rows.extend(Comparison::of(&plan, metric, &cells[0], cell));
        }
    }
    if options.json {
        // Numbers and texts have a JSON form always.
        return Ok(rows
            .iter()
            .map(|row| serde_json::json!(row).to_string() + "\n")
            .collect());
    }
    Ok(table(&plan, &rows))
}

impl<'a> Comparison<'a> {
    /// A metric of an arm beside the first; None where it has no value, and of the first itself.
    fn of(plan: &'a SweepPlan, metric: &Metric, first: &Cell, cell: &Cell) -> Option<Self> {
        let first = first.mean?;
        let mean = cell.mean?;
        let paired = cell.paired?;
        let arm = plan.arms().nth(cell.arm)?;
        Some(Self {
            metric: metric.id,
            scenario: &arm.scenario.name,
            strategy: arm.strategy,
            first_mean: first.mean,
            first_half_width: first.half_width,
            mean: mean.mean,
            half_width: mean.half_width,
            difference: paired.difference.mean,
            difference_half_width: paired.difference.half_width,
            runs: cell.runs,
            unpaired_runs: paired.unpaired_runs,
            too_short: paired.difference.too_short.map(|why| why.to_string()),
        })
    }

    /// The cells of its row.
    fn cells(&self) -> [String; 6] {
        [
            self.metric.to_string(),
            interval(self.first_mean, self.first_half_width),
            interval(self.mean, self.half_width),
            interval(self.difference, self.difference_half_width),
            self.runs.to_string(),
            if self.unpaired_runs.is_finite() {
                significant(self.unpaired_runs, 4)
            } else {
                "–".into()
            },
        ]
    }
}

fn interval(mean: f64, half_width: f64) -> String {
    format!("{} ± {}", significant(mean, 4), significant(half_width, 2))
}

/// The seeds of a plan of one point; the largest is followed by 0.
fn seeds(plan: &SweepPlan) -> String {
    let first = plan.scenario.seed;
    let last = first.wrapping_add(plan.replications - 1);
    match last.cmp(&first) {
        Ordering::Equal => format!("seed {first}"),
        Ordering::Greater => format!("seeds {first} to {last}"),
        Ordering::Less => format!("seeds {first} to {} and 0 to {last}", u32::MAX),
    }
}

fn table(plan: &SweepPlan, rows: &[Comparison]) -> String {
    let mut text = String::new();
    for (i, arm) in plan.arms().enumerate() {
        let name = super::shown(&arm.scenario.name);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<12}{name}, {}", letter(i), arm.strategy);
    }
    let batches = plan
        .arms()
        .all(|arm| arm.scenario.arrivals.pattern == Pattern::Batch);
    let length = if batches {
        "one batch".to_string()
    } else {
        format!("{} tasks", plan.tasks)
    };
    let runs = format!("{} of {length} each, {}", plan.replications, seeds(plan));
    let _ = writeln!(text, "{:<12}{runs}", "runs");
    for (i, arm) in plan.arms().enumerate().skip(1) {
        let rows: Vec<&Comparison> = rows
            .iter()
            .filter(|row| row.strategy == arm.strategy && row.scenario == arm.scenario.name)
            .collect();
        let first = letter(0);
        let this = letter(i);
        let head = [
            "",
            &first,
            &this,
            &format!("{this} − {first}, pair by pair"),
            "runs",
            "without pairs",
        ]
        .map(str::to_string);
        text += "\n";
        text += &columns(head, rows.iter().map(|row| row.cells()).collect());
        let doubts: BTreeSet<&String> = rows
            .iter()
            .filter_map(|row| row.too_short.as_ref())
            .collect();
        for why in doubts {
            text += &format!("not to be relied on: {why}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_those_of_the_runs() {
        for (seed, replications, expected) in [
            (7, 20, "seeds 7 to 26"),
            (7, 1, "seed 7"),
            (u32::MAX, 3, "seeds 4294967295 to 4294967295 and 0 to 1"),
        ] {
            let mut plan = SweepPlan {
                points: 1,
                replications,
                ..SweepPlan::default()
            };
            plan.scenario.seed = seed;
            assert_eq!(seeds(&plan), expected);
            let last = plan.run(replications - 1).expect("has runs").seed;
            assert_eq!(last, seed.wrapping_add(replications - 1));
        }
    }
}
