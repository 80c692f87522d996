//! What a page and its workers say to each other, in postcard's form.
//!
//! The page starts workers and sends each one run after the other, as a scenario that it has made
//! of the plan of a sweep: so a worker needs neither plans nor the table of fields, and is small.
//! To cancel, the page ends the worker, in the middle of a run if need be; nothing is lost but that
//! run.

use crate::scenario::Scenario;
use crate::sweep::size::Search;
use crate::sweep::{PlannedRun, RunResult, SweepPlan};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a page asks of a worker: a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Which run of its plan.
    pub run: PlannedRun,
    /// Its scenario, which is valid.
    pub scenario: Box<Scenario>,
    /// Tasks to be measured.
    pub tasks: u64,
}

impl Request {
    /// The run of this index; None if the valid plan has none.
    pub fn of(plan: &SweepPlan, index: u32) -> Option<Self> {
        let run = plan.run(index)?;
        let scenario = Box::new(plan.scenario_of(&run).ok()?);
        Some(Self {
            run,
            scenario,
            tasks: plan.tasks,
        })
    }

    /// The run of this index; None if the search has none.
    pub fn of_search(search: &Search, index: u32) -> Option<Self> {
        let run = search.run(index)?;
        let scenario = Box::new(search.scenario_of(&run).ok()?);
        let tasks = search.grid().tasks;
        Some(Self {
            run,
            scenario,
            tasks,
        })
    }

    /// Does the run.
    pub fn serve(&self) -> Reply {
        let result = RunResult::of(self.run, &self.scenario, self.tasks);
        Reply::Done(Box::new(result))
    }
}

/// A worker's reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The worker has started.
    Ready,
    /// A run is done.
    Done(Box<RunResult>),
    /// The runs cannot be done, and why.
    Refused(String),
}

/// Writes a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // Plain data can always be written.
    postcard::to_allocvec(message).unwrap_or_default()
}

/// Reads a message; None if it is none.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
