//! From bytes, as they come, to a trace.

use crate::MAX_LINE_BYTES;
use crate::columns::Columns;
use crate::csv;
use crate::error::{Allowed, BadRow, Skipped, TraceError, shortened};
use crate::format::{Format, Zero};
use crate::lines::{Line, Lines};
use crate::parse;
use crate::row::Row;
use crate::trace::{Blocks, Times, Trace};
use crc::{CRC_64_XZ, Crc, Digest};

/// What tells files apart.
static HASH: Crc<u64> = Crc::<u64>::new(&CRC_64_XZ);

/// An arrival from which on [`Format::Served`] has dates: 2001 as seconds since 1970.
const DATES_FROM_S: f64 = 1e9;

/// The most characters of a first line that a message repeats.
const SHOWN: usize = 200;

/// What to do with a row that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBad {
    /// Stop, and say which it is.
    Stop,
    /// Leave it out, and count it.
    Skip,
}

/// Reads a trace piece by piece. It holds the requests so far and the line that it is in, never the
/// whole text; how the bytes are cut into pieces changes nothing.
pub struct Reader {
    lines: Lines,
    rows: Rows,
    hash: Digest<'static, u64>,
    bytes: u64,
    stopped: Option<TraceError>,
}

impl Reader {
    /// A reader at the beginning of a file.
    pub fn new(on_bad: OnBad) -> Self {
        let rows = Rows {
            on_bad,
            layout: None,
            columns: Columns::default(),
            skipped: Skipped::default(),
        };
        Self {
            lines: Lines::default(),
            rows,
            hash: HASH.digest(),
            bytes: 0,
            stopped: None,
        }
    }

    /// Reads more bytes of the file.
    ///
    /// # Errors
    ///
    /// If a row is bad and the reader is to stop, if the first line fits no format, or if there are
    /// more requests or blocks than a trace may have. The reader then stays stopped: it returns the
    /// same error whatever it is fed.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), TraceError> {
        self.check()?;
        self.bytes += bytes.len() as u64;
        self.hash.update(bytes);
        let result = self.lines.feed(bytes, |line| self.rows.line(line));
        self.stopped = result.err();
        self.check()
    }

    /// How many bytes it was fed.
    pub fn bytes_read(&self) -> u64 {
        self.bytes
    }

    /// How many requests it has so far.
    pub fn requests(&self) -> usize {
        self.rows.columns.arrivals_s.len()
    }

    /// The trace, once the whole file was fed.
    ///
    /// # Errors
    ///
    /// As [`Reader::feed`], or if there is no request.
    pub fn finish(mut self) -> Result<Trace, TraceError> {
        self.check()?;
        self.lines.finish(|line| self.rows.line(line))?;
        self.rows.trace(self.bytes, self.hash.finalize())
    }

    /// Whether it is not stopped.
    fn check(&self) -> Result<(), TraceError> {
        self.stopped.clone().map_or(Ok(()), Err)
    }
}

/// How the rows of a file are written.
#[derive(Debug)]
struct Layout {
    format: Format,
    /// The header of CSV; JSON has none.
    header: Option<Vec<String>>,
}

/// The rows so far.
struct Rows {
    on_bad: OnBad,
    layout: Option<Layout>,
    columns: Columns,
    skipped: Skipped,
}

impl Rows {
    /// Takes the next line.
    fn line(&mut self, line: Line<'_>) -> Result<(), TraceError> {
        let (number, _) = line;
        let text = text_of(line);
        if matches!(text, Ok(text) if text.trim().is_empty()) {
            return Ok(());
        }
        let Some(layout) = &self.layout else {
            let text = text.map_err(|bad| TraceError::Unknown { found: bad.value })?;
            return self.first(number, text);
        };
        match text.and_then(|text| layout.request(number, text)) {
            Ok(Some(request)) => self.columns.push(request),
            Ok(None) => {
                self.skipped.failed += 1;
                Ok(())
            }
            Err(bad) if self.on_bad == OnBad::Stop => Err(TraceError::BadRow(bad)),
            Err(bad) => {
                self.skipped.count(bad);
                Ok(())
            }
        }
    }

