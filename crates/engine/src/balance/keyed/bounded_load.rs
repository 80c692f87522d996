//! Bounded load: HAProxy's ring, but a server that has its share of the tasks in progress is passed
//! over.
//!
//! Source: HAProxy 2.6 `hash-balance-factor`, after Mirrokni, Thorup and Zadimoghaddam (2018).
//! State: none, but it looks at the tasks in progress. With `served` of them in all and factor f in
//! per cent there are ⌈(served + 1)·f/100⌉ slots, divided among the servers by weight, to each
//! at least one. HAProxy adds the weights up along the servers once, and does not anew when one
//! leaves: then what is left over after whole slots is dealt out a little askew. A key whose server
//! is full walks on along the ring. Weakness: the lower f is, the more tasks leave their key's
//! server, and caches with them.

use super::haproxy_ring;
use super::{HashScheme, Scheme, SkipRule, Table, TableInput};
use crate::balance::Share;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct BoundedLoad;

impl HashScheme for BoundedLoad {
    const SCHEME: Scheme = Scheme {
        rule: "bounded-load",
        hash: haproxy_ring::hash,
        table,
        skip: SkipRule::OverBound,
        score: None,
    };
    const SHARE: Share = Share::ByLoad;
}

/// HAProxy's ring, and the weights in its finest units, added up along the servers that may be
/// picked.
fn table(input: &TableInput) -> Table {
    let mut before = vec![0];
    for server in 0..input.weights.len() {
        let weight = if input.eligible.has(server) {
            16 * u64::from(input.weights[server].min(256))
        } else {
            0
        };
        before.push(before[server] + weight);
    }
    Table {
        present: before[input.weights.len()],
        before,
        ..haproxy_ring::table(input)
    }
}

/// How many tasks each server may have, at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'a> {
    before: &'a [u64],
    /// Slots for each unit of weight, and what is left over.
    each: u64,
    left: u64,
    present: u64,
}

impl<'a> Bound<'a> {
    /// The bound for one task more than `active`.
    #[inline]
    pub fn new(table: &'a Table, factor_percent: u32, active: &[u32]) -> Self {
        let served: u32 = active.iter().sum();
        let slots = ((u64::from(served) + 1) * u64::from(factor_percent)).div_ceil(100);
        let present = table.present.max(1);
        Self {
            before: &table.before,
            each: slots / present,
            left: slots % present,
            present,
        }
    }

    /// The slots of an eligible server; what is left over is dealt out along the servers, in
    /// proportion.
    #[inline]
    pub fn slots(&self, server: usize) -> u64 {
        let (from, to) = (self.before[server], self.before[server + 1]);
        ((to - from) * self.each + to * self.left / self.present - from * self.left / self.present)
            .max(1)
    }
}
