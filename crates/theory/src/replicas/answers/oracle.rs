//! The closed forms for a loop of users.

use super::steps_in_us;
use crate::answer::{Answer, Exactness, num};
use crate::conditions::holds;
use crate::question::Question;
use crate::reason::Reason;
use crate::replicas::oracle::{self, Oracle};
use equipoise_engine::scenario::Pattern;
use equipoise_formulas::Formula;

/// The scenario's users, if they are a closed loop without pauses within a replica's capacity.
fn of_users(q: &Question) -> Result<Oracle, Reason> {
    let fleet = q.fleet()?;
    let arrivals = &q.scenario.arrivals;
    let closed = arrivals.pattern == Pattern::Closed && arrivals.pause_s == 0.0;
    holds(closed, Reason::ClosedOnly)?;
    holds(fleet.requests.are_equal(), Reason::ConstantOnly)?;
    fleet.several_tokens()?;
    let replica = fleet.equal()?;
    let users = f64::from(arrivals.tasks) / fleet.replicas.len() as f64;
    let most = fleet.most(replica)?.requests();
    let over = Reason::BeyondCapacity {
        requests: users,
        most,
    };
    holds(users <= most, over)?;
    let requests = &fleet.requests;
    let cached = fleet.cached_with(users)?;
    let each = requests.prompt() + requests.output / 2.0;
    let budget = replica.settings.max_num_batched_tokens as f64;
    Ok(Oracle::new(
        users,
        requests,
        requests.prompt() - cached,
        budget,
        |prompt, decoding| replica.time.mean_s(prompt, decoding, decoding * each),
    ))
}

/// Mean time to first token; bounds where several prompts fit a step.
pub(crate) fn ttft(q: &Question) -> Result<Answer, Reason> {
    let form = of_users(q)?;
    if form.single_s < form.mixed_s {
        let high = form.ttft_s();
        return Ok(Answer::bounds(Formula::OracleBounds, form.single_s, high));
    }
    let filled = Formula::OracleTtft
        .with("residual", num(form.residual_s()))
        .with("chunks", num(form.chunks))
        .with("mixed", num(form.mixed_s));
    let kind = Exactness::Within(oracle::TTFT_TOLERANCE_PERCENT);
    Ok(Answer::number(filled, form.ttft_s()).kind(kind))
}

/// Mean time between tokens.
pub(crate) fn itl(q: &Question) -> Result<Answer, Reason> {
    let form = of_users(q)?;
    let (mixed, decoding) = form.gaps();
    let filled = Formula::OracleItl
        .with("mixed", num(mixed))
        .with("mixed_s", num(form.mixed_s))
        .with("decoding", num(decoding))
        .with("decoding_s", num(form.decoding_s));
    let kind = Exactness::Within(oracle::ITL_TOLERANCE_PERCENT);
    Ok(Answer::number(filled, form.itl_mean_s()).kind(kind))
}

/// Median time between tokens.
pub(crate) fn median(q: &Question) -> Result<Answer, Reason> {
    let form = of_users(q)?;
    let fleet = q.fleet()?;
    let replica = fleet.equal()?;
    let each = fleet.requests.prompt() + fleet.requests.output / 2.0;
    let filled = match form.itl_median_s() == form.decoding_s {
        true => steps_in_us(Formula::OracleMedian, &replica.time, form.users, each),
        false => Formula::Value.into(),
    };
    let kind = Exactness::Within(oracle::MEDIAN_TOLERANCE_PERCENT);
    Ok(Answer::number(filled, form.itl_median_s()).kind(kind))
}
