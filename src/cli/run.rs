//! `equipoise run`: a whole run, with exact percentiles of its response times.

use super::report::Report;
use super::{Refusal, Source};
use crate::measure::Responses;
use crate::scenario::{FieldError, limits};
use crate::sim::timeline;
use clap::Args;

#[derive(Args)]
pub(super) struct Options {
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
pub(super) fn run(options: &Options) -> Result<String, Refusal> {
    let mut script = options.source.script()?;
    if let Some(seed) = options.seed {
        let scenarios = script.edits.iter_mut().map(|edit| &mut edit.scenario);
        scenarios.chain([&mut script.scenario]).for_each(|scenario| scenario.seed = seed);
    }
    let until_s = match options.until {
        Some(until_s) if !limits::DURATION.allows(until_s) => {
            let allowed = format!("{} to {} seconds", limits::DURATION.min, limits::DURATION.max);
            return Err(FieldError::new("--until", until_s, allowed).to_string());
        }
        Some(until_s) => until_s,
        // A change that was made later than the duration belongs to the run too.
        None => script.edits.iter().map(|edit| edit.at.time_s).fold(script.latest().duration_s, f64::max),
    };
    let mut responses = Responses::default();
    let engine = timeline::replay(&script, until_s, &mut responses);
    let report = Report::new(&engine, script.edits.len(), responses.seconds);
    Ok(if options.json { report.json() } else { report.table() })
}
