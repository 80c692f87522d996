//! A scenario is read from JSON, or written.

use super::{Done, PIECE, browser, bytes, finish, piece};
use crate::json;
use crate::scenario::Scenario;
use crate::worker::jobs::{Failure, News};
use js_sys::Array;
use web_sys::{DedicatedWorkerGlobalScope, File};

/// Reads a scenario, and hands it over.
pub(in crate::worker) async fn work(page: &DedicatedWorkerGlobalScope, file: Option<&File>) {
    finish(page, read(file).await);
}

/// Writes a scenario, and hands it over.
pub(in crate::worker) fn write(page: &DedicatedWorkerGlobalScope, scenario: &Scenario) {
    let text = json::pretty(scenario);
    finish(page, Ok((News::Text, bytes(text.as_bytes()))));
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
