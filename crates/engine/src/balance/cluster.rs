//! What a balancer sees of the servers when it picks.

use crate::sim::server::Server;

use super::Mask;

/// The cluster as one balancer sees it at the moment of a pick.
#[derive(Clone, Copy, Debug)]
pub struct Cluster<'a> {
    /// Simulated time (s).
    pub now_s: f64,
    /// The servers that may be picked.
    pub eligible: Mask,
    /// Their weights; in hundredths, and less for a server that came back lately, under slow start.
    pub weights: &'a [u32],
    /// Tasks in progress at each server that this balancer sent there; or as many as the server
    /// last reported to have.
    pub active: &'a [u32],
    /// Work that this balancer sent to each server and that is not finished (units); a task counts
    /// in full until it leaves. Or as much as the server last reported.
    pub sent_work: &'a [f64],
    /// Whether this balancer is the only one, so that what it sent is all there is.
    pub alone: bool,
    /// The servers themselves: speed and slots are known to all.
    pub servers: &'a [Server],
}

impl Cluster<'_> {
    /// How many servers there are, eligible or not.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether there is no server.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    /// A number for each server, for a picture; NaN where none may be sent.
    pub fn bars(&self, value: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..self.len())
            .map(|s| {
                if self.eligible.has(s) {
                    value(s)
                } else {
                    f64::NAN
                }
            })
            .collect()
    }

    /// Work ahead of a task that came to `server` now (units): exact for a balancer that is alone,
    /// else what it sent.
    #[inline(always)]
    pub fn backlog(&self, server: usize) -> f64 {
        if self.alone {
            self.servers[server].backlog(self.now_s)
        } else {
            self.sent_work[server]
        }
    }
}
