//! The most that a replica holds, and one that is kept full.

use super::{each, of_mean_size, steps_in_us};
use crate::answer::{Answer, Exactness, list, num};
use crate::question::Question;
use crate::reason::Reason;
use crate::replicas::Fleet;
use crate::replicas::full::{Bound, TOLERANCE_PERCENT};
use equipoise_formulas::Formula;

/// The most requests at once; its formula says what binds.
pub(crate) fn most(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    let answer = each(fleet, |_, replica| {
        let most = fleet.most(replica)?;
        let formula = match most.slots <= most.by_kv {
            true => Formula::MostBySlots,
            false => Formula::MostByKv,
        };
        let filled = formula
            .with("slots", num(most.slots))
            .with("kv", num(most.by_kv));
        Ok((filled, most.requests()))
    })?;
    Ok(of_mean_size(fleet, answer))
}

/// A step in which as many decode, in the middle of their replies.
pub(crate) fn step(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    fleet.several_tokens()?;
    let answer = each(fleet, |_, replica| {
        let n = fleet.most(replica)?.requests();
        let context = fleet.requests.prompt() + fleet.requests.output / 2.0;
        let filled = steps_in_us(Formula::FullStep, &replica.time, n, context);
        Ok((filled, replica.time.mean_s(0.0, n, n * context)))
    })?;
    Ok(of_mean_size(fleet, answer))
}

/// How near the formulas of replicas that are kept full are.
fn kind(fleet: &Fleet) -> Result<Exactness, Reason> {
    let mut kind = match fleet.prefix_caches() {
        Ok(()) => Exactness::Within(TOLERANCE_PERCENT),
        Err(_) => Exactness::Exact,
    };
    for (place, replica) in fleet.replicas.iter().enumerate() {
        let full = fleet.full(place)?;
        match full.bound {
            Bound::Kv => return Ok(Exactness::UpperBound),
            Bound::Slots if full.prompt_steps == 1.0 && replica.time.hinge.is_none() => {}
            Bound::Slots | Bound::Tokens => kind = Exactness::Within(TOLERANCE_PERCENT),
        }
    }
    Ok(kind)
}

/// Time per output token: the mean step, as a request that decodes is in every step.
pub(crate) fn tpot(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    fleet.several_tokens()?;
    let answer = each(fleet, |place, _| {
        let full = fleet.full(place)?;
        let filled = Formula::FullTpot
            .with("x", num(full.mean.starts * full.computed))
            .with("n", num(full.mean.decoding))
            .with("k", num(full.mean.context));
        Ok((filled, full.mean.step_s))
    })?;
    Ok(answer.kind(match kind(fleet)? {
        // Preemptions leave fewer in the batch, but compute more: a step may be longer or shorter.
        Exactness::UpperBound => Exactness::Approximation,
        other => other,
    }))
}

/// Output tokens per second.
pub(crate) fn tokens(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    let answer = each(fleet, |place, _| {
        let full = fleet.full(place)?;
        let filled = Formula::FullTokens
            .with("x", num(full.mean.starts))
            .with("o", num(fleet.requests.output))
            .with("step", num(full.mean.step_s));
        Ok((filled, full.rate_per_s() * fleet.requests.output))
    })?;
    Ok(answer.kind(kind(fleet)?))
}

/// Requests per second; its formula says what binds.
pub(crate) fn rate(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    let answer = each(fleet, |place, replica| {
        let full = fleet.full(place)?;
        let filled = match full.bound {
            Bound::Slots => Formula::SaturationBySlots
                .with("slots", num(replica.settings.max_num_seqs as f64))
                .with("s", num(full.prompt_steps)),
            Bound::Tokens => Formula::SaturationByTokens
                .with(
                    "budget",
                    num(replica.settings.max_num_batched_tokens as f64),
                )
                .with("x", num(full.computed)),
            Bound::Kv => Formula::SaturationByKv
                .with("tokens", num(replica.kv_tokens()))
                .with("held", num(full.held)),
        };
        let filled = filled
            .with("step", num(full.mean.step_s))
            .with("o", num(fleet.requests.output));
        Ok((filled, full.rate_per_s()))
    })?;
    Ok(answer.kind(kind(fleet)?))
}

/// The arrival rate at which the first replica is full, by the shares that the strategy gives; for
/// one that picks by load, all of them together.
pub(crate) fn fleet_rate(q: &Question) -> Result<Answer, Reason> {
    let fleet = q.fleet()?;
    let kind = kind(fleet)?;
    let rates = (0..fleet.replicas.len()).map(|place| Ok(fleet.full(place)?.rate_per_s()));
    let rates: Vec<f64> = rates.collect::<Result<_, Reason>>()?;
    let shares = match q.shares() {
        Ok(shares) => shares,
        Err(Reason::ByLoad | Reason::Disturbed) => {
            let terms = rates.iter().map(|&rate| num(rate)).collect();
            let filled = Formula::FleetSum.with("terms", list("+", 4, terms));
            return Ok(Answer::number(filled, rates.iter().sum()).kind(Exactness::UpperBound));
        }
        Err(reason) => return Err(reason),
    };
    let of = fleet.servers.iter().map(|&server| shares.expected[server]);
    let used = rates.into_iter().zip(of).filter(|(_, share)| *share > 0.0);
    let first = used.min_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
    let (rate, share) = first.ok_or(Reason::NoServer)?;
    let filled = Formula::FleetRate
        .with("rate", num(rate))
        .with("share", num(share));
    Ok(Answer::number(filled, rate / share).kind(kind))
}
