//! Rendezvous: every server draws a number for the key, and the highest has it.
//!
//! Source: Thaler and Ravishankar, "Using name-based mappings to increase hit rates" (1998); with
//! weights the logarithmic method of Schindelhauer and Schomaker (2005). State: none. A server of
//! weight w scores w / −ln u, where u in (0, 1) is mixed from the XXH64 of its address and of the
//! key. Ties go to the server declared first. When a server goes, its keys alone move, spread over
//! the rest by weight. Weakness: all servers are asked for each new key.

use super::{HashScheme, Scheme, SkipRule, Table, TableInput, xxh64_of};
use crate::balance::xxh64::{mix, xxh64};

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Rendezvous;

impl HashScheme for Rendezvous {
    const SCHEME: Scheme = Scheme {
        rule: "rendezvous",
        hash: xxh64_of,
        table,
        skip: SkipRule::Never,
        score: Some(score),
    };
}

/// A number in (0, 1) from the top 53 bits.
fn unit(bits: u64) -> f64 {
    ((bits >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

fn of_address(weight: u32, address: u64, hash: u64) -> f64 {
    f64::from(weight) / -libm::log(unit(mix(address ^ hash)))
}

fn score(input: &TableInput, server: usize, hash: u64) -> f64 {
    of_address(
        input.weights[server],
        xxh64(input.addresses[server].as_bytes(), 0),
        hash,
    )
}

fn table(input: &TableInput) -> Table {
    let known = |s: usize| (s, input.weights[s], xxh64(input.addresses[s].as_bytes(), 0));
    let servers: Vec<(usize, u32, u64)> = input.eligible.iter().map(known).collect();
    let sum: f64 = servers.iter().map(|s| f64::from(s.1)).sum();
    // With equal weights the order of scores is that of u, and the logarithms can be spared.
    let equal = servers.iter().all(|s| s.1 == servers[0].1);
    let highest = |&hash: &u64| {
        let mut best = (0, -1.0);
        for &(server, weight, address) in &servers {
            let score = if equal {
                unit(mix(address ^ hash))
            } else {
                of_address(weight, address, hash)
            };
            if score > best.1 {
                best = (server as u32, score);
            }
        }
        best.0
    };
    let mut shares = vec![0.0; input.weights.len()];
    servers
        .iter()
        .for_each(|s| shares[s.0] = f64::from(s.1) / sum);
    let owners = (0..input.weights.len() as u16).collect();
    Table {
        owners,
        places: input.hashes.iter().map(highest).collect(),
        shares,
        ..Table::default()
    }
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
        let share = |letter| letters.matches(letter).count() as f64 / 10_000.0;
        assert!((share('a') - 0.5).abs() < 0.02, "{}", share('a'));
        assert!((share('b') - 0.25).abs() < 0.02 && (share('c') - 0.25).abs() < 0.02);
    }
}
