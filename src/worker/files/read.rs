//! A trace is read, and its columns handed over.

use super::{Done, PIECE, browser, finish, piece, say};
use crate::serving::measured::over_time;
use crate::serving::recorded::{empty_replies, turns};
use crate::traces::{
    Allowed, Labels, MAX_BLOCKS, MAX_REQUESTS, OnBad, Reader, Served, Trace, TraceError,
};
use crate::worker::jobs::{Facts, Failure, News};
use js_sys::{Array, Float64Array, Uint32Array};
use web_sys::{DedicatedWorkerGlobalScope, File};

/// What a column of numbers has where there is none.
const NONE: u32 = u32::MAX;

/// Does the job.
pub(in crate::worker) async fn work(
    page: &DedicatedWorkerGlobalScope,
    file: Option<&File>,
    skip_bad: bool,
) {
    finish(page, hand_over(page, file, skip_bad).await);
}

/// Reads a trace piece by piece, and says how far it is.
pub(super) async fn read(
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

/// Reads a trace, and hands over its columns.
async fn hand_over(page: &DedicatedWorkerGlobalScope, file: Option<&File>, skip_bad: bool) -> Done {
    let trace = read(page, file, skip_bad).await?;
    let served: Vec<Served> = trace.served().collect();
    let is_measured = served.iter().any(|row| row.times.last_token_s.is_some());
    let facts = Facts {
        format: trace.format.name().into(),
        hash: trace.hash,
        requests: trace.requests() as u32,
        last_s: trace.last_s(),
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
