//! `equipoise compare`: strategies, or two scenarios, with the same seeds, and the differences pair
//! by pair.

use super::report::columns;
use super::{Refusal, Source, sweep};
use crate::balance::StrategyId;
use crate::number::significant;
use crate::scenario::{FieldError, Pattern, letter};
use crate::sweep::gather::{Cell, METRICS, Metric, gather};
use crate::sweep::{Param, RunResult, SweepPlan};
use clap::Args;
use serde::Serialize;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt::Write as _;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    source: Source,
    /// Another scenario; its fields are set like the first one's
    #[arg(value_name = "OTHER", conflicts_with = "strategies")]
    other: Option<String>,
    /// The strategies, such as random,two-choices; the first is what the others are compared with
    #[arg(long, value_name = "ID,ID,…", value_delimiter = ',')]
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

/// What one metric came to in one way, beside the first. Field names are part of the command's
/// interface.
#[derive(Serialize)]
struct Row<'a> {
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
pub(super) fn compare(options: &Options) -> Result<String, Refusal> {
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
    if plan.ways().len() < 2 {
        let allowed = "another scenario after the first, or two strategies or more";
        return Err(FieldError::new("--strategies", plan.strategies.len(), allowed).to_string());
    }
    let (mut results, all) = (Vec::new(), (0..plan.runs()).collect::<Vec<u32>>());
    sweep::work(&plan, &all, None, |result| {
        results.push(result);
        true
    });
    let rows: Vec<Row> = METRICS
        .iter()
        .flat_map(|metric| rows(&plan, metric, &results))
        .collect();
    if options.json {
        // Numbers and texts have a JSON form always.
        return Ok(rows
            .iter()
            .map(|row| serde_json::json!(row).to_string() + "\n")
            .collect());
    }
    Ok(table(&plan, &rows))
}

/// A metric in every way but the first; none where it has no value.
fn rows<'a>(plan: &'a SweepPlan, metric: &Metric, results: &[RunResult]) -> Vec<Row<'a>> {
    let cells = gather(plan, results, metric);
    let row = |cell: &Cell| {
        let (first, mean, paired, way) = (
            cells[0].mean?,
            cell.mean?,
            cell.paired?,
            plan.ways().nth(cell.way)?,
        );
        Some(Row {
            metric: metric.id,
            scenario: &way.scenario.name,
            strategy: way.strategy,
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
    };
    cells.iter().filter_map(row).collect()
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

fn table(plan: &SweepPlan, rows: &[Row]) -> String {
    let n = |value: f64| significant(value, 4);
    let interval = |mean: f64, half: f64| format!("{} ± {}", n(mean), significant(half, 2));
    let mut text = String::new();
    let seeds = seeds(plan);
    for (i, way) in plan.ways().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{:<12}{}, {}",
            letter(i),
            way.scenario.name,
            way.strategy
        );
    }
    let batches = plan
        .ways()
        .all(|way| way.scenario.arrivals.pattern == Pattern::Batch);
    let length = if batches {
        "one batch".to_string()
    } else {
        format!("{} tasks", plan.tasks)
    };
    let _ = writeln!(
        text,
        "{:<12}{} of {length} each, {seeds}",
        "runs", plan.replications
    );
    for (i, way) in plan.ways().enumerate().skip(1) {
        let of_way = rows
            .iter()
            .filter(|row| row.strategy == way.strategy && row.scenario == way.scenario.name);
        let cells = of_way.clone().map(|row| {
            [
                row.metric.to_string(),
                interval(row.first_mean, row.first_half_width),
                interval(row.mean, row.half_width),
                interval(row.difference, row.difference_half_width),
                row.runs.to_string(),
                if row.unpaired_runs.is_finite() {
                    n(row.unpaired_runs)
                } else {
                    "–".into()
                },
            ]
        });
        let (a, b) = (letter(0), letter(i));
        let head = [
            "",
            &a,
            &b,
            &format!("{b} − {a}, pair by pair"),
            "runs",
            "without pairs",
        ]
        .map(str::to_string);
        text += "\n";
        text += &columns(head, cells.collect());
        let doubts: BTreeSet<&String> = of_way.filter_map(|row| row.too_short.as_ref()).collect();
        doubts
            .iter()
            .for_each(|why| text += &format!("not to be relied on: {why}\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_those_of_the_runs() {
        let of = |seed, replications| {
            let mut plan = SweepPlan {
                points: 1,
                replications,
                ..SweepPlan::default()
            };
            plan.scenario.seed = seed;
            (
                seeds(&plan),
                plan.run(0).map(|r| r.seed),
                plan.run(replications - 1).map(|r| r.seed),
            )
        };
        assert_eq!(of(7, 20), ("seeds 7 to 26".into(), Some(7), Some(26)));
        assert_eq!(of(7, 1), ("seed 7".into(), Some(7), Some(7)));
        assert_eq!(
            of(u32::MAX, 3),
            (
                "seeds 4294967295 to 4294967295 and 0 to 1".into(),
                Some(u32::MAX),
                Some(1)
            )
        );
    }
}
