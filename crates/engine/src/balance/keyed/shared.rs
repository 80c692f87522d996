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

/// A table, with its servers and their parts under slow start.
struct Kept {
    servers: Mask,
    warm: Vec<u8>,
    table: Arc<KeyTable>,
}

/// See the [module](self).
pub(super) struct Shared {
    scheme: &'static Scheme,
    pub(super) weights: Vec<u32>,
    addresses: Vec<String>,
    pub(super) config: StrategyConfig,
    population: Population,
    /// The hash of every key.
    pub(super) hashes: Vec<u64>,
    tables: Mutex<Vec<Kept>>,
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

    pub(super) fn input<'a>(&'a self, eligible: Mask, warm: &'a [u8]) -> TableInput<'a> {
        TableInput {
            warm,
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
    pub(super) fn table(&self, servers: Mask, warm: &[u8]) -> Arc<KeyTable> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = tables.iter();
        if let Some(kept) = kept.find(|kept| kept.servers == servers && kept.warm == warm) {
            return Arc::clone(&kept.table);
        }
        if tables.len() >= TABLES_KEPT {
            tables.remove(0);
        }
        let mut table = (self.scheme.table)(&self.input(servers, warm));
        table.owned = table.count(self.weights.len());
        table.homes = table.homes();
        let table = Arc::new(table);
        tables.push(Kept {
            servers,
            warm: warm.to_vec(),
            table: Arc::clone(&table),
        });
        table
    }
}
