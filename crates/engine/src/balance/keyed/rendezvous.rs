//! Rendezvous (highest random weight): every server gets a score for the key, and the highest wins.
//!
//! Source: Thaler and Ravishankar, "Using name-based mappings to increase hit rates" (1998); with
//! weights, the logarithmic method of Schindelhauer and Schomaker (2005). State: none. A server of
//! weight w scores w / −ln u, where u in (0, 1) is mixed from the XXH64 of its address and of the
//! key. Ties go to the server declared first. When a server leaves, only its own keys move, spread
//! over the others by weight. Weakness: each new key takes a score for every server.

use super::{HashScheme, KeyTable, Scheme, SkipRule, TableInput, xxh64_of};
use crate::balance::xxh64::{mix, xxh64};

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Rendezvous;

impl HashScheme for Rendezvous {
    const SCHEME: Scheme = Scheme {
        rule: "rendezvous",
        fields: &["key"],
        hash: xxh64_of,
        table,
        skip: SkipRule::Never,
        warms: false,
        score: Some(score),
    };
}

/// A number in (0, 1) from the top 53 bits.
fn unit(bits: u64) -> f64 {
    ((bits >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

fn score_of_address(weight: u32, address: u64, hash: u64) -> f64 {
    f64::from(weight) / -libm::log(unit(mix(address ^ hash)))
}

fn score(input: &TableInput, server: usize, key: usize) -> f64 {
    score_of_address(
        input.weights[server],
        xxh64(input.addresses[server].as_bytes(), 0),
        input.hashes[key],
    )
}

fn table(input: &TableInput) -> KeyTable {
    let servers: Vec<Hashed> = input
        .eligible
        .iter()
        .map(|server| Hashed {
            server,
            weight: input.weights[server],
            address: xxh64(input.addresses[server].as_bytes(), 0),
        })
        .collect();
    let sum: f64 = servers.iter().map(|s| f64::from(s.weight)).sum();
    let equal = servers.iter().all(|s| s.weight == servers[0].weight);
    let mut shares = vec![0.0; input.weights.len()];
    for s in &servers {
        shares[s.server] = f64::from(s.weight) / sum;
    }
    let places = input
        .hashes
        .iter()
        .map(|&hash| highest(&servers, equal, hash) as u32)
        .collect();
    KeyTable {
        owners: (0..input.weights.len() as u16).collect(),
        places,
        shares,
        ..KeyTable::default()
    }
}

/// A server with the hash of its address.
struct Hashed {
    server: usize,
    weight: u32,
    address: u64,
}

/// The server with the highest score for `hash`. With `equal` weights scores are in the order of u,
/// so that no logarithm is needed.
fn highest(servers: &[Hashed], equal: bool, hash: u64) -> usize {
    let mut best = 0;
    let mut highest = -1.0;
    for s in servers {
        let score = if equal {
            unit(mix(s.address ^ hash))
        } else {
            score_of_address(s.weight, s.address, hash)
        };
        if score > highest {
            best = s.server;
            highest = score;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{Case, letters_for};

    /// 10,000 keys: four standard errors of a share of .5 are .02.
    #[test]
    fn shares_of_keys_follow_the_weights() {
        let keys: Vec<String> = (0..10_000).map(|i| format!("/{i}")).collect();
        let case = Case {
            keys: &keys,
            ..Case::new(StrategyId::Rendezvous, &[2, 1, 1], 10_000)
        };
        let letters = letters_for(&case);
        for (letter, expected) in [('a', 0.5), ('b', 0.25), ('c', 0.25)] {
            let share = letters.matches(letter).count() as f64 / 10_000.0;
            assert!((share - expected).abs() < 0.02, "{letter}: {share}");
        }
    }
}
