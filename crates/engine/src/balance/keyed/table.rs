//! Which server each key belongs to, computed in advance.

use super::Key;
use crate::balance::{Cluster, Mask, StrategyConfig};
use crate::workload::clients::Population;
use std::sync::Arc;

/// What a table is made from.
#[derive(Clone, Copy, Debug)]
pub struct TableInput<'a> {
    /// All servers' weights.
    pub weights: &'a [u32],
    /// Their addresses.
    pub addresses: &'a [String],
    /// The strategy's settings.
    pub config: &'a StrategyConfig,
    /// The eligible servers.
    pub eligible: Mask,
    /// Under slow start, the sixteenths of its weight that each server has; empty: all of it.
    pub warm: &'a [u8],
    /// All keys.
    pub population: &'a Population,
    /// Their hashes.
    pub hashes: &'a [u64],
}

impl TableInput<'_> {
    /// The weight of `server`.
    pub fn weight(&self, server: usize) -> f64 {
        f64::from(self.weights[server])
    }

    /// The part of `whole` that `server` has under slow start: none of nothing, else at least 1.
    pub fn warm_part(&self, server: usize, whole: u32) -> u32 {
        let part = self.warm.get(server).copied().unwrap_or(WHOLE);
        (whole * u32::from(part) / u32::from(WHOLE)).max(whole.min(1))
    }

    /// The key with this number, as text.
    pub fn key(&self, index: usize) -> String {
        Key::of(self.config.key, self.population, index).text()
    }
}

/// The sixteenths of a whole weight.
const WHOLE: u8 = 16;

/// The sixteenths of their weights that servers have under HAProxy's slow start, which begins with
/// one and ends with sixteen (`server_recalc_eweight`, 2.6); empty if all have all of it.
pub(in crate::balance) fn warm_sixteenths(cluster: &Cluster, weights: &[u32]) -> Vec<u8> {
    let sixteenths = weights.iter().enumerate().map(|(server, &whole)| {
        let part = f64::from(WHOLE) * cluster.weight(server) / f64::from(whole.max(1));
        (part as u8 + 1).min(WHOLE)
    });
    let sixteenths: Vec<u8> = sixteenths.collect();
    if sixteenths.iter().all(|&part| part == WHOLE) {
        return Vec::new();
    }
    sixteenths
}

/// The places that hashes fall on, and the server that owns each place.
#[derive(Clone, Debug, Default)]
pub struct KeyTable {
    /// The server of each place.
    pub owners: Vec<u16>,
    /// How many places each server owns, counted once for all explanations.
    pub owned: Vec<u32>,
    /// The place of every key.
    pub places: Vec<u32>,
    /// The server of every key's place, looked up in advance.
    pub homes: Vec<u16>,
    /// For a ring: the hash of each point, ascending, and the number of possible hashes.
    pub ring: Option<(Vec<u64>, f64)>,
    /// The share of all hashes that each server owns.
    pub shares: Vec<f64>,
    /// Bounded load: the sum of the weights before each server, and the total at the end.
    pub before: Arc<[u64]>,
    /// Bounded load: the sum of the eligible servers' weights.
    pub present: u64,
}

impl KeyTable {
    /// The first of `tries` places from the key's on whose owner `accepts`, and the number of the
    /// try, from 1.
    pub fn walk(
        &self,
        key: usize,
        tries: u32,
        accepts: impl Fn(usize) -> bool,
    ) -> Option<(u16, u32)> {
        let place = self.places[key] as usize;
        let ahead = self.owners[place..].iter().chain(&self.owners[..place]);
        ahead
            .copied()
            .take(tries as usize)
            .zip(1..)
            .find(|&(owner, _)| accepts(usize::from(owner)))
    }

    /// The server of every key's place; of none where no server has a place.
    pub fn homes(&self) -> Vec<u16> {
        let owners = self.places.iter();
        owners
            .map_while(|&place| self.owners.get(place as usize).copied())
            .collect()
    }

    /// How many places each of these servers owns.
    pub fn count(&self, servers: usize) -> Vec<u32> {
        let mut owned = vec![0; servers];
        for &owner in &self.owners {
            owned[usize::from(owner)] += 1;
        }
        owned
    }

    /// A row of slots: a hash falls on slot hash mod their number.
    pub fn slots(input: &TableInput, owners: Vec<u16>) -> Self {
        let n = owners.len() as u64;
        let mut shares = vec![0.0; input.weights.len()];
        for &owner in &owners {
            shares[usize::from(owner)] += 1.0 / n as f64;
        }
        let places = input.hashes.iter().map(|hash| (hash % n) as u32).collect();
        Self {
            owners,
            places,
            shares,
            ..Self::default()
        }
    }
}
