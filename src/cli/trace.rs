//! `--trace`: the tasks of a file in place of drawn ones.

use super::Refusal;
use super::beside::Beside;
use crate::measure::answers::Answers;
use crate::measure::readings::Readings;
use crate::scenario::{FieldError, Script};
use crate::serving::recorded::{Recorded, empty_replies};
use crate::sim::{Engine, timeline};
use crate::traces::{OnBad, Reader, Served, Trace};
use crate::workload::recording::TIME_SCALES;
use crate::workload::{Arrivals, Playback};
use clap::Args;
use serde::Serialize;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Bytes that are read at a time.
const CHUNK: usize = 1 << 16;

#[derive(Args)]
pub(super) struct TraceOptions {
    /// Play the tasks of this file in place of drawn ones: a trace of Azure, Mooncake, BurstGPT,
    /// Bailian, LLMServingSim or Vidur for replicas of a language model, or CSV with the columns
    /// time and size, and perhaps client, url and tenant, for other servers. The run lasts until
    /// all of them have left. A reply of 0 tokens is taken as one of 1
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Multiply the times of the trace's arrivals by this: 0.5 doubles the rate
    #[arg(
        long,
        value_name = "X",
        requires = "trace",
        allow_negative_numbers = true
    )]
    time_scale: Option<f64>,
    /// Leave out rows of the trace that cannot be read, and count them
    #[arg(long, requires = "trace")]
    skip_bad: bool,
}

/// A trace that is played.
pub(super) struct Played {
    trace: Rc<Trace>,
    playback: Playback,
}

/// Which trace it is. Field names are part of the command's interface.
#[derive(Serialize)]
pub(super) struct Summary {
    format: &'static str,
    requests: usize,
    /// The CRC-64/XZ of the file, in 16 hexadecimal digits.
    hash: String,
    /// Rows that could not be read.
    bad_rows: u64,
    /// Requests that had failed when the trace was recorded, and are left out.
    failed_requests: u64,
    /// Replies of 0 tokens, taken as replies of 1.
    empty_replies: usize,
}

impl TraceOptions {
    /// Reads the trace, if there is one, for a script whose arrivals it replaces.
    pub(super) fn read(&self, script: &mut Script) -> Result<Option<Played>, Refusal> {
        let Some(path) = &self.trace else {
            return Ok(None);
        };
        let on_bad = match self.skip_bad {
            true => OnBad::Skip,
            false => OnBad::Stop,
        };
        let trace = read(path, on_bad)?;
        let has_tokens = !trace.tokens.is_empty();
        if has_tokens != script.scenario.has_replicas() {
            return Err(mismatch(path, &trace));
        }
        let time_scale = self.time_scale.unwrap_or(1.0);
        if !TIME_SCALES.contains(&time_scale) {
            let allowed = "0.000001 to 1000000";
            return Err(FieldError::new("--time-scale", time_scale, allowed).to_string());
        }
        // Closed loops and rounds would send tasks of their own.
        let scenarios = script.edits.iter_mut().map(|edit| &mut edit.scenario);
        for scenario in scenarios.chain([&mut script.scenario]) {
            scenario.arrivals = Arrivals::default();
        }
        let trace = Rc::new(trace);
        let playback = Playback {
            recording: Rc::new(Recorded::new(trace.clone())),
            time_scale,
        };
        Ok(Some(Played { trace, playback }))
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Refusal {
    let value = format!("{:?} ({error})", path.display().to_string());
    FieldError::new("--trace", value, "a file with a trace of requests").to_string()
}

/// Reads a file piece by piece.
fn read(path: &Path, on_bad: OnBad) -> Result<Trace, Refusal> {
    let bad = |error| format!("{}: {error}", path.display());
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut reader = Reader::new(on_bad);
    let mut piece = vec![0; CHUNK];
    loop {
        let read = file.read(&mut piece);
        match read.map_err(|error| unreadable(path, &error))? {
            0 => return reader.finish().map_err(bad),
            bytes => reader.feed(&piece[..bytes]).map_err(bad)?,
        }
    }
}

/// That the trace is not for the scenario's servers.
fn mismatch(path: &Path, trace: &Trace) -> Refusal {
    let format = trace.format.name();
    let (has, allowed) = match trace.tokens.is_empty() {
        true => (
            "sizes",
            "traces with tokens, since the scenario's servers are replicas",
        ),
        false => (
            "tokens",
            "traces with sizes, or a scenario with replicas (servers.*.service=replica)",
        ),
    };
    let value = format!("{:?} ({format}, with {has})", path.display().to_string());
    FieldError::new("--trace", value, allowed).to_string()
}

impl Played {
    /// Runs a script to `until_s`, or until all tasks have left.
    pub(super) fn run(
        &self,
        script: &Script,
        until_s: Option<f64>,
        readings: &mut Readings,
    ) -> Engine {
        let engine = Engine::playing(&script.scenario, self.playback.clone());
        if let Some(until_s) = until_s {
            return timeline::replay_from(engine, script, until_s, readings);
        }
        let most_s = self.trace.longest_run_s(self.playback.time_scale);
        timeline::replay_to_end(engine, script, most_s, readings)
    }

    /// When its last task arrives (s).
    pub(super) fn last_s(&self) -> f64 {
        self.trace.last_s() * self.playback.time_scale
    }

    /// Which trace it is.
    pub(super) fn summary(&self) -> Summary {
        Summary {
            format: self.trace.format.name(),
            requests: self.trace.requests(),
            hash: format!("{:016x}", self.trace.hash),
            bad_rows: self.trace.skipped.bad,
            failed_requests: self.trace.skipped.failed,
            empty_replies: empty_replies(&self.trace),
        }
    }

    /// The measured times beside the simulated ones, if the trace has any and is played at its own
    /// rate: at another they would have been otherwise.
    pub(super) fn beside(&self, answers: &Answers) -> Option<Beside> {
        if self.playback.time_scale != 1.0 {
            return None;
        }
        let measured: Vec<Served> = self.trace.served().collect();
        let any = measured.iter().any(|row| row.times.last_token_s.is_some());
        any.then(|| Beside::new(&measured, answers))
    }
}

impl Summary {
    /// In words.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "{}, {} requests, hash {}",
            self.format, self.requests, self.hash
        );
        for (count, what) in [
            (self.bad_rows, "bad rows left out"),
            (self.failed_requests, "failed requests left out"),
            (
                self.empty_replies as u64,
                "replies of 0 tokens taken as of 1",
            ),
        ] {
            if count > 0 {
                text += &format!(", {count} {what}");
            }
        }
        text
    }
}
