//! HAProxy's map: a row of as many slots as the sum of the weights; a key's slot is its hash modulo
//! their number.
//!
//! Source: HAProxy 2.6 `hash-type map-based`, its default. State: none. The slots are those of
//! [`static_map`], with weights of at most 256; of equal servers the first declared takes a slot.
//! When a server leaves or returns, the slots are dealt out again among the eligible servers; the
//! weights are still divided by the common divisor of all (according to HAProxy's source; not run
//! here). Keys are hashed by sdbm without avalanche. Weakness: the number of slots W changes with
//! the servers, and most keys move.
//!
//! [`static_map`]: crate::balance::strategies::static_map

use super::haproxy_ring::sdbm;
use super::{HashScheme, Key, KeyTable, Scheme, SkipRule, TableInput};
use crate::balance::strategies::static_map::lay_out;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct HaproxyMap;

impl HashScheme for HaproxyMap {
    const SCHEME: Scheme = Scheme {
        rule: "haproxy-map",
        fields: &["key"],
        hash,
        table,
        skip: SkipRule::Never,
        warms: false,
        score: None,
    };
}

fn hash(key: Key) -> u64 {
    u64::from(sdbm(key))
}

fn table(input: &TableInput) -> KeyTable {
    let capped: Vec<u32> = input.weights.iter().map(|&w| w.min(256)).collect();
    KeyTable::slots(input, lay_out(input.eligible, &capped).to_vec())
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{Case, letters_for};

    fn owners(servers: usize, keys: &[String]) -> String {
        let weights = vec![1; servers];
        letters_for(&Case {
            keys,
            ..Case::new(StrategyId::HaproxyMap, &weights, keys.len())
        })
        .replace(' ', "")
    }

    /// HAProxy 2.6.12 prints this for `balance hdr(X-K)`, `hash-type map-based`.
    #[test]
    fn keys_fall_as_haproxys_do() {
        let keys: Vec<String> = (0..20).map(|i| format!("k{i}")).collect();
        assert_eq!(owners(3, &keys), "cabcabcabcbcabcabcab");
    }

    /// `reg-tests/balance/balance-uri.vtc` of HAProxy.
    #[test]
    fn urls_fall_as_haproxys_test_says_whatever_their_query() {
        let urls = ["/url1", "/url2", "/url3", "/url4", "/url1?a=1", "/url4?b"].map(String::from);
        assert_eq!(owners(4, &urls), "bcdaba");
    }
}
