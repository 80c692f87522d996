//! What few scenarios ask for, and the page loads later: passive health by a program's rule, how
//! retries are sent, and planned changes.

use super::production::{IN_A_ROW, has_retries};
use super::{EVERY, LASTS, field, wait};
use crate::balance::MAX_SERVERS;
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind};
use crate::scenario::limits::{count, linear, log, log_count};
use crate::scenario::{
    Backoff, HeardBy, OnError, PassiveRule, Patience, PickPer, RetryTo, Scenario,
};
use crate::scenario::{KeySource, Pattern, Place};

pub(crate) const PASSIVE: &[Field] = &[
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
];

/// Whether failures take servers out by this program's rule.
fn is_by(s: &Scenario, rule: PassiveRule) -> bool {
    s.balancer.health.counts_failures() && s.balancer.health.passive.rule == rule
}

/// Whether Envoy compares success rates.
fn compares(s: &Scenario) -> bool {
    is_by(s, PassiveRule::Envoy) && s.balancer.health.passive.success_factor.is_some()
}

pub(crate) const RESEND: &[Field] = &[
    field!(
        retry_policy.resend.backoff,
        "backoff-law",
        Kind::Choice(Backoff::WORDS)
    )
    .shown(has_retries),
    field!(
        retry_policy.resend.longest_s,
        "longest-backoff",
        Kind::Optional(log(0.001, 10_000.0, 60.0, 0.1, "seconds"), 10.0)
    )
    .shown(|s| has_retries(s) && s.retry_policy.resend.backoff == Backoff::Exponential),
    field!(
        retry_policy.resend.jitter,
        "jitter",
        Kind::Number(linear(0.0, 1.0, 1.0, 0.05, ""))
    )
    .shown(has_retries),
    field!(
        retry_policy.resend.to,
        "retry-to",
        Kind::Choice(RetryTo::WORDS)
    )
    .shown(has_retries),
    field!(
        retry_policy.resend.within_s,
        "retry-within",
        Kind::Optional(wait(60.0), 10.0)
    )
    .shown(has_retries),
    field!(
        retry_policy.hedge.after_s,
        "hedge",
        Kind::Optional(wait(30.0), 1.0)
    )
    .shown(|s| !s.has_rounds()),
    field!(
        retry_policy.give_up.heard_by,
        "heard-by",
        Kind::Choice(HeardBy::WORDS)
    )
    .shown(|s| {
        let policy = &s.retry_policy;
        let gives_up = policy.timeout_s.is_some() || policy.hedge.after_s.is_some();
        gives_up && !s.has_replicas()
    }),
    field!(
        retry_policy.give_up.patience,
        "patience-law",
        Kind::Choice(Patience::WORDS)
    )
    .shown(|s| s.retry_policy.timeout_s.is_some()),
];

pub(crate) const CONNECTIONS: &[Field] = &[
    field!(
        connections.pick_per,
        "pick-per",
        Kind::Choice(PickPer::WORDS)
    )
    .follow(|s, _| match s.connections.pick_per {
        PickPer::Request => {}
        PickPer::Both => s.balancer.place = Place::Hybrid,
        // All that is known when a connection opens.
        PickPer::Connection | PickPer::Session => s.balancer.strategy.key = KeySource::Ip,
    }),
    field!(
        connections.per_client,
        "per-client",
        Kind::Number(count(1.0, 1000.0, 16.0))
    )
    .shown(holds),
    field!(connections.at_start, "at-start", Kind::Flag).shown(holds),
    field!(
        connections.requests,
        "connection-requests",
        Kind::Optional(log_count(1.0, 1e6, 1000.0), 100.0)
    )
    .shown(holds),
    field!(
        connections.age_s,
        "connection-age",
        Kind::Optional(log(0.01, 1e6, 600.0, 1.0, "seconds"), 30.0)
    )
    .shown(holds),
    field!(
        connections.idle_s,
        "connection-idle",
        Kind::Optional(log(0.01, 1e6, 600.0, 1.0, "seconds"), 60.0)
    )
    .shown(holds),
    field!(
        connections.age_jitter,
        "connection-age-jitter",
        Kind::Number(linear(0.0, 1.0, 1.0, 0.05, ""))
    )
    .shown(|s| holds(s) && s.connections.age_s.is_some()),
    field!(
        connections.reconnect_s,
        "reconnect",
        Kind::Number(log(0.001, 120.0, 30.0, 0.1, "seconds"))
    )
    .shown(|s| s.connections.lead_to_servers()),
    field!(
        connections.reconnect_jitter,
        "reconnect-jitter",
        Kind::Number(linear(0.0, 1.0, 1.0, 0.05, ""))
    )
    .shown(|s| s.connections.lead_to_servers()),
];

/// Whether connections matter.
fn holds(s: &Scenario) -> bool {
    s.connections.pick_per != PickPer::Request
}

pub(crate) const CURVE: &[Field] = &[
    field!(
        rate_curve.swing,
        "curve-swing",
        Kind::Number(linear(0.0, 1.0, 1.0, 0.05, ""))
    )
    .shown(has_chance),
    field!(
        rate_curve.day_s,
        "curve-day",
        Kind::Number(log(1.0, 1e7, 86_400.0, 60.0, "seconds"))
    )
    .shown(Scenario::has_curve),
    field!(
        rate_curve.peak_s,
        "curve-peak",
        Kind::Number(linear(0.0, 1e7, 86_400.0, 60.0, "seconds"))
    )
    .shown(Scenario::has_curve),
];

/// Whether tasks arrive by chance, at a rate.
fn has_chance(s: &Scenario) -> bool {
    matches!(s.arrivals.pattern, Pattern::Poisson | Pattern::Bursty)
}

pub(crate) const CHANGES: &[Field] = &[
    field!(
        changes[at_s],
        "change-at",
        Kind::Number(linear(0.0, 1e8, 120.0, 1.0, "seconds"))
    ),
    field!(changes[field], "change-field", Kind::Text),
    field!(
        changes[to],
        "change-to",
        Kind::Number(linear(0.0, 1e8, 100.0, 0.1, ""))
    ),
    field!(
        changes[over_s],
        "change-over",
        Kind::Number(linear(0.0, 1e6, 120.0, 1.0, "seconds"))
    ),
    field!(
        changes[every_s],
        "change-every",
        Kind::Optional(log(0.1, 1e7, 1000.0, 1.0, "seconds"), 60.0)
    ),
];
