//! HAProxy's ring: a key belongs to the server at the nearest point, before or after its hash.
//!
//! Source: HAProxy 2.6 `hash-type consistent`. State: none. Server number i (from 1) has 16 points
//! for each unit of its weight, of which at most 256 count: the j-th point is the avalanche of
//! 4096·i + j. A tie goes to the point before. A server that is not eligible loses its points; one
//! that returns has a part of them, in sixteenths, under slow start. Keys are hashed by sdbm
//! and avalanche; if the configuration names a hash function, there is no avalanche. Of a URL the
//! query string is ignored, and an address is hashed as a number, not as text. Weakness: with few
//! points the shares are uneven.

use super::ring::{Toward, counts, ring};
use super::{HashScheme, Key, KeyTable, Scheme, SkipRule, TableInput};

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct HaproxyRing;

impl HashScheme for HaproxyRing {
    const SCHEME: Scheme = Scheme {
        rule: "haproxy-ring",
        fields: &["key"],
        hash,
        table,
        skip: SkipRule::Never,
        warms: true,
        score: None,
    };
}

/// HAProxy's hash of a key before the avalanche.
pub(super) fn sdbm(key: Key) -> u32 {
    match key {
        Key::Address(address) => address.into(),
        Key::Url(url) => sdbm_of_text(url.split('?').next().unwrap_or(url)),
        Key::Header(text) => sdbm_of_text(text),
    }
}

fn sdbm_of_text(text: &str) -> u32 {
    text.bytes().fold(0, |h: u32, byte| {
        u32::from(byte)
            .wrapping_add(h << 6)
            .wrapping_add(h << 16)
            .wrapping_sub(h)
    })
}

/// Mixes the bits of a number: Bob Jenkins's 32-bit mix, then times 3·2³⁰ + 1.
pub(super) fn avalanche(mut a: u32) -> u32 {
    a = a.wrapping_add(0x7ed5_5d16).wrapping_add(a << 12);
    a = (a ^ 0xc761_c23c) ^ (a >> 19);
    a = a.wrapping_add(0x1656_67b1).wrapping_add(a << 5);
    a = a.wrapping_add(0xd3a2_646c) ^ (a << 9);
    a = a.wrapping_add(0xfd70_46c5).wrapping_add(a << 3);
    a = (a ^ 0xb55a_4f09) ^ (a >> 16);
    a.wrapping_mul(3_221_225_473)
}

pub(super) fn hash(key: Key) -> u64 {
    u64::from(avalanche(sdbm(key)))
}

pub(super) fn table(input: &TableInput) -> KeyTable {
    let mut points = Vec::new();
    for (server, count) in counts(input, 16, 256) {
        let first = (server as u32 + 1) * 4096;
        let count = input.warm_part(server, count);
        points.extend((first..first + count).map(|n| (u64::from(avalanche(n)), server as u16)));
    }
    ring(input, points, Toward::Nearest, 32)
}

#[cfg(test)]
mod tests {
    use crate::balance::bare::{Bare, Case, letters_for, pick_letter};
    use crate::balance::{AnyStrategy, Cluster, Setup, StrategyConfig, StrategyId};
    use crate::rng::{Purpose, Rng};
    use crate::scenario::KeySource;
    use crate::workload::Task;
    use crate::workload::clients::{Clients, Population};

    /// HAProxy 2.6.12 prints this for `balance hdr(X-K)`, `hash-type consistent`, ids 1 to 3.
    #[test]
    fn keys_fall_as_haproxys_do() {
        let keys: Vec<String> = (0..20).map(|i| format!("k{i}")).collect();
        let case = Case {
            keys: &keys,
            ..Case::new(StrategyId::HaproxyRing, &[1, 1, 1], 20)
        };
        assert_eq!(letters_for(&case).replace(' ', ""), "acbcabababcaabccabac");
    }

    /// HAProxy 2.6.12 prints these under `slowstart 16s` for weights of 4, c being back for 0, 4
    /// and 16 s: it has 1, 5 and 16 sixteenths of its points.
    #[test]
    fn points_grow_under_slow_start() {
        let mut population = Population::new(&Clients {
            tenants: 20,
            ..Clients::default()
        });
        population.tenants = (0..20).map(|i| format!("k{i}")).collect();
        let config = StrategyConfig {
            id: StrategyId::HaproxyRing,
            key: KeySource::Header,
            ..StrategyConfig::default()
        };
        let mut strategy = AnyStrategy::new(&Setup {
            weights: &[4, 4, 4],
            addresses: &[],
            population: &population,
            config: &config,
            ways: None,
        });
        let mut picks = |hundredths: u32| {
            let bare = Bare::new(&[400, 400, hundredths]);
            let mut rng = Rng::new(7, Purpose::Choices(0));
            let letters = (0..20).map(|key| {
                let cluster = Cluster {
                    weight_step: 0.01,
                    ..bare.cluster()
                };
                pick_letter(strategy.pick(&Task::with_keys(key), &cluster, &mut rng, &mut ()))
            });
            letters.collect::<String>()
        };
        assert_eq!(picks(0), "abaaabababbabbaaabac");
        assert_eq!(picks(100), "abacabababbabbaaabac");
        assert_eq!(picks(400), "abacabacabbabbcaabac");
    }
}
