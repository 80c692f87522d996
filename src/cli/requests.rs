//! `--requests`: the answered requests, in a file.

use super::progress;
use crate::measure::answers::Answers;
use crate::scenario::FieldError;
use crate::serving::latencies::row;
use crate::traces::{Served, write_csv, write_jsonl};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

/// Why there is nothing to write.
pub(super) const REFUSAL: &str = "--requests: the scenario has no requests of a language model; \
                                  allowed: one with replicas (servers.*.service=replica)";

/// Where the requests go, and in which form.
#[derive(Clone)]
pub(super) struct RequestsFile {
    path: PathBuf,
    is_csv: bool,
}

impl std::str::FromStr for RequestsFile {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let path = PathBuf::from(text);
        let is_csv = match path.extension().and_then(|end| end.to_str()) {
            Some("csv") => true,
            Some("jsonl") => false,
            _ => {
                let allowed = "a file that ends with .jsonl or .csv";
                return Err(FieldError::new("its name", text, allowed));
            }
        };
        Ok(Self { path, is_csv })
    }
}

impl RequestsFile {
    /// Writes the answered requests in the order in which they were sent.
    pub(super) fn write(&self, answers: &Answers) -> io::Result<()> {
        let mut sent: Vec<_> = answers.0.iter().collect();
        sent.sort_unstable_by_key(|answer| answer.task);
        let rows = sent.into_iter().map(row);
        progress::whole(|| self.write_rows(rows)).map_err(|error| {
            let message = format!("{}: {error}", self.path.display());
            io::Error::new(error.kind(), message)
        })
    }

    fn write_rows(&self, rows: impl Iterator<Item = Served>) -> io::Result<()> {
        let mut out = BufWriter::new(File::create(&self.path)?);
        match self.is_csv {
            true => write_csv(&mut out, rows)?,
            false => write_jsonl(&mut out, rows)?,
        }
        out.flush()
    }
}
