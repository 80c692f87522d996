//! What may be wrong with a trace, and how it is said.

use crate::format::Format;
use crate::{MAX_BLOCKS, MAX_REQUESTS};
use std::fmt;

/// The most characters of a value that a message repeats.
const SHOWN: usize = 60;

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Allowed {
    /// A number from `least` to `most`, in the column's own unit.
    Number {
        /// The least.
        least: f64,
        /// The most.
        most: f64,
    },
    /// A whole number from `least` to `most`.
    Whole {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// A date with a time, from 1970 to 2261.
    Date,
    /// A list of whole numbers that fit 32 bits.
    Ids,
    /// A text or a number.
    Text,
    /// A line that is one JSON object.
    Object,
    /// A line of as many fields as the header has, with every quote closed.
    Fields(usize),
    /// A line in UTF-8.
    Utf8,
    /// A line of at most that many bytes.
    Bytes(usize),
}

impl fmt::Display for Allowed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Number { least, most } => {
                write!(out, "numbers from {least} to {}", grouped(most as u64))
            }
            Self::Whole { least, most } => {
                write!(out, "whole numbers from {least} to {}", grouped(most))
            }
            Self::Date => out.write_str("dates such as 2023-11-16 18:17:03.9799600"),
            Self::Ids => write!(
                out,
                "lists of whole numbers from 0 to {}",
                grouped(u64::from(u32::MAX))
            ),
            Self::Text => out.write_str("a text or a number"),
            Self::Object => out.write_str("one JSON object a line"),
            Self::Fields(fields) => write!(out, "{fields} fields, as in the header"),
            Self::Utf8 => out.write_str("text in UTF-8"),
            Self::Bytes(bytes) => write!(out, "at most {} bytes a line", grouped(bytes as u64)),
        }
    }
}

/// A whole number with a comma after every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct BadRow {
    /// The line of the file, from 1.
    pub line: u64,
    /// The column, by its name in the file; empty if the whole line is wrong.
    pub column: String,
    /// What is there, shortened; empty if nothing is, or far too much.
    pub value: String,
    /// What could be there.
    pub allowed: Allowed,
}

impl BadRow {
    /// A bad row with its value shortened.
    pub(crate) fn new(line: u64, column: &str, value: &str, allowed: Allowed) -> Self {
        Self {
            line,
            column: column.to_string(),
            value: shortened(value, SHOWN),
            allowed,
        }
    }
}

impl fmt::Display for BadRow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(out, ", column {}", self.column)?;
        }
        if !self.value.is_empty() {
            write!(out, ": {:?}", self.value)?;
        } else if !self.column.is_empty() {
            out.write_str(": nothing there")?;
        }
        write!(out, "; allowed: {}", self.allowed)
    }
}

impl std::error::Error for BadRow {}

/// The beginning of a text, with `…` if there is more.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

/// Rows that are not in the trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Skipped {
    /// Requests that failed when the trace was recorded: in BurstGPT, those without an output.
    pub failed: u64,
    /// Rows that could not be read.
    pub bad: u64,
    /// The first few of those.
    pub first: Vec<BadRow>,
}

impl Skipped {
    /// How many bad rows are kept.
    pub const KEPT: usize = 5;

    /// Counts a bad row.
    pub(crate) fn count(&mut self, bad: BadRow) {
        self.bad += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(bad);
        }
    }
}

/// Why there is no trace.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TraceError {
    /// A row cannot be read, and the reader was to stop there.
    #[error("{0}")]
    BadRow(BadRow),
    /// The first line fits no format.
    #[error(
        "the first line fits no known format: {found:?}; known are {}",
        Format::listed()
    )]
    Unknown {
        /// The columns, or the beginning of what is there instead.
        found: String,
    },
    /// More than [`MAX_REQUESTS`] requests.
    #[error("more than {} requests; cut the file", grouped(MAX_REQUESTS as u64))]
    TooManyRequests,
    /// More than [`MAX_BLOCKS`] hashes of blocks.
    #[error("more than {} hashes of blocks; cut the file", grouped(MAX_BLOCKS as u64))]
    TooManyBlocks,
    /// No request could be read.
    #[error("no requests; bad rows: {}, failed requests: {}", .0.bad, .0.failed)]
    Empty(Skipped),
}
