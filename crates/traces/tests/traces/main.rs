//! Traces read and written.
//!
//! `formats` has rows made up for each format, `hostile` what is wrong with files and how it is
//! said, `properties` what holds of all bytes, `writing` that what is written reads back equal, and
//! `files` the published statistics of public traces, for those that are at hand.

mod files;
mod formats;
mod hostile;
mod properties;
mod writing;

use equipoise_traces::{OnBad, Reader, Trace, TraceError};

/// Reads a file that is fed in pieces of that many bytes.
fn read_in(pieces: usize, bytes: &[u8], on_bad: OnBad) -> Result<Trace, TraceError> {
    let mut reader = Reader::new(on_bad);
    for piece in bytes.chunks(pieces) {
        reader.feed(piece)?;
    }
    assert_eq!(reader.bytes_read(), bytes.len() as u64);
    reader.finish()
}

/// Reads a text without a bad row.
fn read(text: &str) -> Trace {
    read_in(7, text.as_bytes(), OnBad::Stop).expect("every row is good")
}
