//! A scenario as Envoy's configuration.

use super::envoy_health::checks;
use super::envoy_hosts::endpoints;
use super::lost::{head, hedge_s, pauses};
use super::program::{
    Family, admitted, connections, family, group_name, groups, ms, quoted, seconds,
};
use crate::balance::{Draw, EdfVariant, StrategyConfig, StrategyId};
use crate::scenario::{Backoff, KeySource, Place, RetryPolicy, RetryTo, Rule, Scenario};
use std::fmt::Write as _;

/// Envoy's names for a type: `typed_config` of an extension.
const HTTP: &str = concat!(
    "type.googleapis.com/envoy.extensions.filters.network",
    ".http_connection_manager.v3.HttpConnectionManager"
);
const ROUTER: &str = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

const PREVIOUS_HOSTS: &str = concat!(
    "type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3",
    ".PreviousHostsPredicate"
);

/// The policy of a cluster, and whether it is the strategy itself.
fn policy(config: &StrategyConfig) -> (&'static str, bool) {
    use StrategyId::*;
    let id = config.id;
    match (id, family(config)) {
        (RoundRobin, _) => ("ROUND_ROBIN", true),
        (EdfWrr, _) => ("ROUND_ROBIN", config.edf != EdfVariant::GrpcGo),
        // One draw is no choice.
        (TwoChoices, _) if config.choices == 1 => ("RANDOM", config.draw != Draw::Nginx),
        (Random, _) => ("RANDOM", true),
        (LeastRequest, _) => ("LEAST_REQUEST", true),
        (TwoChoices, _) => ("LEAST_REQUEST", config.draw == Draw::Envoy),
        (Maglev, _) => ("MAGLEV", true),
        (_, Family::Key(_)) => ("RING_HASH", matches!(id, EnvoyRing | EnvoyBoundedLoad)),
        // Envoy's own random pick ignores weights.
        (WeightedRandom, _) | (_, Family::Turns) => ("ROUND_ROBIN", false),
        (_, Family::Chance) => ("RANDOM", false),
        (_, Family::Load) => ("LEAST_REQUEST", false),
    }
}

/// What Envoy takes for no limit.
const NO_LIMIT: u32 = u32::MAX;

/// A whole `envoy.yaml` for a valid scenario, after Envoy 1.40, which was run.
pub(super) fn envoy(scenario: &Scenario) -> String {
    let b = &scenario.balancer;
    let retry_policy = &scenario.retry_policy;
    let id = b.strategy.id;
    let (policy, exact) = policy(&b.strategy);
    let limits: Vec<Option<u32>> = (0..scenario.servers.len())
        .map(|s| connections(scenario, s))
        .collect();
    let even = limits.iter().all(|limit| *limit == limits[0]);
    // With unequal weights least request goes by turns too.
    let first = scenario.servers.first().map_or(1, |server| server.weight);
    let is_uneven = id == StrategyId::LeastRequest
        && scenario.servers.iter().any(|server| server.weight != first);
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
                limits.iter().any(Option::is_some) && !id.pools(),
                "a full server refuses; with Envoy requests wait at the server picked",
            ),
            (
                id.pools(),
                "tasks wait at the balancer for a free slot; with Envoy they wait at the server \
                 picked",
            ),
            (
                b.health.slow_start_s.is_some() && !turns_or_load,
                "a server that returns begins slowly",
            ),
            (
                retry_policy.retries > 0 && retry_policy.backoff_s > 0.0 && !as_envoys(scenario),
                &format!("{}; Envoy's grow and vary", pauses(scenario)),
            ),
            (
                retry_policy.budget.is_some(),
                "a retry budget is a share of fresh tasks; Envoy's is one of requests in progress",
            ),
            (
                retry_policy.budget.is_some_and(|share| share > 1.0),
                "a retry budget above 100 %",
            ),
            (
                b.health.panic_share > ENVOYS_PANIC,
                "panic with more than 71.4 % healthy; Envoy then uses these only",
            ),
            (
                retry_policy.retries == 0 && hedge_s(scenario, "Envoy").is_some(),
                "an error fails a request; with Envoy one is sent again in place of a copy",
            ),
            (
                retry_policy.retries > 0 && retry_policy.resend.to == RetryTo::NotLast,
                "a retry avoids the last server; Envoy avoids all that had the request",
            ),
            (
                scenario.servers.iter().any(|server| server.backup),
                "backups wait until no other is left; Envoy's second priority gets a part below \
                 71.4 %",
            ),
            (
                (policy == "ROUND_ROBIN" || is_uneven)
                    && b.strategy.edf != EdfVariant::EnvoySeeded
                    && !(b.place == Place::Hybrid && b.random_start),
                "turns begin at the same server each time; Envoy's begin anywhere",
            ),
            (
                is_uneven && b.strategy.edf == EdfVariant::GrpcGo,
                "ties of turns go by the order of servers; Envoy's by weight",
            ),
            (
                id == StrategyId::LeastRequest && b.strategy.choices == 1,
                "one server is drawn; Envoy draws two at least",
            ),
            (
                id == StrategyId::LeastRequest && b.strategy.full_scan,
                "all servers are looked at; this policy of Envoy's draws some",
            ),
        ],
    );
    listener(&mut text);
    for (i, rule) in b.rules.iter().enumerate() {
        if rule.by != KeySource::Ip {
            route(scenario, Some((i, rule)), &mut text);
        }
    }
    route(scenario, None, &mut text);
    text += "  clusters:\n";
    for (name, members) in groups(scenario) {
        _ = writeln!(text, "  - name: {name}\n    connect_timeout: 5s");
        _ = writeln!(text, "    type: STATIC\n    lb_policy: {policy}");
        balancing(scenario, policy, &mut text);
        checks(scenario, &mut text);
        breakers(scenario, even.then_some(limits[0]).flatten(), &mut text);
        endpoints(scenario, &name, &members, &mut text);
    }
    text
}

