//! A scenario as HAProxy's configuration.

use super::lost::{head, pauses};
use super::program::{
    Family, admitted, connections, escaped, family, group_name, groups, ms, network,
    retries_by_key, weighs,
};
use crate::balance::{StrategyConfig, StrategyId};
use crate::scenario::{
    KeySource, OnError, PassiveRule, Place, RetryTo, Scenario, ServerState, letter,
};
use std::fmt::Write as _;

/// The largest weight that HAProxy takes.
const HEAVIEST: u32 = 256;

/// The algorithm of a backend, with what belongs to it, and whether it is the strategy itself.
fn algorithm(config: &StrategyConfig) -> (String, bool) {
    use StrategyId::*;
    let id = config.id;
    match (id, family(config)) {
        (RoundRobin | HaproxyWrr, _) => ("roundrobin".into(), true),
        (StaticMap, _) => ("static-rr".into(), true),
        (HaproxyLeastconn, _) => ("leastconn".into(), true),
        (FirstFit, _) => ("first".into(), true),
        (Random | WeightedRandom, _) => ("random(1)".into(), true),
        (Pull, _) => ("leastconn".into(), true),
        (HaproxyMap, Family::Key(k)) => (sample(k).into(), true),
        (IpHash | UriHash | HeaderHash, Family::Key(k)) => (sample(k).into(), false),
        (BoundedLoad, Family::Key(k)) => {
            let factor = config.balance_factor;
            let hash = format!("{}\n    hash-type consistent", sample(k));
            (format!("{hash}\n    hash-balance-factor {factor}"), true)
        }
        (_, Family::Key(k)) => (
            format!("{}\n    hash-type consistent", sample(k)),
            id == HaproxyRing,
        ),
        (HaproxyRandom, _) => (format!("random({})", config.choices), true),
        (TwoChoices, _) => (format!("random({})", config.choices), false),
        (_, Family::Turns) => ("roundrobin".into(), false),
        (_, Family::Chance) => ("random(1)".into(), false),
        (_, Family::Load) => ("leastconn".into(), false),
    }
}

fn sample(key: KeySource) -> &'static str {
    match key {
        KeySource::Ip => "source",
        KeySource::Url => "uri",
        KeySource::Header => "hdr(X-Tenant)",
    }
}

/// Whether HAProxy lets a server's weight grow with this algorithm (2.6, measured): not where a
/// table is laid out beforehand.
fn begins_slowly(method: &str) -> bool {
    let by_table = ["static-rr", "first"].contains(&method);
    let hash = ["source", "uri", "hdr"]
        .iter()
        .any(|word| method.starts_with(word));
    !by_table && (!hash || method.contains("consistent"))
}

