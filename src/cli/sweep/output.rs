//! Where a sweep's lines go, and which are there already.

use crate::cli::Refusal;
use crate::measure::Observed;
use crate::sweep::{Param, Run, RunResult, SweepPlan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;

/// One line: a run of a plan. Field names and their order are part of the command's interface.
#[derive(Serialize)]
struct Line<'a> {
    /// The plan's fingerprint: lines with the same one belong together.
    plan: &'a str,
    scenario: &'a str,
    param: Param,
    #[serde(flatten)]
    run: &'a Run,
    #[serde(flatten)]
    observed: &'a Observed,
}

/// What is read of a line that is already there.
#[derive(Deserialize)]
struct Known {
    plan: String,
    index: u32,
}

/// Takes lines.
pub(super) struct Output<'a> {
    plan: &'a SweepPlan,
    fingerprint: String,
    to: Box<dyn Write>,
    done: BTreeSet<u32>,
}

impl<'a> Output<'a> {
    /// Lines to a file, after those that are there, or to standard output. A torn last line is dropped.
    pub(super) fn open(plan: &'a SweepPlan, path: Option<&Path>) -> Result<Self, Refusal> {
        let fingerprint = format!("{:08x}", plan.fingerprint());
        let mut output = Self { plan, fingerprint, to: Box::new(io::stdout()), done: BTreeSet::new() };
        if let Some(path) = path {
            let refused = |problem: String| format!("--output {}: {problem}", path.display());
            let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
            output.resume(file.map_err(|error| refused(error.to_string()))?).map_err(refused)?;
        }
        Ok(output)
    }

    fn resume(&mut self, mut file: File) -> Result<(), Refusal> {
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|error| error.to_string())?;
        let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        for (i, line) in text[..whole].split_inclusive(|&byte| byte == b'\n').enumerate() {
            let known = serde_json::from_slice::<Known>(line).ok().filter(|line| line.plan == self.fingerprint);
            let known =
                known.ok_or_else(|| format!("line {} is of no run of this sweep; nothing was changed", i + 1))?;
            self.done.insert(known.index);
        }
        let cut = file.set_len(whole as u64).and_then(|()| file.seek(SeekFrom::End(0)));
        cut.map_err(|error| error.to_string())?;
        self.to = Box::new(file);
        Ok(())
    }

    /// Whether the line of this run is there.
    pub(super) fn has(&self, index: u32) -> bool {
        self.done.contains(&index)
    }

    /// Writes a run's line; false if the reader has seen enough (`| head`).
    pub(super) fn write(&mut self, result: &RunResult) -> Result<bool, Refusal> {
        let RunResult { run, observed } = result;
        let (plan, param) = (&self.fingerprint, self.plan.param);
        let scenario = self.plan.ways().nth(run.way as usize).map_or("", |way| &way.scenario.name);
        let line = serde_json::to_string(&Line { plan, scenario, param, run, observed });
        let line = line.map_err(|error| error.to_string())? + "\n";
        match self.to.write_all(line.as_bytes()).and_then(|()| self.to.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(format!("cannot write the output: {error}")),
        }
    }
}
