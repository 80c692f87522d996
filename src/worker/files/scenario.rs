//! A scenario is read from JSON, or written.

use super::{Done, PIECE, browser, bytes, finish, piece};
use crate::json;
use crate::worker::jobs::{Failure, Job, News};
use js_sys::Array;
use web_sys::{DedicatedWorkerGlobalScope, File};

/// Does a job of this kind.
pub(in crate::worker) async fn work(
    page: &DedicatedWorkerGlobalScope,
    job: Job,
    file: Option<&File>,
) {
    let done = match job {
        Job::ReadScenario => read(file).await,
        Job::WriteScenario(scenario) => Ok((News::Text, bytes(json::pretty(&scenario).as_bytes()))),
        // Other parts do the others.
        Job::Read { .. } | Job::Compare(..) | Job::Requests { .. } => return,
    };
    finish(page, done);
}

/// Reads a scenario.
async fn read(file: Option<&File>) -> Done {
    let file = file.ok_or(Failure::OtherFile)?;
    let bytes = piece(file, 0.0, file.size().min(PIECE)).await;
    let text = String::from_utf8_lossy(&bytes.map_err(browser)?).into_owned();
    let text = text.trim_start_matches('\u{feff}').trim();
    let scenario = json::read(text).map_err(|error| Failure::NoScenario(error.to_string()))?;
    Ok((News::Scenario(Box::new(scenario)), Array::new()))
}
