//! A request that has a replica for itself.

use super::{each, of_mean_size, steps_in_us};
use crate::answer::{Answer, num};
use crate::question::Question;
use crate::reason::Reason;
use crate::replicas::alone::{chunks, tpot_s, ttft_s};
use crate::replicas::{Fleet, Replica};
use equipoise_formulas::{Filled, Formula, Hole};
use equipoise_replica::StepTime;

/// Time to first token, with nothing cached.
pub(crate) fn ttft(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    let answer = each(fleet, |_, replica| Ok(first_token(fleet, replica, 0.0)))?;
    Ok(of_mean_size(fleet, answer))
}

/// The same with the prefix in the cache.
pub(crate) fn cached_ttft(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    fleet.prefix_caches()?;
    let answer = each(fleet, |_, replica| {
        let cached = replica.shared_tokens(&fleet.requests);
        Ok(first_token(fleet, replica, cached))
    })?;
    Ok(of_mean_size(fleet, answer))
}

fn first_token(fleet: &Fleet, replica: &Replica, cached: f64) -> (Filled, f64) {
    let tokens = fleet.requests.prompt() - cached;
    // The cap on long prompts is not applied to a request that is alone.
    let most = match fleet.is_static {
        true => f64::INFINITY,
        false => replica.settings.max_num_batched_tokens as f64,
    };
    let (full, last) = chunks(tokens, most);
    let mut steps: Vec<Hole> = Vec::new();
    if full > 0.0 {
        let step = prompt_step(&replica.time, most);
        let times = Formula::Times.with("n", num(full)).with("part", step);
        steps.push(times.into());
    }
    steps.push(prompt_step(&replica.time, last).into());
    let filled = Formula::AloneTtft.with("steps", Hole::List("+", steps));
    (filled, ttft_s(&replica.time, tokens, most))
}

/// A step of this many prompt tokens alone, in µs.
fn prompt_step(time: &StepTime, tokens: f64) -> Filled {
    let formula = match time.hinge {
        Some(hinge) if tokens > hinge.free_tokens => Formula::PromptStepBeyond
            .with("free", num(hinge.free_tokens))
            .with("e", num(hinge.e_s_per_token_squared * 1e6)),
        Some(hinge) => Formula::PromptStepFree.with("e", num(hinge.e_s_per_token_squared * 1e6)),
        None => Formula::PromptStep.into(),
    };
    formula
        .with("a", num(time.a_s * 1e6))
        .with("b", num(time.b_s_per_token * 1e6))
        .with("x", num(tokens))
}

/// Time per output token.
pub(crate) fn tpot(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    fleet.several_tokens()?;
    let requests = &fleet.requests;
    let answer = each(fleet, |_, replica| {
        let context = requests.prompt() + requests.output / 2.0;
        let filled = steps_in_us(Formula::AloneTpot, &replica.time, 1.0, context);
        let value = tpot_s(&replica.time, requests.prompt(), requests.output);
        Ok((filled, value))
    })?;
    Ok(of_mean_size(fleet, answer))
}

/// From sending to the last token.
pub(crate) fn latency(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    let requests = &fleet.requests;
    let answer = each(fleet, |_, replica| {
        let (_, ttft) = first_token(fleet, replica, 0.0);
        let tpot = tpot_s(&replica.time, requests.prompt(), requests.output);
        let filled = Formula::AloneLatency
            .with("ttft", num(ttft))
            .with("o", num(requests.output))
            .with("tpot", num(tpot));
        Ok((filled, ttft + requests.decodes() * tpot))
    })?;
    Ok(of_mean_size(fleet, answer))
}
