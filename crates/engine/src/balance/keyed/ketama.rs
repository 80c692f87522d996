//! A ring of points (ketama): a key belongs to the server at the first point at or after its hash.
//!
//! Source: nginx `hash … consistent`; Pingora's ketama makes the same ring. State: none. A server
//! has 160 points for each unit of its weight: the CRC-32 of host, a zero byte, port and the point
//! before as four bytes, lowest first. A point that two servers share is the first declared's. A
//! server that is not eligible keeps its points and the key walks on to the next; nginx takes
//! weighted turns after 20 steps (so its own source; not run here), Pingora walks on. Weakness: a
//! popular key is one server's, and so is all its load.

use super::ring::{Toward, counts, ring};
use super::{HashScheme, Key, Scheme, SkipRule, Table, TableInput};
use crate::balance::strategies::nginx_hash::CRC_32;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct Ketama;

impl HashScheme for Ketama {
    const SCHEME: Scheme = Scheme {
        rule: "ketama",
        hash,
        table,
        skip: SkipRule::Unavailable { tries: 21 },
        score: None,
    };
}

fn hash(key: Key) -> u64 {
    u64::from(CRC_32.checksum(key.text().as_bytes()))
}

fn table(input: &TableInput) -> Table {
    let mut points = Vec::new();
    for (server, count) in counts(input, input.config.virtual_nodes, u32::MAX) {
        let address = &input.addresses[server];
        let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
        let mut base = CRC_32.digest();
        [host.as_bytes(), &[0], port.as_bytes()]
            .iter()
            .for_each(|part| base.update(part));
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

    /// `selection/consistent.rs` of pingora-load-balancing; its b1, b2, b3 are a, b, c.
    #[test]
    fn keys_fall_as_pingoras_do() {
        let servers = ["1.1.1.1:80", "1.0.0.1:80", "1.0.0.255:80"];
        let keys = || (0..10).map(|i| format!("test{i}"));
        assert_eq!(owners(&servers, keys(), None), "baaaacacab");
        assert_eq!(owners(&servers, keys(), Some(2)), "baaaabaaab");
    }
}
