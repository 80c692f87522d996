//! `equipoise sweep`: many runs on all cores, one line of JSON for each.
//!
//! A line says nothing of when, where or beside what its run was done, so however the work is
//! shared out, the same lines come out, in some order.

mod output;

use super::threads::work;
use super::{Failure, Refusal, Source};
use crate::balance::StrategyId;
use crate::json::words;
use crate::scenario::FieldError;
use crate::sweep::{Param, SweepPlan, run};
use clap::Args;
use output::Lines;
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Points, if nothing else is said.
const POINTS: u32 = 10;

/// The parameters with their usual ranges.
fn params() -> String {
    let mut all = Vec::new();
    for param in Param::named() {
        let (from, to) = param.usual_range();
        all.push(match param {
            Param::Nothing => param.to_string(),
            _ => format!("{param} ({from} to {to})"),
        });
    }
    format!(
        "What changes from point to point, and its usual range: {}",
        all.join(", ")
    )
}

/// A whole number, also in the form 1e6.
pub(super) fn whole<T: TryFrom<u64>>(text: &str) -> Result<T, String> {
    let number = match text.parse::<f64>() {
        Ok(x) if x.fract() == 0.0 && (0.0..1e15).contains(&x) => Some(x as u64),
        _ => text.parse::<u64>().ok(),
    };
    number
        .and_then(|x| T::try_from(x).ok())
        .ok_or_else(|| "allowed: a whole number, such as 20000 or 2e4".to_string())
}

#[derive(Args)]
pub(super) struct SweepOptions {
    #[command(flatten)]
    source: Source,
    #[arg(long, value_name = "P", help = params())]
    param: Param,
    /// Its value at the first point; without it, where its usual range begins
    #[arg(long, value_name = "A", allow_negative_numbers = true)]
    from: Option<f64>,
    /// Its value at the last point; without it, where its usual range ends
    #[arg(long, value_name = "B", allow_negative_numbers = true)]
    to: Option<f64>,
    /// How many points; without it 10, or fewer if whole numbers would repeat, or 1 where nothing
    /// changes
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    points: Option<u32>,
    /// Points in equal ratios, not at equal distances
    #[arg(long)]
    log: bool,
    /// Runs of each strategy at each point
    #[arg(long, value_name = "K", default_value_t = 10, allow_negative_numbers = true,
        value_parser = whole::<u32>)]
    replications: u32,
    /// Another scenario to run beside the first, with the same seeds; its fields are set like the
    /// first one's
    #[arg(long, value_name = "SCENARIO")]
    beside: Option<String>,
    /// The strategies, such as random,round-robin; without it the scenario's own
    #[arg(long, value_name = "ID,ID,…", value_delimiter = ',', value_parser = words::strategy)]
    strategies: Vec<StrategyId>,
    /// How many tasks leave the system in each run; a batch is run to its end
    #[arg(long, value_name = "N", default_value_t = 100_000, allow_negative_numbers = true,
        value_parser = whole::<u64>)]
    tasks: u64,
    /// Do every Nth run only, beginning with the Ith: 1/4, 2/4, 3/4 and 4/4 together are the whole
    #[arg(long, value_name = "I/N", default_value = "1/1")]
    shard: Shard,
    /// Write to this file, or - for standard output; lines that are already there are kept, and
    /// their runs not done again
    #[arg(long, visible_alias = "resume", value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many runs at a time; without it, one for each core
    #[arg(long, value_name = "T", allow_negative_numbers = true,
        value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

/// A part of the runs.
#[derive(Clone, Copy)]
struct Shard {
    first: u32,
    of: u32,
}

impl std::str::FromStr for Shard {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text
            .split_once('/')
            .and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        let shard = parts
            .filter(|(i, n): &(u32, u32)| (1..=*n).contains(i))
            .map(|(i, of)| Self { first: i - 1, of });
        shard.ok_or_else(|| "allowed: I/N with I from 1 to N".to_string())
    }
}

/// Does the runs and writes their lines as they come.
pub(super) fn sweep(options: &SweepOptions) -> Result<(), Failure> {
    let (from, to) = options.param.usual_range();
    let mut plan = SweepPlan {
        scenario: options.source.scenario()?,
        beside: options.source.beside(options.beside.as_ref())?,
        param: options.param,
        from: options.from.unwrap_or(from),
        to: options.to.unwrap_or(to),
        points: options
            .points
            .unwrap_or(if options.param == Param::Nothing {
                1
            } else {
                POINTS
            }),
        log: options.log,
        replications: options.replications,
        strategies: options.strategies.clone(),
        tasks: options.tasks,
    };
    plan.validate().map_err(|error| error.to_string())?;
    plan.points = distinct(&plan, options.points)?;
    let mut output = Lines::open(&plan, options.output.as_deref())?;
    let share = (options.shard.first..plan.runs()).step_by(options.shard.of as usize);
    let due: Vec<u32> = share.filter(|index| !output.has(*index)).collect();
    if output.kept() > 0 {
        // If this fails there is nowhere to report it.
        let _ = writeln!(
            io::stderr(),
            "equipoise: kept {} lines, {} runs are left to do",
            output.kept(),
            due.len()
        );
    }
    let mut written = Ok(());
    work(
        "",
        &due,
        options.threads,
        |index| run(&plan, index),
        |result| {
            output.write(&result).unwrap_or_else(|error| {
                written = Err(Failure::Unwritten(error));
                false
            })
        },
    );
    written
}

/// As many of the plan's points as have values of their own, where values are whole numbers.
///
/// # Errors
/// More were asked for.
fn distinct(plan: &SweepPlan, asked: Option<u32>) -> Result<u32, Refusal> {
    let most = plan.distinct_points();
    match asked.filter(|&points| points > most) {
        Some(points) => {
            let allowed = format!(
                "at most {most}, or some values of {} come more than once",
                plan.param
            );
            Err(FieldError::new("--points", points, allowed).to_string())
        }
        None => Ok(most),
    }
}
