//! Traces of requests: who asked when, and for how much.
//!
//! A [`Reader`] is fed a file piece by piece, recognises its [`Format`] by the names of its
//! columns, and ends with a [`Trace`]: the requests in the order of their arrival, as columns of
//! plain numbers. It never holds the file's text, only the line that it is in. Rows are CSV with a
//! header, or JSON with an object a line; which of the two does not depend on the format.
//!
//! ```
//! use equipoise_traces::{OnBad, Reader};
//!
//! let mut reader = Reader::new(OnBad::Stop);
//! reader.feed(b"time,size,client\n0.5,2,anna\n0.")?;
//! reader.feed(b"25,1,ben\n")?;
//! let trace = reader.finish()?;
//! assert_eq!(trace.arrivals_s, [0.25, 0.5]);
//! assert_eq!(trace.clients.name(0), Some("ben"));
//! # Ok::<(), equipoise_traces::TraceError>(())
//! ```
//!
//! Every number is checked: times and sizes are finite and not negative, tokens are whole and at
//! most [`MAX_TOKENS`], a prompt has at least one. A row that fails is named by line, column and
//! value with what is allowed ([`BadRow`]), and either stops the reading or is skipped and counted
//! ([`OnBad`]).
//!
//! [`write_jsonl`] and [`write_csv`] write requests with the times that were measured or simulated,
//! in the format of LLMServingSim's `requests.jsonl`, so that what is written reads back equal.
//!
//! The crate opens no file and knows no scenario: native programs and a browser's worker hand it
//! bytes, and others decide what the requests mean.

mod columns;
mod csv;
mod date;
mod error;
mod format;
mod lines;
mod parse;
mod reader;
mod row;
mod trace;
mod write;

pub use error::{Allowed, BadRow, Skipped, TraceError};
pub use format::{Format, Zero};
pub use reader::{OnBad, Reader};
pub use trace::{Blocks, Labels, Times, Tokens, Trace};
pub use write::{Served, write_csv, write_jsonl};

/// The most tokens of a prompt, and of an output.
pub const MAX_TOKENS: u32 = 10_000_000;
/// The most requests of a trace.
pub const MAX_REQUESTS: usize = 5_000_000;
/// The most hashes of blocks of a trace, those of all requests together.
pub const MAX_BLOCKS: usize = 200_000_000;
/// The most bytes of a line.
pub const MAX_LINE_BYTES: usize = 16 << 20;
/// The latest time, in s, of those that are no date: some 300 years.
pub const MAX_TIME_S: f64 = 1e10;
