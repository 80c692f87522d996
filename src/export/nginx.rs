//! A scenario as nginx's configuration.

use super::lost::{head, pauses};
use super::program::{
    Family, admitted, connections, escaped, family, group_name, groups, ms, network,
    retries_by_key, takes_new, weighs,
};
use crate::balance::{Draw, StrategyConfig, StrategyId};
use crate::scenario::{KeySource, PassiveRule, RetryTo, Scenario};
use std::fmt::Write as _;

/// The method of an upstream, empty for nginx's own, and whether it is the strategy itself.
fn method(config: &StrategyConfig) -> (String, bool) {
    use StrategyId::*;
    let id = config.id;
    match (id, family(config)) {
        (RoundRobin | SmoothWrr, _) => (String::new(), true),
        (Random | WeightedRandom, _) => ("random".into(), true),
        (LeastConnections, _) => ("least_conn".into(), true),
        (IpHash, _) => ("ip_hash".into(), true),
        (UriHash | HeaderHash, Family::Key(k)) => (format!("hash {}", variable(k)), true),
        (HaproxyMap, Family::Key(k)) => (format!("hash {}", variable(k)), false),
        (_, Family::Key(k)) => (
            format!("hash {} consistent", variable(k)),
            id == Ketama && config.virtual_nodes == 160,
        ),
        (TwoChoices, _) => (
            "random two least_conn".into(),
            config.draw == Draw::Nginx && config.choices == 2,
        ),
        (_, Family::Turns) => (String::new(), false),
        (_, Family::Chance) => ("random".into(), false),
        (_, Family::Load) => ("least_conn".into(), false),
    }
}

/// Whether nginx takes `backup` with this method.
fn may_back_up(method: &str) -> bool {
    matches!(method, "" | "least_conn")
}

fn variable(key: KeySource) -> &'static str {
    match key {
        KeySource::Ip => "$remote_addr",
        KeySource::Url => "$request_uri",
        KeySource::Header => "$http_x_tenant",
    }
}

