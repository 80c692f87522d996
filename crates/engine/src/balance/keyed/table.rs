//! Which server each key falls to, laid out beforehand.

use crate::balance::{Mask, StrategyConfig};

/// What a table is made for.
#[derive(Clone, Copy, Debug)]
pub struct TableInput<'a> {
    /// All servers' weights.
    pub weights: &'a [u32],
    /// Their addresses.
    pub addresses: &'a [String],
    /// The strategy's settings.
    pub config: &'a StrategyConfig,
    /// The servers that may be picked.
    pub eligible: Mask,
    /// The hashes of all keys.
    pub hashes: &'a [u64],
}

/// Where hashes fall.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The server of each place.
    pub owners: Vec<u16>,
    /// For every key its place.
    pub places: Vec<u32>,
    /// Of a ring: the hash at which each place stands, ascending, and how many hashes there are.
    pub ring: Option<(Vec<u64>, f64)>,
    /// Each server's part of all hashes.
    pub shares: Vec<f64>,
    /// Bounded load: the weights before each server, and at the end all, as when the most servers
    /// were there.
    pub before: Vec<u64>,
    /// Bounded load: the weights of the servers that may be picked, added up.
    pub present: u64,
}

impl Table {
    /// A row of slots: a hash goes to slot hash mod their number.
    pub fn slots(input: &TableInput, owners: Vec<u16>) -> Self {
        let n = owners.len() as u64;
        let mut shares = vec![0.0; input.weights.len()];
        owners
            .iter()
            .for_each(|&owner| shares[usize::from(owner)] += 1.0 / n as f64);
        let places = input.hashes.iter().map(|hash| (hash % n) as u32).collect();
        Self {
            owners,
            places,
            shares,
            ..Self::default()
        }
    }
}