/// The port and its filters, down to where routes begin.
fn listener(text: &mut String) {
    _ = write!(
        text,
        "static_resources:
  listeners:
  - name: in
    address: {{socket_address: {{address: 0.0.0.0, port_value: 8080}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          \"@type\": {HTTP}
          stat_prefix: in
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {{\"@type\": {ROUTER}}}
          route_config:
            virtual_hosts:
            - name: all
              domains: [\"*\"]
              routes:
"
    );
}

/// A rule's route to its group, or the last one, to all servers.
fn route(scenario: &Scenario, rule: Option<(usize, &Rule)>, text: &mut String) {
    let retry_policy = &scenario.retry_policy;
    let group = group_name(rule.map(|(i, _)| i));
    let fits = matches(rule.map(|(_, rule)| rule));
    _ = writeln!(text, "              - match: {fits}");
    _ = writeln!(text, "                route:");
    _ = writeln!(text, "                  cluster: {group}");
    // A route's time-out spans all tries.
    let timeout = retry_policy.timeout_s.map_or(0, ms);
    let whole = if retry_policy.retries > 0 { 0 } else { timeout };
    _ = writeln!(text, "                  timeout: {}", seconds(whole));
    if let Family::Key(key) = family(&scenario.balancer.strategy) {
        let policy = match key {
            KeySource::Ip => "connection_properties: {source_ip: true}",
            KeySource::Url => "header: {header_name: \":path\"}",
            KeySource::Header => "header: {header_name: x-tenant}",
        };
        _ = writeln!(text, "                  hash_policy: [{{{policy}}}]");
    }
    let hedge_s = hedge_s(scenario, "Envoy");
    let tries = retry_policy.retries + u32::from(hedge_s.is_some());
    if tries > 0 {
        let pause = seconds(ms(retry_policy.backoff_s));
        let longest = match retry_policy.resend.longest_s {
            Some(longest_s) if as_envoys(scenario) => {
                let longest_s = longest_s.max(retry_policy.backoff_s);
                format!(", max_interval: {}", seconds(ms(longest_s)))
            }
            _ => String::new(),
        };
        _ = write!(
            text,
            "                  retry_policy:
                    retry_on: 5xx,reset,connect-failure
                    num_retries: {tries}
                    retry_back_off: {{base_interval: {pause}{longest}}}
"
        );
        if retry_policy.resend.to != RetryTo::Any {
            _ = write!(
                text,
                "                    host_selection_retry_max_attempts: 5
                    retry_host_predicate:
                    - name: envoy.retry_host_predicates.previous_hosts
                      typed_config: {{\"@type\": {PREVIOUS_HOSTS}}}
"
            );
        }
        let each = hedge_s.map_or(timeout, ms);
        if each > 0 {
            let each = seconds(each);
            _ = writeln!(text, "                    per_try_timeout: {each}");
        }
        if hedge_s.is_some() {
            *text += "                  hedge_policy: {hedge_on_per_try_timeout: true}\n";
        }
    }
}

/// Whether pauses grow and vary as Envoy's do.
fn as_envoys(scenario: &Scenario) -> bool {
    let resend = &scenario.retry_policy.resend;
    resend.backoff == Backoff::Exponential && resend.jitter == 1.0
}

/// The settings of a cluster's policy.
fn balancing(scenario: &Scenario, policy: &str, text: &mut String) {
    let health = &scenario.balancer.health;
    let strategy = &scenario.balancer.strategy;
    let slow_start = health.slow_start_s.map(|s| {
        let window = seconds(ms(s));
        format!("slow_start_config: {{slow_start_window: {window}}}")
    });
    let config = match policy {
        "RING_HASH" => {
            let size = strategy.ring_size;
            Some(("ring_hash", format!("minimum_ring_size: {size}")))
        }
        "LEAST_REQUEST" => {
            let choices = strategy.choices.max(2);
            let mut fields = format!("choice_count: {choices}");
            if strategy.id == StrategyId::LeastRequest && strategy.least_request_bias != 1.0 {
                let bias = strategy.least_request_bias;
                let key = "runtime_key: lr.bias";
                _ = write!(
                    fields,
                    ", active_request_bias: {{default_value: {bias}, {key}}}"
                );
            }
            if let Some(slow_start) = slow_start {
                _ = write!(fields, ", {slow_start}");
            }
            Some(("least_request", fields))
        }
        "ROUND_ROBIN" => slow_start.map(|slow_start| ("round_robin", slow_start)),
        _ => None,
    };
    if let Some((name, fields)) = config {
        _ = writeln!(text, "    {name}_lb_config: {{{fields}}}");
    }
    // Off unless the scenario says otherwise: by itself Envoy uses all servers when less than half
    // are healthy.
    let panic = health.panic_share * 100.0;
    _ = writeln!(text, "    common_lb_config:");
    _ = writeln!(text, "      healthy_panic_threshold: {{value: {panic}}}");
    // By itself Envoy tells its workers of a second change within a second late.
    _ = writeln!(text, "      update_merge_window: 0s");
    if matches!(
        strategy.id,
        StrategyId::BoundedLoad | StrategyId::EnvoyBoundedLoad
    ) {
        let factor = strategy.balance_factor;
        let config = format!("{{hash_balance_factor: {factor}}}");
        _ = writeln!(text, "      consistent_hashing_lb_config: {config}");
    }
}

/// Limits of a cluster: requests in progress, connections to each server, retries. By itself Envoy
/// allows three retries at a time, and 1024 of everything else.
fn breakers(scenario: &Scenario, each: Option<u32>, text: &mut String) {
    let requests = admitted(scenario).unwrap_or(NO_LIMIT);
    let retries = match scenario.retry_policy.budget {
        None => format!("max_retries: {NO_LIMIT}"),
        Some(share) => {
            let percent = share.min(1.0) * 100.0;
            let least = RetryPolicy::RESERVE;
            let share = format!("budget_percent: {{value: {percent}}}");
            format!("retry_budget: {{{share}, min_retry_concurrency: {least}}}")
        }
    };
    _ = write!(
        text,
        "    circuit_breakers:
      thresholds:
      - max_connections: {NO_LIMIT}
        max_pending_requests: {NO_LIMIT}
        max_requests: {requests}
        {retries}
"
    );
    if let Some(most) = each {
        _ = writeln!(
            text,
            "      per_host_thresholds: [{{max_connections: {most}}}]"
        );
    }
}

/// The share of healthy servers above which Envoy never panics: 1 / 1.4.
const ENVOYS_PANIC: f64 = 0.714;

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
