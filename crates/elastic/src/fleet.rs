//! Replicas that were ordered: which are useful, which still start or drain, and what they cost.

/// How many replicas there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ordered: starting and ready.
    pub ordered: u32,
    /// Ready to take tasks.
    pub ready: u32,
    /// Finishing their tasks before they go.
    pub draining: u32,
}

/// One replica.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Replica {
    ordered_s: f64,
    ready_s: f64,
}

/// The replicas of one service.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    startup_s: f64,
    drain_s: f64,
    /// In the order of their orders.
    there: Vec<Replica>,
    /// When those that drain are gone (s).
    gone_s: Vec<f64>,
    /// Paid for replicas that left, until they are gone (s).
    paid_s: f64,
}

impl Fleet {
    /// A fleet with `ready` replicas at time `now_s`. A new one is ready `startup_s` after its
    /// order; one that is sent away stays `drain_s` for its tasks, if it was ready.
    pub fn new(now_s: f64, ready: u32, startup_s: f64, drain_s: f64) -> Self {
        let first = Replica {
            ordered_s: now_s,
            ready_s: now_s,
        };
        Self {
            startup_s,
            drain_s,
            there: vec![first; ready as usize],
            gone_s: Vec::new(),
            paid_s: 0.0,
        }
    }

    /// Orders that there be `wanted` replicas. Those that are not ready go first, then the newest,
    /// as in Kubernetes' `ReplicaSet`.
    pub fn order(&mut self, now_s: f64, wanted: u32) {
        while self.there.len() < wanted as usize {
            self.there.push(Replica {
                ordered_s: now_s,
                ready_s: now_s + self.startup_s,
            });
        }
        while self.there.len() > wanted as usize {
            // Orders are in order of time, and so is readiness: the last is the newest, and it is
            // not ready if any is not.
            let Some(last) = self.there.pop() else { break };
            let until_s = match last.ready_s <= now_s {
                true => now_s + self.drain_s,
                false => now_s,
            };
            self.paid_s += until_s - last.ordered_s;
            self.gone_s.push(until_s);
        }
        self.gone_s.retain(|&gone_s| gone_s > now_s);
    }

    /// What there is at time `now_s`.
    pub fn counts(&self, now_s: f64) -> Counts {
        let ready = self.there.iter().filter(|r| r.ready_s <= now_s);
        let draining = self.gone_s.iter().filter(|&&gone_s| gone_s > now_s);
        Counts {
            ordered: self.there.len() as u32,
            ready: ready.count() as u32,
            draining: draining.count() as u32,
        }
    }

    /// Server-seconds from each order to `now_s`, or to when the replica is gone (s).
    pub fn server_s(&self, now_s: f64) -> f64 {
        let there = self.there.iter().map(|r| now_s - r.ordered_s);
        self.paid_s + there.sum::<f64>()
    }
}
