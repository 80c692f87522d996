//! How much of the KV caches was in use, added up over time.

use crate::sim::Probe;
use crate::sim::server::{Batch, Server};

/// Of each server: the share in use since when, and its sum over the time before.
#[derive(Clone, Debug, Default)]
pub(super) struct KvUsage(Vec<Share>);

#[derive(Clone, Copy, Debug, Default)]
struct Share {
    usage: f64,
    since_s: f64,
    sum_s: f64,
}

impl Share {
    fn sum_s(&self, now_s: f64) -> f64 {
        self.sum_s + self.usage * (now_s - self.since_s)
    }
}

impl Probe for KvUsage {
    fn stepped(&mut self, number: usize, server: &Server, now_s: f64) {
        if number >= self.0.len() {
            self.0.resize(number + 1, Share::default());
        }
        self.0[number] = Share {
            usage: server.scheduler().map_or(0.0, |s| Batch::load(s).kv_usage),
            since_s: now_s,
            sum_s: self.0[number].sum_s(now_s),
        };
    }
}

impl KvUsage {
    /// The sum over all replicas of their share in use, over the time up to now (replica-seconds).
    pub(super) fn sum_s(&self, now_s: f64) -> f64 {
        self.0.iter().map(|share| share.sum_s(now_s)).sum()
    }
}
