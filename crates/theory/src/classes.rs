//! The classes of tasks that a rule table makes, and how popular they are.

use crate::conditions::{self, holds};
use crate::reason::Reason;
use equipoise_engine::balance::Mask;
use equipoise_engine::balance::rules::RuleTable;
use equipoise_engine::scenario::{KeySource, Rule, Scenario};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// The sets of servers that tasks may go to, with probabilities. Client, URL and tenant are drawn
/// independently: the probability of a class is the sum, over its combinations of keys, of the
/// products of their probabilities.
pub(crate) struct Classes {
    table: RuleTable,
    up: Mask,
    /// For clients, URLs and tenants: groups of keys that match the same rules, each as one of its
    /// keys and the probability of all.
    groups: [Vec<(u32, f64)>; 3],
}

impl Classes {
    /// The classes of a valid scenario.
    pub(crate) fn new(scenario: &Scenario, population: &Population) -> Self {
        let n = scenario.servers.len();
        let rules = &scenario.balancer.rules;
        let [clients, urls, tenants] = population.probabilities();
        Self {
            table: RuleTable::new(rules, population, n),
            up: Mask::of(n, |j| conditions::is_up(&scenario.servers[j])),
            groups: [
                groups(KeySource::Ip, &clients, rules, population, n),
                groups(KeySource::Url, &urls, rules, population, n),
                groups(KeySource::Header, &tenants, rules, population, n),
            ],
        }
    }

    /// The sets of eligible servers, none empty, with their probabilities among the tasks that find
    /// a server.
    ///
    /// # Errors
    /// If no task finds a server.
    pub(crate) fn all(&self) -> Result<Vec<(Mask, f64)>, Reason> {
        let classes = self.with(None);
        let total: f64 = classes.iter().map(|(_, probability)| probability).sum();
        holds(total > 0.0, Reason::NoServer)?;
        Ok(classes
            .into_iter()
            .map(|(mask, probability)| (mask, probability / total))
            .collect())
    }

    /// The sets of eligible servers, none empty, of tasks with this key. Their probabilities sum to
    /// less than 1 if some of these tasks find no server.
    pub(crate) fn with(&self, key: Option<(KeySource, u32)>) -> Vec<(Mask, f64)> {
        let mut classes = self.every(key);
        classes.retain(|(eligible, _)| !eligible.is_empty());
        classes
    }

    /// The fraction of all tasks that find a server; exactly 1 if all do.
    ///
    /// # Errors
    /// If no task finds a server.
    pub(crate) fn found(&self) -> Result<f64, Reason> {
        let mut found = 0.0;
        let mut lost = 0.0;
        for (eligible, probability) in self.every(None) {
            if eligible.is_empty() {
                lost += probability;
            } else {
                found += probability;
            }
        }
        holds(found > 0.0, Reason::NoServer)?;
        Ok(if lost == 0.0 { 1.0 } else { found })
    }

    /// The groups of keys of one kind; only `key` itself where it is of this kind.
    fn groups_with(&self, source: KeySource, key: Option<(KeySource, u32)>) -> Vec<(u32, f64)> {
        match key {
            Some((of, key)) if of == source => vec![(key, 1.0)],
            _ => self.groups[source as usize].clone(),
        }
    }

    /// The sets of eligible servers, the empty set included.
    fn every(&self, key: Option<(KeySource, u32)>) -> Vec<(Mask, f64)> {
        let clients = self.groups_with(KeySource::Ip, key);
        let urls = self.groups_with(KeySource::Url, key);
        let tenants = self.groups_with(KeySource::Header, key);
        let mut classes: Vec<(Mask, f64)> = Vec::new();
        for &(client, p) in &clients {
            for &(url, q) in &urls {
                for &(tenant, r) in &tenants {
                    let task = Task {
                        keys: [client, url, tenant],
                        ..Task::default()
                    };
                    let eligible = self
                        .table
                        .find(&task)
                        .map_or(self.up, |(_, group)| self.up.and(group));
                    match classes.iter_mut().find(|c| c.0 == eligible) {
                        Some(class) => class.1 += p * q * r,
                        None => classes.push((eligible, p * q * r)),
                    }
                }
            }
        }
        classes
    }
}

/// The keys of one kind, grouped by the rules that they match.
fn groups(
    source: KeySource,
    probabilities: &[f64],
    rules: &[Rule],
    population: &Population,
    servers: usize,
) -> Vec<(u32, f64)> {
    let tables: Vec<RuleTable> = rules
        .iter()
        .filter(|rule| rule.by == source)
        .map(|rule| RuleTable::new(std::slice::from_ref(rule), population, servers))
        .collect();
    let mut groups: Vec<(Vec<bool>, u32, f64)> = Vec::new();
    for (key, &probability) in (0..).zip(probabilities) {
        let task = Task::with_keys(key);
        let matching: Vec<bool> = tables
            .iter()
            .map(|table| table.find(&task).is_some())
            .collect();
        match groups.iter_mut().find(|group| group.0 == matching) {
            Some(group) => group.2 += probability,
            None => groups.push((matching, key, probability)),
        }
    }
    groups
        .into_iter()
        .map(|(_, key, probability)| (key, probability))
        .collect()
}
