//! A scenario as a Caddyfile.

use super::lost::{head, pauses};
use super::program::{
    Family, admitted, connections, family, groups, is_limited, ms, network, retries_by_key,
    takes_new, weighs,
};
use super::traefik::RETRY_TO;
use crate::balance::{StrategyConfig, StrategyId};
use crate::scenario::{Backoff, KeySource, RetryTo, Rule, Scenario};
use std::fmt::Write as _;

/// The policy of a proxy, and whether it is the strategy itself.
fn policy(config: &StrategyConfig) -> (&'static str, bool) {
    use StrategyId::*;
    match (config.id, family(config)) {
        (RoundRobin, _) => ("round_robin", true),
        (CaddyWrr, _) => ("weighted_round_robin", true),
        (Random, _) => ("random", true),
        (FirstFit, _) => ("first", true),
        // One draw is no choice.
        (CaddyRandomChoose | TwoChoices, _) if config.choices == 1 => ("random", true),
        (CaddyRandomChoose, _) => ("random_choose", true),
        (TwoChoices, _) => ("random_choose", false),
        (_, Family::Turns) => ("weighted_round_robin", false),
        (_, Family::Chance) => ("random", false),
        (_, Family::Load) => ("least_conn", config.id == LeastConnections),
        (_, Family::Key(KeySource::Ip)) => ("client_ip_hash", config.id == CaddyHash),
        (_, Family::Key(KeySource::Url)) => ("uri_hash", config.id == CaddyHash),
        (_, Family::Key(KeySource::Header)) => ("header X-Tenant", config.id == CaddyHash),
    }
}

/// A whole Caddyfile for a valid scenario, after Caddy 2.11, which was run.
pub(super) fn caddy(scenario: &Scenario) -> String {
    let b = &scenario.balancer;
    let id = b.strategy.id;
    let retry_policy = &scenario.retry_policy;
    let (policy, exact) = policy(&b.strategy);
    let first = scenario.servers.first().map_or(1, |server| server.weight);
    let uneven = scenario.servers.iter().any(|server| server.weight != first);
    let limited = is_limited(scenario);
    let resend = &retry_policy.resend;
    let vary = resend.backoff != Backoff::Fixed || resend.jitter > 0.0;
    let mut text = head(
        scenario,
        "Caddy",
        &[
            (
                !exact,
                &format!("{id} is not among Caddy's policies; the nearest is {policy}"),
            ),
            (
                uneven && weighs(id) && policy != "weighted_round_robin",
                "weights; this policy has none",
            ),
            (
                policy.ends_with("round_robin") && id != StrategyId::CaddyWrr,
                "turns begin at the first server; Caddy's at the second",
            ),
            (
                policy == "least_conn",
                "ties go by turns; Caddy's by chance",
            ),
            (
                limited,
                "what happens when all are full; Caddy then answers with an error",
            ),
            (
                limited && !is_even(scenario),
                "each server takes its own number of connections; Caddy has one limit for all",
            ),
            (
                admitted(scenario).is_some(),
                "a limit of requests in progress",
            ),
            (
                retry_policy.retries > 0,
                "an answer that is an error is retried; Caddy retries failed connections only",
            ),
            (
                retries_by_key(scenario),
                "a retry comes to the same server; Caddy takes another if it knows of the failure",
            ),
            (
                retry_policy.retries > 0 && retry_policy.resend.to != RetryTo::Any,
                RETRY_TO,
            ),
            (
                retry_policy.retries > 0 && retry_policy.backoff_s > 0.0 && vary,
                &format!("{}; Caddy's are all the same", pauses(scenario)),
            ),
        ],
    );
    text += "{\n\tadmin off\n\tauto_https off\n}\n:8080 {\n";
    for (i, rule) in b.rules.iter().enumerate() {
        _ = writeln!(text, "\t@rule{} {}", i + 1, matcher(rule));
    }
    // In a `route` what comes first is tried first.
    text += "\troute {\n";
    for (i, (name, members)) in groups(scenario).enumerate() {
        let is_rule = i < b.rules.len();
        let fits = if is_rule {
            format!("@{name} ")
        } else {
            String::new()
        };
        _ = writeln!(text, "\t\thandle {fits}{{");
        proxy(scenario, &members, policy, &mut text);
        text += "\t\t}\n";
    }
    text + "\t}\n}\n"
}

