//! A ring of points (ketama): a key belongs to the server at the first point at or after its hash.
//!
//! Source: nginx `hash … consistent`; Pingora's ketama makes the same ring. State: none. A server
//! has 160 points for each unit of its weight. Each is the CRC-32 of the host, a zero byte, the
//! port and the previous point as four little-endian bytes. A point that two servers share belongs
//! to the first declared. A server that is not eligible keeps its points, and the key walks on to
//! the next; nginx takes weighted turns after 20 steps (according to its source; not run here),
//! Pingora continues to walk. Weakness: a popular key puts all its load on one server.

use super::ring::{Toward, counts, ring};
use super::{HashScheme, Key, KeyTable, Scheme, SkipRule, TableInput};
use crate::balance::strategies::nginx_hash::CRC_32;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Ketama;

impl HashScheme for Ketama {
    const SCHEME: Scheme = Scheme {
        rule: "ketama",
        fields: &["key", "virtual_nodes"],
        hash,
        table,
        skip: SkipRule::Unavailable { tries: 21 },
        warms: false,
        score: None,
    };
}

fn hash(key: Key) -> u64 {
    u64::from(CRC_32.checksum(key.text().as_bytes()))
}

fn table(input: &TableInput) -> KeyTable {
    let mut points = Vec::new();
    for (server, count) in counts(input, input.config.virtual_nodes, u32::MAX) {
        let address = &input.addresses[server];
        let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
        let mut base = CRC_32.digest();
        for part in [host.as_bytes(), &[0], port.as_bytes()] {
            base.update(part);
        }
        let mut point = 0_u32;
        for _ in 0..count {
            let mut digest = base.clone();
            digest.update(&point.to_le_bytes());
            point = digest.finalize();
            points.push((u64::from(point), server as u16));
        }
    }
    ring(input, points, Toward::Next, 32)
}

#[cfg(test)]
mod tests {
    use crate::balance::bare::{Case, letters_for};
    use crate::balance::{Mask, StrategyId};

    fn owners(
        addresses: &[&str],
        keys: impl Iterator<Item = String>,
        without: Option<usize>,
    ) -> String {
        let addresses: Vec<String> = addresses.iter().map(|a| (*a).to_string()).collect();
        let keys: Vec<String> = keys.collect();
        let weights = vec![1; addresses.len()];
        let eligible = Some(Mask::of(addresses.len(), |s| Some(s) != without));
        let case = Case::new(StrategyId::Ketama, &weights, keys.len());
        letters_for(&Case {
            addresses: &addresses,
            keys: &keys,
            eligible,
            ..case
        })
        .replace(' ', "")
    }

    /// nginx 1.22.1 prints this for `hash $arg_k consistent`.
    #[test]
    fn keys_fall_as_nginxs_do() {
        let servers = ["127.0.0.1:18101", "127.0.0.1:18102", "127.0.0.1:18103"];
        assert_eq!(
            owners(&servers, (0..20).map(|i| format!("k{i}")), None),
            "cccacbaabaccbccccbaa"
        );
    }

    fn test_keys() -> impl Iterator<Item = String> {
        (0..10).map(|i| format!("test{i}"))
    }

    /// `selection/consistent.rs` of pingora-load-balancing; its b1, b2, b3 are a, b, c.
    #[test]
    fn keys_fall_as_pingoras_do() {
        let servers = ["1.1.1.1:80", "1.0.0.1:80", "1.0.0.255:80"];
        assert_eq!(owners(&servers, test_keys(), None), "baaaacacab");
        assert_eq!(owners(&servers, test_keys(), Some(2)), "baaaabaaab");
    }
}
