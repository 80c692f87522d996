//! What a page asks of a worker that has a file: to read it, or to run it; and what the worker
//! says. A message to the worker is a list: the job's part, the job in postcard's form, and the
//! file. One from it is a list, too: news in postcard's form, and what goes with them, such as
//! columns of numbers; or else a text, which says why its program could not be loaded.

use crate::link::TraceFile;
use crate::scenario::{Scenario, Script};
use serde::{Deserialize, Serialize};

/// What a page asks. Whatever has to do with a trace comes with its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// Reads a trace, and hands over its columns.
    Read {
        /// Whether to leave rows out that cannot be read.
        skip_bad: bool,
    },
    /// Runs a script with a trace to its end, and puts what was measured beside it.
    Compare(Script, TraceFile),
    /// Runs a script to a time (s), with a trace if there is one, and writes the answered requests,
    /// as CSV or as JSON lines.
    Requests {
        /// What is run.
        script: Script,
        /// Until when (s).
        until_s: f64,
        /// The trace.
        trace: Option<TraceFile>,
        /// Whether as CSV.
        csv: bool,
    },
    /// Reads a scenario from JSON.
    ReadScenario,
    /// Writes a scenario as JSON.
    WriteScenario(Box<Scenario>),
}

impl Job {
    /// Which part of the worker's program does it.
    pub fn part(&self) -> &'static str {
        match self {
            Self::Read { .. } => "read",
            Self::Compare(..) | Self::Requests { .. } => "rerun",
            Self::ReadScenario => "scenario",
            Self::WriteScenario(_) => "write",
        }
    }
}

/// What a worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum News {
    /// The number of bytes read of the file.
    Progress(u64),
    /// The trace is read; its columns come with it.
    Trace(Box<Facts>),
    /// Measured and simulated numbers.
    Compared(Vec<Pair>),
    /// A text, whose bytes come with it.
    Text,
    /// A scenario is read.
    Scenario(Box<Scenario>),
    /// The job cannot be done.
    Failed(Failure),
}

/// What is to know of a trace beside its columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// What people call its format.
    pub format: String,
    /// The CRC-64/XZ of the file.
    pub hash: u64,
    /// Its requests.
    pub requests: u32,
    /// When the last one arrives (s).
    pub last_s: f64,
    /// Arrivals a second, if not all are at once.
    pub rate_per_s: Option<f64>,
    /// Whether its requests have tokens.
    pub has_tokens: bool,
    /// Whether it says when they were served.
    pub is_measured: bool,
    /// Tokens of a block of its prompts; 0 if there are no blocks.
    pub block_tokens: u32,
    /// Rows that could not be read, requests that had failed, replies of no tokens.
    pub left_out: [u64; 3],
}

/// A number, measured and simulated; NaN where it has no value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Its name, with the unit.
    pub number: String,
    /// As it was measured.
    pub measured: f64,
    /// As it was simulated.
    pub simulated: f64,
}

/// Why a job cannot be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Failure {
    /// A row cannot be read, and was not to be left out.
    BadRow {
        /// The line of the file, from 1.
        line: u64,
        /// The column; empty if the whole line is wrong.
        column: String,
        /// What is there.
        value: String,
        /// The key of what is allowed, and the numbers in its text.
        allowed: (String, Vec<String>),
    },
    /// The columns are of no format; this is what is there instead.
    Format(String),
    /// There are more requests, or more blocks, than a trace may have.
    TooMany(u64),
    /// There is no request. The numbers of bad rows and of failed requests.
    Empty(u64, u64),
    /// The file is another one than before.
    OtherFile,
    /// The file is no scenario, and why.
    NoScenario(String),
    /// What the browser says.
    Browser(String),
    /// No worker does it: it did not load, died or gave no answer. What there is to say of that.
    NoWorker(String),
}
