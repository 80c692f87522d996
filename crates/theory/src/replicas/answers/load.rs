//! Replicas at the scenario's rate, and what their prefix caches hold then.

use super::at_rate;
use crate::answer::{Answer, Exactness, num};
use crate::question::Question;
use crate::reason::Reason;
use crate::replicas::found::Found;
use crate::replicas::{Fleet, cache, load};
use equipoise_formulas::Formula;

/// Mean time to first token.
pub(crate) fn ttft(q: &Question) -> Result<Answer, Reason> {
    let answer = at_rate(q.fleet()?, |at| {
        let filled = Formula::LoadTtft
            .with("residual", num(at.residual_s))
            .with("s", num(at.prompt_steps))
            .with("step", num(at.prompt_step_s));
        (filled, at.ttft_s())
    })?;
    Ok(answer.kind(Exactness::Within(load::TTFT_TOLERANCE_PERCENT)))
}

/// Mean time per output token.
pub(crate) fn tpot(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    fleet.several_tokens()?;
    let answer = at_rate(fleet, |at| {
        let filled = Formula::LoadTpot
            .with("x", num(at.prompt_tokens))
            .with("n", num(at.decoding))
            .with("k", num(at.context));
        (filled, at.step_s)
    })?;
    Ok(answer.kind(Exactness::Within(load::TOLERANCE_PERCENT)))
}

/// Little's law for the requests in service.
pub(crate) fn running(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    let answer = at_rate(fleet, |at| {
        let filled = Formula::LoadRunning
            .with("rate", num(at.rate_per_s))
            .with("prompt", num(at.prompt_steps * at.prompt_step_s))
            .with("o", num(fleet.requests.output))
            .with("tpot", num(at.step_s));
        (filled, at.running)
    })?;
    Ok(answer.kind(Exactness::Within(load::TOLERANCE_PERCENT)))
}

/// The share of the prompt tokens that is found cached, if each replica sees all prefixes.
pub(crate) fn spread(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    Ok(cached_share(fleet, fleet.spread?))
}

/// The same if each prefix has a replica of its own, and all replicas are equally loaded.
pub(crate) fn affine(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    Ok(cached_share(fleet, fleet.affine?))
}

fn cached_share(fleet: &Fleet, found: Found) -> Answer {
    let prompt = fleet.requests.prompt();
    let filled = Formula::HitShare
        .with("m", num(found.reach))
        .with("r", num(found.running))
        .with("shared", num(found.shared_tokens))
        .with("prompt", num(prompt))
        .with("hits", num(found.hits));
    let kind = Exactness::Within(cache::TOLERANCE_PERCENT);
    Answer::number(filled, found.tokens() / prompt).kind(kind)
}
