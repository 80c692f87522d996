//! What the solved queues say together: means, probabilities and percentiles over all tasks.

use crate::answer::{Answer, Exactness, Quantity, list, num};
use crate::compare;
use crate::conditions;
use crate::mmc::Mmc;
use crate::models::{self, Solved, Tail};
use crate::quantile::quantile;
use crate::question::Question;
use crate::reason::Reason;
use crate::shares;
use crate::supermarket::Sampling;
use equipoise_engine::balance::{self, StrategyId};
use equipoise_engine::scenario::Scenario;
use equipoise_formulas::{Filled, Formula};

/// The mean of a quantity over all accepted tasks. `term` gives it for a queue, with the formula
/// that holds for one; `sum` is the formula for queues that differ.
fn mean(
    queues: &[Solved],
    sum: Formula,
    term: impl Fn(&Solved) -> Result<(f64, Filled), Reason>,
) -> Result<Answer, Reason> {
    let accepted: f64 = queues.iter().map(|q| q.share * q.accepted).sum();
    let mut terms = Vec::new();
    for q in queues {
        let (value, filled) = term(q)?;
        terms.push((q.share * q.accepted / accepted, value, filled));
    }
    let value = terms.iter().map(|(weight, value, _)| weight * value).sum();
    let (_, first, one) = &terms[0];
    let filled = if terms
        .iter()
        .all(|(_, x, filled)| x == first && filled == one)
    {
        one.clone()
    } else {
        let parts = terms.iter().map(|(weight, value, _)| {
            let part = Formula::Weighted.with("share", num(*weight));
            part.with("value", num(*value)).into()
        });
        sum.with("terms", list("+", 3, parts.collect()))
    };
    let kind = if queues.iter().all(|q| q.kind == Exactness::Exact) {
        Exactness::Exact
    } else {
        Exactness::Approximation
    };
    Ok(Answer::number(filled, value).kind(kind))
}

/// The mean response time (s).
pub(crate) fn response_answer(q: &Question) -> Result<Answer, Reason> {
    let strategy = &q.scenario.balancer.strategy;
    let several = conditions::up(q.scenario).len() > 1;
    match strategy.id {
        StrategyId::LeastConnections if several => {
            let answer = compare::shortest(q)?;
            conditions::equal_weights(q.scenario)?;
            Ok(answer)
        }
        StrategyId::ShortestQueue if several => compare::shortest(q),
        StrategyId::TwoChoices if several => {
            let draw = match strategy.draw {
                balance::Draw::Envoy => Sampling::WithReplacement,
                _ => Sampling::Distinct,
            };
            let answer = compare::choices(q, strategy.choices, draw)?;
            if strategy.draw == balance::Draw::Nginx {
                compare::draws_evenly(q.scenario, strategy.choices)?;
            }
            Ok(answer)
        }
        _ => mean(q.queues()?, Formula::ResponseOfAll, |s| {
            Ok((s.response_s, s.filled.clone()))
        }),
    }
}

/// The mean number of tasks in the system, by Little's law.
pub(crate) fn present_answer(q: &Question) -> Result<Answer, Reason> {
    let response = response_answer(q)?;
    let accepted = match q.queues() {
        Ok(queues) => queues.iter().map(|s| s.share * s.accepted).sum(),
        Err(_) => 1.0,
    };
    let rate = q.scenario.arrivals.rate_per_s * q.found? * accepted;
    Ok(match response.value {
        Quantity::Bounds { low, high } => Answer::bounds(Formula::Present, rate * low, rate * high),
        Quantity::Number(w) => {
            let filled = Formula::Present
                .with("rate", num(rate))
                .with("response", num(w));
            Answer::number(filled, rate * w).kind(response.kind)
        }
        Quantity::PerServer(_) => response,
    })
}