/// Whether all servers take the same number of connections.
fn is_even(scenario: &Scenario) -> bool {
    let first = connections(scenario, 0);
    (0..scenario.servers.len()).all(|s| connections(scenario, s) == first)
}

/// What a rule asks for.
fn matcher(rule: &Rule) -> String {
    let pattern = &rule.pattern;
    let plain = pattern
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "/_-.".contains(c));
    match (rule.by, plain) {
        (KeySource::Ip, _) => format!("remote_ip {}", network(pattern)),
        (KeySource::Url, true) => format!("path {pattern}*"),
        (KeySource::Url, false) => format!("path_regexp `^{}`", expression(pattern)),
        (KeySource::Header, true) => format!("header X-Tenant {pattern}"),
        (KeySource::Header, false) => {
            format!("header_regexp X-Tenant `^{}$`", expression(pattern))
        }
    }
}

/// A regular expression of Go's that fits this text and nothing else.
fn expression(text: &str) -> String {
    text.chars().fold(String::new(), |mut expression, c| {
        if c.is_ascii_alphanumeric() || "/_-".contains(c) {
            expression.push(c);
        } else {
            _ = write!(expression, "\\x{{{:x}}}", u32::from(c));
        }
        expression
    })
}

/// A group's proxy.
fn proxy(scenario: &Scenario, members: &[usize], policy: &str, text: &mut String) {
    let health = &scenario.balancer.health;
    let retry_policy = &scenario.retry_policy;
    let addresses = scenario.addresses();
    let here = |s: &&usize| takes_new(&scenario.servers[**s]);
    let members: Vec<usize> = members.iter().filter(here).copied().collect();
    if members.is_empty() {
        *text += "\t\t\trespond 503\n";
        return;
    }
    let to: Vec<&str> = members.iter().map(|&s| addresses[s].as_str()).collect();
    _ = writeln!(text, "\t\t\treverse_proxy {} {{", to.join(" "));
    _ = write!(text, "\t\t\t\tlb_policy {policy}");
    if policy == "weighted_round_robin" {
        for &s in &members {
            _ = write!(text, " {}", scenario.servers[s].weight);
        }
    }
    if policy == "random_choose" {
        _ = write!(text, " {}", scenario.balancer.strategy.choices);
    }
    text.push('\n');
    if retry_policy.retries > 0 {
        _ = writeln!(text, "\t\t\t\tlb_retries {}", retry_policy.retries);
        // By itself Caddy pauses for 250 ms.
        let pause = match retry_policy.backoff_s > 0.0 {
            true => ms(retry_policy.backoff_s),
            false => 0,
        };
        _ = writeln!(text, "\t\t\t\tlb_try_interval {pause}ms");
    }
    if let Some(every) = health.check_interval_s {
        let every = ms(every);
        _ = writeln!(
            text,
            "\t\t\t\thealth_uri /\n\t\t\t\thealth_interval {every}ms"
        );
        _ = writeln!(text, "\t\t\t\thealth_passes {}", health.rise);
        _ = writeln!(text, "\t\t\t\thealth_fails {}", health.fall);
    }
    if let Some(fails) = health.max_fails {
        let time = ms(health.ejection_s);
        _ = writeln!(
            text,
            "\t\t\t\tfail_duration {time}ms\n\t\t\t\tmax_fails {fails}"
        );
        *text += "\t\t\t\tunhealthy_status 5xx\n";
    }
    if let Some(most) = connections(scenario, 0).filter(|_| is_even(scenario)) {
        _ = writeln!(text, "\t\t\t\tunhealthy_request_count {most}");
    }
    if let Some(timeout) = retry_policy.timeout_s {
        let timeout = ms(timeout);
        _ = write!(
            text,
            "\t\t\t\ttransport http {{\n\t\t\t\t\tresponse_header_timeout {timeout}ms\n\t\t\t\t}}\n"
        );
    }
    *text += "\t\t\t}\n";
}
