//! Where a sweep's lines go, and which are there already.

use crate::cli::{Refusal, progress};
use crate::measure::Observed;
use crate::sweep::metric::LANGUAGE_MODELS;
use crate::sweep::{Param, PlannedRun, RunResult, SweepPlan};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Write};
use std::path::Path;

/// One line: a run of a plan. Field names and their order are part of the command's interface.
#[derive(Serialize)]
struct RunLine<'a> {
    /// The plan's fingerprint: lines with the same one belong together.
    plan: &'a str,
    scenario: &'a str,
    param: Param,
    #[serde(flatten)]
    run: &'a PlannedRun,
    #[serde(flatten)]
    observed: &'a Observed,
    #[serde(flatten, skip_serializing_if = "is_without_answers")]
    answers: Answers<'a>,
}

/// What language models answered, by the names of the metrics.
struct Answers<'a>(&'a Observed);

fn is_without_answers(answers: &Answers) -> bool {
    answers.0.served.is_none()
}

impl Serialize for Answers<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let metrics = LANGUAGE_MODELS.iter();
        to.collect_map(metrics.map(|metric| (metric.id, (metric.of)(self.0))))
    }
}

/// What is read of a line that is already there.
#[derive(Deserialize)]
struct RunKey {
    plan: String,
    #[serde(flatten)]
    run: PlannedRun,
    /// The last field of any run: a line that has it has its numbers.
    #[serde(rename = "shares")]
    _shares: Vec<Option<f64>>,
}

/// Where lines go.
pub(super) struct Lines<'a> {
    plan: &'a SweepPlan,
    fingerprint: String,
    to: Box<dyn Write>,
    done: BTreeSet<u32>,
}

impl<'a> Lines<'a> {
    /// Lines to a file, after those that are there, or to standard output. The file is this
    /// process's alone until it ends. A torn last line is dropped; a file with anything else in it
    /// is left as it is.
    pub(super) fn open(plan: &'a SweepPlan, path: Option<&Path>) -> Result<Self, Refusal> {
        let fingerprint = format!("{:08x}", plan.fingerprint());
        let mut output = Self {
            plan,
            fingerprint,
            to: Box::new(io::stdout()),
            done: BTreeSet::new(),
        };
        if let Some(path) = path.filter(|path| path.as_os_str() != "-") {
            let resumed = own(path).and_then(|file| output.resume(file));
            resumed.map_err(|problem| format!("--output {}: {problem}", path.display()))?;
        }
        Ok(output)
    }

    fn resume(&mut self, file: File) -> Result<(), Refusal> {
        let head = format!("{{\"plan\":\"{}\"", self.fingerprint).into_bytes();
        let mut lines = BufReader::new(&file);
        let mut line = Vec::new();
        let mut whole = 0;
        for number in 1.. {
            line.clear();
            let read = lines.read_until(b'\n', &mut line);
            if read.map_err(|error| error.to_string())? == 0 {
                break;
            }
            if line.ends_with(b"\n") {
                let known = serde_json::from_slice::<RunKey>(&line)
                    .ok()
                    .filter(|known| known.plan == self.fingerprint);
                let run = known
                    .map(|known| known.run)
                    .filter(|run| self.plan.run(run.index) == Some(*run));
                let run = run.ok_or_else(|| {
                    format!("line {number} is of no run of this sweep; nothing was changed")
                })?;
                if !self.done.insert(run.index) {
                    return Err(format!(
                        "line {number} is of run {}, as one before it is, and would count twice; \
                         take one of them out; nothing was changed",
                        run.index
                    ));
                }
                whole += line.len() as u64;
            } else if !line.starts_with(&head)
                && !head.starts_with(&line)
                && line.iter().any(|&byte| byte != 0)
            {
                return Err(format!(
                    "line {number} is not the beginning of a line of this sweep; nothing was \
                     changed"
                ));
            }
        }
        file.set_len(whole).map_err(|error| error.to_string())?;
        self.to = Box::new(file);
        Ok(())
    }

    /// Whether the line of this run is there.
    pub(super) fn has(&self, index: u32) -> bool {
        self.done.contains(&index)
    }

    /// How many runs' lines are there.
    pub(super) fn kept(&self) -> usize {
        self.done.len()
    }

    /// Writes a run's line; false if the reader has seen enough (`| head`).
    pub(super) fn write(&mut self, result: &RunResult) -> io::Result<bool> {
        let RunResult { run, observed } = result;
        let arm = self.plan.arms().nth(run.arm as usize);
        let line = serde_json::to_string(&RunLine {
            plan: &self.fingerprint,
            scenario: arm.map_or("", |arm| &arm.scenario.name),
            param: self.plan.param,
            run,
            observed,
            answers: Answers(observed),
        })? + "\n";
        let to = &mut self.to;
        let written = progress::whole(|| to.write_all(line.as_bytes()).and_then(|()| to.flush()));
        match written {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The file, made if it is not there, and locked: two processes at once would mix their lines.
/// Lines are appended, so that they stay whole if someone shortens the file meanwhile.
fn own(path: &Path) -> Result<File, Refusal> {
    // Before it is opened, which would wait for the other end of a pipe.
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(
            "this is no regular file; allowed: one, or a name that is free, or - for \
                    standard output"
                .into(),
        );
    }
    let file = OpenOptions::new()
        .read(true)
        .append(true)
        .create(true)
        .open(path);
    let file = file.map_err(|error| error.to_string())?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err("another process is writing to it; give each shard a file of its own".to_string())
        }
        // Some file systems of clusters know no locks.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => Err(format!("cannot be locked: {error}")),
    }
}
