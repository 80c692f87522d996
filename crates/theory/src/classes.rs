//! The classes of tasks that a rule table makes, and how popular they are.

use super::Reason;
use super::conditions::holds;
use equipoise_engine::balance::Mask;
use equipoise_engine::balance::rules::RuleTable;
use equipoise_engine::scenario::{KeySource, Rule, Scenario, ServerState};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// Which servers tasks may go to, with probabilities. Client, URL and tenant are drawn
/// independently, so the probability of a class is the sum of products over the keys that make it
/// up.
pub struct Classes {
    table: RuleTable,
    up: Mask,
    /// For clients, URLs and tenants: keys that fit the same rules stand together, as one of them
    /// and the probability of all.
    alike: [Vec<(u32, f64)>; 3],
}

impl Classes {
    /// The classes of a valid scenario.
    pub fn new(scenario: &Scenario, population: &Population) -> Self {
        let n = scenario.servers.len();
        let rules = &scenario.balancer.rules;
        let [clients, urls, tenants] = population.probabilities();
        let group =
            |source, probabilities: &[f64]| alike(source, probabilities, rules, population, n);
        Self {
            table: RuleTable::new(rules, population, n),
            up: Mask::of(n, |j| scenario.servers[j].state == ServerState::Up),
            alike: [
                group(KeySource::Ip, &clients),
                group(KeySource::Url, &urls),
                group(KeySource::Header, &tenants),
            ],
        }
    }

    /// The sets of eligible servers, none empty, with their probabilities among the tasks that find
    /// a server. With `key`, among tasks with that key.
    ///
    /// # Errors
    /// If no task finds a server.
    pub fn all(&self) -> Result<Vec<(Mask, f64)>, Reason> {
        let classes = self.with(None);
        let total: f64 = classes.iter().map(|c| c.1).sum();
        holds(total > 0.0, Reason::NoServer)?;
        Ok(classes
            .into_iter()
            .map(|(mask, p)| (mask, p / total))
            .collect())
    }

    /// The sets of eligible servers, none empty, of tasks with this key; their probabilities sum to
    /// less than 1 if some such tasks find no server.
    pub fn with(&self, key: Option<(KeySource, u32)>) -> Vec<(Mask, f64)> {
        self.every(key)
            .into_iter()
            .filter(|class| !class.0.is_empty())
            .collect()
    }

    /// The part of all tasks that find a server; 1 exactly if all do.
    ///
    /// # Errors
    /// If none does.
    pub fn found(&self) -> Result<f64, Reason> {
        let classes = self.every(None);
        let sum = |empty: bool| {
            classes
                .iter()
                .filter(|c| c.0.is_empty() == empty && c.1 > 0.0)
                .map(|c| c.1)
                .sum::<f64>()
        };
        holds(sum(false) > 0.0, Reason::NoServer)?;
        Ok(if sum(true) == 0.0 { 1.0 } else { sum(false) })
    }

    fn every(&self, key: Option<(KeySource, u32)>) -> Vec<(Mask, f64)> {
        let fixed = |source| match key {
            Some((of, key)) if of == source => vec![(key, 1.0)],
            _ => self.alike[source as usize].clone(),
        };
        let (clients, urls, tenants) = (
            fixed(KeySource::Ip),
            fixed(KeySource::Url),
            fixed(KeySource::Header),
        );
        let mut classes: Vec<(Mask, f64)> = Vec::new();
        for &(client, p) in &clients {
            for &(url, q) in &urls {
                for &(tenant, r) in &tenants {
                    let task = Task {
                        client,
                        url,
                        tenant,
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

/// Puts together the keys that fit the same rules.
fn alike(
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
    let fits = |key: u32| -> Vec<bool> {
        let task = Task {
            client: key,
            url: key,
            tenant: key,
            ..Task::default()
        };
        tables
            .iter()
            .map(|table| table.find(&task).is_some())
            .collect()
    };
    let mut groups: Vec<(Vec<bool>, u32, f64)> = Vec::new();
    for (key, &probability) in probabilities.iter().enumerate() {
        let fitting = fits(key as u32);
        match groups.iter_mut().find(|g| g.0 == fitting) {
            Some(group) => group.2 += probability,
            None => groups.push((fitting, key as u32, probability)),
        }
    }
    groups
        .into_iter()
        .map(|(_, key, probability)| (key, probability))
        .collect()
}
