//! What the formulas of replicas answer about a scenario.

pub(crate) mod alone;
pub(crate) mod full;
pub(crate) mod load;
pub(crate) mod oracle;

use super::load::AtRate;
use super::{Fleet, Replica};
use crate::answer::{Answer, Exactness, num};
use crate::reason::Reason;
use equipoise_formulas::{Filled, Formula};
use equipoise_replica::StepTime;

/// A number for each replica, or one number if all have the same; `of` is asked by their places
/// among those that are up.
fn each(
    fleet: &Fleet,
    of: impl Fn(usize, &Replica) -> Result<(Filled, f64), Reason>,
) -> Result<Answer, Reason> {
    let all = fleet.replicas.iter().enumerate();
    let all: Vec<(Filled, f64)> = all
        .map(|(place, replica)| of(place, replica))
        .collect::<Result<_, _>>()?;
    let (first, value) = all[0].clone();
    if all.iter().all(|(_, other)| *other == value) {
        return Ok(Answer::number(first, value));
    }
    let mut lines = vec![Filled::from(Formula::Value); fleet.count];
    let mut values = vec![f64::NAN; fleet.count];
    for (&server, (filled, value)) in fleet.servers.iter().zip(all) {
        lines[server] = filled;
        values[server] = value;
    }
    Ok(Answer::per_server(
        first.formula,
        |server| lines[server].clone(),
        values,
    ))
}

/// The same of replicas at the scenario's rate.
fn at_rate(fleet: &Fleet, of: impl Fn(&AtRate) -> (Filled, f64)) -> Result<Answer, Reason> {
    each(fleet, |place, _| Ok(of(fleet.at_rate(place)?)))
}

/// Exact for requests of one size; else it is about a request of mean size.
fn of_mean_size(fleet: &Fleet, answer: Answer) -> Answer {
    match fleet.requests.are_equal() {
        true => answer,
        false => answer.kind(Exactness::Approximation),
    }
}

/// `symbols`, filled by a step in µs in which `n` requests decode that read `each` context tokens
/// each.
fn steps_in_us(symbols: Formula, time: &StepTime, n: f64, each: f64) -> Filled {
    let beyond = time.hinge.filter(|hinge| n > hinge.free_tokens);
    let numbers = match beyond {
        Some(hinge) => Formula::DecodingStepBeyond
            .with("b", num(time.b_s_per_token * 1e6))
            .with("free", num(hinge.free_tokens)),
        None => Formula::DecodingStep.into(),
    };
    let numbers = numbers
        .with("a", num(time.a_s * 1e6))
        .with("n", num(n))
        .with("c", num(time.c_s_per_sequence * 1e6))
        .with("d", num(time.d_s_per_context_token * 1e6))
        .with("k", num(each));
    symbols.with("step", numbers)
}
