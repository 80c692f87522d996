//! What came of one request to a language model.

use crate::scenario::Requests;
use crate::workload::{Request, Task};

/// A request whose reply was complete. Times are simulated seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The task's number.
    pub task: u64,
    /// The replica.
    pub server: u16,
    /// The session, and its turn from 1.
    pub session: u64,
    /// See [`session`](Self::session).
    pub turn: u32,
    /// The shared prefix that the prompt began with.
    pub prefix: Option<u32>,
    /// Whether it was urgent.
    pub urgent: bool,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Tokens of the prompt that the prefix cache held.
    pub cached_tokens: u32,
    /// Tokens of the reply.
    pub output_tokens: u32,
    /// How often it was preempted.
    pub preemptions: u32,
    /// Tokens computed once more after preemptions.
    pub recomputed_tokens: u32,
    /// When the client sent it.
    pub arrival_s: f64,
    /// When it reached its replica.
    pub delivered_s: f64,
    /// When it was first scheduled.
    pub started_s: f64,
    /// When its first output token was there.
    pub first_token_s: f64,
    /// When its last output token was there.
    pub end_s: f64,
    /// How long its keys and values took from the replica that computed the prompt to the one that
    /// decoded; 0 if one replica did both.
    pub transfer_s: f64,
    /// Time per output token after the first; NaN for a reply of one token.
    pub tpot_s: f64,
}

impl Answer {
    /// What came of this request, whose reply was complete at `now_s`.
    pub fn of(task: &Task, request: &Request, now_s: f64) -> Self {
        let progress = request.progress;
        let prefill = progress.handed_over;
        Self {
            task: task.number,
            server: task.server,
            session: request.session,
            turn: request.turn,
            prefix: request.prefix,
            urgent: request.urgent,
            prompt_tokens: request.prompt_tokens,
            cached_tokens: progress.cached_tokens,
            output_tokens: request.output_tokens,
            preemptions: progress.preemptions,
            recomputed_tokens: progress.recomputed_tokens,
            arrival_s: task.arrival_s,
            delivered_s: prefill.map_or(task.delivered_s, |prefill| prefill.delivered_s),
            started_s: prefill.map_or(task.started_s, |prefill| prefill.started_s),
            first_token_s: progress.first_token_s,
            end_s: now_s,
            transfer_s: prefill.map_or(0.0, |prefill| prefill.transfer_s),
            tpot_s: request.time_per_output_token_s(now_s),
        }
    }

    /// Time to first token (s).
    pub fn ttft_s(&self) -> f64 {
        self.first_token_s - self.arrival_s
    }

    /// Whether it met both objectives. A reply of one token has no time per output token to miss.
    pub fn meets(&self, objectives: &Requests) -> bool {
        let late = self.ttft_s() > objectives.ttft_objective_s;
        let slow = self.tpot_s > objectives.tpot_objective_s;
        !late && !slow
    }
}