/// A whole `nginx.conf` for a valid scenario. Directives after nginx 1.22; what only NGINX Plus has
/// counts as lost.
pub(super) fn nginx(scenario: &Scenario) -> String {
    let b = &scenario.balancer;
    let id = b.strategy.id;
    let health = &b.health;
    let retry_policy = &scenario.retry_policy;
    let (method, exact) = method(&b.strategy);
    let nearest = if method.is_empty() {
        "smooth weighted turns"
    } else {
        &method
    };
    let mut text = head(
        scenario,
        "nginx",
        &[
            (
                !exact,
                &format!("{id} is not among nginx's methods; the nearest is {nearest}"),
            ),
            (
                id.pools(),
                "tasks wait at the balancer for a free slot; nginx refuses when all are full",
            ),
            (
                health.check_interval_s.is_some(),
                "health checks; nginx learns from failed requests only",
            ),
            (
                health.panic_share > 0.0,
                "when most servers are unhealthy, all are used",
            ),
            (
                health.slow_start_s.is_some(),
                "a server that returns begins slowly",
            ),
            (
                retry_policy.backoff_s > 0.0 && retry_policy.retries > 0,
                &format!("{}; nginx sends them at once", pauses(scenario)),
            ),
            (
                retry_policy.retries > 0
                    && retry_policy.resend.to == RetryTo::Any
                    && !retries_by_key(scenario),
                "a retry may come to a server that had the request; nginx takes another",
            ),
            (
                retry_policy.retries > 0 && retry_policy.resend.to == RetryTo::NotLast,
                "a retry avoids the last server; nginx avoids all that had the request",
            ),
            (
                retries_by_key(scenario),
                "a retry comes to the same server; nginx takes another",
            ),
            (
                health.max_fails.is_some() && health.passive.rule == PassiveRule::InARow,
                "failures in a row; nginx counts those within the ejection, time-outs too, and \
                 lets one request try after it",
            ),
            (
                health.max_fails.is_some() && retry_policy.retries == 0,
                "an answer that is an error counts; nginx counts it only if it may retry",
            ),
            (
                !may_back_up(&method) && scenario.servers.iter().any(|server| server.backup),
                "backups; nginx has none with this method, so they are down",
            ),
            (
                health.max_fails.is_some() && groups(scenario).any(|(_, group)| group.len() == 1),
                "a single server of a group is ejected; nginx never does that",
            ),
        ],
    );
    text += "events { worker_connections 4096; }\nhttp {\n";
    let addresses = scenario.addresses();
    for (name, members) in groups(scenario) {
        // The zone lets all worker processes share one state.
        _ = writeln!(text, "    upstream {name} {{\n        zone {name} 256k;");
        if !method.is_empty() {
            _ = writeln!(text, "        {method};");
        }
        for s in members {
            let server = &scenario.servers[s];
            _ = write!(text, "        server {}", addresses[s]);
            if weighs(id) && server.weight > 1 {
                _ = write!(text, " weight={}", server.weight);
            }
            if let Some(most) = connections(scenario, s) {
                _ = write!(text, " max_conns={most}");
            }
            // By itself nginx takes a server out for 10 s after one failure.
            _ = match health.max_fails {
                None => write!(text, " max_fails=0"),
                // Whole seconds only.
                Some(fails) => write!(
                    text,
                    " max_fails={fails} fail_timeout={}s",
                    ms(health.ejection_s).div_ceil(1000)
                ),
            };
            // Also for one that drains: nginx finishes what was sent to a server that is down.
            let down = !takes_new(server);
            text += match (server.backup, may_back_up(&method)) {
                _ if down => " down;\n",
                (true, true) => " backup;\n",
                (true, false) => " down;\n",
                (false, _) => ";\n",
            };
        }
        text += "    }\n";
    }
    let group = rules(scenario, &mut text);
    if admitted(scenario).is_some() {
        text += "    limit_conn_zone $server_port zone=admitted:1m;\n";
    }
    text += "    server {\n        listen 8080;\n";
    if let Some(most) = admitted(scenario) {
        _ = writeln!(text, "        limit_conn admitted {most};");
    }
    _ = writeln!(
        text,
        "        location / {{\n            proxy_pass http://{group};"
    );
    // By itself nginx waits for 60 s.
    _ = match retry_policy.timeout_s {
        None => writeln!(text, "            proxy_read_timeout 1d;"),
        Some(timeout) => writeln!(text, "            proxy_read_timeout {}ms;", ms(timeout)),
    };
    _ = match retry_policy.retries {
        0 => writeln!(text, "            proxy_next_upstream off;"),
        // Errors among the answers are neither retried nor counted unless they are named.
        n => writeln!(
            text,
            "            proxy_next_upstream error timeout http_500 http_502 http_503 http_504;
            proxy_next_upstream_tries {};",
            n + 1
        ),
    };
    if let Some(within_s) = retry_policy
        .resend
        .within_s
        .filter(|_| retry_policy.retries > 0)
    {
        let within = ms(within_s);
        _ = writeln!(text, "            proxy_next_upstream_timeout {within}ms;");
    }
    text + "        }\n    }\n}\n"
}

/// A variable for each rule that says whether it matches, and one for the first that does. Returns
/// the group's name.
fn rules(scenario: &Scenario, text: &mut String) -> &'static str {
    let rules = &scenario.balancer.rules;
    if rules.is_empty() {
        return "all";
    }
    for (i, rule) in rules.iter().enumerate() {
        let name = group_name(Some(i));
        // As expressions, since plain strings in a map ignore case.
        _ = match rule.by {
            KeySource::Ip => writeln!(
                text,
                "    geo ${name} {{ default 0; {} 1; }}",
                network(&rule.pattern)
            ),
            KeySource::Url => {
                writeln!(
                    text,
                    "    map $uri ${name} {{ default 0; \"~^{}\" 1; }}",
                    escaped(&rule.pattern)
                )
            }
            KeySource::Header => {
                writeln!(
                    text,
                    "    map $http_x_tenant ${name} {{ default 0; \"~^{}$\" 1; }}",
                    escaped(&rule.pattern)
                )
            }
        };
    }
    let all: String = (0..rules.len())
        .map(|i| format!("${{{}}}", group_name(Some(i))))
        .collect();
    _ = writeln!(text, "    map \"{all}\" $group {{\n        default all;");
    for i in 0..rules.len() {
        _ = writeln!(
            text,
            "        \"~^{}1\" {};",
            "0".repeat(i),
            group_name(Some(i))
        );
    }
    *text += "    }\n";
    "$group"
}