/// A whole `haproxy.cfg` for a valid scenario, after HAProxy 2.6.
pub(super) fn haproxy(scenario: &Scenario) -> String {
    let b = &scenario.balancer;
    let id = b.strategy.id;
    let health = &b.health;
    let retry_policy = &scenario.retry_policy;
    let (method, exact) = algorithm(&b.strategy);
    let heaviest = scenario.servers.iter().map(|s| s.weight).max().unwrap_or(1);
    let limited = (0..scenario.servers.len()).any(|s| connections(scenario, s).is_some());
    let nearest = method.replace("\n   ", ",");
    let by_key = matches!(family(&b.strategy), Family::Key(_));
    // Only on its ring a retry is led past the server that had it (2.6, measured).
    let by_map = by_key && !method.contains("consistent");
    let mut text = head(
        scenario,
        "HAProxy",
        &[
            (
                !exact,
                &format!(
                    "{id} is not among HAProxy's algorithms; the nearest is balance {nearest}"
                ),
            ),
            (
                weighs(id) && heaviest > HEAVIEST,
                "weights go to 256; they are scaled down",
            ),
            (
                limited && by_key,
                "a full server refuses; HAProxy lets requests of its keys wait there",
            ),
            (
                limited && !by_key && !id.pools(),
                "a full server refuses; HAProxy passes it over, and lets requests wait if all are \
                 full",
            ),
            (
                retries_by_key(scenario) && !by_map,
                "a retry comes to the same server; HAProxy takes another",
            ),
            (
                by_map && retry_policy.retries > 0 && retry_policy.resend.to != RetryTo::Any,
                "a retry comes to another server; by this hash HAProxy takes the same",
            ),
            (
                health.slow_start_s.is_some() && !begins_slowly(&method),
                "a server that returns begins slowly; not by this algorithm",
            ),
            (
                health.max_fails.is_some() && health.passive.rule != PassiveRule::Haproxy,
                &format!(
                    "an ejection ends after {} s; here checks end it",
                    health.ejection_s
                ),
            ),
            (
                health.panic_share > 0.0,
                "when most servers are unhealthy, all are used",
            ),
            (
                retry_policy.backoff_s > 0.0 && retry_policy.retries > 0,
                &format!("{}, the client's", pauses(scenario)),
            ),
            (
                retry_policy.retries > 0
                    && retry_policy.resend.to == RetryTo::Any
                    && !retries_by_key(scenario),
                "a retry may come to the same server; HAProxy takes another",
            ),
            (
                retry_policy.retries > 0 && retry_policy.resend.to == RetryTo::Untried && !by_map,
                "a retry comes to no server that had the request; HAProxy avoids the last only",
            ),
        ],
    );
    // A device forwards connections and reads nothing.
    let reads = b.place != Place::Hardware;
    _ = writeln!(
        text,
        "defaults\n    mode {}",
        if reads { "http" } else { "tcp" }
    );
    // A day is as long as for ever.
    let timeout = match retry_policy.timeout_s {
        None => "1d".into(),
        Some(timeout) => format!("{}ms", ms(timeout)),
    };
    _ = write!(
        text,
        "    timeout connect 5s
    timeout client 1d
    timeout server {timeout}
    timeout queue {timeout}
    retries {}
",
        retry_policy.retries
    );
    if retry_policy.retries > 0 {
        text += "    option redispatch 1\n";
        text += if reads {
            "    retry-on all-retryable-errors\n"
        } else {
            ""
        };
    }
    text += "frontend in\n    bind :8080\n";
    if let Some(most) = admitted(scenario) {
        let deny = if reads {
            "http-request deny deny_status 503"
        } else {
            "tcp-request content reject"
        };
        _ = writeln!(text, "    {deny} if {{ fe_conn gt {most} }}");
    }
    for (i, rule) in b.rules.iter().enumerate() {
        let name = group_name(Some(i));
        let test = match rule.by {
            KeySource::Ip => format!("src {}", network(&rule.pattern)),
            KeySource::Url => format!("path_beg -- {}", escaped(&rule.pattern)),
            KeySource::Header => format!("req.hdr(X-Tenant) -m str -- {}", escaped(&rule.pattern)),
        };
        _ = writeln!(text, "    use_backend {name} if {{ {test} }}");
    }
    text += "    default_backend all\n";
    let addresses = scenario.addresses();
    for (name, members) in groups(scenario) {
        _ = writeln!(text, "backend {name}\n    balance {method}");
        let checks = health.check_interval_s.is_some() || health.max_fails.is_some();
        if checks && reads {
            text += "    option httpchk\n";
        }
        if members.iter().any(|&s| scenario.servers[s].backup) {
            text += "    option allbackups\n";
        }
        for s in members {
            let server = &scenario.servers[s];
            let weight = if !weighs(id) {
                1
            } else if heaviest > HEAVIEST {
                (server.weight * HEAVIEST / heaviest).max(1)
            } else {
                server.weight
            };
            // The number is the place in hashes, in a group too.
            let drains = server.state == ServerState::Draining || server.weight == 0;
            let weight = if drains { 0 } else { weight };
            let name = letter(s);
            _ = write!(
                text,
                "    server {name} {} id {} weight {weight}",
                addresses[s],
                s + 1
            );
            if let Some(most) = connections(scenario, s) {
                _ = write!(text, " maxconn {most}");
            }
            if checks {
                let every = ms(health.check_interval_s.unwrap_or(health.ejection_s));
                _ = write!(
                    text,
                    " check inter {every}ms rise {} fall {}",
                    health.rise, health.fall
                );
            }
            if let Some(fails) = health.max_fails {
                let layer = if reads { 7 } else { 4 };
                let on_error = match (health.passive.rule, health.passive.on_error) {
                    (PassiveRule::Haproxy, OnError::FailCheck) => "fail-check",
                    (PassiveRule::Haproxy, OnError::SuddenDeath) => "sudden-death",
                    _ => "mark-down",
                };
                _ = write!(
                    text,
                    " observe layer{layer} error-limit {fails} on-error {on_error}"
                );
            }
            if let Some(seconds) = health.slow_start_s.filter(|_| begins_slowly(&method)) {
                _ = write!(text, " slowstart {}ms", ms(seconds));
            }
            if server.backup {
                text += " backup";
            }
            text += if server.state == ServerState::Down {
                " disabled\n"
            } else {
                "\n"
            };
        }
    }
    text
}
