//! A trace: requests as columns of plain numbers.

use crate::error::Skipped;
use crate::format::Format;

/// The tokens of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Of the prompt, at least 1.
    pub prompt: u32,
    /// Of the output; 0 where a trace says so.
    pub output: u32,
}

/// When a request was served, in s from the same zero as the arrivals. What the file does not say
/// is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Times {
    /// When it joined the queue of its server.
    pub queued_s: Option<f64>,
    /// When it was first part of a step.
    pub scheduled_s: Option<f64>,
    /// When its first output token was there.
    pub first_token_s: Option<f64>,
    /// When its last output token was there.
    pub last_token_s: Option<f64>,
}

impl Times {
    /// All four, in the order of a request's life.
    pub fn all(self) -> [Option<f64>; 4] {
        [
            self.queued_s,
            self.scheduled_s,
            self.first_token_s,
            self.last_token_s,
        ]
    }

    /// The times counted from another zero.
    pub(crate) fn from(self, zero_s: f64) -> Self {
        let [queued_s, scheduled_s, first_token_s, last_token_s] =
            self.all().map(|time| time.map(|time| time - zero_s));
        Self {
            queued_s,
            scheduled_s,
            first_token_s,
            last_token_s,
        }
    }
}

/// The blocks of the prompts, by ids: equal ids mean equal tokens after an equal beginning. A
/// prompt's last block may be incomplete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// Tokens a block; 0 if there are no blocks.
    pub tokens: u32,
    /// The ids of all requests, one request behind the other.
    pub ids: Vec<u32>,
    /// Where in `ids` those of each request end. Empty if there are no blocks.
    pub ends: Vec<usize>,
}

impl Blocks {
    /// The ids of a request's prompt, from its beginning; none if there are none.
    pub fn of(&self, request: usize) -> &[u32] {
        let Some(&end) = self.ends.get(request) else {
            return &[];
        };
        let start = match request {
            0 => 0,
            _ => self.ends[request - 1],
        };
        &self.ids[start..end]
    }
}

/// A column of names, such as those of clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The names, in the order in which the file has them first.
    pub names: Vec<String>,
    /// Which of them each request has. Empty if the file names none.
    pub of: Vec<Option<u32>>,
}

impl Labels {
    /// The name that a request has.
    pub fn name(&self, request: usize) -> Option<&str> {
        let number = (*self.of.get(request)?)?;
        self.names.get(number as usize).map(String::as_str)
    }
}

/// The requests of a file, in the order of their arrival; those of equal times are as in the file.
///
/// Every column but the arrivals is empty if the file does not have it, and otherwise as long as
/// they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Of which format the file is.
    pub format: Format,
    /// How many bytes it has.
    pub bytes: u64,
    /// Which file it is: the CRC-64/XZ of its bytes (ECMA-182, reflected).
    pub hash: u64,
    /// When the requests arrive, in s: from the earliest of them or from the file's zero, as
    /// [`Format::zero`] says.
    pub arrivals_s: Vec<f64>,
    /// Their tokens. Not in [`Format::Plain`].
    pub tokens: Vec<Tokens>,
    /// Their sizes, in the file's unit of work. Only in [`Format::Plain`].
    pub sizes: Vec<f64>,
    /// The images of their prompts; also empty if none has an image.
    pub images: Vec<u32>,
    /// The blocks of their prompts.
    pub blocks: Blocks,
    /// Their sessions: turns of the same one have the same number. The numbers begin at 0.
    pub sessions: Vec<Option<u32>>,
    /// When they were served.
    ///
    /// vLLM's log has arrivals as dates and the rest by the machine's monotonic clock. Where
    /// arrivals are 1e9 s or more, they are taken for such dates: the earliest arrival is put at 0,
    /// and the other clock where the request that was queued quickest was queued at once. What lies
    /// between an arrival and the queue is then only as good as that guess; measured latencies
    /// count from the queue.
    pub times: Vec<Times>,
    /// Who sends them.
    pub clients: Labels,
    /// What they ask for.
    pub urls: Labels,
    /// For whom they are sent.
    pub tenants: Labels,
    /// Whether the file had them in the order of their arrival.
    pub was_sorted: bool,
    /// Which rows are not in it.
    pub skipped: Skipped,
}

impl Trace {
    /// How many requests it has, at least 1.
    pub fn requests(&self) -> usize {
        self.arrivals_s.len()
    }

    /// Arrivals a second from the first to the last, as the reciprocal of the mean gap. `None` if
    /// all arrive at once.
    pub fn rate_per_s(&self) -> Option<f64> {
        let span_s = self.arrivals_s.last()? - self.arrivals_s.first()?;
        (span_s > 0.0).then(|| (self.requests() - 1) as f64 / span_s)
    }

    /// When its last request arrives (s).
    pub fn last_s(&self) -> f64 {
        self.arrivals_s.last().copied().unwrap_or_default()
    }

    /// How long a run may last in which requests never leave, where times are multiplied by
    /// `time_scale` (s): ten times the trace, and a day more.
    pub fn longest_run_s(&self, time_scale: f64) -> f64 {
        10.0 * self.last_s() * time_scale + 86_400.0
    }
}
