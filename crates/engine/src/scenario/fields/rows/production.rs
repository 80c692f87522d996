//! What surrounds a strategy in production: health, load reports, retries, faults.

use super::balancer::CONNECTIONS;
use super::{EVERY, LASTS, field, wait};
use crate::balance::MAX_SERVERS;
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind};
use crate::scenario::limits::{Range, count, linear, log_count};
use crate::scenario::{OnError, PassiveRule, Scenario, ServerState};

/// The number of the last server that there can be.
const LAST_SERVER: f64 = (MAX_SERVERS - 1) as f64;
/// Checks or failures in a row.
const IN_A_ROW: Range = count(1.0, 100.0, 10.0);

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
    field!(balancer.health.ejection_s, "ejection", Kind::Number(LASTS))
        .shown(|s| s.balancer.health.counts_failures() && !is_by(s, PassiveRule::Haproxy)),
    field!(
        balancer.health.passive.rule,
        "passive-rule",
        Kind::Choice(PassiveRule::WORDS)
    )
    .shown(|s| s.balancer.health.counts_failures())
    .follow(|s, _| {
        // HAProxy observes only servers that it checks; every two seconds by itself.
        let health = &mut s.balancer.health;
        if health.passive.rule == PassiveRule::Haproxy {
            health.check_interval_s.get_or_insert(2.0);
        }
    }),
    field!(
        balancer.health.passive.on_error,
        "on-error",
        Kind::Choice(OnError::WORDS)
    )
    .shown(|s| is_by(s, PassiveRule::Haproxy)),
    field!(
        balancer.health.passive.gateway_fails,
        "gateway-fails",
        Kind::Optional(IN_A_ROW, 5.0)
    )
    .shown(|s| is_by(s, PassiveRule::Envoy)),
    field!(
        balancer.health.passive.success_factor,
        "success-factor",
        Kind::Optional(linear(0.0, 10.0, 4.0, 0.1, ""), 1.9)
    )
    .shown(|s| is_by(s, PassiveRule::Envoy)),
    field!(
        balancer.health.passive.success_servers,
        "success-servers",
        Kind::Number(count(1.0, MAX_SERVERS as f64, 16.0))
    )
    .shown(compares),
    field!(
        balancer.health.passive.success_volume,
        "success-volume",
        Kind::Number(log_count(1.0, 1e6, 1000.0))
    )
    .shown(compares),
    field!(
        balancer.health.passive.sweep_s,
        "sweep",
        Kind::Number(EVERY)
    )
    .shown(|s| is_by(s, PassiveRule::Envoy)),
    field!(
        balancer.health.passive.longest_s,
        "longest-ejection",
        Kind::Number(LASTS)
    )
    .shown(|s| is_by(s, PassiveRule::Envoy)),
    field!(
        balancer.health.passive.most_share,
        "most-ejected",
        Kind::Number(linear(0.0, 1.0, 1.0, 0.05, ""))
    )
    .shown(|s| is_by(s, PassiveRule::Envoy)),
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

/// Whether failures take servers out by this program's rule.
fn is_by(s: &Scenario, rule: PassiveRule) -> bool {
    s.balancer.health.counts_failures() && s.balancer.health.passive.rule == rule
}

/// Whether Envoy compares success rates.
fn compares(s: &Scenario) -> bool {
    is_by(s, PassiveRule::Envoy) && s.balancer.health.passive.success_factor.is_some()
}

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

fn has_retries(s: &Scenario) -> bool {
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
