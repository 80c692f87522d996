//! Bytes that come in pieces, as lines.

use crate::MAX_LINE_BYTES;

/// Bytes of UTF-8 that some programs put before a text.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A line with its number, from 1, and its text without its end; no text if it was too long.
pub(crate) type Line<'a> = (u64, Option<&'a [u8]>);

/// Cuts bytes into lines that end with LF or CR LF.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// The beginning of the line that is not complete yet.
    begun: Vec<u8>,
    /// Whether that line is longer than a line may be.
    too_long: bool,
    /// How many lines were complete.
    complete: u64,
}

impl Lines {
    /// Takes more bytes, and hands each line that they complete to `each`, until that fails.
    pub(crate) fn feed<E>(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut pieces = bytes.split(|byte| *byte == b'\n');
        // What is behind the last line feed begins a line.
        let last = pieces.next_back().unwrap_or_default();
        for piece in pieces {
            self.complete(piece, &mut each)?;
        }
        self.keep(last);
        Ok(())
    }

    /// Hands out the last line, if it does not end with a line feed.
    pub(crate) fn finish<E>(
        &mut self,
        mut each: impl FnMut(Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.begun.is_empty() && !self.too_long {
            return Ok(());
        }
        self.complete(&[], &mut each)
    }

    /// Hands out the line that ends with this piece.
    fn complete<E>(
        &mut self,
        piece: &[u8],
        each: &mut impl FnMut(Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.complete += 1;
        let whole = self.begun.is_empty() && !self.too_long && piece.len() <= MAX_LINE_BYTES;
        if whole {
            return each((self.complete, Some(stripped(piece, self.complete))));
        }
        self.keep(piece);
        let text = (!self.too_long).then(|| stripped(&self.begun, self.complete));
        let result = each((self.complete, text));
        self.begun.clear();
        self.too_long = false;
        result
    }

    /// Keeps a piece of a line, or forgets the line if it becomes too long.
    fn keep(&mut self, piece: &[u8]) {
        self.too_long |= self.begun.len() + piece.len() > MAX_LINE_BYTES;
        if self.too_long {
            self.begun.clear();
        } else {
            self.begun.extend_from_slice(piece);
        }
    }
}

/// A line without its carriage return and, if it is the first, without a BOM.
fn stripped(line: &[u8], number: u64) -> &[u8] {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if number == 1 {
        line.strip_prefix(BOM).unwrap_or(line)
    } else {
        line
    }
}
