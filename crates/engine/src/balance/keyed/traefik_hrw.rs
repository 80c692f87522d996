//! Traefik's rendezvous hashing, in which weights decide almost everything.
//!
//! Source: Traefik 3.7.15, `pkg/server/service/loadbalancer/hrw/hrw.go` (`strategy: hrw`). State:
//! none. The server with the highest w / −ln s wins, s being the FNV-1a hash, over 2⁶⁴, of
//! the client's address followed by the server's URL. Ties go to the server declared first.
//! Weakness: FNV-1a hardly spreads the last bytes that it reads. URLs that differ in their last
//! character score almost alike, so that the heaviest server gets all clients, and equal ones get
//! unequal shares.

use super::{HashScheme, Key, KeyTable, Scheme, SkipRule, TableInput};
use crate::workload::KeySource;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct TraefikHrw;

impl HashScheme for TraefikHrw {
    const SCHEME: Scheme = Scheme {
        rule: "traefik-hrw",
        fields: &[],
        hash,
        table,
        skip: SkipRule::Never,
        warms: false,
        score: Some(score),
    };
    const ONLY_KEY: Option<KeySource> = Some(KeySource::Ip);
}

/// FNV-1a of these bytes after others whose hash is `before`.
fn fnv1a(before: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(before, |h, byte| {
        (h ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    })
}

/// FNV-1a of the client's address, which the server's URL continues.
fn hash(key: Key) -> u64 {
    fnv1a(0xcbf2_9ce4_8422_2325, key.text().as_bytes())
}

fn score(input: &TableInput, server: usize, key: usize) -> f64 {
    let scheme = fnv1a(input.hashes[key], b"http://");
    let hash = fnv1a(scheme, input.addresses[server].as_bytes());
    input.weight(server) / -libm::log(hash as f64 / libm::exp2(64.0))
}

fn table(input: &TableInput) -> KeyTable {
    let servers = input.weights.len();
    let mut places = Vec::with_capacity(input.hashes.len());
    let mut shares = vec![0.0; servers];
    for key in 0..input.hashes.len() {
        let (mut highest, mut best) = (-1.0, 0);
        for server in input.eligible.iter() {
            let score = score(input, server, key);
            if score > highest {
                highest = score;
                best = server;
            }
        }
        places.push(best as u32);
        // As many keys as there are tell its share; the hash does not divide evenly.
        shares[best] += 1.0 / input.hashes.len() as f64;
    }
    KeyTable {
        owners: (0..servers as u16).collect(),
        places,
        shares,
        ..KeyTable::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{Case, letters_for};

    fn clients(weights: &[u32], addresses: &[&str], keys: &[String]) -> String {
        let addresses: Vec<String> = addresses.iter().map(|&a| a.into()).collect();
        letters_for(&Case {
            addresses: &addresses,
            keys,
            ..Case::new(StrategyId::TraefikHrw, weights, keys.len())
        })
        .replace(' ', "")
    }

    const PORTS: [&str; 4] = [
        "127.0.0.1:18101",
        "127.0.0.1:18102",
        "127.0.0.1:18103",
        "127.0.0.1:18104",
    ];

    /// What Traefik 3.7.15 does for clients 127.0.i.(i+1): equal servers, and weights with which
    /// the heaviest takes all.
    #[test]
    fn clients_fall_as_traefiks_do() {
        let keys: Vec<String> = (0..24).map(|i| format!("127.0.{i}.{}", i + 1)).collect();
        let equal = clients(&[1, 1, 1], &PORTS[..3], &keys);
        assert_eq!(equal, "ababababacbbbbbbbbbaaaaa");
        for weights in [&[5, 1, 1][..], &[3, 2, 1], &[7, 5, 3, 2]] {
            let picks = clients(weights, &PORTS[..weights.len()], &keys);
            assert_eq!(picks, "a".repeat(24), "{weights:?}");
        }
        assert_eq!(clients(&[1, 2], &PORTS[..2], &keys), "b".repeat(24));
    }

    /// A port after the part that differs spreads it.
    #[test]
    fn what_follows_the_difference_spreads_it() {
        let keys: Vec<String> = (0..6000)
            .map(|i| format!("192.{}.{}.{}", i % 7, i / 250, i % 250))
            .collect();
        let bare = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
        assert_eq!(clients(&[2, 1, 1], &bare, &keys), "a".repeat(6000));
        let ports = ["10.0.0.1:8080", "10.0.0.2:8080", "10.0.0.3:8080"];
        let share = clients(&[5, 1, 1], &ports, &keys).matches('a').count() as f64 / 6000.0;
        assert!((share - 0.69).abs() < 0.05, "{share}");
    }
}
