//! What each server is sent: its share of the tasks, and the gaps between them.

use crate::answer::{Answer, show};
use crate::conditions;
use crate::losses;
use crate::question::Question;
use crate::reason::Reason;
use crate::shares::{By, effective_weights};
use equipoise_engine::balance::{Mask, Share};

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
    let (formula, fractions) = match shares.by {
        By::Keys => ("Σ p_k, k → j", false),
        By::Symmetry => ("1 / n", true),
        _ if by_weight && one_class => ("w_j / Σw", true),
        _ if by_weight => ("Σ_c p_c·w_j / Σ_c w", false),
        _ if one_class => ("1 / n", true),
        _ => ("Σ_c p_c / n_c", false),
    };
    Ok(Answer::per_server(
        formula,
        |j| {
            if fractions && up.has(j) {
                format!("{} / {total}", weights[j])
            } else {
                String::new()
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
    let (formula, top) = if sent.fraction == 1.0 {
        ("R / s_j", show(interval_s))
    } else {
        let top = format!("{} / {}", show(1.0 / rate), show(sent.fraction));
        ("R / ((1 − p)·s_j)", top)
    };
    Ok(Answer::per_server(
        formula,
        |j| {
            if shares[j] > 0.0 {
                format!("{top} / {}", show(shares[j]))
            } else {
                show(f64::NAN)
            }
        },
        gaps_s,
    ))
}