/// The mean number of tasks that wait for service, by Little's law.
pub(crate) fn waiting_answer(q: &Question) -> Result<Answer, Reason> {
    let wait = wait_answer(q)?;
    let accepted: f64 = q.queues()?.iter().map(|s| s.share * s.accepted).sum();
    let rate = q.scenario.arrivals.rate_per_s * q.found? * accepted;
    let Quantity::Number(wait_s) = wait.value else {
        return Ok(wait);
    };
    let filled = Formula::Waiting
        .with("rate", num(rate))
        .with("wait", num(wait_s));
    Ok(Answer::number(filled, rate * wait_s).kind(wait.kind))
}

/// The part of time in which the system is empty.
pub(crate) fn empty_answer(q: &Question) -> Result<Answer, Reason> {
    let [queue] = q.queues()? else {
        return Err(Reason::NoSimpleFormula);
    };
    Ok(Answer::number(Formula::Empty, queue.empty?).kind(Exactness::Exact))
}

/// The mean wait before service (s).
pub(crate) fn wait_answer(q: &Question) -> Result<Answer, Reason> {
    mean(q.queues()?, Formula::WaitOfAll, |s| {
        let wait_s = s.wait?.mean_s;
        let filled = match &s.tail {
            Ok(Tail::Mmc(q)) => of_mmc(Formula::WaitMMc, q),
            Ok(Tail::Renewal { sigma, rate }) => of_renewal(Formula::WaitRenewal, *sigma, *rate),
            Ok(Tail::Constant { .. }) | Err(_) => Formula::Wait
                .with("response", num(s.response_s))
                .with("size", num(s.response_s - wait_s)),
        };
        Ok((wait_s, filled))
    })
}

/// A formula with the numbers of an M/M/c: C, c, μ and λ.
fn of_mmc(formula: Formula, q: &Mmc) -> Filled {
    formula
        .with("chance", num(q.wait_chance))
        .with("c", q.servers)
        .with("mu", num(q.service_per_s))
        .with("rate", num(q.rate_per_s))
}

/// A formula with the numbers of a GI/M/1: σ, and μ(1 − σ).
fn of_renewal(formula: Formula, sigma: f64, rate: f64) -> Filled {
    formula.with("sigma", num(sigma)).with("leaves", num(rate))
}

/// The probability of waiting.
pub(crate) fn wait_chance_answer(q: &Question) -> Result<Answer, Reason> {
    mean(q.queues()?, Formula::WaitChanceOfAll, |s| {
        let chance = s.wait?.chance?;
        let filled = match &s.tail {
            Ok(Tail::Mmc(q)) => Formula::WaitChanceMMc
                .with("c", q.servers)
                .with("load", num(q.rate_per_s / q.service_per_s)),
            Ok(Tail::Renewal { .. }) => Formula::WaitChanceRenewal.into(),
            Ok(Tail::Constant { .. }) | Err(_) => Formula::WaitChance.into(),
        };
        Ok((chance, filled))
    })
}

/// The tails of all queues, with their shares.
fn tails(queues: &[Solved]) -> Result<Vec<(f64, Tail)>, Reason> {
    queues.iter().map(|s| Ok((s.share, s.tail?))).collect()
}

/// The tail of every queue, if it is the same.
fn common_tail(tails: &[(f64, Tail)]) -> Option<Tail> {
    let (_, first) = *tails.first()?;
    tails
        .iter()
        .all(|(_, tail)| *tail == first)
        .then_some(first)
}

/// The time that a fraction `p` of all tasks stays below, by bisection. `exceeds` is P(… > t).
fn percentile(
    q: &Question,
    p: f64,
    formula: Formula,
    exceeds: fn(&Tail, f64) -> f64,
) -> Result<Answer, Reason> {
    let tails = tails(q.queues()?)?;
    let scale_s = q.queues()?.iter().map(|s| s.response_s).fold(0.0, f64::max);
    let time_s = quantile(p, scale_s, |t| {
        tails
            .iter()
            .map(|(share, tail)| share * exceeds(tail, t))
            .sum::<f64>()
    });
    Ok(Answer::number(formula, time_s))
}

