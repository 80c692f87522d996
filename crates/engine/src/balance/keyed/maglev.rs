//! Maglev: a large table of slots that the servers fill in turn, each in an order of its own.
//!
//! Source: Eisenbud and others, "Maglev" (NSDI 2016), as Envoy does it. State: none. The table has
//! M = 65537 slots, a prime. A server's order begins at XXH64(address) mod M and goes on in steps
//! of XXH64(address, seed 1) mod (M − 1) + 1. The servers, sorted by address, take the next free
//! slot of their order in turn, a light one not in every round. A key belongs to slot XXH64(key)
//! mod M. The table is made anew from the servers that are up. Weakness: when one goes, a few more
//! keys move than its own.

use super::{HashScheme, Scheme, SkipRule, Table, TableInput, xxh64_of};
use crate::balance::xxh64::xxh64;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Maglev;

impl HashScheme for Maglev {
    const SCHEME: Scheme = Scheme {
        rule: "maglev",
        hash: xxh64_of,
        table,
        skip: SkipRule::Never,
        score: None,
    };
}

/// Slots in the table, as Envoy has by default.
const SLOTS: u64 = 65_537;

fn table(input: &TableInput) -> Table {
    Table::slots(input, fill(input, SLOTS))
}

/// A server on its way through its order.
struct Entry {
    server: u16,
    slot: u64,
    step: u64,
    /// Its part of the weights, and the sum of the largest parts of the rounds in which it took a
    /// slot.
    weight: f64,
    due: f64,
}

fn fill(input: &TableInput, slots: u64) -> Vec<u16> {
    const FREE: u16 = u16::MAX;
    let mut servers: Vec<usize> = Vec::new();
    for s in input.eligible.iter() {
        let place =
            servers.partition_point(|&before| input.addresses[before] <= input.addresses[s]);
        servers.insert(place, s);
    }
    let sum: f64 = servers.iter().map(|&s| f64::from(input.weights[s])).sum();
    let entry = |&s: &usize| {
        let address = input.addresses[s].as_bytes();
        let (slot, step) = (
            xxh64(address, 0) % slots,
            xxh64(address, 1) % (slots - 1) + 1,
        );
        Entry {
            server: s as u16,
            slot,
            step,
            weight: f64::from(input.weights[s]) / sum,
            due: 0.0,
        }
    };
    let mut entries: Vec<Entry> = servers.iter().map(entry).collect();
    let largest = entries.iter().map(|e| e.weight).fold(0.0, f64::max);
    let mut table = vec![FREE; slots as usize];
    let (mut filled, mut round) = (0, 1.0);
    while filled < slots {
        for entry in &mut entries {
            if filled == slots {
                break;
            }
            if round * entry.weight < entry.due {
                continue;
            }
            entry.due += largest;
            while table[entry.slot as usize] != FREE {
                entry.slot = (entry.slot + entry.step) % slots;
            }
            table[entry.slot as usize] = entry.server;
            filled += 1;
        }
        round += 1.0;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::{Mask, StrategyConfig};

    fn filled(weights: &[u32], slots: u64) -> Vec<u16> {
        let addresses: Vec<String> = (0..weights.len())
            .map(|i| format!("127.0.0.1:{}", 90 + i))
            .collect();
        let config = StrategyConfig::default();
        let eligible = Mask::of(weights.len(), |_| true);
        fill(
            &TableInput {
                weights,
                addresses: &addresses,
                config: &config,
                eligible,
                hashes: &[],
            },
            slots,
        )
    }

    /// `maglev_lb_test.cc` of Envoy.
    #[test]
    fn the_table_is_envoys() {
        assert_eq!(filled(&[1; 6], 7), [2, 4, 0, 1, 5, 0, 3]);
        assert_eq!(
            filled(&[1, 2], 17),
            [1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1]
        );
    }
}
