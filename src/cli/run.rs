//! `equipoise run`: a whole run, with exact percentiles of its response times. Its tasks are drawn,
//! or those of a trace.

use super::report::Report;
use super::requests::{self, RequestsFile};
use super::trace::{Played, TraceOptions};
use super::{Failure, Refusal, Source};
use crate::measure::Responses;
use crate::scenario::{FieldError, Script, limits};
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
    /// How long the run lasts (simulated seconds), in place of the scenario's duration, or with a
    /// trace of when all its tasks have left
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    until: Option<f64>,
    #[command(flatten)]
    trace: TraceOptions,
    /// Write each answered request of a language model to this file, .jsonl or .csv, with when it
    /// was served, by the names of LLMServingSim
    #[arg(long, value_name = "FILE")]
    requests: Option<RequestsFile>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the script and reports.
pub(super) fn run(options: &RunOptions) -> Result<String, Failure> {
    let mut script = options.source.script()?;
    if let Some(seed) = options.seed {
        let scenarios = script.edits.iter_mut().map(|edit| &mut edit.scenario);
        scenarios
            .chain([&mut script.scenario])
            .for_each(|scenario| scenario.seed = seed);
    }
    if let Some(until_s) = options.until
        && !limits::DURATION.allows(until_s)
    {
        let allowed = format!(
            "{} to {} seconds",
            limits::DURATION.min,
            limits::DURATION.max
        );
        return Err(FieldError::new("--until", until_s, allowed)
            .to_string()
            .into());
    }
    if options.requests.is_some() && !script.scenario.has_replicas() {
        return Err(requests::REFUSAL.to_string().into());
    }
    let played = options.trace.read(&mut script)?;
    let mut responses = Responses::default();
    let engine = match &played {
        Some(played) => played.run(&script, options.until, &mut responses),
        None => {
            let until_s = until_s(&script, options.until)?;
            timeline::replay(&script, until_s, &mut responses)
        }
    };
    if let Some(file) = &options.requests {
        file.write(&responses.answers)?;
    }
    let measured = played.as_ref().and_then(|p| p.beside(&responses.answers));
    let mut report = Report::new(&engine, script.edits.len(), responses);
    report.trace = played.as_ref().map(Played::summary);
    report.measured = measured;
    Ok(if options.json {
        report.json()
    } else {
        report.table()
    })
}

/// When a run of drawn tasks ends (s): when that is asked for, or after the scenario's duration.
fn until_s(script: &Script, asked: Option<f64>) -> Result<f64, Refusal> {
    // A change that was made later than the duration belongs to the run too.
    let edits = script.edits.iter().map(|edit| edit.at.time_s);
    let until_s = asked.unwrap_or_else(|| edits.fold(script.latest().duration_s, f64::max));
    let scenarios = script
        .edits
        .iter()
        .map(|edit| &edit.scenario)
        .chain([&script.scenario]);
    let rates = scenarios
        .filter(|scenario| !scenario.arrivals.pattern.counts_tasks())
        .map(|scenario| scenario.arrivals.rate_per_s);
    let rate_per_s = rates.fold(0.0, f64::max);
    if rate_per_s * until_s > TASKS_MAX {
        let allowed = format!(
            "at most {} seconds with {rate_per_s} tasks a second, which are {TASKS_MAX} tasks",
            TASKS_MAX / rate_per_s
        );
        let field = if asked.is_some() {
            "--until"
        } else {
            "duration_s"
        };
        return Err(FieldError::new(field, until_s, allowed).to_string());
    }
    Ok(until_s)
}
