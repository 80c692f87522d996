//! What each server is sent: its share of the tasks, and the gaps between them.

use crate::answer::{Answer, num};
use crate::conditions;
use crate::losses;
use crate::question::Question;
use crate::reason::Reason;
use crate::shares::{By, effective_weights};
use equipoise_engine::balance::{Mask, Share};
use equipoise_formulas::Formula;

/// The share of each server.
pub(crate) fn shares_answer(q: &Question) -> Result<Answer, Reason> {
    let shares = q.shares()?;
    let weights = effective_weights(q.scenario);
    let up = conditions::up(q.scenario);
    let up = Mask::of(weights.len(), |j| up.contains(&j));
    let total: f64 = up.iter().map(|j| weights[j]).sum();
    let one_class = q.scenario.balancer.rules.is_empty();
    let by_weight = matches!(
        q.scenario.balancer.strategy.id.share(),
        Share::WeightedTurns | Share::WeightedChance
    );
    let formula = match shares.by {
        By::Keys => Formula::KeyShare,
        By::Symmetry => Formula::EvenShare,
        _ if by_weight && one_class => Formula::WeightShare,
        _ if by_weight => Formula::WeightShareByClass,
        _ if one_class => Formula::EvenShare,
        _ => Formula::EvenShareByClass,
    };
    Ok(Answer::per_server(
        formula,
        |j| {
            if up.has(j) {
                formula.with("w", num(weights[j])).with("sum", num(total))
            } else {
                Formula::Value.into()
            }
        },
        shares.expected.clone(),
    ))
}

/// The mean gap between tasks sent to a server (s): R / s_j, where R = 1/λ and λ is the rate of
/// the tasks sent to any server. NaN for a server that is sent no tasks.
pub(crate) fn gap_answer(q: &Question) -> Result<Answer, Reason> {
    let rate = conditions::rate_per_s(q.scenario)?;
    let shares = &q.shares()?.expected;
    let sent = losses::sent(q)?;
    losses::pulls_suffice(q.scenario, sent.rate_per_s)?;
    let interval_s = 1.0 / sent.rate_per_s;
    let gaps_s: Vec<f64> = shares
        .iter()
        .map(|&share| {
            if share > 0.0 {
                interval_s / share
            } else {
                f64::NAN
            }
        })
        .collect();
    let formula = if sent.fraction == 1.0 {
        Formula::Gap
    } else {
        Formula::GapOfSent
    };
    Ok(Answer::per_server(
        formula,
        |j| {
            if shares[j] > 0.0 {
                formula
                    .with("gap", num(1.0 / rate))
                    .with("sent", num(sent.fraction))
                    .with("share", num(shares[j]))
            } else {
                Formula::Value.into()
            }
        },
        gaps_s,
    ))
}
