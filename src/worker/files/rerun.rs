//! A run is done again, with its trace if it has one: to put what was measured beside it, or to
//! write its requests.

use super::read::read;
use super::{Done, bytes, finish, say};
use crate::link::TraceFile;
use crate::measure::answers::Answers;
use crate::scenario::Script;
use crate::serving::latencies::{Latencies, row};
use crate::serving::recorded::Recorded;
use crate::sim::timeline::replay_to_end;
use crate::sim::{Engine, Probe};
use crate::traces::{Served, Trace, write_csv, write_jsonl};
use crate::worker::jobs::{Failure, Job, News, Pair};
use crate::workload::{Playback, Request, Task};
use js_sys::Array;
use std::rc::Rc;
use web_sys::{DedicatedWorkerGlobalScope, File};

/// Does a job of this kind.
pub(in crate::worker) async fn work(
    page: &DedicatedWorkerGlobalScope,
    job: Job,
    file: Option<&File>,
) {
    let done = match job {
        Job::Compare(script, trace) => compare(page, file, &script, &trace).await,
        Job::Requests {
            script,
            until_s,
            trace,
            csv,
        } => requests(page, file, &script, until_s, trace, csv).await,
        // Other parts do the others.
        Job::Read { .. } | Job::ReadScenario | Job::WriteScenario(_) => return,
    };
    finish(page, done);
}

/// Reads the trace of before.
async fn read_again(
    page: &DedicatedWorkerGlobalScope,
    file: Option<&File>,
    known: &TraceFile,
) -> Result<Rc<Trace>, Failure> {
    let trace = read(page, file, known.skip_bad).await?;
    match trace.hash == known.hash {
        true => Ok(Rc::new(trace)),
        false => Err(Failure::OtherFile),
    }
}

/// The answers of a long run, while which the page is told that the worker is alive.
struct Telling<'a> {
    answers: Answers,
    page: &'a DedicatedWorkerGlobalScope,
}

/// After this many more answers the page is told again.
const TOLD: usize = 20_000;

impl Probe for Telling<'_> {
    fn answered(&mut self, task: &Task, request: &Request, now_s: f64) {
        self.answers.answered(task, request, now_s);
        if self.answers.0.len().is_multiple_of(TOLD) {
            say(self.page, &News::Progress(0), &Array::new());
        }
    }
}

/// Runs a script to a time (s), or to its end; what was answered.
fn run(
    page: &DedicatedWorkerGlobalScope,
    engine: Engine,
    script: &Script,
    until_s: f64,
) -> Answers {
    let answers = Answers::default();
    let mut telling = Telling { answers, page };
    replay_to_end(engine, script, until_s, &mut telling);
    telling.answers
}

/// How a run plays a trace.
fn playback(trace: &Rc<Trace>, known: &TraceFile) -> Playback {
    Playback {
        recording: Rc::new(Recorded::new(Rc::clone(trace))),
        time_scale: known.time_scale,
    }
}

/// Runs a script with its trace to its end, beside what was measured.
async fn compare(
    page: &DedicatedWorkerGlobalScope,
    file: Option<&File>,
    script: &Script,
    known: &TraceFile,
) -> Done {
    let trace = read_again(page, file, known).await?;
    let engine = Engine::playing(&script.scenario, playback(&trace, known));
    let most_s = trace.longest_run_s(known.time_scale);
    let answers = run(page, engine, script, most_s);
    let measured: Vec<Served> = trace.served().collect();
    let simulated: Vec<Served> = answers.0.iter().map(row).collect();
    let numbers = Latencies::of(&measured).numbers().into_iter();
    let pairs = numbers.zip(Latencies::of(&simulated).numbers());
    let pairs = pairs.map(|((number, measured), (_, simulated))| Pair {
        number,
        measured,
        simulated,
    });
    Ok((News::Compared(pairs.collect()), Array::new()))
}

/// Runs a script to a time (s), and writes the answered requests in the order in which they came.
async fn requests(
    page: &DedicatedWorkerGlobalScope,
    file: Option<&File>,
    script: &Script,
    until_s: f64,
    known: Option<TraceFile>,
    csv: bool,
) -> Done {
    let engine = match known {
        Some(known) => {
            let trace = read_again(page, file, &known).await?;
            Engine::playing(&script.scenario, playback(&trace, &known))
        }
        None => Engine::new(&script.scenario),
    };
    let mut answers = run(page, engine, script, until_s);
    answers.0.sort_unstable_by_key(|answer| answer.task);
    let rows = answers.0.iter().map(row);
    let mut text = Vec::new();
    let written = match csv {
        true => write_csv(&mut text, rows),
        false => write_jsonl(&mut text, rows),
    };
    written.map_err(|error| Failure::Browser(error.to_string()))?;
    Ok((News::Text, bytes(&text)))
}
