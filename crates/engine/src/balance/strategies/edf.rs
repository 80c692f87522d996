//! Weighted turns by earliest deadline first.
//!
//! Source: Envoy's `EdfScheduler` (round robin with unequal weights) and grpc-go's `internal/wrr`.
//! State: a heap of deadlines. The server with the earliest deadline is picked, and its next
//! deadline is 1/w later. grpc-go gives ties to the server declared first. Envoy gives them to the
//! lighter server, and among equal weights to the one that went back in first: it adds 10⁻¹³ to
//! the weights of the first deadlines and starts some 10⁸ picks in, so that the lighter of two
//! deadlines that are equal in exact arithmetic is a little earlier. Here the lighter server has a
//! lead of less than half of what any two deadlines differ by, and a run starts at most ΣW picks
//! in: the same turns, and rounding never changes them. With equal weights Envoy has no heap but a
//! counter, which a server that leaves or returns does not reset.
//!
//! When a server leaves or returns the heap is rebuilt. Over ΣW picks each server gets its weight.
//! Weakness: the first picks. A new balancer gives its first tasks to the heaviest server, and many
//! balancers with few tasks each never call a light server (envoyproxy/envoy#31378, #10064).
//! Envoy's remedy, a setting here: start at a random point, as if up to ΣW − 1 tasks had already
//! been assigned.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, EdfVariant, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy,
    StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// Servers by deadline.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edf {
    /// (deadline's bits, entry number, server): positive floats are ordered as their bits are.
    heap: BinaryHeap<Reverse<(u64, u64, u16)>>,
    /// The number of the next entry.
    entries: u64,
    /// The deadline of the last pick.
    now: f64,
    /// Whether ties go as in Envoy: to the lighter server, then to the one entered first.
    envoy: bool,
    /// How much earlier than by exact arithmetic each server's deadlines are.
    leads: Vec<f64>,
}

impl Edf {
    /// `servers` after `start` picks, fewer than ΣW.
    pub(crate) fn new(
        servers: Mask,
        variant: EdfVariant,
        start: u64,
        weight: impl Fn(usize) -> f64,
    ) -> Self {
        let envoy = variant != EdfVariant::GrpcGo;
        let (mut total, mut heaviest) = (0.0, 1.0_f64);
        for s in servers.iter() {
            total += weight(s);
            heaviest = heaviest.max(weight(s));
        }
        let lead = if envoy { 0.5 / heaviest } else { 0.0 };
        // How far that many picks are from the beginning, in turns of a server of weight 1.
        let turns = start as f64 / total;
        let (mut now, mut left) = (0.0_f64, start);
        let mut heap = BinaryHeap::with_capacity(servers.len());
        let mut leads = Vec::new();
        for (entry, s) in servers.iter().enumerate() {
            let w = weight(s);
            // Its picks before that moment.
            let mut picks = libm::floor(w * start as f64 / total);
            if picks > 0.0 && picks / w >= turns {
                picks -= 1.0;
            }
            now = now.max(picks / w);
            left -= picks as u64;
            let deadline = (picks + 1.0 - lead) / w;
            leads.resize(s + 1, lead / w);
            heap.push(Reverse((deadline.to_bits(), entry as u64, s as u16)));
        }
        let entries = servers.len() as u64;
        let mut edf = Self {
            heap,
            entries,
            now,
            envoy,
            leads,
        };
        for _ in 0..left {
            edf.pick_and_add(&weight);
        }
        edf
    }

    /// The server with the earliest deadline; it is re-inserted with its present weight.
    #[inline]
    pub(crate) fn pick_and_add(&mut self, weight: impl FnOnce(usize) -> f64) -> Option<usize> {
        let mut top = self.heap.peek_mut()?;
        let Reverse((deadline, entry, server)) = *top;
        let deadline = f64::from_bits(deadline);
        self.now = deadline + self.leads[usize::from(server)];
        let entry = if self.envoy { self.entries } else { entry };
        self.entries += 1;
        *top = Reverse((
            (deadline + 1.0 / weight(usize::from(server))).to_bits(),
            entry,
            server,
        ));
        drop::<PeekMut<_>>(top);
        Some(usize::from(server))
    }

    /// Time to the deadline of each server, in turns of a server of weight 1; NaN for one that is
    /// not in the heap.
    pub(crate) fn ahead(&self, cluster: &Cluster) -> Vec<f64> {
        let mut ahead = vec![f64::NAN; cluster.len()];
        for Reverse((deadline, _, s)) in &self.heap {
            let server = usize::from(*s);
            let exact = f64::from_bits(*deadline) + self.leads[server];
            // Without what rounding has left, so that equal ones are seen to be equal.
            let turns = libm::round((exact - self.now) * 1e9) / 1e9;
            ahead[server] = turns / cluster.weight_step;
        }
        ahead
    }

