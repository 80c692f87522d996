//! What the exported configurations have in common: families of strategies, groups of servers, and
//! what is lost.

use crate::balance::{Share, StrategyConfig, StrategyId, rules};
use crate::scenario::{
    Connections, KeySource, Place, RetryTo, Scenario, ServerConfig, ServerState,
};
use std::fmt::Write as _;
use std::net::Ipv4Addr;

/// What kind of rule a strategy is, to find its nearest relative by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Turns,
    Chance,
    Key(KeySource),
    Load,
}

/// The family of a strategy.
pub(super) fn family(config: &StrategyConfig) -> Family {
    match (config.knows().key, config.id.share()) {
        (Some(key), _) => Family::Key(key),
        (_, Share::EqualTurns | Share::WeightedTurns | Share::Rounded) => Family::Turns,
        (_, Share::EqualChance | Share::WeightedChance | Share::ByListing) => Family::Chance,
        _ => Family::Load,
    }
}

/// Whether a strategy uses weights.
pub(super) fn weighs(id: StrategyId) -> bool {
    use StrategyId::*;
    let equal = matches!(
        id.share(),
        Share::EqualTurns | Share::EqualChance | Share::ByListing
    );
    !equal
        && !matches!(
            id,
            LeastResponseTime | Pull | FirstFit | ShortestQueue | IdleQueue | WorkStealing
        )
}

/// Whether a hash is taken modulo the weights, so that a group's table is another.
fn hashes_into_a_table(id: StrategyId) -> bool {
    use StrategyId::*;
    matches!(id, IpHash | UriHash | HeaderHash | HaproxyMap | Maglev)
}

/// Whether rule groups share the strategy's turns; where they do not, each has its own, as in a
/// program.
fn groups_share_turns(id: StrategyId) -> bool {
    use StrategyId::*;
    matches!(id, RoundRobin | SmoothWrr | ExpandedWrr)
}

/// Whether a retry that chooses again comes to the same server, since the request has a key.
pub(super) fn retries_by_key(scenario: &Scenario) -> bool {
    let by_key = matches!(family(&scenario.balancer.strategy), Family::Key(_));
    let retry_policy = &scenario.retry_policy;
    by_key && retry_policy.retries > 0 && retry_policy.resend.to == RetryTo::Any
}

/// How a group of servers is called: that of a rule, or of all.
pub(super) fn group_name(rule: Option<usize>) -> String {
    rule.map_or("all".into(), |rule| format!("rule{}", rule + 1))
}

/// The groups: each rule's, then all servers.
pub(super) fn groups(scenario: &Scenario) -> impl Iterator<Item = (String, Vec<usize>)> {
    let servers = 0..scenario.servers.len();
    let all = (group_name(None), servers.clone().collect());
    scenario
        .balancer
        .rules
        .iter()
        .enumerate()
        .map(move |(i, rule)| {
            // As strategies see them: each once, in order.
            let members = servers
                .clone()
                .filter(|&s| rule.servers.contains(&(s as u16)));
            (group_name(Some(i)), members.collect())
        })
        .chain([all])
}

/// Connections that a server takes, those that wait there included; none: any number. The
/// strategies that fill slots leave a task at the balancer until one is free.
pub(super) fn connections(scenario: &Scenario, server: usize) -> Option<u32> {
    let s = &scenario.servers[server];
    if scenario.balancer.strategy.id.pools() {
        Some(s.slots)
    } else {
        s.queue.map(|queue| s.slots + queue)
    }
}

/// Whether a server may be in a list of a program that has no word for one that takes nothing new.
pub(super) fn takes_new(server: &ServerConfig) -> bool {
    let leaves = matches!(server.state, ServerState::Draining | ServerState::Down);
    !leaves && server.weight > 0
}

/// Whether some server takes no more than a number of connections.
pub(super) fn is_limited(scenario: &Scenario) -> bool {
    (0..scenario.servers.len()).any(|s| connections(scenario, s).is_some())
}

/// The requests that the balancer may have in progress.
pub(super) fn admitted(scenario: &Scenario) -> Option<u32> {
    let b = &scenario.balancer;
    [b.dispatcher.connections, b.shed_above]
        .into_iter()
        .flatten()
        .min()
}

