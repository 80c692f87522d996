//! What copies of a strategy by key share: keys, hashes, and a table for each set of servers. A
//! table depends on nothing else, so it does not matter which copy asked for it first.

use super::{Key, KeyTable, Scheme, TableInput};
use crate::balance::{Mask, Setup, StrategyConfig};
use crate::workload::KeySource;
use crate::workload::clients::Population;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Sets of servers for which tables are kept: twice as many as a rule table has groups.
const TABLES_KEPT: usize = 64;

/// See the [module](self).
pub(super) struct Shared {
    scheme: &'static Scheme,
    weights: Vec<u32>,
    addresses: Vec<String>,
    pub(super) config: StrategyConfig,
    population: Population,
    /// The hash of every key.
    pub(super) hashes: Vec<u64>,
    tables: Mutex<Vec<(Mask, Arc<KeyTable>)>>,
}

/// Without the tables: which there are already says nothing of a copy's state.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut shared = f.debug_struct("Shared");
        shared.field("rule", &self.scheme.rule);
        shared.finish_non_exhaustive()
    }
}

impl Shared {
    pub(super) fn new(scheme: &'static Scheme, source: KeySource, setup: &Setup) -> Self {
        let population = setup.population;
        let keys = 0..population.count(source);
        Self {
            scheme,
            weights: setup.weights.to_vec(),
            addresses: setup.addresses.to_vec(),
            config: StrategyConfig {
                key: source,
                ..setup.config.clone()
            },
            population: population.clone(),
            hashes: keys
                .map(|i| (scheme.hash)(Key::of(source, population, i)))
                .collect(),
            tables: Mutex::default(),
        }
    }

    pub(super) fn input(&self, eligible: Mask) -> TableInput<'_> {
        TableInput {
            weights: &self.weights,
            addresses: &self.addresses,
            config: &self.config,
            eligible,
            population: &self.population,
            hashes: &self.hashes,
        }
    }

    pub(super) fn key(&self, index: usize) -> Key<'_> {
        Key::of(self.config.key, &self.population, index)
    }

    /// The table for these servers, at least one.
    pub(super) fn table(&self, servers: Mask) -> Arc<KeyTable> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, table)) = tables.iter().find(|(set, _)| *set == servers) {
            return Arc::clone(table);
        }
        if tables.len() >= TABLES_KEPT {
            tables.remove(0);
        }
        let mut table = (self.scheme.table)(&self.input(servers));
        table.owned = table.count(self.weights.len());
        table.homes = table.homes();
        let table = Arc::new(table);
        tables.push((servers, Arc::clone(&table)));
        table
    }
}
