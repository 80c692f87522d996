//! Jobs with files: a trace is read, run, or compared with what was measured; a scenario is read or
//! written.

use super::jobs::{Facts, Failure, Job, News, Pair};
use super::protocol::encode;
use crate::json;
use crate::link::TraceFile;
use crate::measure::answers::Answers;
use crate::scenario::Script;
use crate::serving::latencies::{Latencies, row};
use crate::serving::measured::over_time;
use crate::serving::recorded::{Recorded, empty_replies, turns};
use crate::sim::Engine;
use crate::sim::timeline::{replay_from, replay_to_end};
use crate::traces::{
    Allowed, Labels, MAX_BLOCKS, MAX_REQUESTS, OnBad, Reader, Served, Trace, TraceError, write_csv,
    write_jsonl,
};
use crate::workload::Playback;
use js_sys::{Array, ArrayBuffer, Float64Array, Uint8Array, Uint32Array};
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, File};

/// Bytes that are read at a time.
const PIECE: f64 = 1_048_576.0;
/// What a column of numbers has where there is none.
const NONE: u32 = u32::MAX;
/// How long a run may last in which tasks never leave: ten times the trace, and a day (s) more.
const SPANS_MAX: f64 = 10.0;
const DAY_S: f64 = 86_400.0;

/// Does a job, with its file if it has one.
pub(super) async fn work(page: &DedicatedWorkerGlobalScope, job: Job, file: Option<File>) {
    let file = file.as_ref();
    let done = match job {
        Job::Read { skip_bad } => hand_over(page, file, skip_bad).await,
        Job::Compare(script, trace) => compare(page, file, &script, &trace).await,
        Job::Requests {
            script,
            until_s,
            trace,
            csv,
        } => requests(page, file, &script, until_s, trace, csv).await,
        Job::ReadScenario => scenario(file).await,
        Job::WriteScenario(scenario) => Ok((News::Text, text(&json::pretty(&scenario)))),
    };
    let (news, attached) = done.unwrap_or_else(|failure| (News::Failed(failure), Array::new()));
    say(page, &news, &attached);
}

/// News, and what goes with them.
type Done = Result<(News, Array), Failure>;

/// Tells the page. What goes with it is given away, not copied.
fn say(page: &DedicatedWorkerGlobalScope, news: &News, attached: &Array) {
    let message = Array::of1(&Uint8Array::from(encode(news).as_slice()));
    let buffers = Array::new();
    for column in attached.iter() {
        if let Ok(buffer) = js_sys::Reflect::get(&column, &"buffer".into()) {
            buffers.push(&buffer);
        }
        message.push(&column);
    }
    // A page that has gone does not miss it.
    let _ = page.post_message_with_transfer(&message, &buffers);
}

fn text(text: &str) -> Array {
    Array::of1(&Uint8Array::from(text.as_bytes()))
}

/// What the browser says.
fn browser(error: JsValue) -> Failure {
    let message = js_sys::Error::from(error).message();
    Failure::Browser(message.into())
}

