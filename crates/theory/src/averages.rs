//! What the solved queues say together: means, probabilities and percentiles over all tasks.

use crate::answer::{Answer, Kind, Value, show};
use crate::compare;
use crate::conditions;
use crate::mmc::Mmc;
use crate::models::{self, Solved, Tail};
use crate::quantile::quantile;
use crate::question::Question;
use crate::reason::Reason;
use crate::shares;
use crate::supermarket::Draw;
use equipoise_engine::balance::{self, StrategyId};
use equipoise_engine::scenario::Scenario;

/// The mean of a quantity over all accepted tasks. `term` gives it for a queue, with numbers;
/// `formula` holds for one queue, `sum` for queues that differ.
fn mean(
    queues: &[Solved],
    formula: &'static str,
    sum: &'static str,
    term: impl Fn(&Solved) -> Result<(f64, String), Reason>,
) -> Result<Answer, Reason> {
    let accepted: f64 = queues.iter().map(|q| q.share * q.accepted).sum();
    let mut terms = Vec::new();
    for q in queues {
        let (value, filled) = term(q)?;
        terms.push((q.share * q.accepted / accepted, value, filled));
    }
    let value = terms.iter().map(|(weight, value, _)| weight * value).sum();
    let (_, first, filled) = &terms[0];
    let (formula, filled) = if terms
        .iter()
        .all(|(_, x, text)| x == first && text == filled)
    {
        (formula, filled.clone())
    } else {
        let mut parts: Vec<String> = terms
            .iter()
            .take(3)
            .map(|(weight, _, filled)| format!("{} · ({filled})", show(*weight)))
            .collect();
        if terms.len() > 3 {
            parts.push("…".into());
        }
        (sum, parts.join(" + "))
    };
    let filled = if filled == show(value) {
        String::new()
    } else {
        filled
    };
    let kind = if queues.iter().all(|q| q.kind == Kind::Exact) {
        Kind::Exact
    } else {
        Kind::Approximation
    };
    Ok(Answer::number(formula, filled, value).kind(kind))
}

/// The mean response time (s).
pub fn response_answer(q: &Question) -> Result<Answer, Reason> {
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
                balance::Draw::Envoy => Draw::WithReplacement,
                _ => Draw::Distinct,
            };
            let answer = compare::choices(q, strategy.choices, draw)?;
            if strategy.draw == balance::Draw::Nginx {
                compare::draws_evenly(q.scenario, strategy.choices)?;
            }
            Ok(answer)
        }
        _ => {
            let queues = q.queues()?;
            mean(queues, queues[0].formula, "W = Σ s_j·W_j", |s| {
                Ok((s.response_s, s.filled.clone()))
            })
        }
    }
}

/// The mean number of tasks in the system, by Little's law.
pub fn present_answer(q: &Question) -> Result<Answer, Reason> {
    let response = response_answer(q)?;
    let accepted = match q.queues() {
        Ok(queues) => queues.iter().map(|s| s.share * s.accepted).sum(),
        Err(_) => 1.0,
    };
    let rate = q.scenario.arrivals.rate_per_s * q.found? * accepted;
    Ok(match response.value {
        Value::Bounds { low, high } => Answer::bounds("L = λ·W", rate * low, rate * high),
        Value::Number(w) => {
            let filled = format!("{} · {}", show(rate), show(w));
            Answer::number("L = λ·W", filled, rate * w).kind(response.kind)
        }
        Value::PerServer(_) => response,
    })
}

/// The mean wait before service (s).
pub fn wait_answer(q: &Question) -> Result<Answer, Reason> {
    mean(q.queues()?, "Wq = W − E[S]", "Wq = Σ s_j·Wq_j", |s| {
        let wait_s = s.wait?.mean_s;
        let filled = match &s.tail {
            Ok(Tail::Mmc(q)) => format!("{} / {}", show(q.wait_chance), spare(q)),
            Ok(Tail::Renewal { sigma, rate }) => format!("{} / {}", show(*sigma), show(*rate)),
            Err(_) => format!("{} − {}", show(s.response_s), show(s.response_s - wait_s)),
        };
        Ok((wait_s, filled))
    })
}