/// Text with all that could mean something to a reader of configurations as `\xHH`.
pub(super) fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"/_-".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            _ = write!(escaped, "\\x{byte:02x}");
        }
        escaped
    })
}

/// A duration in whole milliseconds, at least one.
pub(super) fn ms(seconds: f64) -> u64 {
    (seconds * 1000.0).round().max(1.0) as u64
}

/// Text as YAML reads it in double quotes.
pub(super) fn quoted(text: &str) -> String {
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

/// Milliseconds in seconds, as Envoy and Traefik write them.
pub(super) fn seconds(ms: u64) -> String {
    format!("{}.{:03}s", ms / 1000, ms % 1000)
}

/// The head of a configuration: what it is, and in a line each what is lost.
pub(super) fn head(scenario: &Scenario, program: &str, own: &[(bool, &str)]) -> String {
    let b = &scenario.balancer;
    let name: String = scenario
        .name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let in_a_row = format!("failures in a row; {program} counts those within the ejection");
    // These two know neither drain, panic nor slow start.
    let is_plain = matches!(program, "Traefik" | "Caddy");
    let common = [
        (
            b.place == Place::Hardware,
            "the balancer is a device; here it is a program that could read requests",
        ),
        (
            b.place == Place::Hybrid,
            "a device in front deals requests out to several such programs",
        ),
        (
            b.dispatcher.decisions_per_s.is_some(),
            "decisions take time; a program decides as fast as it can",
        ),
        (
            b.dispatcher.latency_s > 0.0,
            "the way to the servers takes time; a network does that by itself",
        ),
        (
            b.load_refresh_s.is_some(),
            "load is reported now and then; a program goes by its own counts",
        ),
        (
            !scenario.faults.is_empty(),
            "servers fail and recover by plan",
        ),
        (!scenario.changes.is_empty(), "numbers change by plan"),
        (
            scenario.autoscaler.is_on(),
            "an autoscaler switches servers on and off; here all are listed",
        ),
        (
            scenario.has_places(),
            "servers have levels of priority and zones; here they are one group",
        ),
        (
            scenario.connections != Connections::default(),
            "clients hold connections as the scenario says, and a server is picked for each; here \
             clients hold their own, and a server is picked for each request",
        ),
        (
            is_plain && scenario.servers.iter().any(|server| server.backup),
            "backups take nothing until no other is left; here they are as the others",
        ),
        (
            scenario.retry_policy.budget.is_some() && program != "Envoy",
            "retries have a budget",
        ),
        (
            scenario.retry_policy.timeout_s.is_some(),
            "a request that is given up keeps its place; here it leaves",
        ),
        (
            !b.rules.is_empty() && groups_share_turns(b.strategy.id),
            "all groups share one turn; here each has its own",
        ),
        (
            !b.rules.is_empty() && hashes_into_a_table(b.strategy.id),
            "a group is the table of all without the others; here it has its own",
        ),
        (
            is_plain && !scenario.servers.iter().all(takes_new),
            "servers that drain, are down or have no weight are left out",
        ),
        (is_plain && b.health.max_fails.is_some(), &in_a_row),
        (
            is_plain && b.health.panic_share > 0.0,
            "when most servers are unhealthy, all are used",
        ),
        (
            is_plain && b.health.slow_start_s.is_some(),
            "a server that returns begins slowly",
        ),
        (
            true,
            "arrivals, sizes, clients, speeds and seed; a configuration does not have them",
        ),
    ];
    let mut text = format!(
        "# Scenario \"{name}\", strategy {}, as a configuration for {program}.\n",
        b.strategy.id
    );
    for (_, lost) in common.iter().chain(own).filter(|(is, _)| *is) {
        _ = writeln!(text, "# Lost: {lost}.");
    }
    text
}

/// A network with the bits beyond its length cleared, without which programs warn.
pub(super) fn network(pattern: &str) -> String {
    let (address, bits) = rules::network(pattern).unwrap_or((Ipv4Addr::UNSPECIFIED, 32));
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    format!("{}/{bits}", Ipv4Addr::from(u32::from(address) & mask))
}
