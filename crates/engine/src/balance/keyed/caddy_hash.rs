//! Caddy's hashing: the highest hash of address and key together wins.
//!
//! Source: Caddy 2.11.7, `hostByHashing` in `modules/caddyhttp/reverseproxy/selectionpolicies.go`,
//! behind `ip_hash`, `uri_hash`, `header` and others: XXH64 of the server's address and the key,
//! one after the other. State: none. Ties go to the server declared first. When a server leaves,
//! only its own keys move, spread over the others. Weakness: weights do not matter.

use super::{HashScheme, KeyTable, Scheme, SkipRule, TableInput, xxh64_of};
use crate::balance::xxh64::xxh64;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct CaddyHash;

impl HashScheme for CaddyHash {
    const SCHEME: Scheme = Scheme {
        rule: "caddy-hash",
        fields: &["key"],
        hash: xxh64_of,
        table,
        skip: SkipRule::Never,
        warms: false,
        score: Some(score),
    };
    const WEIGHS: bool = false;
}

/// The server's number for a key.
fn hash(input: &TableInput, server: usize, key: &str) -> u64 {
    xxh64(format!("{}{key}", input.addresses[server]).as_bytes(), 0)
}

/// That number, as a fraction of 2⁶⁴.
fn score(input: &TableInput, server: usize, key: usize) -> f64 {
    hash(input, server, &input.key(key)) as f64 / libm::exp2(64.0)
}

fn table(input: &TableInput) -> KeyTable {
    let servers = input.weights.len();
    let mut shares = vec![0.0; servers];
    for server in input.eligible.iter() {
        shares[server] = 1.0 / input.eligible.len() as f64;
    }
    let places = (0..input.hashes.len()).map(|key| {
        let key = input.key(key);
        // Of equals the last of these is the one declared first.
        let highest = (0..servers)
            .rev()
            .filter(|&server| input.eligible.has(server))
            .max_by_key(|&server| hash(input, server, &key));
        highest.unwrap_or(0) as u32
    });
    KeyTable {
        places: places.collect(),
        owners: (0..servers as u16).collect(),
        shares,
        ..KeyTable::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::bare::{Case, letters_for};
    use crate::balance::{Mask, StrategyId};

    /// Servers on 127.0.0.1, at these ports.
    fn keyed(keys: impl Iterator<Item = String>, up: impl FnMut(usize) -> bool) -> String {
        let addresses = [18101, 18102, 18103].map(|port| format!("127.0.0.1:{port}"));
        let keys: Vec<String> = keys.collect();
        letters_for(&Case {
            addresses: &addresses,
            eligible: Some(Mask::of(3, up)),
            keys: &keys,
            ..Case::new(StrategyId::CaddyHash, &[5, 1, 1], keys.len())
        })
        .replace(' ', "")
    }

    /// What Caddy 2.11.7 prints for `lb_policy header X-K`, also with the first server down, and
    /// for `uri_hash`.
    #[test]
    fn keys_fall_as_caddys_do() {
        let keys = || (0..20).map(|i| format!("k{i}"));
        assert_eq!(keyed(keys(), |_| true), "cbccbabaaacbcacbaaba");
        assert_eq!(keyed(keys(), |s| s > 0), "cbccbbbbbccbcbcbbbbb");
        let paths = (0..20).map(|i| format!("/k{i}"));
        assert_eq!(keyed(paths, |_| true), "aacbcbacccacbccbcabb");
    }
}
