//! Requests with when they were served, as LLMServingSim's `requests.jsonl` has them.

use crate::trace::{Times, Tokens, Trace};
use std::fmt::Display;
use std::io::{Result, Write};

/// A request and when it was served. All times are in s from the same zero and are written as they
/// are; one that is not finite is written as missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Served {
    /// When it arrived. From 1e9 s on, a reader takes it for a date
    /// ([`Trace::times`](crate::Trace::times)).
    pub arrival_s: f64,
    /// Its tokens.
    pub tokens: Tokens,
    /// When it was served, as far as it was.
    pub times: Times,
}

impl Trace {
    /// The requests of a trace to be written: none if they have no tokens.
    pub fn served(&self) -> impl Iterator<Item = Served> + '_ {
        let arrivals = self.arrivals_s.iter().zip(&self.tokens);
        arrivals.enumerate().map(|(i, (arrival_s, tokens))| Served {
            arrival_s: *arrival_s,
            tokens: *tokens,
            times: self.times.get(i).copied().unwrap_or_default(),
        })
    }
}

/// Writes requests as JSON, an object a line, with their places as ids.
///
/// # Errors
///
/// If writing fails.
pub fn write_jsonl(out: &mut impl Write, rows: impl IntoIterator<Item = Served>) -> Result<()> {
    for (i, row) in rows.into_iter().enumerate() {
        let [queued, scheduled, first, last] = row.times.all().map(|time| Cell(time, "null"));
        writeln!(
            out,
            "{{\"request_id\": \"{i}\", \"input_toks\": {}, \"output_toks\": {}, \
             \"arrival_time\": {}, \"queued_ts\": {queued}, \"scheduled_ts\": {scheduled}, \
             \"first_token_ts\": {first}, \"last_token_ts\": {last}}}",
            row.tokens.prompt,
            row.tokens.output,
            Cell(Some(row.arrival_s), "null"),
        )?;
    }
    Ok(())
}

/// Writes requests as CSV, with the same columns.
///
/// # Errors
///
/// If writing fails.
pub fn write_csv(out: &mut impl Write, rows: impl IntoIterator<Item = Served>) -> Result<()> {
    writeln!(
        out,
        "request_id,input_toks,output_toks,arrival_time,\
         queued_ts,scheduled_ts,first_token_ts,last_token_ts"
    )?;
    for (i, row) in rows.into_iter().enumerate() {
        let [queued, scheduled, first, last] = row.times.all().map(|time| Cell(time, ""));
        writeln!(
            out,
            "{i},{},{},{},{queued},{scheduled},{first},{last}",
            row.tokens.prompt,
            row.tokens.output,
            Cell(Some(row.arrival_s), ""),
        )?;
    }
    Ok(())
}

/// A number in full, so that it reads back equal, or what is written for a missing one.
struct Cell(Option<f64>, &'static str);

impl Display for Cell {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(number) if number.is_finite() => write!(out, "{number}"),
            _ => out.write_str(self.1),
        }
    }
}
