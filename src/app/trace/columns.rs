//! The columns of a trace, in the browser's memory: the program's own would never shrink again when
//! the trace is closed.

use crate::link::TraceFile;
use crate::page::Trace;
use crate::serving::recorded::{Columns, Recorded};
use crate::traces::Tokens;
use crate::view::{Measured, Quantity};
use crate::worker::jobs::Facts;
use crate::workload::KeySource;
use js_sys::{Array, Float64Array, Uint32Array};
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// What a column of numbers has where there is none.
const NONE: u32 = u32::MAX;

/// The columns in the order in which a worker hands them over (`src/worker/files/read.rs`).
#[derive(Debug)]
struct InBrowser {
    arrivals_s: Float64Array,
    prompts: Uint32Array,
    outputs: Uint32Array,
    sizes: Float64Array,
    keys: [Uint32Array; KeySource::COUNT],
    sessions: Uint32Array,
    turns: Uint32Array,
    block_ids: Uint32Array,
    block_ends: Uint32Array,
    block_tokens: u32,
}

impl Columns for InBrowser {
    fn arrival_s(&self, place: usize) -> Option<f64> {
        (place < self.arrivals_s.length() as usize).then(|| self.arrivals_s.get_index(place as u32))
    }

    fn tokens(&self, place: usize) -> Option<Tokens> {
        Some(Tokens {
            prompt: at(&self.prompts, place)?,
            output: at(&self.outputs, place)?,
        })
    }

    fn size(&self, place: usize) -> f64 {
        match place < self.sizes.length() as usize {
            true => self.sizes.get_index(place as u32),
            false => 0.0,
        }
    }

    fn key(&self, kind: KeySource, place: usize) -> Option<u32> {
        at(&self.keys[kind as usize], place).filter(|number| *number != NONE)
    }

    fn turn(&self, place: usize) -> Option<(u32, u32)> {
        Some((at(&self.sessions, place)?, at(&self.turns, place)?))
    }

    fn blocks(&self, place: usize) -> (u32, Vec<u32>) {
        let from = match place {
            0 => 0,
            _ => at(&self.block_ends, place - 1).unwrap_or_default(),
        };
        let to = at(&self.block_ends, place).unwrap_or_default();
        (
            self.block_tokens,
            self.block_ids.subarray(from, to).to_vec(),
        )
    }
}

/// The number at a place, if the column is that long.
fn at(column: &Uint32Array, place: usize) -> Option<u32> {
    (place < column.length() as usize).then(|| column.get_index(place as u32))
}

/// Measured values with their times (s), by quantity.
struct Over([(Float64Array, Float64Array); 4]);

impl Measured for Over {
    fn between(&self, quantity: Quantity, from_s: f64, to_s: f64) -> Vec<(f64, f64)> {
        let (times_s, values) = &self.0[quantity as usize];
        let first = place_of(times_s, |at_s| at_s < from_s).saturating_sub(1);
        let behind = place_of(times_s, |at_s| at_s <= to_s);
        let times_s = times_s.subarray(first, behind).to_vec();
        let values = values.subarray(first, behind).to_vec();
        times_s.into_iter().zip(values).collect()
    }
}

/// The place of the first of these times that is not `before`.
fn place_of(times_s: &Float64Array, before: impl Fn(f64) -> bool) -> u32 {
    let mut low = 0;
    let mut high = times_s.length();
    while low < high {
        let middle = low + (high - low) / 2;
        match before(times_s.get_index(middle)) {
            true => low = middle + 1,
            false => high = middle,
        }
    }
    low
}

/// The column of this number.
fn column<C: JsCast>(columns: &Array, number: u32) -> C {
    columns.get(number).unchecked_into()
}

/// The trace of a file whose columns a worker of the same build has handed over.
pub(crate) fn trace(
    name: String,
    bytes: f64,
    skip_bad: bool,
    facts: Facts,
    columns: &Array,
) -> Trace {
    let recording = Recorded(InBrowser {
        arrivals_s: column(columns, 0),
        prompts: column(columns, 1),
        outputs: column(columns, 2),
        sizes: column(columns, 3),
        keys: [column(columns, 4), column(columns, 5), column(columns, 6)],
        sessions: column(columns, 7),
        turns: column(columns, 8),
        block_ids: column(columns, 9),
        block_ends: column(columns, 10),
        block_tokens: facts.block_tokens,
    });
    let measured = match facts.is_measured {
        true => Some(Over([
            (column(columns, 11), column(columns, 12)),
            (column(columns, 13), column(columns, 14)),
            (column(columns, 15), column(columns, 16)),
            (column(columns, 17), column(columns, 18)),
        ])),
        false => None,
    };
    Trace {
        file: TraceFile {
            name,
            bytes: bytes as u64,
            hash: facts.hash,
            requests: facts.requests,
            skip_bad,
            time_scale: 1.0,
        },
        format: facts.format,
        last_s: facts.last_s,
        rate_per_s: facts.rate_per_s,
        has_tokens: facts.has_tokens,
        left_out: facts.left_out,
        recording: Rc::new(recording),
        measured: measured.map(|measured| Rc::new(measured) as Rc<dyn Measured>),
    }
}
