//! What a configuration cannot say of a scenario, in a line each.
//!
//! `tests/import/lost.rs` goes over the table of fields and asks of each that an export shows it.

use super::program::takes_new;
use crate::scenario::{
    Backoff, Connections, Dispatcher, HeardBy, KeySource, PassiveRule, Patience, Place, Rule,
    Scenario, ServerState,
};
use std::fmt::Write as _;

/// The head of a configuration: what it is, and in a line each what is lost, of any program and of
/// this one.
pub(super) fn head(scenario: &Scenario, program: &str, own: &[(bool, &str)]) -> String {
    let name: String = scenario
        .name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let mut text = format!(
        "# Scenario \"{name}\", strategy {}, as a configuration for {program}.\n",
        scenario.balancer.strategy.id
    );
    let common = [
        of_balancers(scenario, program),
        of_plans(scenario, program),
        of_health(scenario, program),
        of_clients(scenario, program),
    ];
    for (_, lost) in common.iter().flatten().filter(|(is, _)| *is) {
        _ = writeln!(text, "# Lost: {lost}.");
    }
    for (_, lost) in own.iter().filter(|(is, _)| *is) {
        _ = writeln!(text, "# Lost: {lost}.");
    }
    text
}

/// A line, if it is so.
type Line = (bool, String);

/// These two know neither drain, panic nor slow start.
fn is_plain(program: &str) -> bool {
    matches!(program, "Traefik" | "Caddy")
}

/// Where balancing happens, and how fast.
fn of_balancers(scenario: &Scenario, program: &str) -> Vec<Line> {
    let b = &scenario.balancer;
    let is_hybrid = b.place == Place::Hybrid;
    vec![
        (
            b.place == Place::Hardware,
            "the balancer is a device; here it is a program that could read requests".into(),
        ),
        (
            is_hybrid,
            format!(
                "a device in front deals requests out to {} such programs",
                b.instances
            ),
        ),
        (
            is_hybrid && b.front != Dispatcher::default(),
            "the device in front has limits of its own".into(),
        ),
        (
            // Envoy's do.
            is_hybrid && b.random_start && program != "Envoy",
            "each program begins anywhere in its turns".into(),
        ),
        (
            scenario.has_subsets(),
            "each program has servers of its own; here it has all".into(),
        ),
        (
            b.dispatcher.decisions_per_s.is_some(),
            "decisions take time; a program decides as fast as it can".into(),
        ),
        (
            b.dispatcher.latency_s > 0.0,
            "the way to the servers takes time; a network does that by itself".into(),
        ),
        (
            b.load_refresh_s.is_some(),
            "load is reported now and then; a program goes by its own counts".into(),
        ),
        (
            b.strategy.knows().in_flight && is_in_several_groups(scenario),
            "a server of several groups counts all its tasks; here each group counts its own"
                .into(),
        ),
    ]
}

/// Whether tasks of two groups may go to one server.
fn is_in_several_groups(scenario: &Scenario) -> bool {
    let rules = &scenario.balancer.rules;
    let takes_all = |rule: &Rule| matches!((rule.by, &*rule.pattern), (KeySource::Url, "/"));
    // What no rule takes goes to all servers.
    let has_rest = !rules.is_empty() && !rules.iter().any(takes_all);
    let groups_of = |server| {
        let named = rules.iter().filter(|rule| rule.servers.contains(&server));
        named.count() + usize::from(has_rest)
    };
    (0..scenario.servers.len() as u16).any(|server| groups_of(server) > 1)
}

/// What happens by plan, and where servers are.
fn of_plans(scenario: &Scenario, program: &str) -> Vec<Line> {
    use ServerState::*;
    let is_ill = |state| matches!(state, Slow | Failing | Flaky | Paused);
    let servers = &scenario.servers;
    let has_zones = servers.iter().any(|server| server.zone > 0);
    vec![
        (
            !scenario.faults.is_empty(),
            "servers fail and recover by plan".into(),
        ),
        (
            !scenario.changes.is_empty(),
            "numbers change by plan".into(),
        ),
        (
            scenario.autoscaler.is_on(),
            "an autoscaler switches servers on and off; here all are listed".into(),
        ),
        (
            servers.iter().any(|server| is_ill(server.state)),
            "servers are slow, fail or stand still; that is theirs".into(),
        ),
        (
            scenario.has_replicas(),
            "servers work in steps on requests to a language model; that is theirs".into(),
        ),
        (
            scenario.has_places() && program != "Envoy",
            "servers have levels of priority and zones; here they are one group".into(),
        ),
        (
            scenario.network.is_on(),
            "links have a bandwidth and requests a size; a network does that by itself".into(),
        ),
        (
            has_zones && program == "Envoy",
            "zones; Envoy goes by them only if it knows its own and how many Envoys each has"
                .into(),
        ),
        (
            is_plain(program) && servers.iter().any(|server| server.backup),
            "backups take nothing until no other is left; here they are as the others".into(),
        ),
        (
            is_plain(program) && !servers.iter().all(takes_new),
            "servers that drain, are down or have no weight are left out".into(),
        ),
        (
            true,
            "arrivals, sizes, clients, how servers serve, and seed; a configuration does not have \
             them"
                .into(),
        ),
    ]
}

