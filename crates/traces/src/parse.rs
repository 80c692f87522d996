//! What the columns of each format mean: one row to one request.

use crate::error::{Allowed, BadRow};
use crate::format::Format;
use crate::row::Row;
use crate::trace::{Times, Tokens};
use crate::{MAX_TIME_S, MAX_TOKENS, date};

/// The largest size of a task.
const MAX_SIZE: f64 = 1e12;

/// When a request arrived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Arrival {
    /// In s from the file's zero.
    Seconds(f64),
    /// In ns since 1970: as seconds in 64 bits a date would lose its last digits.
    Date(i64),
}

/// To which session a request belongs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Session {
    /// To none that the row names.
    None,
    /// To that of this name.
    Named(String),
    /// To that of the parent, if there is one, else to one that it begins.
    Chat { id: u32, parent: Option<u32> },
}

/// A request as its row has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parsed {
    pub(crate) arrival: Arrival,
    pub(crate) tokens: Option<Tokens>,
    pub(crate) size: Option<f64>,
    pub(crate) images: u32,
    pub(crate) blocks: Vec<u32>,
    pub(crate) session: Session,
    pub(crate) client: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) times: Times,
}

impl Parsed {
    /// A request of which nothing but its arrival is known.
    fn at(arrival: Arrival) -> Self {
        Self {
            arrival,
            tokens: None,
            size: None,
            images: 0,
            blocks: Vec::new(),
            session: Session::None,
            client: None,
            url: None,
            tenant: None,
            times: Times::default(),
        }
    }
}

/// The request of a row; none if it is one that failed.
pub(crate) fn request(format: Format, row: &Row<'_>) -> Result<Option<Parsed>, BadRow> {
    let request = match format {
        Format::AzureLlm => dated(row)?,
        Format::AzureLmm => Parsed {
            images: row.whole("NumImages", 0, MAX_TOKENS)?,
            ..dated(row)?
        },
        Format::Bailian => Parsed {
            session: chat(row)?,
            blocks: row.ids("hash_ids")?,
            ..timed(row, ("timestamp", 1.0), ["input_length", "output_length"])?
        },
        Format::Mooncake => Parsed {
            blocks: row.ids("hash_ids")?,
            ..timed(row, ("timestamp", 1e3), ["input_length", "output_length"])?
        },
        Format::BurstGpt => {
            let columns = ["Request tokens", "Response tokens"];
            if row.whole(columns[1], 0, MAX_TOKENS)? == 0 {
                return Ok(None);
            }
            Parsed {
                session: match row.text("Session ID")? {
                    Some(name) => Session::Named(name),
                    None => Session::None,
                },
                ..timed(row, ("Timestamp", 1.0), columns)?
            }
        }
        Format::Served => Parsed {
            times: Times {
                queued_s: row.number_if_any("queued_ts", MAX_TIME_S)?,
                scheduled_s: row.number_if_any("scheduled_ts", MAX_TIME_S)?,
                first_token_s: row.number_if_any("first_token_ts", MAX_TIME_S)?,
                last_token_s: row.number_if_any("last_token_ts", MAX_TIME_S)?,
            },
            ..timed(row, ("arrival_time", 1.0), ["input_toks", "output_toks"])?
        },
        Format::Workload => timed(row, ("arrival_time_ns", 1e9), ["input_toks", "output_toks"])?,
        Format::Vidur => {
            let columns = ["num_prefill_tokens", "num_decode_tokens"];
            timed(row, ("arrived_at", 1.0), columns)?
        }
        Format::Plain => Parsed {
            size: Some(row.number("size", 0.0, MAX_SIZE)?),
            client: row.text("client")?,
            url: row.text("url")?,
            tenant: row.text("tenant")?,
            ..Parsed::at(seconds(row, "time", 1.0)?)
        },
    };
    Ok(Some(request))
}

/// A request with a date and tokens, as Azure has them.
fn dated(row: &Row<'_>) -> Result<Parsed, BadRow> {
    let text = row.get("TIMESTAMP").unwrap_or_default();
    let Some(ns) = date::nanoseconds(&text) else {
        return Err(row.bad("TIMESTAMP", Allowed::Date));
    };
    Ok(Parsed {
        tokens: Some(tokens(row, ["ContextTokens", "GeneratedTokens"])?),
        ..Parsed::at(Arrival::Date(ns))
    })
}

/// A request with a time, in a column with that number of units a second, and tokens.
fn timed(
    row: &Row<'_>,
    (column, units_per_s): (&str, f64),
    columns: [&str; 2],
) -> Result<Parsed, BadRow> {
    Ok(Parsed {
        tokens: Some(tokens(row, columns)?),
        ..Parsed::at(seconds(row, column, units_per_s)?)
    })
}

/// A time, in a column with that number of units a second.
fn seconds(row: &Row<'_>, column: &str, units_per_s: f64) -> Result<Arrival, BadRow> {
    let time = row.number(column, 0.0, MAX_TIME_S * units_per_s)?;
    Ok(Arrival::Seconds(time / units_per_s))
}

/// The tokens of prompt and output.
fn tokens(row: &Row<'_>, [prompt, output]: [&str; 2]) -> Result<Tokens, BadRow> {
    Ok(Tokens {
        prompt: row.whole(prompt, 1, MAX_TOKENS)?,
        output: row.whole(output, 0, MAX_TOKENS)?,
    })
}

/// Bailian's chats: a turn names the one before it, a first turn −1 or nothing.
fn chat(row: &Row<'_>) -> Result<Session, BadRow> {
    let column = "parent_chat_id";
    let parent = match row.get(column).as_deref() {
        None | Some("-1") => None,
        Some(_) => Some(row.whole(column, 0, u32::MAX)?),
    };
    let id = row.whole("chat_id", 0, u32::MAX)?;
    Ok(Session::Chat { id, parent })
}
