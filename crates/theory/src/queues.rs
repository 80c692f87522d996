//! Utilisation and stability.

use crate::answer::{Answer, num};
use crate::classes::Classes;
use crate::conditions::{self, holds};
use crate::losses;
use crate::models::less;
use crate::question::Question;
use crate::reason::Reason;
use equipoise_engine::scenario::Scenario;
use equipoise_engine::workload::clients::Population;
use equipoise_formulas::Formula;

/// ρ = λ·s·E\[S\] / (v·c): work that arrives per second over work that can be done per second.
///
/// `rate_per_s` is λ, `share` s the fraction of the tasks sent here, `mean_size` E\[S\] in units
/// of work, `speed` v in units per second and slot, `slots` c. Below 1 an unbounded queue is stable
/// (Loynes 1962).
pub fn utilisation(rate_per_s: f64, share: f64, mean_size: f64, speed: f64, slots: u32) -> f64 {
    rate_per_s * share * mean_size / (speed * f64::from(slots))
}

/// The capacity of each server (units/s); 0 if it is not up.
fn capacities(scenario: &Scenario) -> Vec<f64> {
    scenario
        .servers
        .iter()
        .map(|s| match conditions::is_up(s) {
            true => s.speed * f64::from(s.slots),
            false => 0.0,
        })
        .collect()
}

/// The fraction of the capacity of the servers that are up that is used: ρ, less what is lost
/// before service. Where nothing is lost and ρ ≥ 1, it is the offered load over the capacity.
pub(crate) fn utilisation_answer(q: &Question) -> Result<Answer, Reason> {
    let rate = conditions::rate_per_s(q.scenario)?;
    conditions::any_up(q.scenario)?;
    let size = q.scenario.sizes.mean;
    let capacity: f64 = capacities(q.scenario).iter().sum();
    let sent = losses::sent(q)?;
    let served = losses::served(q)?;
    if sent.rate_per_s * size < capacity {
        none_overloaded(q, sent.rate_per_s)?;
        losses::pulls_suffice(q.scenario, sent.rate_per_s)?;
    }
    let served = match q.shares() {
        Ok(shares) if served.iter().any(|&fraction| fraction < 1.0) => shares
            .expected
            .iter()
            .zip(&served)
            .map(|(share, fraction)| share * fraction)
            .sum(),
        _ => 1.0,
    };
    let fraction = sent.fraction * served;
    let value = rate * size / capacity * fraction;
    let formula = if fraction == 1.0 {
        Formula::Utilisation
    } else {
        Formula::UtilisationOfKept
    };
    let filled = formula
        .with("rate", num(rate))
        .with("kept", less(1.0 - fraction))
        .with("size", num(size))
        .with("capacity", num(capacity));
    Ok(Answer::number(filled, value))
}

/// No server gets more than its capacity while others are idle: else less capacity is used than
/// tasks arrive for.
fn none_overloaded(q: &Question, sent_per_s: f64) -> Result<(), Reason> {
    let s = q.scenario;
    match q.shares() {
        Ok(shares) => match overloaded(s, sent_per_s, &shares.expected, 1.0) {
            Some((server, rho)) if losses::limit(s).is_none() => {
                Err(Reason::Overloaded { server, rho })
            }
            _ => Ok(()),
        },
        // Rounding changes a share by less than a tenth, unless a weight is cut off.
        Err(Reason::RoundedWeights) if s.balancer.rules.is_empty() => {
            let shares = shares_by_weight(s);
            let up = conditions::up(s).len() as f64;
            let even = shares.iter().all(|share| share * up <= 10.0);
            let stable = even && overloaded(s, sent_per_s, &shares, 1.1).is_none();
            holds(stable, Reason::RoundedWeights)
        }
        // A strategy that picks by load overloads no server, but sends no task out of its group.
        Err(Reason::ByLoad) => holds(groups_suffice(s, sent_per_s), Reason::ByLoad),
        Err(reason) => Err(reason),
    }
}

/// The first server without a queue limit whose utilisation, times a safety `margin`, is at least
/// 1 under these shares, and its utilisation.
fn overloaded(
    scenario: &Scenario,
    rate_per_s: f64,
    shares: &[f64],
    margin: f64,
) -> Option<(usize, f64)> {
    let size = scenario.sizes.mean;
    scenario.servers.iter().enumerate().find_map(|(j, server)| {
        let rho = utilisation(rate_per_s, shares[j], size, server.speed, server.slots);
        (server.queue.is_none() && rho * margin >= 1.0).then_some((j, rho))
    })
}

