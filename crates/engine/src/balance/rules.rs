//! Rule tables: the first rule that matches a task names the group of servers it may go to.
//!
//! This is what `location` blocks, access lists and virtual hosts do in front of a strategy. As
//! nginx and HAProxy have an upstream or a backend for each, every group has a strategy with turns
//! and tables of its own, which knows no other servers. All keys that can occur are known in
//! advance, so each rule is matched against each key once, and a task costs a look-up.

use super::Mask;
use crate::workload::clients::Population;
use crate::workload::{KeySource, Task};
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use std::sync::Arc;

/// A row of a rule table: tasks that match `pattern` go to this group of servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The key that the pattern is compared with.
    pub by: KeySource,
    /// `ip`: a network such as `10.0.3.0/24`. `url`: the beginning of a path. `header`: the whole
    /// value.
    pub pattern: String,
    /// The group: indices of servers.
    pub servers: Vec<u16>,
}

/// A rule table, compiled.
#[derive(Clone, Debug, Default)]
pub struct RuleTable(Arc<[CompiledRule]>);

#[derive(Clone, Debug)]
struct CompiledRule {
    by: KeySource,
    /// Whether it matches, for every key of its kind.
    matches: Vec<bool>,
    group: Mask,
}

impl RuleTable {
    /// Computes for every key which of these valid rules match.
    pub fn new(rules: &[Rule], population: &Population, servers: usize) -> Self {
        let compiled = rules.iter().map(|rule| CompiledRule {
            by: rule.by,
            matches: matching_keys(rule, population),
            group: Mask::of(servers, |s| rule.servers.contains(&(s as u16))),
        });
        Self(compiled.collect())
    }

    /// The first rule that matches, and its group.
    #[inline]
    pub fn find(&self, task: &Task) -> Option<(usize, Mask)> {
        self.0
            .iter()
            .enumerate()
            .find_map(|(i, rule)| rule.matches[task.key(rule.by)].then_some((i, rule.group)))
    }

    /// The group of each rule.
    pub fn groups(&self) -> impl Iterator<Item = Mask> {
        self.0.iter().map(|rule| rule.group)
    }
}

/// The weights as the balancer of a group knows them: other servers have none. Where no server of
/// the group has one, so that no task goes there, all have 1: no strategy divides by nothing.
pub fn weights_in(group: Mask, weights: &[u32]) -> impl Iterator<Item = u32> {
    let is_idle = group.iter().all(|server| weights[server] == 0);
    let of = move |(server, &weight)| match group.has(server) {
        _ if is_idle => 1,
        true => weight,
        false => 0,
    };
    weights.iter().enumerate().map(of)
}

/// Whether `rule` matches, for every key of its kind.
fn matching_keys(rule: &Rule, population: &Population) -> Vec<bool> {
    match rule.by {
        KeySource::Ip => {
            let network = network(&rule.pattern);
            let addresses = population.addresses.iter();
            addresses
                .map(|&address| network.is_some_and(|n| contains(n, address)))
                .collect()
        }
        KeySource::Url => {
            let urls = population.urls.iter();
            urls.map(|url| url.starts_with(&rule.pattern)).collect()
        }
        KeySource::Header => {
            let tenants = population.tenants.iter();
            tenants.map(|value| *value == rule.pattern).collect()
        }
    }
}

/// Reads a network such as `10.0.3.0/24`; a bare address is a network of one.
pub fn network(text: &str) -> Option<(Ipv4Addr, u32)> {
    let (address, bits) = text.split_once('/').unwrap_or((text, "32"));
    let bits = bits.parse().ok().filter(|&b| b <= 32)?;
    Some((address.parse().ok()?, bits))
}

fn contains((network, bits): (Ipv4Addr, u32), address: Ipv4Addr) -> bool {
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    u32::from(network) & mask == u32::from(address) & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(text: &str, address: [u8; 4]) -> bool {
        contains(network(text).expect(text), address.into())
    }

    #[test]
    fn networks_contain_their_addresses() {
        assert!(inside("10.0.3.0/24", [10, 0, 3, 77]) && !inside("10.0.3.0/24", [10, 0, 4, 77]));
        assert!(inside("0.0.0.0/0", [1, 2, 3, 4]) && inside("10.0.0.7", [10, 0, 0, 7]));
        assert_eq!(network("10.0.0.0/33"), None);
        assert_eq!(network("ten"), None);
    }
}
