//! `equipoise run`: a whole run, with exact percentiles of its response times. Its tasks are drawn,
//! or those of a trace.

use super::progress::{self, Slow};
use super::report::Report;
use super::requests::{self, RequestsFile};
use super::trace::{Played, TraceOptions};
use super::{Failure, Refusal, Source};
use crate::import::duration_s;
use crate::measure::readings::Readings;
use crate::scenario::{FieldError, Script, limits};
use crate::sim::{Engine, timeline};
use clap::Args;

/// The most memory that a run may take (bytes).
const BYTES_MAX: usize = 300_000_000;
/// Tasks that a run may expect: response time and wait of each take 16 bytes until the run ends,
/// and 8 more where clients send tasks again.
const TASKS_MAX: f64 = 1e7;

#[derive(Args)]
pub(super) struct RunOptions {
    #[command(flatten)]
    source: Source,
    /// Run with this seed in place of the scenario's
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Option<u32>,
    /// How long the run lasts (simulated seconds), in place of the scenario's duration, or with a
    /// trace of when all its tasks have left
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = seconds)]
    until: Option<f64>,
    #[command(flatten)]
    trace: TraceOptions,
    /// Write each answered request of a language model to this file, .jsonl or .csv, with when it
    /// was served, by the names of LLMServingSim
    #[arg(long, value_name = "FILE")]
    requests: Option<RequestsFile>,
    /// Print which part of the tasks waits at most this long (seconds) for its service to begin
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = seconds)]
    within: Option<f64>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// A number of seconds, or a duration with its unit.
fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().or_else(|| duration_s(text));
    number
        .ok_or_else(|| "allowed: seconds, such as 60 or 1.5, or a time such as 500ms or 2m".into())
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
    if let Some(within_s) = options.within
        && !(within_s >= 0.0 && within_s.is_finite())
    {
        let refusal = FieldError::new("--within", within_s, "0 seconds or more");
        return Err(refusal.to_string().into());
    }
    let edited = script.edits.iter().map(|edit| &edit.scenario);
    let mut readings = Readings::new(edited.chain([&script.scenario]));
    let until_s = match &played {
        Some(played) => options.until.unwrap_or(played.last_s()),
        None => until_s(&script, options.until)?,
    };
    let now_s = progress::clock(&readings.clock);
    let bar = Slow::watch("simulated ", until_s, now_s);
    let now_s = progress::clock(&readings.clock);
    progress::doing_now(move || format!("the run was at {:.1} s of {until_s} s", now_s()));
    let engine = match &played {
        Some(played) => played.run(&script, options.until, &mut readings),
        None => {
            let engine = Engine::new(&script.scenario);
            timeline::replay_while(engine, &script, until_s, &mut readings, has_room)
        }
    };
    drop(bar);
    if !has_room(&engine, &readings) {
        let said = format!(
            "the run was stopped at {:.1} s: its times of {} tasks would take more than the {} MB \
            that a run may take; end it sooner with --until",
            engine.now_s(),
            engine.totals().arrived,
            BYTES_MAX / 1_000_000
        );
        return Err(said.into());
    }
    if let Some(file) = &options.requests {
        file.write(&readings.responses.answers)?;
    }
    let answers = &readings.responses.answers;
    let measured = played.as_ref().and_then(|p| p.beside(answers));
    let mut report = Report::new(&engine, script.edits.len(), readings, options.within);
    if script.edits.is_empty() && played.is_none() {
        report.expect(&script.scenario);
    }
    report.trace = played.as_ref().map(Played::summary);
    report.measured = measured;
    Ok(if options.json {
        report.json()
    } else {
        report.table()
    })
}

/// Whether a run and what is read off it have not come to the ceiling of memory.
fn has_room(engine: &Engine, readings: &Readings) -> bool {
    engine.bytes() + readings.bytes() <= BYTES_MAX
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
