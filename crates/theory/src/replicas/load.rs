//! A replica at a given rate, below saturation.
//!
//! A request that decodes is in every step, and finds there what the others add: by Little's law
//! λ·t of them begin in a step of length t, and λ·t·(o − 1) decode. So t is the fixed point
//! of t = E\[t(X, 1 + λ·t·(o − 1), k)\]. If the step time is linear, a + g for a request alone
//! and g more for each further one, that is t = (a + g)/(1 − λ·(o − 1)·g): the mean of
//! processor sharing. A mean-field approximation, for Poisson arrivals or steadier ones, where
//! neither slots nor KV cache bind.

use super::full::{Chunks, Full};
use super::{Replica, Requests};
use equipoise_replica::StepTime;

/// Within how many per cent time per output token and requests in service are predicted.
pub const TOLERANCE_PERCENT: u8 = 10;
/// Within how many per cent the time to first token is.
pub const TTFT_TOLERANCE_PERCENT: u8 = 20;

/// A replica at a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtRate {
    /// Requests per second.
    pub rate_per_s: f64,
    /// t: a step while a request decodes (s), its mean time per output token.
    pub step_s: f64,
    /// Prompt tokens of others in such a step.
    pub prompt_tokens: f64,
    /// Requests that decode in it.
    pub decoding: f64,
    /// Context tokens that they read.
    pub context: f64,
    /// What is left of the step that an arriving request finds (s).
    pub residual_s: f64,
    /// Steps of a prompt.
    pub prompt_steps: f64,
    /// A step with a part of its own prompt (s).
    pub prompt_step_s: f64,
    /// Requests in service, by Little's law.
    pub running: f64,
}

impl AtRate {
    /// Mean time to first token (s): the rest of the step under way, then the prompt's own.
    pub fn ttft_s(&self) -> f64 {
        self.residual_s + self.prompt_steps * self.prompt_step_s
    }
}

/// A replica, what is asked of it, and how often.
struct Asked<'a> {
    time: &'a StepTime,
    requests: &'a Requests,
    /// The same replica kept full.
    full: Full,
    rate_per_s: f64,
    /// Context tokens that a decoding request reads in a step.
    each: f64,
}

impl Asked<'_> {
    /// Parts of prompts in a step of this length.
    fn chunks(&self, step_s: f64) -> Chunks {
        let Full {
            computed,
            prompt_steps,
            ..
        } = self.full;
        Chunks::of(
            self.requests,
            computed,
            prompt_steps,
            self.rate_per_s * step_s,
        )
    }

    /// Other requests that decode in it.
    fn others(&self, step_s: f64) -> f64 {
        self.rate_per_s * step_s * self.requests.decodes()
    }

    /// How long a step takes in which a request decodes beside what comes in this time (s).
    fn length_s(&self, step_s: f64) -> f64 {
        let decoding = 1.0 + self.others(step_s);
        let context = decoding * self.each;
        self.chunks(step_s)
            .mean_step_s(self.time, 0.0, decoding, context)
    }

    /// The step that takes as long as what comes in it makes it (s); None if there is none up to
    /// that of a full replica.
    fn step_s(&self) -> Option<f64> {
        let mut low = self.time.mean_s(0.0, 1.0, self.each);
        let mut high = (self.full.mean.starts / self.rate_per_s).min(1e3);
        if low >= high || self.length_s(high) >= high {
            return None;
        }
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            match self.length_s(middle) > middle {
                true => low = middle,
                false => high = middle,
            }
        }
        Some(high)
    }
}

/// What a replica does at `rate_per_s`, if it finds `cached` tokens of a prompt on average.
///
/// # Errors
/// The rate over the largest, if that is 1 or more, or too near.
pub fn at_rate(
    replica: &Replica,
    requests: &Requests,
    cached: f64,
    rate_per_s: f64,
) -> Result<AtRate, f64> {
    let full = Full::of(replica, requests, cached);
    let decodes = requests.decodes();
    let time = &replica.time;
    let asked = Asked {
        time,
        requests,
        full,
        rate_per_s,
        each: requests.context() / decodes.max(1.0),
    };
    let step_s = asked.step_s().ok_or(rate_per_s / full.rate_per_s())?;
    let chunks = asked.chunks(step_s);
    let others = asked.others(step_s);
    let context = others * asked.each;
    let own = full.computed / full.prompt_steps;
    let prompt_step_s = chunks.mean_step_s(time, own, others, context);
    let running = rate_per_s * (full.prompt_steps * prompt_step_s + decodes * step_s);
    let (mean_s, square_s2) = chunks.moments(time, 0.0, others, context);
    let busy = 1.0 - libm::exp(-running);
    Ok(AtRate {
        rate_per_s,
        step_s,
        prompt_tokens: rate_per_s * step_s * full.computed,
        decoding: 1.0 + others,
        context: context + asked.each,
        residual_s: busy * square_s2 / (2.0 * mean_s),
        prompt_steps: full.prompt_steps,
        prompt_step_s,
        running,
    })
}
