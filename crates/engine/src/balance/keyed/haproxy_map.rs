//! HAProxy's map: a row of as many slots as the weights sum to, and a key's slot is its hash modulo
//! their number.
//!
//! Source: HAProxy 2.6 `hash-type map-based`, its default. State: none. The slots are those of
//! [`static_map`], with weights of at most 256; the first declared of equals takes a slot. When a
//! server goes or comes, the slots are dealt out anew among those that are up; the weights stay
//! divided by the divisor of all (so HAProxy's source; not run here). Keys are hashed by sdbm
//! without avalanche. Weakness: W changes with the servers, and most keys move.
//!
//! [`static_map`]: crate::balance::strategies::static_map

use super::haproxy_ring::sdbm;
use super::{HashScheme, Key, Scheme, SkipRule, Table, TableInput};
use crate::balance::strategies::static_map::lay_out;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct HaproxyMap;

impl HashScheme for HaproxyMap {
    const SCHEME: Scheme = Scheme {
        rule: "haproxy-map",
        hash,
        table,
        skip: SkipRule::Never,
        score: None,
    };
}

fn hash(key: Key) -> u64 {
    u64::from(sdbm(key))
}

fn table(input: &TableInput) -> Table {
    let capped: Vec<u32> = input.weights.iter().map(|&w| w.min(256)).collect();
    Table::slots(input, lay_out(input.eligible, &capped).to_vec())
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
