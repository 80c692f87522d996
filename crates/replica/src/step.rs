//! What a step computes, and what it yields.

use crate::request::RequestId;

/// Where a request of a step comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It waited, and is admitted for the first time.
    New,
    /// It had been preempted, and is admitted again.
    Resumed,
    /// It was running.
    Running,
}

/// What a step computes of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// Which one.
    pub id: RequestId,
    /// Where it comes from.
    pub origin: Origin,
    /// How many tokens are computed, at least 1.
    pub tokens: usize,
    /// How many tokens precede them: computed in earlier steps or, if the request is admitted in
    /// this step, found in the prefix cache.
    pub computed_before: usize,
    /// Whether its one token is an output token of the step before, and not a part of the prompt or
    /// of what a preempted request must compute again.
    pub decodes: bool,
    /// The blocks that the request has got in this step; of an admitted one all that it holds,
    /// those from the prefix cache first.
    pub blocks: Vec<u32>,
}

/// One step, as it is scheduled. Source: `SchedulerOutput` in `sched/output.py`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// What is computed, in the order in which it was scheduled: requests that were running, then
    /// admitted ones.
    pub batch: Vec<Scheduled>,
    /// Who lost its blocks, in order.
    pub preempted: Vec<RequestId>,
    /// The cached blocks that were overwritten, in order.
    pub evicted: Vec<u32>,
    /// How many more tokens the step could have computed.
    pub budget_left: usize,
}

impl Step {
    /// How many tokens are computed that are no decoding request's.
    pub fn prefill_tokens(&self) -> usize {
        let prefills = self.batch.iter().filter(|row| !row.decodes);
        prefills.map(|row| row.tokens).sum()
    }

    /// How many requests decode.
    pub fn decoding_sequences(&self) -> usize {
        self.batch.iter().filter(|row| row.decodes).count()
    }

    /// How many tokens' keys and values the decoding requests read: each those of all its tokens.
    pub fn context_tokens(&self) -> usize {
        let decoding = self.batch.iter().filter(|row| row.decodes);
        decoding.map(|row| row.computed_before + row.tokens).sum()
    }
}

/// What a step has yielded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outputs {
    /// The requests that got an output token each, in the order of the batch.
    pub tokens: Vec<RequestId>,
    /// Those of them for which it was the last.
    pub finished: Vec<RequestId>,
}