/// The share of each server in proportion to its weight, among the servers that are up.
fn shares_by_weight(scenario: &Scenario) -> Vec<f64> {
    let up = conditions::up(scenario);
    let total: f64 = up
        .iter()
        .map(|&j| f64::from(scenario.servers[j].weight))
        .sum();
    let mut shares = vec![0.0; scenario.servers.len()];
    for j in up {
        shares[j] = f64::from(scenario.servers[j].weight) / total;
    }
    shares
}

/// No set of groups of the rule table gets more work than the servers of these groups can do.
fn groups_suffice(scenario: &Scenario, sent_per_s: f64) -> bool {
    if scenario.balancer.rules.is_empty() {
        return true;
    }
    let classes = Classes::new(scenario, &Population::new(&scenario.clients))
        .sets()
        .unwrap_or_default();
    if classes.len() > 8 {
        return false;
    }
    let capacities = capacities(scenario);
    (1..1 << classes.len()).all(|set: u32| {
        let groups: Vec<_> = classes
            .iter()
            .enumerate()
            .filter(|(i, _)| set >> i & 1 == 1)
            .map(|(_, class)| class)
            .collect();
        let probability: f64 = groups.iter().map(|(_, probability)| probability).sum();
        let capacity: f64 = capacities
            .iter()
            .enumerate()
            .filter(|(j, _)| groups.iter().any(|(eligible, _)| eligible.has(*j)))
            .map(|(_, capacity)| capacity)
            .sum();
        probability * sent_per_s * scenario.sizes.mean < capacity
    })
}

/// The utilisation of each server.
pub(crate) fn per_server_answer(q: &Question) -> Result<Answer, Reason> {
    let rate = conditions::rate_per_s(q.scenario)?;
    let shares = &q.shares()?.expected;
    let size = q.scenario.sizes.mean;
    let servers = &q.scenario.servers;
    let sent = losses::sent(q)?;
    let served = losses::served(q)?;
    if sent.rate_per_s * size < capacities(q.scenario).iter().sum() {
        losses::pulls_suffice(q.scenario, sent.rate_per_s)?;
    }
    let fractions: Vec<f64> = served.iter().map(|served| sent.fraction * served).collect();
    let values = servers
        .iter()
        .enumerate()
        .map(|(j, server)| {
            utilisation(rate, shares[j], size, server.speed, server.slots) * fractions[j]
        })
        .collect();
    let lossy = fractions.iter().any(|&fraction| fraction < 1.0);
    let formula = if lossy {
        Formula::ServerUtilisationOfKept
    } else {
        Formula::ServerUtilisation
    };
    Ok(Answer::per_server(
        formula,
        |j| {
            formula
                .with("rate", num(rate))
                .with("share", num(shares[j]))
                .with("kept", less(1.0 - fractions[j]))
                .with("size", num(size))
                .with(
                    "capacity",
                    num(servers[j].speed * f64::from(servers[j].slots)),
                )
        },
        values,
    ))
}

/// The arrival rate at which the first server, or the balancer, reaches its capacity.
pub(crate) fn rate_answer(q: &Question) -> Result<Answer, Reason> {
    let s = q.scenario;
    conditions::rate_per_s(s)?;
    let shares = &q.shares()?.expected;
    losses::nothing_refused(q)?;
    // A server that pulls reserves a slot for a task on its way.
    let slow = s.balancer.strategy.id.pools() && s.balancer.dispatcher.latency_s > 0.0;
    holds(!slow, Reason::BalancerLimits)?;
    let size = s.sizes.mean;
    let found = q.found?;
    let (j, capacity) = capacities(s)
        .into_iter()
        .enumerate()
        .filter(|(j, _)| shares[*j] > 0.0)
        .min_by(|(i, a), (j, b)| (a / shares[*i]).total_cmp(&(b / shares[*j])))
        .ok_or(Reason::NoServer)?;
    let largest = capacity / (shares[j] * size * found);
    if let Some(decisions) = losses::decisions_per_s(s).filter(|&decisions| decisions < largest) {
        let filled = Formula::LargestRateOfDecisions.with("d", num(1.0 / decisions));
        return Ok(Answer::number(filled, decisions));
    }
    let formula = if found < 1.0 {
        Formula::LargestRateOfSent
    } else {
        Formula::LargestRate
    };
    let filled = formula
        .with("capacity", num(capacity))
        .with("sent", num(found))
        .with("share", num(shares[j]))
        .with("size", num(size));
    Ok(Answer::number(filled, largest).at(j))
}

#[cfg(test)]
mod tests;
