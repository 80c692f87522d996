//! What the solved queues say together: means, chances and percentiles over all tasks.

use super::{Solved, Tail};
use crate::mmc::Mmc;
use crate::supermarket::Draw;
use crate::{Answer, Kind, Question, Reason, Value, compare, conditions, quantile, show};
use equipoise_engine::balance::{self, StrategyId};

/// The mean over the queues of what accepted tasks see; with several different queues the terms of
/// the sum.
fn mean(
    queues: &[Solved],
    formula: &'static str,
    sum: &'static str,
    term: impl Fn(&Solved) -> Result<(f64, String), Reason>,
) -> Result<Answer, Reason> {
    let accepted: f64 = queues.iter().map(|q| q.share * q.accepted).sum();
    let terms = queues.iter().map(term).collect::<Result<Vec<_>, _>>()?;
    let weights = queues.iter().map(|q| q.share * q.accepted / accepted);
    let value = weights
        .clone()
        .zip(&terms)
        .map(|(weight, (x, _))| weight * x)
        .sum();
    let alike = terms.iter().all(|t| *t == terms[0]);
    let (formula, filled) = if alike {
        (formula, terms[0].1.clone())
    } else {
        let mut parts: Vec<String> = weights
            .zip(&terms)
            .take(3)
            .map(|(weight, (_, text))| format!("{} · ({text})", show(weight)))
            .collect();
        if queues.len() > 3 {
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

pub(crate) fn response_answer(q: &Question) -> Result<Answer, Reason> {
    let several = conditions::up(q.scenario).len() > 1;
    match q.scenario.balancer.strategy.id {
        StrategyId::LeastConnections if several => {
            let answer = compare::shortest(q)?;
            conditions::equal_weights(q.scenario).map(|()| answer)
        }
        StrategyId::ShortestQueue if several => compare::shortest(q),
        StrategyId::TwoChoices if several => {
            let c = &q.scenario.balancer.strategy;
            let draw = if c.draw == balance::Draw::Envoy {
                Draw::WithReplacement
            } else {
                Draw::Distinct
            };
            let answer = compare::choices(q, c.choices, draw)?;
            if c.draw == balance::Draw::Nginx {
                compare::draws_evenly(q.scenario, c.choices)?;
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

pub(crate) fn present_answer(q: &Question) -> Result<Answer, Reason> {
    let response = response_answer(q)?;
    let accepted: f64 = q.queues.as_ref().map_or(1.0, |queues| {
        queues.iter().map(|s| s.share * s.accepted).sum()
    });
    let rate = q.scenario.arrivals.rate_per_s * q.found.clone()? * accepted;
    Ok(match response.value {
        Value::Bounds { low, high } => Answer::bounds("L = λ·W", rate * low, rate * high),
        Value::Number(w) => {
            Answer::number("L = λ·W", format!("{} · {}", show(rate), show(w)), rate * w)
                .kind(response.kind)
        }
        Value::PerServer(_) => response,
    })
}

pub(crate) fn wait_answer(q: &Question) -> Result<Answer, Reason> {
    mean(q.queues()?, "Wq = W − E[S]", "Wq = Σ s_j·Wq_j", |s| {
        let (wait_s, _) = s.wait.clone()?;
        let of = |tail: &Tail| match tail {
            Tail::Mmc(q) => {
                format!(
                    "{} / ({} · {} − {})",
                    show(q.wait_chance),
                    q.servers,
                    show(q.service_per_s),
                    show(q.rate_per_s)
                )
            }
            Tail::Renewal(sigma, rate) => format!("{} / {}", show(*sigma), show(*rate)),
        };
        let less = || format!("{} − {}", show(s.response_s), show(s.response_s - wait_s));
        Ok((wait_s, s.tail.as_ref().map_or_else(|_| less(), of)))
    })
}

pub(crate) fn wait_chance_answer(q: &Question) -> Result<Answer, Reason> {
    mean(
        q.queues()?,
        "P(wait > 0)",
        "P(wait > 0) = Σ s_j·P_j",
        |s| {
            let chance = s.wait.clone()?.1?;
            let formula = match &s.tail {
                Ok(Tail::Mmc(q)) => {
                    format!("C({}, {})", q.servers, show(q.rate_per_s / q.service_per_s))
                }
                Ok(Tail::Renewal(..)) => String::from("σ"),
                Err(_) => show(chance),
            };
            Ok((chance, formula))
        },
    )
}

/// The time that `share` of all tasks stay below; the share is shown as P(… > t) = 1 − share.
fn percentile(
    q: &Question,
    share: f64,
    formula: &'static str,
    exceeds: fn(&Tail, f64) -> f64,
) -> Result<Answer, Reason> {
    let tails = q
        .queues()?
        .iter()
        .map(|s| Ok((s.share, s.tail.clone()?)))
        .collect::<Result<Vec<_>, Reason>>()?;
    if let [(_, first), rest @ ..] = &tails[..]
        && let Some((rate, filled)) = first.rate()
        && rest.iter().all(|(_, tail)| tail == first)
        && formula.starts_with("P(T")
    {
        let filled = format!("t = ln(1 / {}) / {filled}", show(1.0 - share));
        return Ok(Answer::number(formula, filled, -libm::log1p(-share) / rate));
    }
    let scale_s = q.queues()?.iter().map(|s| s.response_s).fold(0.0, f64::max);
    let beyond = |t: f64| {
        tails
            .iter()
            .map(|(share, tail)| share * exceeds(tail, t))
            .sum::<f64>()
    };
    Ok(Answer::number(
        formula,
        String::from("t"),
        quantile(share, scale_s, beyond),
    ))
}

pub(crate) fn wait_p95_answer(q: &Question) -> Result<Answer, Reason> {
    let queues = q.queues()?;
    let alike = queues
        .iter()
        .all(|s| s.tail.is_ok() && s.tail.as_ref().ok() == queues[0].tail.as_ref().ok());
    match &queues[0].tail {
        Ok(Tail::Mmc(m)) if alike && m.wait_quantile_s(0.95) > 0.0 => {
            let spare = format!(
                "({} · {} − {})",
                m.servers,
                show(m.service_per_s),
                show(m.rate_per_s)
            );
            let filled = format!("ln({} / 0.05) / {spare}", show(m.wait_chance));
            Ok(Answer::number(
                "ln(C / 0.05) / (cμ − λ)",
                filled,
                m.wait_quantile_s(0.95),
            ))
        }
        &Ok(Tail::Renewal(sigma, rate)) if alike && sigma > 0.05 => {
            let filled = format!("ln({} / 0.05) / {}", show(sigma), show(rate));
            Ok(Answer::number(
                "ln(σ / 0.05) / (μ·(1 − σ))",
                filled,
                libm::log(sigma / 0.05) / rate,
            ))
        }
        _ => percentile(q, 0.95, "P(wait > t) = 0.05", Tail::wait_exceeds),
    }
}

pub(crate) fn p95_answer(q: &Question) -> Result<Answer, Reason> {
    percentile(q, 0.95, "P(T > t) = 0.05", Tail::response_exceeds)
}

pub(crate) fn p99_answer(q: &Question) -> Result<Answer, Reason> {
    percentile(q, 0.99, "P(T > t) = 0.01", Tail::response_exceeds)
}

pub(crate) fn loss_answer(q: &Question) -> Result<Answer, Reason> {
    let queues = q.queues()?;
    let loss: f64 = queues.iter().map(|s| s.share * s.loss).sum();
    let found = q.found.clone()?;
    if found < 1.0 {
        let accepted: f64 = queues.iter().map(|s| s.share * s.accepted).sum();
        let filled = format!("1 − {} · {}", show(found), show(accepted));
        return Ok(Answer::number(
            "1 − P(server up)·Σ s_j·(1 − p_K,j)",
            filled,
            1.0 - found * accepted,
        ));
    }
    Ok(Answer::number(
        if queues.len() == 1 {
            "p_K"
        } else {
            "Σ s_j·p_K,j"
        },
        String::new(),
        loss,
    ))
}

/// The model, if all tasks go to one queue and it is M/M/1.
pub(crate) fn single_m_m_1(queues: &[Solved]) -> Option<&Mmc> {
    match queues {
        [
            Solved {
                tail: Ok(Tail::Mmc(m)),
                ..
            },
        ] if m.servers == 1 => Some(m),
        _ => None,
    }
}

/// P(T > t), by time (s), of the response time of an accepted task.
pub(crate) fn response_law(queues: &[Solved]) -> Option<impl Fn(f64) -> f64 + use<>> {
    let tails = queues
        .iter()
        .map(|s| Some((s.share, s.tail.clone().ok()?)))
        .collect::<Option<Vec<_>>>()?;
    Some(move |time_s| {
        tails
            .iter()
            .map(|(share, tail)| share * tail.response_exceeds(time_s))
            .sum()
    })
}