    /// Recognises the format by the first line. An object is a row, too.
    fn first(&mut self, number: u64, text: &str) -> Result<(), TraceError> {
        let unknown = TraceError::Unknown {
            found: shortened(text, SHOWN),
        };
        if text.trim_start().starts_with('{') {
            let Ok(row) = Row::json(number, text) else {
                return Err(unknown);
            };
            let format = Format::of(|column| row.has(column)).ok_or(unknown)?;
            self.layout = Some(Layout {
                format,
                header: None,
            });
            return self.line((number, Some(text.as_bytes())));
        }
        let Some(fields) = csv::fields(text) else {
            return Err(unknown);
        };
        let header: Vec<String> = fields.into_iter().map(String::from).collect();
        let format =
            Format::of(|column| header.iter().any(|name| name == column)).ok_or(unknown)?;
        self.layout = Some(Layout {
            format,
            header: Some(header),
        });
        Ok(())
    }

    /// The trace of all rows.
    fn trace(self, bytes: u64, hash: u64) -> Result<Trace, TraceError> {
        let mut columns = self.columns;
        let format = match self.layout {
            Some(layout) if !columns.arrivals_s.is_empty() => layout.format,
            _ => return Err(TraceError::Empty(self.skipped)),
        };
        let was_sorted = columns.sort();
        let first_s = columns.arrivals_s[0];
        let dates = format == Format::Served && first_s >= DATES_FROM_S;
        if dates {
            align(&columns.arrivals_s, &mut columns.times);
        }
        if dates || format.zero() == Zero::FirstRequest {
            for arrival_s in &mut columns.arrivals_s {
                *arrival_s -= first_s;
            }
        }
        let tokens_a_block = match format.block_tokens() {
            Some(tokens) if !columns.blocks.ends.is_empty() => tokens,
            _ => 0,
        };
        Ok(Trace {
            format,
            bytes,
            hash,
            arrivals_s: columns.arrivals_s,
            tokens: columns.tokens,
            sizes: columns.sizes,
            images: columns.images,
            blocks: Blocks {
                tokens: tokens_a_block,
                ..columns.blocks
            },
            sessions: columns.sessions,
            times: columns.times,
            clients: columns.clients.labels(),
            urls: columns.urls.labels(),
            tenants: columns.tenants.labels(),
            was_sorted,
            skipped: self.skipped,
        })
    }
}

impl Layout {
    /// The request of a line; none if it failed.
    fn request(&self, number: u64, text: &str) -> Result<Option<parse::Parsed>, BadRow> {
        let row = match &self.header {
            Some(header) => Row::csv(number, header, text)?,
            None => Row::json(number, text)?,
        };
        parse::request(self.format, &row)
    }
}

/// The text of a line.
fn text_of((number, bytes): Line<'_>) -> Result<&str, BadRow> {
    let Some(bytes) = bytes else {
        return Err(BadRow::new(number, "", "", Allowed::Bytes(MAX_LINE_BYTES)));
    };
    str::from_utf8(bytes).map_err(|_| {
        let text = String::from_utf8_lossy(bytes);
        BadRow::new(number, "", &text, Allowed::Utf8)
    })
}

/// Counts times by a clock of their own from the first arrival, for arrivals in order: the least
/// that lies between an arrival and what follows it is taken for nothing.
fn align(arrivals_s: &[f64], times: &mut [Times]) {
    let first_s = arrivals_s[0];
    let zero_s = arrivals_s
        .iter()
        .zip(times.iter())
        .filter_map(|(arrival_s, times)| {
            let next_s = times.all().into_iter().flatten().next()?;
            Some(next_s - (arrival_s - first_s))
        })
        .fold(f64::INFINITY, f64::min);
    for times in times {
        *times = times.from(zero_s);
    }
}
