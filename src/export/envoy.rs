//! A scenario as Envoy's configuration.

use super::program::{Family, admitted, connections, family, groups, head, ms, weighs};
use crate::balance::{Draw, StrategyId};
use crate::scenario::{KeySource, Rule, Scenario, ServerState};
use std::fmt::Write as _;

/// Envoy's names for a type: `typed_config` of an extension.
const HTTP: &str = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER: &str = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

/// A whole `envoy.yaml` for a valid scenario. Written after Envoy's reference; not run against
/// Envoy.
pub fn envoy(scenario: &Scenario) -> String {
    use StrategyId::*;
    let b = &scenario.balancer;
    let (id, health, patience) = (b.strategy.id, &b.health, &scenario.patience);
    let family = family(&b.strategy);
    let (policy, exact) = match (id, family) {
        (RoundRobin | EdfWrr, _) => ("ROUND_ROBIN", true),
        (Random, _) => ("RANDOM", true),
        (LeastRequest, _) => ("LEAST_REQUEST", true),
        (TwoChoices, _) => ("LEAST_REQUEST", b.strategy.draw == Draw::Envoy),
        (Maglev, _) => ("MAGLEV", true),
        (_, Family::Key(_)) => ("RING_HASH", id == EnvoyRing),
        // Envoy's own random pick heeds no weights.
        (WeightedRandom, _) | (_, Family::Turns) => ("ROUND_ROBIN", false),
        (_, Family::Chance) => ("RANDOM", false),
        (_, Family::Load) => ("LEAST_REQUEST", false),
    };
    let limits: Vec<Option<u32>> = (0..scenario.servers.len())
        .map(|s| connections(scenario, s))
        .collect();
    let even = limits.iter().all(|limit| *limit == limits[0]);
    let turns_or_load = matches!(policy, "ROUND_ROBIN" | "LEAST_REQUEST");
    let mut text = head(
        scenario,
        "Envoy",
        &[
            (
                !exact,
                &format!("{id} is not among Envoy's policies; the nearest is {policy}"),
            ),
            (
                b.rules.iter().any(|rule| rule.by == KeySource::Ip),
                "rules by address: a route does not see the client's",
            ),
            (
                !even,
                "each server takes its own number of connections; Envoy has one limit for all",
            ),
            (
                id.pools(),
                "tasks wait at the balancer for a free slot; Envoy refuses when all are full",
            ),
            (
                health.slow_start_s.is_some() && !turns_or_load,
                "a server that returns begins slowly",
            ),
        ],
    );
    text += "static_resources:\n  listeners:\n  - name: in\n";
    text += "    address: {socket_address: {address: 0.0.0.0, port_value: 8080}}\n";
    _ = writeln!(
        text,
        "    filter_chains:\n    - filters:\n      - name: envoy.filters.network.http_connection_manager"
    );
    _ = writeln!(
        text,
        "        typed_config:\n          \"@type\": {HTTP}\n          stat_prefix: in"
    );
    _ = writeln!(
        text,
        "          http_filters:\n          - name: envoy.filters.http.router"
    );
    _ = writeln!(
        text,
        "            typed_config: {{\"@type\": {ROUTER}}}\n          route_config:"
    );
    text += "            virtual_hosts:\n            - name: all\n              domains: [\"*\"]\n              routes:\n";
    let numbered = b.rules.iter().enumerate();
    let seen = numbered
        .filter(|(_, rule)| rule.by != KeySource::Ip)
        .map(|(i, rule)| (i, Some(rule)));
    for (i, rule) in seen.chain([(b.rules.len(), None)]) {
        let group = super::program::group_name(rule.map(|_| i));
        _ = writeln!(
            text,
            "              - match: {}\n                route:",
            matches(rule)
        );
        _ = writeln!(text, "                  cluster: {group}");
        let timeout = patience.timeout_s.map_or(0, ms);
        _ = writeln!(text, "                  timeout: {}", seconds(timeout));
        if let Family::Key(key) = family {
            let policy = match key {
                KeySource::Ip => "connection_properties: {source_ip: true}",
                KeySource::Url => "header: {header_name: \":path\"}",
                KeySource::Header => "header: {header_name: x-tenant}",
            };
            _ = writeln!(text, "                  hash_policy: [{{{policy}}}]");
        }
        if patience.retries > 0 {
            let (most, pause) = (patience.retries, seconds(ms(patience.backoff_s)));
            _ = writeln!(
                text,
                "                  retry_policy:\n                    retry_on: 5xx,reset,connect-failure"
            );
            _ = writeln!(
                text,
                "                    num_retries: {most}\n                    retry_back_off: {{base_interval: {pause}}}"
            );
        }
    }
    text += "  clusters:\n";
    let addresses = scenario.addresses();
    for (name, members) in groups(scenario) {
        _ = writeln!(
            text,
            "  - name: {name}\n    connect_timeout: 5s\n    type: STATIC\n    lb_policy: {policy}"
        );
        let slow = health.slow_start_s.map(|s| {
            format!(
                "slow_start_config: {{slow_start_window: {}}}",
                seconds(ms(s))
            )
        });
        let config = match policy {
            "RING_HASH" => Some((
                "ring_hash",
                format!("minimum_ring_size: {}", b.strategy.ring_size),
            )),
            "LEAST_REQUEST" => {
                let choices = b.strategy.choices.max(2);
                let more = slow.map_or(String::new(), |slow| format!(", {slow}"));
                Some(("least_request", format!("choice_count: {choices}{more}")))
            }
            "ROUND_ROBIN" => slow.map(|slow| ("round_robin", slow)),
            _ => None,
        };
        if let Some((name, fields)) = config {
            _ = writeln!(text, "    {name}_lb_config: {{{fields}}}");
        }
        // Off unless the scenario says otherwise: by itself Envoy uses all servers when less than
        // half are well.
        let panic = health.panic_share * 100.0;
        _ = writeln!(
            text,
            "    common_lb_config:\n      healthy_panic_threshold: {{value: {panic}}}"
        );
        if id == BoundedLoad {
            let factor = b.strategy.balance_factor;
            _ = writeln!(
                text,
                "      consistent_hashing_lb_config: {{hash_balance_factor: {factor}}}"
            );
        }
        if let Some(every) = health.check_interval_s {
            let (every, rise, fall) = (seconds(ms(every)), health.rise, health.fall);
            _ = writeln!(
                text,
                "    health_checks:\n    - timeout: {every}\n      interval: {every}"
            );
            _ = writeln!(
                text,
                "      healthy_threshold: {rise}\n      unhealthy_threshold: {fall}"
            );
            text += "      http_health_check: {path: /}\n";
        }
        if let Some(fails) = health.max_fails {
            let time = seconds(ms(health.ejection_s));
            _ = writeln!(
                text,
                "    outlier_detection:\n      consecutive_5xx: {fails}\n      base_ejection_time: {time}"
            );
            _ = writeln!(
                text,
                "      max_ejection_time: {time}\n      max_ejection_percent: 100"
            );
        }
        breakers(scenario, even.then_some(limits[0]).flatten(), &mut text);
        _ = writeln!(
            text,
            "    load_assignment:\n      cluster_name: {name}\n      endpoints:\n      - lb_endpoints:"
        );
        for s in members {
            let server = &scenario.servers[s];
            let (host, port) = addresses[s]
                .rsplit_once(':')
                .unwrap_or((&addresses[s], "80"));
            let address = format!("{{socket_address: {{address: {host}, port_value: {port}}}}}");
            _ = writeln!(text, "        - endpoint: {{address: {address}}}");
            let weight = if weighs(id) { server.weight } else { 1 };
            _ = writeln!(text, "          load_balancing_weight: {weight}");
            match server.state {
                ServerState::Draining => text += "          health_status: DRAINING\n",
                ServerState::Down => text += "          health_status: UNHEALTHY\n",
                _ => {}
            }
        }
    }
    text
}