/// cμ − λ with numbers.
fn spare(q: &Mmc) -> String {
    format!(
        "({} · {} − {})",
        q.servers,
        show(q.service_per_s),
        show(q.rate_per_s)
    )
}

/// The probability of waiting.
pub fn wait_chance_answer(q: &Question) -> Result<Answer, Reason> {
    let sum = "P(wait > 0) = Σ s_j·P_j";
    mean(q.queues()?, "P(wait > 0)", sum, |s| {
        let chance = s.wait?.chance?;
        let filled = match &s.tail {
            Ok(Tail::Mmc(q)) => {
                format!("C({}, {})", q.servers, show(q.rate_per_s / q.service_per_s))
            }
            Ok(Tail::Renewal { .. }) => String::from("σ"),
            Err(_) => show(chance),
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
    formula: &'static str,
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
    Ok(Answer::number(formula, String::from("t"), time_s))
}

/// The 95th percentile of the wait before service (s).
pub fn wait_p95_answer(q: &Question) -> Result<Answer, Reason> {
    let tail = common_tail(&tails(q.queues()?)?);
    match tail {
        Some(Tail::Mmc(m)) if m.wait_quantile_s(0.95) > 0.0 => {
            let filled = format!("ln({} / 0.05) / {}", show(m.wait_chance), spare(&m));
            let time_s = m.wait_quantile_s(0.95);
            Ok(Answer::number("ln(C / 0.05) / (cμ − λ)", filled, time_s))
        }
        Some(Tail::Renewal { sigma, rate }) if sigma > 0.05 => {
            let filled = format!("ln({} / 0.05) / {}", show(sigma), show(rate));
            let time_s = libm::log(sigma / 0.05) / rate;
            Ok(Answer::number("ln(σ / 0.05) / (μ·(1 − σ))", filled, time_s))
        }
        _ => percentile(q, 0.95, "P(wait > t) = 0.05", Tail::wait_exceeds),
    }
}

/// The time that a fraction `p` of all response times stays below (s).
fn response_percentile(q: &Question, p: f64, formula: &'static str) -> Result<Answer, Reason> {
    let common = common_tail(&tails(q.queues()?)?);
    let Some((rate, filled)) = common.and_then(|tail| tail.rate()) else {
        return percentile(q, p, formula, Tail::response_exceeds);
    };
    let filled = format!("t = ln(1 / {}) / {filled}", show(1.0 - p));
    Ok(Answer::number(formula, filled, -libm::log1p(-p) / rate))
}

/// The 95th percentile of the response time (s).
pub fn p95_answer(q: &Question) -> Result<Answer, Reason> {
    response_percentile(q, 0.95, "P(T > t) = 0.05")
}

/// The 99th percentile of the response time (s).
pub fn p99_answer(q: &Question) -> Result<Answer, Reason> {
    response_percentile(q, 0.99, "P(T > t) = 0.01")
}

/// The fraction of all tasks that is turned away.
pub fn loss_answer(q: &Question) -> Result<Answer, Reason> {
    let queues = q.queues()?;
    let found = q.found?;
    if found < 1.0 {
        let accepted: f64 = queues.iter().map(|s| s.share * s.accepted).sum();
        let filled = format!("1 − {} · {}", show(found), show(accepted));
        let formula = "1 − P(server up)·Σ s_j·(1 − p_K,j)";
        return Ok(Answer::number(formula, filled, 1.0 - found * accepted));
    }
    let formula = if queues.len() == 1 {
        "p_K"
    } else {
        "Σ s_j·p_K,j"
    };
    let loss = queues.iter().map(|s| s.share * s.loss).sum();
    Ok(Answer::number(formula, String::new(), loss))
}

/// P(T > t), by t (s), of the response time of an accepted task; None where no model gives its
/// distribution.
pub fn response_law(scenario: &Scenario) -> Option<impl Fn(f64) -> f64> {
    conditions::undisturbed(scenario).ok()?;
    let shares = shares::expected(scenario);
    let queues = models::solve(scenario, &shares, &shares::found(scenario)).ok()?;
    let tails = tails(&queues).ok()?;
    Some(move |time_s| {
        tails
            .iter()
            .map(|(share, tail)| share * tail.response_exceeds(time_s))
            .sum()
    })
}
