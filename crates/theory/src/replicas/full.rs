//! A replica that is kept full: whenever there is room for a request, one is waiting.
//!
//! Each request needs s steps for its prompt and o − 1 for the rest of its reply. What limits how
//! many requests begin in a step is the first of three to bind: the slots, the tokens that a step
//! may compute, or the KV cache. Their number times what each adds is what the mean step computes,
//! and so gives its length: throughput and time per output token follow. By renewal reward this is
//! exact in the long run for any sizes if the step time is linear, each prompt takes one step, and
//! the KV cache does not bind. Otherwise it is an approximation: of the prompts that share a step
//! the number is taken to be Poisson. If the KV cache binds it is a bound, since what is preempted
//! is computed once more.

use super::{Replica, Requests};
use equipoise_replica::StepTime;

/// Within how many per cent a replica kept full is predicted, if the step time is not linear.
pub const TOLERANCE_PERCENT: u8 = 10;

/// What limits a replica that is kept full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The slots.
    Slots,
    /// The tokens that a step may compute.
    Tokens,
    /// The KV cache.
    Kv,
}

/// What a step computes on average, and how long it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Requests that begin in a step.
    pub starts: f64,
    /// Requests that decode in it.
    pub decoding: f64,
    /// Context tokens that they read.
    pub context: f64,
    /// Its length (s).
    pub step_s: f64,
}

/// A replica that is kept full.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Full {
    /// Its mean step.
    pub mean: Mean,
    /// Steps of a prompt.
    pub prompt_steps: f64,
    /// Prompt tokens of a request that are not cached.
    pub computed: f64,
    /// Tokens that a request holds, summed over its steps.
    pub held: f64,
    /// What limits it.
    pub bound: Bound,
}

impl Full {
    /// That of a replica which finds `cached` tokens of a prompt in its cache on average.
    pub fn of(replica: &Replica, requests: &Requests, cached: f64) -> Self {
        let slots = replica.settings.max_num_seqs as f64;
        let budget = replica.settings.max_num_batched_tokens as f64;
        let computed = requests.prompt() - cached;
        let decodes = requests.decodes();
        let room = replica.chunk_tokens(slots * decodes / requests.output);
        let prompt_steps = libm::ceil(computed / room).max(1.0);
        let steps = prompt_steps + decodes;
        // The last block of a request is half full on average.
        let half_block = (replica.settings.block_size as f64 - 1.0) / 2.0;
        let of_prompt = requests.prompt() * (prompt_steps + 1.0) / 2.0;
        let held = of_prompt + requests.context() + half_block * steps;
        let limits = [
            (slots / steps, Bound::Slots),
            (budget / (computed + decodes), Bound::Tokens),
            (replica.kv_tokens() / held, Bound::Kv),
        ];
        let first = limits
            .into_iter()
            .min_by(|one, other| one.0.total_cmp(&other.0));
        let (starts, bound) = first.unwrap_or(limits[0]);
        let decoding = starts * decodes;
        let context = starts * requests.context();
        let chunks = Chunks::of(requests, computed, prompt_steps, starts);
        let step_s = match bound {
            Bound::Tokens => replica.time.mean_s(budget - decoding, decoding, context),
            Bound::Slots | Bound::Kv => chunks.mean_step_s(&replica.time, 0.0, decoding, context),
        };
        let mean = Mean {
            starts,
            decoding,
            context,
            step_s,
        };
        Self {
            mean,
            prompt_steps,
            computed,
            held,
            bound,
        }
    }

    /// λ_max: requests answered per second.
    pub fn rate_per_s(&self) -> f64 {
        self.mean.starts / self.mean.step_s
    }

    /// Requests in service.
    pub fn running(&self) -> f64 {
        self.mean.starts * self.prompt_steps + self.mean.decoding
    }
}

/// The parts of prompts that a step computes: a Poisson number of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chunks {
    /// How many there are on average.
    pub mean: f64,
    /// Tokens of each, on average.
    pub tokens: f64,
    /// Variance of the tokens of each.
    pub variance: f64,
}

impl Chunks {
    /// Those of prompts with `computed` tokens in `steps` steps, if `starts` requests begin in a
    /// step.
    pub fn of(requests: &Requests, computed: f64, steps: f64, starts: f64) -> Self {
        Self {
            mean: starts * steps,
            tokens: computed / steps,
            variance: requests.prompt_variance() / steps,
        }
    }

    /// Mean length of a step (s) with these and `own` prompt tokens besides, in which `decoding`
    /// requests read `context` tokens.
    pub fn mean_step_s(&self, time: &StepTime, own: f64, decoding: f64, context: f64) -> f64 {
        match time.hinge {
            None => time.mean_s(own + self.mean * self.tokens, decoding, context),
            Some(_) => self.moments(time, own, decoding, context).0,
        }
    }

    /// Mean (s) and mean square (s²) of its length.
    pub fn moments(&self, time: &StepTime, own: f64, decoding: f64, context: f64) -> (f64, f64) {
        let square = time.hinge.map_or(0.0, |hinge| hinge.e_s_per_token_squared);
        let mut probability = libm::exp(-self.mean);
        let mut sum_s = 0.0;
        let mut sum_s2 = 0.0;
        let most = (self.mean + 8.0 * self.mean.sqrt() + 8.0) as u32;
        for count in 0..=most {
            let count = f64::from(count);
            let varying_s = square * count * self.variance;
            let tokens = own + count * self.tokens;
            let step_s = varying_s + time.mean_s(tokens, decoding, context);
            sum_s += probability * step_s;
            sum_s2 += probability * step_s * step_s;
            probability *= self.mean / (count + 1.0);
        }
        (sum_s, sum_s2)
    }
}
