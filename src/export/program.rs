//! What the exported configurations have in common: families of strategies, and groups of servers.

use crate::balance::{Share, StrategyConfig, StrategyId, rules};
use crate::scenario::{KeySource, RetryTo, Scenario, ServerConfig, ServerState};
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

/// A network with the bits beyond its length cleared, without which programs warn.
pub(super) fn network(pattern: &str) -> String {
    let (address, bits) = rules::network(pattern).unwrap_or((Ipv4Addr::UNSPECIFIED, 32));
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    format!("{}/{bits}", Ipv4Addr::from(u32::from(address) & mask))
}