/// The 95th percentile of the wait before service (s).
pub(crate) fn wait_p95_answer(q: &Question) -> Result<Answer, Reason> {
    let tail = common_tail(&tails(q.queues()?)?);
    match tail {
        Some(Tail::Mmc(m)) if m.wait_quantile_s(0.95) > 0.0 => {
            let filled = of_mmc(Formula::WaitP95MMc, &m);
            Ok(Answer::number(filled, m.wait_quantile_s(0.95)))
        }
        Some(Tail::Renewal { sigma, rate }) if sigma > 0.05 => {
            let filled = of_renewal(Formula::WaitP95Renewal, sigma, rate);
            Ok(Answer::number(filled, libm::log(sigma / 0.05) / rate))
        }
        _ => percentile(q, 0.95, Formula::WaitP95, Tail::wait_exceeds),
    }
}

/// The time that a fraction `p` of all response times stays below (s).
fn response_percentile(q: &Question, p: f64, formula: Formula) -> Result<Answer, Reason> {
    let (rate, filled) = match common_tail(&tails(q.queues()?)?) {
        Some(Tail::Mmc(m)) if m.servers == 1 => (m.spare_per_s, of_mmc(Formula::Quantile, &m)),
        Some(Tail::Renewal { sigma, rate }) => {
            (rate, of_renewal(Formula::QuantileRenewal, sigma, rate))
        }
        _ => return percentile(q, p, formula, Tail::response_exceeds),
    };
    let filled = filled.with("beyond", num(1.0 - p));
    Ok(Answer::number(filled, -libm::log1p(-p) / rate).of(formula))
}

/// The 95th percentile of the response time (s).
pub(crate) fn p95_answer(q: &Question) -> Result<Answer, Reason> {
    response_percentile(q, 0.95, Formula::ResponseP95)
}

/// The 99th percentile of the response time (s).
pub(crate) fn p99_answer(q: &Question) -> Result<Answer, Reason> {
    response_percentile(q, 0.99, Formula::ResponseP99)
}

/// The fraction of all tasks that is turned away.
pub(crate) fn loss_answer(q: &Question) -> Result<Answer, Reason> {
    let queues = q.queues()?;
    let found = q.found?;
    if found < 1.0 {
        let accepted: f64 = queues.iter().map(|s| s.share * s.accepted).sum();
        let filled = Formula::LossOfSent
            .with("sent", num(found))
            .with("kept", num(accepted));
        return Ok(Answer::number(filled, 1.0 - found * accepted));
    }
    let formula = if queues.len() == 1 {
        Formula::Loss
    } else {
        Formula::LossOfAll
    };
    let loss = queues.iter().map(|s| s.share * s.loss).sum();
    Ok(Answer::number(formula, loss))
}

/// P(T > t), by t (s), of the response time of an accepted task; None where no model gives its
/// distribution.
pub fn response_law(scenario: &Scenario) -> Option<impl Fn(f64) -> f64> {
    law(scenario, Tail::response_exceeds)
}

/// P(W_q > t), by t (s), of the wait before service; None where no model gives its distribution.
pub fn wait_law(scenario: &Scenario) -> Option<impl Fn(f64) -> f64> {
    law(scenario, Tail::wait_exceeds)
}

fn law(scenario: &Scenario, exceeds: fn(&Tail, f64) -> f64) -> Option<impl Fn(f64) -> f64> {
    conditions::undisturbed(scenario).ok()?;
    let shares = shares::expected(scenario);
    let queues = models::solve(scenario, &shares, &shares::found(scenario)).ok()?;
    let tails = tails(&queues).ok()?;
    Some(move |time_s| {
        tails
            .iter()
            .map(|(share, tail)| share * exceeds(tail, time_s))
            .sum()
    })
}
