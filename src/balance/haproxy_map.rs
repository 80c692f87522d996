//! HAProxy's map: a row of as many slots as the weights sum to, and a key's slot is its hash modulo their number.
//!
//! Source: HAProxy 2.6 `hash-type map-based`, its default. State: none. Weights go to 256 and are divided by their
//! greatest common divisor. For each slot in turn every server adds its weight to its score s; of those with the largest
//! ⌊(s+W)/W⌋ the first declared takes the slot and pays W back. When a server goes or comes, the slots are dealt out anew
//! among those that are up; the weights stay divided by the divisor of all (so HAProxy's source; not run here). Keys are
//! hashed by sdbm without avalanche. Weakness: W changes with the servers, and most keys move.

use super::haproxy_ring::sdbm;
use super::keyed::{Key, Pass, Program, Site, Table};

pub(super) const PROGRAM: Program = Program { rule: "haproxy-map", hash, table, pass: Pass::Never, score: None };

fn hash(key: Key) -> u64 {
    u64::from(sdbm(key))
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn table(site: &Site) -> Table {
    let capped = |s: usize| i64::from(site.weights[s].min(256));
    let divisor = (0..site.weights.len()).map(capped).fold(0, gcd);
    let mut scores: Vec<(usize, i64, i64)> = site.eligible.iter().map(|s| (s, capped(s) / divisor, 0)).collect();
    let sum: i64 = scores.iter().map(|s| s.1).sum();
    let slot = |_| {
        let mut best: Option<(i64, usize)> = None;
        for (i, (_, weight, score)) in scores.iter_mut().enumerate() {
            *score += *weight;
            let rank = (*score + sum) / sum;
            if best.is_none_or(|(most, _)| rank > most) {
                best = Some((rank, i));
            }
        }
        best.map(|(_, i)| {
            scores[i].2 -= sum;
            scores[i].0 as u16
        })
    };
    let owners = (0..sum).filter_map(slot).collect();
    Table::slots(site, owners)
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::sequence::{Case, letters_for};

    fn owners(servers: usize, keys: &[String]) -> String {
        let weights = vec![1; servers];
        letters_for(&Case { keys, ..Case::new(StrategyId::HaproxyMap, &weights, keys.len()) }).replace(' ', "")
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
