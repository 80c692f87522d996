//! What goes over links, and where data are.

use serde::{Deserialize, Serialize};

/// What a link sends (MB/s): 125 MB/s are 1 Gbit/s.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bandwidth(pub f64);

impl Default for Bandwidth {
    fn default() -> Self {
        Self(125.0)
    }
}

/// What tasks send over links. Each balancer and each server has a link, on which it sends one
/// thing after the other, first come, first served: a balancer requests; a server answers, and the
/// data that it has. What is sent arrives after its size over the link's bandwidth, and the
/// latencies on the way; receiving takes no room. A task's URL names its data. The server that has
/// them is its home: URLs are counted around the servers, in the order of their popularity. Any
/// other server fetches them when it has the request, and keeps nothing.
///
/// Simplified: data can be had from a server that is down, answers that were sent arrive, and a
/// task that is stolen has its data with it. The latencies of the balancer and between zones are
/// counted on the way there only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Network {
    /// Size of a request (MB).
    pub request_mb: f64,
    /// Size of its answer (MB).
    pub answer_mb: f64,
    /// Size of the data that it needs (MB).
    pub data_mb: f64,
    /// What a balancer's link sends (MB/s).
    pub mb_per_s: Bandwidth,
    /// Each way takes longer by up to this, evenly (s). So what was sent later may arrive sooner.
    pub jitter_s: f64,
}

impl Network {
    /// Whether anything takes time because of it.
    pub fn is_on(&self) -> bool {
        let sizes = [self.request_mb, self.answer_mb, self.data_mb];
        sizes.iter().any(|mb| *mb > 0.0) || self.jitter_s > 0.0
    }
}
