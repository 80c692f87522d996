//! `equipoise run`: a whole run, with exact percentiles of its response times.

use super::report::Report;
use super::{Refusal, Source};
use crate::measure::Responses;
use crate::scenario::{FieldError, limits};
use crate::sim::timeline;
use clap::Args;

/// Tasks that a run may expect: the response time of each takes 8 bytes until the run ends.
const TASKS_MAX: f64 = 1e8;

#[derive(Args)]
pub(super) struct RunOptions {
    #[command(flatten)]
    source: Source,
    /// Run with this seed in place of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u32>,
    /// How long the run lasts (simulated seconds), in place of the scenario's duration
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    until: Option<f64>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the script and reports.
pub(super) fn run(options: &RunOptions) -> Result<String, Refusal> {
    let mut script = options.source.script()?;
    if let Some(seed) = options.seed {
        let scenarios = script.edits.iter_mut().map(|edit| &mut edit.scenario);
        scenarios
            .chain([&mut script.scenario])
            .for_each(|scenario| scenario.seed = seed);
    }
    let until_s = match options.until {
        Some(until_s) if !limits::DURATION.allows(until_s) => {
            let allowed = format!(
                "{} to {} seconds",
                limits::DURATION.min,
                limits::DURATION.max
            );
            return Err(FieldError::new("--until", until_s, allowed).to_string());
        }
        Some(until_s) => until_s,
        // A change that was made later than the duration belongs to the run too.
        None => script
            .edits
            .iter()
            .map(|edit| edit.at.time_s)
            .fold(script.latest().duration_s, f64::max),
    };
    let scenarios = script
        .edits
        .iter()
        .map(|edit| &edit.scenario)
        .chain([&script.scenario]);
    let rates = scenarios
        .filter_map(|scenario| scenario.utilisation().map(|_| scenario.arrivals.rate_per_s));
    let rate_per_s = rates.fold(0.0, f64::max);
    if rate_per_s * until_s > TASKS_MAX {
        let allowed = format!(
            "at most {} seconds with {rate_per_s} tasks a second, which are {TASKS_MAX} tasks",
            TASKS_MAX / rate_per_s
        );
        let field = if options.until.is_some() {
            "--until"
        } else {
            "duration_s"
        };
        return Err(FieldError::new(field, until_s, allowed).to_string());
    }
    let mut responses = Responses::default();
    let engine = timeline::replay(&script, until_s, &mut responses);
    let report = Report::new(&engine, script.edits.len(), responses);
    Ok(if options.json {
        report.json()
    } else {
        report.table()
    })
}