/// Limits of a cluster: requests in progress, connections to each server, retries.
fn breakers(scenario: &Scenario, each: Option<u32>, text: &mut String) {
    let (all, budget) = (admitted(scenario), scenario.patience.budget);
    if all.is_none() && each.is_none() && budget.is_none() {
        return;
    }
    *text += "    circuit_breakers:\n";
    if all.is_some() || budget.is_some() {
        let requests = all.map(|most| format!("max_requests: {most}"));
        let share =
            budget.map(|b| format!("retry_budget: {{budget_percent: {{value: {}}}}}", b * 100.0));
        let fields: Vec<String> = requests.into_iter().chain(share).collect();
        _ = writeln!(text, "      thresholds: [{{{}}}]", fields.join(", "));
    }
    if let Some(most) = each {
        _ = writeln!(
            text,
            "      per_host_thresholds: [{{max_connections: {most}}}]"
        );
    }
}

/// What a route matches.
fn matches(rule: Option<&Rule>) -> String {
    match rule {
        Some(Rule {
            by: KeySource::Url,
            pattern,
            ..
        }) => format!("{{prefix: {}}}", quoted(pattern)),
        Some(Rule {
            by: KeySource::Header,
            pattern,
            ..
        }) => {
            format!(
                "{{prefix: /, headers: [{{name: x-tenant, string_match: {{exact: {}}}}}]}}",
                quoted(pattern)
            )
        }
        _ => "{prefix: /}".into(),
    }
}

/// Text as YAML reads it in double quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        if matches!(c, ' '..='~') && !matches!(c, '"' | '\\') {
            quoted.push(c);
        } else {
            _ = write!(quoted, "\\U{:08x}", u32::from(c));
        }
    }
    quoted + "\""
}

/// Milliseconds as Envoy writes durations.
fn seconds(ms: u64) -> String {
    format!("{}.{:03}s", ms / 1000, ms % 1000)
}
