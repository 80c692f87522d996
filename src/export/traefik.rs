//! A scenario as Traefik's dynamic configuration.

use super::lost::{head, pauses};
use super::program::{
    Family, admitted, family, group_name, groups, is_limited, ms, network, quoted, retries_by_key,
    seconds, takes_new, weighs,
};
use crate::balance::{StrategyConfig, StrategyId};
use crate::scenario::{KeySource, RetryTo, Rule, Scenario};
use std::fmt::Write as _;

/// The strategy of a service, and whether it is the scenario's.
fn strategy(config: &StrategyConfig) -> (&'static str, bool) {
    use StrategyId::*;
    match (config.id, family(config)) {
        (TraefikWrr, _) => ("wrr", true),
        (TraefikHrw, _) => ("hrw", true),
        (TraefikLeastTime, _) => ("leasttime", true),
        (TwoChoices, _) => ("p2c", false),
        (LeastResponseTime, _) => ("leasttime", false),
        (_, Family::Key(_)) => ("hrw", false),
        (_, Family::Load) => ("p2c", false),
        (_, Family::Turns | Family::Chance) => ("wrr", false),
    }
}

/// What is lost of where retries may go.
pub(super) const RETRY_TO: &str =
    "a retry avoids servers that had the request; here the strategy picks once more";

/// A file of Traefik's file provider for a valid scenario, after Traefik 3.7, which was run.
pub(super) fn traefik(scenario: &Scenario) -> String {
    let b = &scenario.balancer;
    let id = b.strategy.id;
    let health = &b.health;
    let retry_policy = &scenario.retry_policy;
    let (strategy, exact) = strategy(&b.strategy);
    let key = b.strategy.knows().key;
    let limited = is_limited(scenario);
    let mut text = head(
        scenario,
        "Traefik",
        &[
            (
                !exact,
                &format!("{id} is not among Traefik's strategies; the nearest is {strategy}"),
            ),
            (
                key.is_some_and(|key| key != KeySource::Ip),
                "the key; Traefik's hash takes the client's address",
            ),
            (
                limited && !id.pools(),
                "a full server refuses; Traefik has no limit for each",
            ),
            (
                id.pools(),
                "tasks wait at the balancer for a free slot; Traefik sends them at once",
            ),
            (
                health.check_interval_s.is_some() && (health.rise, health.fall) != (1, 1),
                &format!(
                    "{} checks in a row that pass and {} that fail; for Traefik one is enough",
                    health.rise, health.fall
                ),
            ),
            (
                retry_policy.retries > 0,
                "an answer that is an error is retried; Traefik retries only without an answer",
            ),
            (
                retry_policy.backoff_s > 0.0 && retry_policy.retries > 0,
                &format!("{}; Traefik's grow by half and vary", pauses(scenario)),
            ),
            (
                retries_by_key(scenario),
                "a retry comes to the same server; Traefik takes another",
            ),
            (
                retry_policy.retries > 0 && retry_policy.resend.to != RetryTo::Any,
                RETRY_TO,
            ),
        ],
    );
    text += "http:\n  routers:\n";
    for (i, rule) in b.rules.iter().enumerate() {
        router(scenario, Some((i, rule)), &mut text);
    }
    router(scenario, None, &mut text);
    middlewares(scenario, &mut text);
    text += "  services:\n";
    for (name, members) in groups(scenario) {
        _ = writeln!(
            text,
            "    {name}:\n      loadBalancer:\n        strategy: {strategy}"
        );
        if retry_policy.timeout_s.is_some() {
            text += "        serversTransport: transport\n";
        }
        checks(scenario, &mut text);
        servers(scenario, &members, &mut text);
    }
    if let Some(timeout) = retry_policy.timeout_s {
        let timeout = seconds(ms(timeout));
        _ = write!(
            text,
            "  serversTransports:
    transport:
      forwardingTimeouts: {{responseHeaderTimeout: {timeout}}}
"
        );
    }
    text
}

/// A rule's router, or the last one, of all that no rule fits.
fn router(scenario: &Scenario, rule: Option<(usize, &Rule)>, text: &mut String) {
    let count = scenario.balancer.rules.len();
    let name = group_name(rule.map(|(i, _)| i));
    // The first rule has the highest priority.
    let priority = rule.map_or(1, |(i, _)| count - i + 1);
    let fits = match rule {
        None => "PathPrefix(`/`)".into(),
        Some((_, rule)) => match rule.by {
            KeySource::Url => format!("PathPrefix({})", argument(&rule.pattern)),
            KeySource::Header => format!("Header(`X-Tenant`, {})", argument(&rule.pattern)),
            KeySource::Ip => format!("ClientIP(`{}`)", network(&rule.pattern)),
        },
    };
    _ = write!(
        text,
        "    {name}:
      rule: {}
      priority: {priority}
      service: {name}
",
        quoted(&fits)
    );
    let mut uses = Vec::new();
    if admitted(scenario).is_some() {
        uses.push("limit");
    }
    if scenario.retry_policy.retries > 0 {
        uses.push("retry");
    }
    if !uses.is_empty() {
        _ = writeln!(text, "      middlewares: [{}]", uses.join(", "));
    }
}

/// An argument of a rule: between backticks, where nothing has a meaning but a backtick.
fn argument(pattern: &str) -> String {
    format!("`{}`", pattern.replace('`', ""))
}

/// What requests pass before they are balanced.
fn middlewares(scenario: &Scenario, text: &mut String) {
    let retries = scenario.retry_policy.retries;
    if admitted(scenario).is_none() && retries == 0 {
        return;
    }
    *text += "  middlewares:\n";
    if let Some(most) = admitted(scenario) {
        // Of all requests together, which have the same header `Host`.
        _ = writeln!(
            text,
            "    limit: {{inFlightReq: {{amount: {most}, sourceCriterion: {{requestHost: true}}}}}}"
        );
    }
    if retries > 0 {
        // The first try counts.
        let attempts = retries + 1;
        let backoff = scenario.retry_policy.backoff_s;
        let pause = match backoff > 0.0 {
            true => format!(", initialInterval: {}", seconds(ms(backoff))),
            false => String::new(),
        };
        _ = writeln!(
            text,
            "    retry: {{retry: {{attempts: {attempts}{pause}}}}}"
        );
    }
}

/// Health checks, and what is learnt from requests.
fn checks(scenario: &Scenario, text: &mut String) {
    let health = &scenario.balancer.health;
    if let Some(every) = health.check_interval_s {
        let every = seconds(ms(every));
        _ = writeln!(
            text,
            "        healthCheck: {{path: /, interval: {every}, timeout: {every}}}"
        );
    }
    if let Some(fails) = health.max_fails {
        let window = seconds(ms(health.ejection_s));
        _ = writeln!(
            text,
            "        passiveHealthCheck: {{maxFailedAttempts: {fails}, failureWindow: {window}}}"
        );
    }
}

/// The servers of a service.
fn servers(scenario: &Scenario, members: &[usize], text: &mut String) {
    let addresses = scenario.addresses();
    let here = |s: &&usize| takes_new(&scenario.servers[**s]);
    if !members.iter().any(|s| here(&s)) {
        *text += "        servers: []\n";
        return;
    }
    *text += "        servers:\n";
    for &s in members.iter().filter(here) {
        let server = &scenario.servers[s];
        let weight = if weighs(scenario.balancer.strategy.id) && server.weight != 1 {
            format!(", weight: {}", server.weight)
        } else {
            String::new()
        };
        _ = writeln!(
            text,
            "        - {{url: \"http://{}\"{weight}}}",
            addresses[s]
        );
    }
}
