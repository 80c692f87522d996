//! What a page and its workers say to each other, in postcard's form.
//!
//! The page spawns workers, sends each a [`Job`] with a few runs, and the next one when these are
//! answered. A worker does one run after the other and answers each at once. To cancel, the page
//! ends the worker, in the middle of a run if need be; nothing is lost but that run.

use crate::export::Program;
use crate::scenario::Scenario;
use crate::sweep::{RunResult, SweepPlan, run};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Runs to be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The plan in postcard's form, from [`encode`]: written once, however many jobs there are.
    pub plan: Vec<u8>,
    /// The indices of the runs.
    pub runs: Vec<u32>,
}

/// What a page asks of a worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Runs of a sweep.
    Runs(Job),
    /// A valid scenario as a program's configuration.
    Export(Box<Scenario>, Program),
}

/// A worker's reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The worker has started.
    Ready,
    /// A run is done.
    Done(Box<RunResult>),
    /// A configuration.
    Text(String),
    /// The job cannot be done, and why.
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

/// Does what a page asks and gives the answers to `answer`.
pub fn serve(request: &Request, mut answer: impl FnMut(Reply)) {
    match request {
        Request::Runs(job) => work(job, answer),
        Request::Export(scenario, program) => answer(Reply::Text(program.configuration(scenario))),
    }
}

/// Does a job's runs and gives each to `answer` when it is done.
pub fn work(job: &Job, mut answer: impl FnMut(Reply)) {
    let plan = match decode::<SweepPlan>(&job.plan).map(|plan| (plan.validate(), plan)) {
        Some((Ok(()), plan)) => plan,
        Some((Err(error), _)) => return answer(Reply::Refused(error.to_string())),
        None => return answer(Reply::Refused("this is no plan".to_string())),
    };
    for result in job.runs.iter().filter_map(|&index| run(&plan, index)) {
        answer(Reply::Done(Box::new(result)));
    }
}
