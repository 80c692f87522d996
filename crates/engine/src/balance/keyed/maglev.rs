//! Maglev: a large table of slots that the servers fill in turn, each in its own permutation.
//!
//! Source: Eisenbud and others, "Maglev" (NSDI 2016), as implemented by Envoy. State: none. The
//! table has M = 65537 slots, a prime. A server's permutation starts at XXH64(address) mod M and
//! proceeds in steps of XXH64(address, seed 1) mod (M − 1) + 1. The servers, sorted by address,
//! take the next free slot of their permutation in turn; a light server skips rounds. A key belongs
//! to slot XXH64(key) mod M. The table is rebuilt from the eligible servers. Weakness: when a
//! server leaves, a few more keys move than its own.

use super::{HashScheme, KeyTable, Scheme, SkipRule, TableInput, xxh64_of};
use crate::balance::xxh64::xxh64;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Maglev;

impl HashScheme for Maglev {
    const SCHEME: Scheme = Scheme {
        rule: "maglev",
        fields: &["key"],
        hash: xxh64_of,
        table,
        skip: SkipRule::Never,
        warms: false,
        score: None,
    };
}

/// Slots in the table, as in Envoy by default.
const SLOTS: u64 = 65_537;

fn table(input: &TableInput) -> KeyTable {
    KeyTable::slots(input, fill(input, SLOTS))
}

/// A server's permutation of the slots, and how far the server has got in it.
struct Permutation {
    server: u16,
    /// The next slot to try.
    slot: u64,
    step: u64,
    /// The server's share of the weights.
    weight: f64,
    /// The largest share, times the slots taken so far: the server waits until its share times the
    /// number of the round reaches this.
    due: f64,
}

impl Permutation {
    fn new(input: &TableInput, server: usize, sum_of_weights: f64, slots: u64) -> Self {
        let address = input.addresses[server].as_bytes();
        Self {
            server: server as u16,
            slot: xxh64(address, 0) % slots,
            step: xxh64(address, 1) % (slots - 1) + 1,
            weight: input.weight(server) / sum_of_weights,
            due: 0.0,
        }
    }
}

/// The owner of each of `slots` slots.
fn fill(input: &TableInput, slots: u64) -> Vec<u16> {
    const FREE: u16 = u16::MAX;
    let mut servers: Vec<usize> = Vec::new();
    for s in input.eligible.iter() {
        let place =
            servers.partition_point(|&before| input.addresses[before] <= input.addresses[s]);
        servers.insert(place, s);
    }
    let sum: f64 = servers.iter().map(|&s| input.weight(s)).sum();
    let mut permutations: Vec<Permutation> = servers
        .iter()
        .map(|&s| Permutation::new(input, s, sum, slots))
        .collect();
    let largest = permutations.iter().map(|p| p.weight).fold(0.0, f64::max);
    let mut table = vec![FREE; slots as usize];
    let mut filled = 0;
    let mut round = 1.0;
    while filled < slots {
        for p in &mut permutations {
            if filled == slots {
                break;
            }
            if round * p.weight < p.due {
                continue;
            }
            p.due += largest;
            while table[p.slot as usize] != FREE {
                p.slot = (p.slot + p.step) % slots;
            }
            table[p.slot as usize] = p.server;
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
    use crate::workload::Clients;
    use crate::workload::clients::Population;

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
                population: &Population::new(&Clients::default()),
                hashes: &[],
                warm: &[],
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
