//! What a page and its workers say to each other, in postcard's form.
//!
//! The page starts workers, sends each the plan of a sweep once, and then one run after the other.
//! To cancel, the page ends the worker, in the middle of a run if need be; nothing is lost but that
//! run.

use crate::sweep::{RunResult, SweepPlan, run};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a page asks of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// The sweep that the runs from now on are of.
    Plan(Box<SweepPlan>),
    /// The run of this index.
    Run(u32),
}

/// What a worker answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
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

/// A worker's memory between two messages.
#[derive(Debug, Default)]
pub struct Worker {
    plan: Option<SweepPlan>,
}

impl Worker {
    /// Does what a page asks, and gives what there is to answer.
    pub fn serve(&mut self, request: Request) -> Option<Answer> {
        match request {
            Request::Plan(plan) => {
                let refused = plan.validate().err();
                self.plan = refused.is_none().then_some(*plan);
                refused.map(|error| Answer::Refused(error.to_string()))
            }
            Request::Run(index) => {
                let result = self.plan.as_ref().and_then(|plan| run(plan, index));
                Some(match result {
                    Some(result) => Answer::Done(Box::new(result)),
                    None => Answer::Refused(format!("there is no run {index}")),
                })
            }
        }
    }
}