/// A piece of a file.
async fn piece(file: &File, from: f64, to: f64) -> Result<Vec<u8>, JsValue> {
    let piece = file.slice_with_f64_and_f64(from, to)?;
    let buffer: ArrayBuffer = JsFuture::from(piece.array_buffer()).await?.unchecked_into();
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Reads a trace piece by piece, and says how far it is.
async fn read(
    page: &DedicatedWorkerGlobalScope,
    file: Option<&File>,
    skip_bad: bool,
) -> Result<Trace, Failure> {
    let file = file.ok_or(Failure::OtherFile)?;
    let on_bad = match skip_bad {
        true => OnBad::Skip,
        false => OnBad::Stop,
    };
    let mut reader = Reader::new(on_bad);
    let mut at = 0.0;
    while at < file.size() {
        let to = (at + PIECE).min(file.size());
        let bytes = piece(file, at, to).await.map_err(browser)?;
        reader.feed(&bytes).map_err(failure)?;
        at = to;
        say(page, &News::Progress(at as u64), &Array::new());
    }
    reader.finish().map_err(failure)
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

/// How a run plays a trace.
fn playback(trace: &Rc<Trace>, known: &TraceFile) -> Playback {
    Playback {
        recording: Rc::new(Recorded::new(Rc::clone(trace))),
        time_scale: known.time_scale,
    }
}

/// Reads a trace, and hands over its columns.
async fn hand_over(page: &DedicatedWorkerGlobalScope, file: Option<&File>, skip_bad: bool) -> Done {
    let trace = read(page, file, skip_bad).await?;
    let served: Vec<Served> = trace.served().collect();
    let is_measured = served.iter().any(|row| row.times.last_token_s.is_some());
    let facts = Facts {
        format: trace.format.name().into(),
        hash: trace.hash,
        requests: trace.requests() as u32,
        last_s: trace.arrivals_s.last().copied().unwrap_or_default(),
        rate_per_s: trace.rate_per_s(),
        has_tokens: !trace.tokens.is_empty(),
        is_measured,
        block_tokens: trace.blocks.tokens,
        left_out: [
            trace.skipped.bad,
            trace.skipped.failed,
            empty_replies(&trace) as u64,
        ],
    };
    let columns = columns(&trace);
    if is_measured {
        for values in over_time(&served) {
            let (times_s, values): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
            columns.push(&Float64Array::from(times_s.as_slice()));
            columns.push(&Float64Array::from(values.as_slice()));
        }
    }
    Ok((News::Trace(Box::new(facts)), columns))
}

/// The columns that a run reads, in the order in which the page takes them
/// (`src/app/trace/columns.rs`).
fn columns(trace: &Trace) -> Array {
    let columns = Array::new();
    columns.push(&Float64Array::from(trace.arrivals_s.as_slice()));
    let tokens = trace.tokens.iter();
    push(&columns, tokens.clone().map(|tokens| tokens.prompt));
    push(&columns, tokens.map(|tokens| tokens.output));
    columns.push(&Float64Array::from(trace.sizes.as_slice()));
    for Labels { of, .. } in [&trace.clients, &trace.urls, &trace.tenants] {
        push(&columns, of.iter().map(|name| name.unwrap_or(NONE)));
    }
    let turns = turns(&trace.sessions);
    push(&columns, turns.iter().map(|turn| turn.0));
    push(&columns, turns.iter().map(|turn| turn.1));
    columns.push(&Uint32Array::from(trace.blocks.ids.as_slice()));
    push(&columns, trace.blocks.ends.iter().map(|&end| end as u32));
    columns
}

fn push(columns: &Array, values: impl Iterator<Item = u32>) {
    let values: Vec<u32> = values.collect();
    columns.push(&Uint32Array::from(values.as_slice()));
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
    let last_s = trace.arrivals_s.last().copied().unwrap_or_default();
    let mut answers = Answers::default();
    let most_s = SPANS_MAX * last_s * known.time_scale + DAY_S;
    replay_to_end(engine, script, most_s, &mut answers);
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
    let mut answers = Answers::default();
    replay_from(engine, script, until_s, &mut answers);
    answers.0.sort_unstable_by_key(|answer| answer.task);
    let rows = answers.0.iter().map(row);
    let mut bytes = Vec::new();
    let written = match csv {
        true => write_csv(&mut bytes, rows),
        false => write_jsonl(&mut bytes, rows),
    };
    written.map_err(|error| Failure::Browser(error.to_string()))?;
    Ok((News::Text, Array::of1(&Uint8Array::from(bytes.as_slice()))))
}

/// Reads a scenario.
async fn scenario(file: Option<&File>) -> Done {
    let file = file.ok_or(Failure::OtherFile)?;
    let bytes = piece(file, 0.0, file.size().min(PIECE)).await;
    let text = String::from_utf8_lossy(&bytes.map_err(browser)?).into_owned();
    let text = text.trim_start_matches('\u{feff}').trim();
    let scenario = json::read(text).map_err(|error| Failure::NoScenario(error.to_string()))?;
    Ok((News::Scenario(Box::new(scenario)), Array::new()))
}

/// Why there is no trace.
fn failure(error: TraceError) -> Failure {
    match error {
        TraceError::BadRow(bad) => Failure::BadRow {
            line: bad.line,
            column: bad.column,
            value: bad.value,
            allowed: allowed(bad.allowed),
        },
        TraceError::Unknown { found } => Failure::Format(found),
        TraceError::TooManyRequests => Failure::TooMany(MAX_REQUESTS as u64),
        TraceError::TooManyBlocks => Failure::TooMany(MAX_BLOCKS as u64),
        TraceError::Empty(skipped) => Failure::Empty(skipped.bad, skipped.failed),
    }
}

/// The key of a text that says what is allowed, and the numbers in it.
fn allowed(allowed: Allowed) -> (String, Vec<String>) {
    let (key, numbers) = match allowed {
        Allowed::Number { least, most } => ("number", vec![least.to_string(), most.to_string()]),
        Allowed::Whole { least, most } => ("whole", vec![least.to_string(), most.to_string()]),
        Allowed::Date => ("date", Vec::new()),
        Allowed::Ids => ("ids", vec![u32::MAX.to_string()]),
        Allowed::Text => ("text", Vec::new()),
        Allowed::Object => ("object", Vec::new()),
        Allowed::Fields(fields) => ("fields", vec![fields.to_string()]),
        Allowed::Utf8 => ("utf8", Vec::new()),
        Allowed::Bytes(bytes) => ("bytes", vec![bytes.to_string()]),
    };
    (key.into(), numbers)
}
