//! What surrounds a strategy in production: health, load reports, retries, faults.

use super::balancer::CONNECTIONS;
use super::{EVERY, LASTS, field, wait};
use crate::balance::MAX_SERVERS;
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind};
use crate::scenario::limits::{Range, count, linear};
use crate::scenario::{PassiveRule, Scenario, ServerState};

/// The number of the last server that there can be.
const LAST_SERVER: f64 = (MAX_SERVERS - 1) as f64;
/// Checks or failures in a row.
pub(super) const IN_A_ROW: Range = count(1.0, 100.0, 10.0);

pub(crate) const HEALTH: &[Field] = &[
    field!(
        balancer.health.check_interval_s,
        "check",
        Kind::Optional(EVERY, 1.0)
    ),
    field!(balancer.health.fall, "fall", Kind::Number(IN_A_ROW)).shown(has_checks),
    field!(balancer.health.rise, "rise", Kind::Number(IN_A_ROW)).shown(has_checks),
    field!(
        balancer.health.max_fails,
        "max-fails",
        Kind::Optional(IN_A_ROW, 5.0)
    ),
    field!(balancer.health.ejection_s, "ejection", Kind::Number(LASTS)).shown(|s| {
        let health = &s.balancer.health;
        health.counts_failures() && health.passive.rule != PassiveRule::Haproxy
    }),
    field!(
        balancer.health.panic_share,
        "panic",
        Kind::Number(linear(0.0, 1.0, 1.0, 0.05, ""))
    )
    .shown(|s| !s.balancer.health.hears_of_down()),
    field!(
        balancer.health.slow_start_s,
        "slow-start",
        Kind::Optional(LASTS, 30.0)
    ),
    field!(
        balancer.load_refresh_s,
        "refresh",
        Kind::Optional(EVERY, 1.0)
    ),
    field!(
        balancer.shed_above,
        "shed",
        Kind::Optional(CONNECTIONS, 20.0)
    ),
];

fn has_checks(s: &Scenario) -> bool {
    s.balancer.health.check_interval_s.is_some()
}

pub(crate) const RETRY_POLICY: &[Field] = &[
    field!(
        retry_policy.timeout_s,
        "timeout",
        Kind::Optional(wait(30.0), 5.0)
    ),
    field!(
        retry_policy.retries,
        "retries",
        Kind::Number(count(0.0, 100.0, 10.0))
    ),
    field!(
        retry_policy.backoff_s,
        "backoff",
        Kind::Number(linear(0.0, 1000.0, 5.0, 0.1, "seconds"))
    )
    .shown(has_retries),
    field!(
        retry_policy.budget,
        "budget",
        Kind::Optional(linear(0.0, 10.0, 1.0, 0.05, ""), 0.2)
    )
    .shown(has_retries),
];

pub(super) fn has_retries(s: &Scenario) -> bool {
    s.retry_policy.retries > 0
}

pub(crate) const FAULTS: &[Field] = &[
    field!(
        faults[at_s],
        "fault-at",
        Kind::Number(linear(0.0, 1e8, 120.0, 1.0, "seconds"))
    ),
    field!(
        faults[server],
        "fault-server",
        Kind::Number(count(0.0, LAST_SERVER, LAST_SERVER))
    )
    .limit(|s| (s.servers.len().saturating_sub(1) as f64, "")),
    field!(
        faults[state],
        "fault-state",
        Kind::Choice(ServerState::WORDS)
    ),
];
