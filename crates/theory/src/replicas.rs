//! Replicas of language models: what a scenario's replicas and requests are, as the formulas of
//! this folder see them, and what several of them need.
//!
//! Symbols: t(x, n, k) is how long a step takes that computes x prompt tokens and one token for
//! each of n requests which read k context tokens; p and o are the prompt's and the reply's tokens.
//! A time is that of the replica's own speed.

pub mod alone;
pub(crate) mod answers;
pub mod cache;
pub mod capacity;
mod fleet;
mod found;
pub mod full;
pub mod load;
pub mod oracle;

pub(crate) use fleet::Fleet;

use equipoise_engine::scenario;
use equipoise_replica::{Settings, StepTime};

/// A replica.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replica {
    /// How long its steps take, at its speed.
    pub time: StepTime,
    /// What it is set to, in vLLM's terms.
    pub settings: Settings,
}

impl Replica {
    /// Tokens that the KV cache holds.
    pub fn kv_tokens(&self) -> f64 {
        self.settings.capacity_tokens() as f64
    }

    /// The most tokens of one prompt in a step in which `decoding` other requests decode.
    pub fn chunk_tokens(&self, decoding: f64) -> f64 {
        let left = (self.settings.max_num_batched_tokens as f64 - decoding).max(1.0);
        match self.settings.long_prefill_token_threshold {
            0 => left,
            cap => left.min(cap as f64),
        }
    }

    /// Blocks that this many tokens take.
    pub fn blocks(&self, tokens: f64) -> f64 {
        libm::ceil(tokens / self.settings.block_size as f64)
    }

    /// The part of a prefix that other requests can find cached: its whole blocks (tokens).
    pub fn shared_tokens(&self, requests: &Requests) -> f64 {
        let block = self.settings.block_size as f64;
        match self.settings.enable_prefix_caching {
            true => libm::floor(requests.prefix / block) * block,
            false => 0.0,
        }
    }
}

/// What requests are like: means, in tokens. Prompt and reply are independent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Requests {
    /// Prompt tokens of a request's own.
    pub own: f64,
    /// Their coefficient of variation.
    pub own_cv: f64,
    /// Prompt tokens that it begins with and others too.
    pub prefix: f64,
    /// Tokens of the reply.
    pub output: f64,
    /// Their coefficient of variation.
    pub output_cv: f64,
}

impl Requests {
    /// Those of a scenario whose sessions have one turn.
    fn of(requests: &scenario::Requests) -> Self {
        let prefix = match requests.prefixes {
            0 => 0.0,
            _ => f64::from(requests.prefix_tokens),
        };
        Self {
            own: whole(requests.prompt_tokens, requests.prompt_cv),
            own_cv: requests.prompt_cv,
            prefix,
            output: whole(requests.output_tokens, requests.output_cv),
            output_cv: requests.output_cv,
        }
    }

    /// Whether all are of one size.
    pub fn are_equal(&self) -> bool {
        self.own_cv == 0.0 && self.output_cv == 0.0
    }

    /// p: tokens of the prompt.
    pub fn prompt(&self) -> f64 {
        self.prefix + self.own
    }

    /// o − 1: steps in which a request decodes.
    pub fn decodes(&self) -> f64 {
        self.output - 1.0
    }

    /// Tokens in the KV cache at the end. The last output token is not computed.
    pub fn held_at_end(&self) -> f64 {
        self.prompt() + self.decodes()
    }

    /// Context tokens that a request's decoding steps read in all: p·(o − 1) + E\[o² − o\]/2.
    pub fn context(&self) -> f64 {
        let square = self.output * self.output * (1.0 + self.output_cv * self.output_cv);
        self.prompt() * self.decodes() + (square - self.output) / 2.0
    }

    /// Variance of the prompt's tokens.
    pub fn prompt_variance(&self) -> f64 {
        let deviation = self.own * self.own_cv;
        deviation * deviation
    }
}

/// A mean number of tokens; as requests have them if all have the same.
fn whole(mean: f64, cv: f64) -> f64 {
    match cv > 0.0 {
        true => mean.max(1.0),
        false => mean.round().max(1.0),
    }
}

#[cfg(test)]
mod tests;
