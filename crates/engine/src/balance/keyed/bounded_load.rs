//! Bounded load: HAProxy's ring, except that a server that already has its bound of tasks in flight
//! is passed over.
//!
//! Source: HAProxy 2.6 `hash-balance-factor`, after Mirrokni, Thorup and Zadimoghaddam (2018).
//! State: none, but it reads the tasks in flight. With `served` tasks in flight in all and a factor
//! of f per cent there are ⌈(served + 1)·f/100⌉ slots, divided among the servers by weight;
//! each server has at least one. The slots left over after whole ones are dealt out along the
//! servers; HAProxy sums the weights for this once and does not correct the sums when a server
//! leaves, which then makes this part slightly uneven. A key whose server is full walks on along
//! the ring. Weakness: the lower f is, the more tasks are served away from their key's server,
//! where the caches are cold.

use super::haproxy_ring;
use super::{HashScheme, KeyTable, Scheme, SkipRule, TableInput};
use crate::balance::Share;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct BoundedLoad;

impl HashScheme for BoundedLoad {
    const SCHEME: Scheme = Scheme {
        rule: "bounded-load",
        fields: &["key", "balance_factor"],
        hash: haproxy_ring::hash,
        table,
        skip: SkipRule::OverBound,
        warms: true,
        score: None,
    };
    const SHARE: Share = Share::ByLoad;
}

/// HAProxy's ring, and the running sums of the eligible servers' weights in HAProxy's finest units.
fn table(input: &TableInput) -> KeyTable {
    let mut before = vec![0];
    for server in 0..input.weights.len() {
        let weight = if input.eligible.has(server) {
            let whole = 16 * input.weights[server].min(256);
            u64::from(input.warm_part(server, whole))
        } else {
            0
        };
        before.push(before[server] + weight);
    }
    KeyTable {
        present: before[input.weights.len()],
        before: before.into(),
        ..haproxy_ring::table(input)
    }
}

/// How many tasks each server may have at the moment of one pick.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound<'a> {
    before: &'a [u64],
    /// Whole slots for each unit of weight, and the slots left over.
    each: u64,
    left: u64,
    present: u64,
}

impl<'a> Bound<'a> {
    /// The bound for one task more than are `active`, where eligible servers weigh `present`, and
    /// the servers before each as `before` says.
    #[inline]
    pub(super) fn new(
        present: u64,
        before: &'a [u64],
        factor_percent: u32,
        active: &[u32],
    ) -> Self {
        let served: u32 = active.iter().sum();
        let slots = ((u64::from(served) + 1) * u64::from(factor_percent)).div_ceil(100);
        let present = present.max(1);
        Self {
            before,
            each: slots / present,
            left: slots % present,
            present,
        }
    }

    /// The slots of an eligible server; those left over are dealt out along the servers in
    /// proportion to the weights.
    #[inline]
    pub(super) fn slots(&self, server: usize) -> u64 {
        let from = self.before[server];
        let to = self.before[server + 1];
        ((to - from) * self.each + to * self.left / self.present - from * self.left / self.present)
            .max(1)
    }
}
