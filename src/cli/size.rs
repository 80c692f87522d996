//! `equipoise size`: the fewest servers that meet goals, and with which strategy.

mod report;

use super::threads::work;
use super::{Refusal, Source, sweep};
use crate::balance::StrategyId;
use crate::json::words;
use crate::sweep::RunResult;
use crate::sweep::size::{Goal, Search, Sizing};
use clap::Args;
use report::Report;
use std::collections::BTreeSet;

#[derive(Args)]
pub(super) struct SizeOptions {
    #[command(flatten)]
    source: Source,
    /// What must hold, such as 'response_p95_s<=2' or 'ttft_p99_s<=1'; repeatable. The quantities
    /// are those of the lines that sweep prints
    #[arg(long = "goal", value_name = "QUANTITY<=NUMBER", required = true)]
    goals: Vec<String>,
    /// The strategies to try, such as round-robin,least-connections; without it the scenario's own
    #[arg(long, value_name = "ID,ID,…", value_delimiter = ',', value_parser = words::strategy)]
    strategies: Vec<StrategyId>,
    /// The most servers to try; each is like the scenario's first
    #[arg(long, value_name = "N", default_value_t = 64, allow_negative_numbers = true,
        value_parser = sweep::whole::<u32>)]
    max: u32,
    /// The most runs for a number of servers and a strategy; fewer where fewer tell
    #[arg(long, value_name = "K", default_value_t = 40, allow_negative_numbers = true,
        value_parser = sweep::whole::<u32>)]
    replications: u32,
    /// How many tasks leave the system in each run; a batch is run to its end
    #[arg(long, value_name = "N", default_value_t = 10_000, allow_negative_numbers = true,
        value_parser = sweep::whole::<u64>)]
    tasks: u64,
    /// What a GPU costs in an hour, to say what the answer costs
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    price_per_gpu_hour: Option<f64>,
    /// How many runs at a time; without it, one for each core
    #[arg(long, value_name = "T", allow_negative_numbers = true,
        value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Searches and reports.
pub(super) fn size(options: &SizeOptions) -> Result<String, Refusal> {
    let scenario = options.source.scenario()?;
    let goals = options.goals.iter().map(|goal| goal.parse::<Goal>());
    let goals: Result<Vec<Goal>, _> = goals.collect();
    let sizing = Sizing {
        goals: goals.map_err(|error| format!("--{error}"))?,
        strategies: options.strategies.clone(),
        most: options.max,
        replications: options.replications,
        tasks: options.tasks,
        price_per_gpu_hour: options.price_per_gpu_hour,
    };
    let search = sizing.search(&scenario).map_err(|mut error| {
        error.field = by_option(&error.field);
        error.to_string()
    })?;
    let results = all(&search, options.threads);
    let report = Report::new(&search, &sizing, &results);
    Ok(if options.json {
        report.json()
    } else {
        report.text(&search)
    })
}

/// What a field of the question is called here.
fn by_option(field: &str) -> String {
    match field {
        "most" => "--max".to_string(),
        "price_per_gpu_hour" => "--price-per-gpu-hour".to_string(),
        "replications" | "tasks" => format!("--{field}"),
        _ if field.starts_with("goal") => format!("--{field}"),
        _ => field.to_string(),
    }
}

/// Does runs until the answer is there.
fn all(search: &Search, threads: Option<u16>) -> Vec<RunResult> {
    let mut results = Vec::new();
    loop {
        let due = search.due(&results);
        if due.is_empty() {
            return results;
        }
        let runs = due.iter().filter_map(|&index| search.run(index));
        let numbers: BTreeSet<String> = runs.map(|run| run.value.to_string()).collect();
        let numbers: Vec<String> = numbers.into_iter().collect();
        let what = format!("{} servers ", numbers.join(", "));
        work(
            &what,
            &due,
            threads,
            |index| search.observe(index),
            |result| {
                results.push(result);
                true
            },
        );
    }
}