    /// Writes the deadlines into an explanation, before the pick.
    pub(crate) fn explain<X: Explain>(
        &self,
        rule: &'static str,
        cluster: &Cluster,
        weight: impl Fn(usize) -> f64,
        why: &mut X,
    ) {
        why.record(|w| {
            w.table(rule, &["weight", "deadline"]);
            let ahead = self.ahead(cluster);
            for s in cluster.eligible.iter() {
                w.row(s, &[cluster.in_weight_units(weight(s)), ahead[s]]);
            }
            let eligible = cluster.eligible.iter();
            let least = eligible.map(|s| ahead[s]).fold(f64::INFINITY, f64::min);
            let tie_break = if self.envoy {
                "first-entered"
            } else {
                "first-declared"
            };
            w.values.push(("deadline", least));
            w.tie(1, least, tie_break);
        });
    }
}

/// Where a balancer starts: at the beginning or, if the variant says so, after a random number of
/// picks, which it keeps for every heap that it builds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    variant: EdfVariant,
    seed: Option<u64>,
}

impl Start {
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            variant: setup.config.edf,
            seed: None,
        }
    }

    /// The number of picks that Envoy takes to have been made.
    pub(crate) fn seed(&mut self, rng: &mut Rng) -> u64 {
        match self.variant {
            EdfVariant::EnvoySeeded => *self.seed.get_or_insert_with(|| rng.below(429_496_729)),
            _ => 0,
        }
    }

    /// The heap of `servers`, at least one, at its start.
    pub(crate) fn heap(self, servers: Mask, seed: u64, weight: impl Fn(usize) -> f64) -> Edf {
        let total: f64 = servers.iter().map(&weight).sum();
        Edf::new(servers, self.variant, seed % (total as u64).max(1), weight)
    }
}

/// Whether the eligible servers have weights that differ.
pub(crate) fn are_unequal(cluster: &Cluster, members: Mask) -> bool {
    let mut weights = members.iter().map(|s| cluster.weights[s]);
    let first = weights.next();
    weights.any(|w| Some(w) != first)
}

/// The turns of one group of servers.
#[derive(Clone, Debug, Default)]
struct Turns {
    edf: Edf,
    /// Picks so far, if a counter decides, since Envoy's servers have equal weights.
    counter: Option<u64>,
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct EdfWrr {
    start: Start,
    groups: Groups<Turns>,
}

impl Strategy for EdfWrr {
    const SHARE: Share = Share::WeightedTurns;
    const FIELDS: &'static [&'static str] = &["edf"];

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::WEIGHTS
    }

    fn new(setup: &Setup) -> Self {
        Self {
            start: Start::new(setup),
            groups: Groups::new(),
        }
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let servers = cluster.eligible.len();
        if servers == 0 {
            return Pick::NoServer;
        }
        let start = &mut self.start;
        let turns = self.groups.of(cluster, Turns::default, |turns, members| {
            let seed = start.seed(rng);
            let counts = start.variant != EdfVariant::GrpcGo && !are_unequal(cluster, members);
            if counts {
                turns.counter = turns.counter.or(Some(seed));
            } else {
                turns.counter = None;
                turns.edf = start.heap(members, seed, |s| cluster.weight_steps(s));
            }
        });
        if let Some(counter) = &mut turns.counter {
            let turn = (*counter % servers as u64) as usize;
            why.record(|w| {
                w.table("edf-equal", &["turn"]);
                for (place, s) in cluster.eligible.iter().enumerate() {
                    w.row(s, &[((place + servers - turn) % servers + 1) as f64]);
                }
                w.values.extend([
                    ("picks", *counter as f64),
                    ("servers", servers as f64),
                    ("place", turn as f64),
                ]);
            });
            *counter += 1;
            return cluster
                .eligible
                .nth(turn)
                .map_or(Pick::NoServer, Pick::Server);
        }
        let edf = &mut turns.edf;
        edf.explain("edf-wrr", cluster, |s| cluster.weight_steps(s), why);
        let Some(server) = edf.pick_and_add(|s| cluster.weight_steps(s)) else {
            return Pick::NoServer;
        };
        why.record(|w| w.values.push(("weight", cluster.weight(server))));
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let values = match self.groups.last() {
            Some(turns) if turns.counter.is_none() => turns.edf.ahead(cluster),
            Some(Turns {
                counter: Some(counter),
                ..
            }) if !cluster.eligible.is_empty() => {
                let order: Vec<u16> = cluster.eligible.iter().map(|s| s as u16).collect();
                let next = (*counter % order.len() as u64) as usize;
                return Picture::Turns { order, next };
            }
            _ => cluster
                .weights
                .iter()
                .map(|&w| 1.0 / f64::from(w))
                .collect(),
        };
        Picture::Bars {
            label: "deadlines",
            values,
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests;