/// How balancers learn who is healthy.
fn of_health(scenario: &Scenario, program: &str) -> Vec<Line> {
    let health = &scenario.balancer.health;
    let rule = match health.passive.rule {
        PassiveRule::InARow => program,
        PassiveRule::Nginx => "nginx",
        PassiveRule::Haproxy => "HAProxy",
        PassiveRule::Envoy => "Envoy",
    };
    vec![
        (
            health.counts_failures() && rule != program,
            format!("failures take servers out by the rule of {rule}; here by that of {program}"),
        ),
        (
            is_plain(program) && health.max_fails.is_some(),
            format!("failures in a row; {program} counts those within the ejection"),
        ),
        (
            is_plain(program) && health.panic_share > 0.0,
            "when most servers are unhealthy, all are used".into(),
        ),
        (
            is_plain(program) && health.slow_start_s.is_some(),
            "a server that returns begins slowly".into(),
        ),
    ]
}

/// What clients do.
fn of_clients(scenario: &Scenario, program: &str) -> Vec<Line> {
    let policy = &scenario.retry_policy;
    let give_up = &policy.give_up;
    let timeout_s = policy.timeout_s.unwrap_or(f64::INFINITY);
    let hedges = policy.hedge.after_s.is_some() && hedge_s(scenario, program).is_none();
    // A copy whose other one was answered is given up too.
    let gives_up = policy.timeout_s.is_some() || hedge_s(scenario, program).is_some();
    let retries = policy.retries > 0;
    vec![
        (
            scenario.connections != Connections::default(),
            "clients hold connections as the scenario says, and a server is picked for each; here \
             clients hold their own, and a server is picked for each request"
                .into(),
        ),
        (
            gives_up && give_up.heard_by == HeardBy::None,
            "a request that is given up keeps its place; here it leaves".into(),
        ),
        (
            gives_up && give_up.heard_by == HeardBy::Queue,
            "a request that is given up keeps its place once it is served; here it leaves".into(),
        ),
        (
            policy.timeout_s.is_some() && give_up.patience == Patience::Exponential,
            format!("each client waits for a time of its own; here all wait for {timeout_s} s"),
        ),
        (
            hedges,
            format!(
                "a second copy of a request is sent after {} s without an answer",
                policy.hedge.after_s.unwrap_or(0.0)
            ),
        ),
        (
            policy.budget.is_some() && program != "Envoy",
            "retries have a budget".into(),
        ),
        (
            retries && policy.resend.within_s.is_some() && program != "nginx",
            format!(
                "no retry is sent later than {} s after the first sending",
                policy.resend.within_s.unwrap_or(0.0)
            ),
        ),
    ]
}

/// The time (s) after which this program sends a second copy as the scenario has it; none: it sends
/// none. Of the programs only Envoy hedges, at the time-out of a try, which must not be needed for
/// anything else.
pub(super) fn hedge_s(scenario: &Scenario, program: &str) -> Option<f64> {
    let policy = &scenario.retry_policy;
    let free = policy.retries == 0 || policy.timeout_s.is_none();
    policy.hedge.after_s.filter(|_| program == "Envoy" && free)
}

/// The pauses before retries, in words.
pub(super) fn pauses(scenario: &Scenario) -> String {
    let policy = &scenario.retry_policy;
    let resend = &policy.resend;
    let mut text = format!("retries come after a pause of {} s", policy.backoff_s);
    if resend.backoff == Backoff::Exponential {
        text += ", which doubles";
        if let Some(longest_s) = resend.longest_s {
            _ = write!(text, " up to {longest_s} s");
        }
    }
    if resend.jitter > 0.0 {
        let part = (resend.jitter * 100.0).round();
        _ = write!(text, " and of which chance decides {part} %");
    }
    text
}
