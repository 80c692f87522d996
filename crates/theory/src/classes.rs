//! The classes of tasks that a rule table makes, and how popular they are.

use crate::conditions::{self, holds};
use crate::reason::Reason;
use equipoise_engine::balance::Mask;
use equipoise_engine::balance::rules::RuleTable;
use equipoise_engine::scenario::{KeySource, Rule, Scenario};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// The tasks of a rule, or those that no rule matches.
#[derive(Clone, Copy)]
pub(crate) struct Class {
    /// The rule's group, or all servers.
    pub(crate) group: Mask,
    /// Those of them that are up; none is empty unless it says so.
    pub(crate) eligible: Mask,
    /// Of a task to be one of them.
    pub(crate) probability: f64,
    rule: Option<usize>,
}

/// The classes of a scenario. Client, URL and tenant are drawn independently: the probability of a
/// class is the sum, over its combinations of keys, of the products of their probabilities.
pub(crate) struct Classes {
    table: RuleTable,
    all: Mask,
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
            all: Mask::all(n),
            up: Mask::of(n, |j| conditions::is_up(&scenario.servers[j])),
            groups: [
                groups(KeySource::Ip, &clients, rules, population, n),
                groups(KeySource::Url, &urls, rules, population, n),
                groups(KeySource::Header, &tenants, rules, population, n),
            ],
        }
    }

    /// The classes with their probabilities among the tasks that find a server.
    ///
    /// # Errors
    /// If no task finds a server.
    pub(crate) fn all(&self) -> Result<Vec<Class>, Reason> {
        let mut classes = self.with(None);
        let total: f64 = classes.iter().map(|class| class.probability).sum();
        holds(total > 0.0, Reason::NoServer)?;
        for class in &mut classes {
            class.probability /= total;
        }
        Ok(classes)
    }

    /// The sets of eligible servers, none twice, with their probabilities among the tasks that find
    /// a server.
    ///
    /// # Errors
    /// If no task finds a server.
    pub(crate) fn sets(&self) -> Result<Vec<(Mask, f64)>, Reason> {
        let mut sets: Vec<(Mask, f64)> = Vec::new();
        for class in self.all()? {
            match sets.iter_mut().find(|(set, _)| *set == class.eligible) {
                Some((_, probability)) => *probability += class.probability,
                None => sets.push((class.eligible, class.probability)),
            }
        }
        Ok(sets)
    }

    /// The classes of tasks with this key. Their probabilities sum to less than 1 if some of these
    /// tasks find no server.
    pub(crate) fn with(&self, key: Option<(KeySource, u32)>) -> Vec<Class> {
        let mut classes = self.every(key);
        classes.retain(|class| !class.eligible.is_empty());
        classes
    }

    /// The fraction of all tasks that find a server; exactly 1 if all do.
    ///
    /// # Errors
    /// If no task finds a server.
    pub(crate) fn found(&self) -> Result<f64, Reason> {
        let mut found = 0.0;
        let mut lost = 0.0;
        for class in self.every(None) {
            if class.eligible.is_empty() {
                lost += class.probability;
            } else {
                found += class.probability;
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

    /// All classes, also those of which no server is up.
    fn every(&self, key: Option<(KeySource, u32)>) -> Vec<Class> {
        let clients = self.groups_with(KeySource::Ip, key);
        let urls = self.groups_with(KeySource::Url, key);
        let tenants = self.groups_with(KeySource::Header, key);
        let mut classes: Vec<Class> = Vec::new();
        for &(client, p) in &clients {
            for &(url, q) in &urls {
                for &(tenant, r) in &tenants {
                    let task = Task {
                        keys: [client, url, tenant],
                        ..Task::default()
                    };
                    let found = self.table.find(&task);
                    let rule = found.map(|(rule, _)| rule);
                    if let Some(class) = classes.iter_mut().find(|class| class.rule == rule) {
                        class.probability += p * q * r;
                        continue;
                    }
                    let group = found.map_or(self.all, |(_, group)| group);
                    classes.push(Class {
                        group,
                        eligible: self.up.and(group),
                        probability: p * q * r,
                        rule,
                    });
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
