//! Envoy's ring: points hashed from the servers' addresses; the ring's size sets their total
//! number.
//!
//! Source: Envoy `ring_hash`. State: none. The i-th point of a server is the XXH64 of its address,
//! `_` and i; a key belongs to the first point at or after its XXH64. The lightest server gets
//! ⌈its share of the ring's size⌉ points, the others more in proportion to their weights. The
//! ring is rebuilt from the eligible servers. Since its size stays the same, each server gets more
//! points when one leaves: of n equal servers' keys (n − 2)/(n(n + 1)) move without need.
//! Weakness: a popular key, as on any ring.

use super::ring::{Toward, ring};
use super::{HashScheme, KeyTable, Scheme, SkipRule, TableInput, xxh64_of};
use crate::balance::xxh64::xxh64;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct EnvoyRing;

impl HashScheme for EnvoyRing {
    const SCHEME: Scheme = Scheme {
        rule: "envoy-ring",
        fields: &["key", "ring_size"],
        hash: xxh64_of,
        table,
        skip: SkipRule::Never,
        warms: false,
        score: None,
    };
}

fn table(input: &TableInput) -> KeyTable {
    let weights = input.eligible.iter().map(|s| input.weight(s));
    let sum: f64 = weights.clone().sum();
    let least = weights.fold(f64::INFINITY, f64::min) / sum;
    let scale = libm::ceil(least * f64::from(input.config.ring_size)) / least;
    let mut points = Vec::new();
    let mut wanted = 0.0;
    for server in input.eligible.iter() {
        wanted += scale * input.weight(server) / sum;
        let mut i = 0;
        // `wanted` accumulates over the servers, so that the next makes up for what rounding lost.
        while (points.len() as f64) < wanted {
            points.push((
                xxh64(format!("{}_{i}", input.addresses[server]).as_bytes(), 0),
                server as u16,
            ));
            i += 1;
        }
    }
    ring(input, points, Toward::Next, 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::{Mask, StrategyConfig};
    use crate::workload::Clients;
    use crate::workload::clients::Population;

    fn counts(weights: &[u32], ring_size: u32) -> Vec<usize> {
        let addresses: Vec<String> = (0..weights.len())
            .map(|i| format!("127.0.0.1:{}", 90 + i))
            .collect();
        let config = StrategyConfig {
            ring_size,
            ..StrategyConfig::default()
        };
        let eligible = Mask::of(weights.len(), |_| true);
        let made = table(&TableInput {
            weights,
            addresses: &addresses,
            config: &config,
            eligible,
            population: &Population::new(&Clients::default()),
            hashes: &[],
            warm: &[],
        });
        (0..weights.len())
            .map(|s| made.owners.iter().filter(|&&o| usize::from(o) == s).count())
            .collect()
    }

    /// The rule in `ring_hash_lb.cc`.
    #[test]
    fn the_lightest_server_gets_a_whole_number_of_points() {
        assert_eq!(counts(&[1, 1, 1], 1024), [342, 342, 342]);
        assert_eq!(counts(&[1, 2], 3), [1, 2]);
        assert_eq!(counts(&[1, 1, 2], 10), [3, 3, 6]);
    }
}
