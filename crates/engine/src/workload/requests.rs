//! What requests to language models are like. Read only if a server is a replica.

use serde::{Deserialize, Serialize};

/// Prompts, replies and sessions of the requests to language models.
///
/// A session is what arrives. Its first prompt is a shared prefix, if there are any, and then new
/// tokens; each later one is all that was said before and then new tokens. Numbers of tokens are
/// lognormal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Requests {
    /// Mean of the new tokens in a prompt.
    pub prompt_tokens: f64,
    /// Their coefficient of variation.
    pub prompt_cv: f64,
    /// Mean of a reply's tokens.
    pub output_tokens: f64,
    /// Their coefficient of variation.
    pub output_cv: f64,
    /// How many prefixes (system prompts) there are, one of which each session begins with.
    pub prefixes: u32,
    /// Tokens of each prefix.
    pub prefix_tokens: u32,
    /// Skew of the prefixes' popularity, by Zipf's law: 0 is even.
    pub prefix_skew: f64,
    /// Turns of a session.
    pub turns: u32,
    /// Time between a reply and the session's next prompt (s).
    pub think_s: f64,
    /// Share of the sessions whose requests are urgent.
    pub urgent_share: f64,
    /// Objective for the time to first token (s): goodput counts what meets both.
    pub ttft_objective_s: f64,
    /// Objective for the time per output token (s).
    pub tpot_objective_s: f64,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            prompt_tokens: 512.0,
            prompt_cv: 1.0,
            output_tokens: 128.0,
            output_cv: 1.0,
            prefixes: 0,
            prefix_tokens: 1024,
            prefix_skew: 0.0,
            turns: 1,
            think_s: 5.0,
            urgent_share: 0.0,
            ttft_objective_s: 1.0,
            tpot_objective_s: 0.05,
        }
    }
}
