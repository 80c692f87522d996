//! Traefik's weighted round robin: turns by deadline, whose ties fall as its heap happens to lie.
//!
//! Source: Traefik 3.7.15, `pkg/server/service/loadbalancer/wrr/wrr.go` (`strategy: wrr`). State: a
//! binary heap of deadlines, as Go's `container/heap` keeps it. The server with the earliest
//! deadline is picked, and its next deadline is 1/w later; nothing but the deadline is compared.
//! Servers are put in in a random order, so that equal ones begin anywhere. A server that is not
//! eligible has its turn and is passed over; it is never behind when it returns. Weakness: with
//! equal weights these are no plain turns, and many balancers with few tasks each call light
//! servers too seldom.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// Deadlines and servers as a binary heap, the earliest first.
#[derive(Clone, Debug, Default)]
struct Heap {
    entries: Vec<(f64, u16)>,
    /// The deadline of the last pick.
    now: f64,
}

impl Heap {
    /// Whether the entry at `i` is earlier than the one at `j`.
    fn is_earlier(&self, i: usize, j: usize) -> bool {
        self.entries[i].0 < self.entries[j].0
    }

    fn push(&mut self, deadline: f64, server: u16) {
        self.entries.push((deadline, server));
        let mut at = self.entries.len() - 1;
        while at > 0 && self.is_earlier(at, (at - 1) / 2) {
            self.entries.swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    fn pop(&mut self) -> Option<(f64, u16)> {
        let last = self.entries.len().checked_sub(1)?;
        self.entries.swap(0, last);
        let first = self.entries.pop();
        let mut at = 0;
        while 2 * at + 1 < last {
            let mut child = 2 * at + 1;
            if child + 1 < last && self.is_earlier(child + 1, child) {
                child += 1;
            }
            if !self.is_earlier(child, at) {
                break;
            }
            self.entries.swap(at, child);
            at = child;
        }
        first
    }

    /// Puts in those of `members` that are new, in a random order.
    fn add(&mut self, members: Mask, rng: &mut Rng, weight: impl Fn(usize) -> f64) {
        let known = |s: &usize| self.entries.iter().any(|e| usize::from(e.1) == *s);
        let mut new: Vec<usize> = members.iter().filter(|s| !known(s)).collect();
        for last in (1..new.len()).rev() {
            new.swap(last, rng.below(last as u64 + 1) as usize);
        }
        for s in new {
            self.push(self.now + 1.0 / weight(s), s as u16);
        }
    }

    /// The next of the eligible servers, of which there is one at least.
    fn take(&mut self, eligible: Mask, weight: impl Fn(usize) -> f64) -> Option<usize> {
        loop {
            let (deadline, server) = self.pop()?;
            self.now = deadline;
            self.push(deadline + 1.0 / weight(server.into()), server);
            if eligible.has(server.into()) {
                return Some(server.into());
            }
        }
    }

    /// Time to each server's deadline, in turns of a server of weight 1.
    fn ahead(&self, cluster: &Cluster) -> Vec<f64> {
        let mut ahead = vec![f64::NAN; cluster.len()];
        for &(deadline, server) in &self.entries {
            ahead[usize::from(server)] = (deadline - self.now) / cluster.weight_step;
        }
        ahead
    }
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct TraefikWrr {
    groups: Groups<Heap>,
}

impl Strategy for TraefikWrr {
    const SHARE: Share = Share::WeightedTurns;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::WEIGHTS
    }

    fn new(_: &Setup) -> Self {
        Self {
            groups: Groups::new(),
        }
    }

    fn pick<X: Explain>(
        &mut self,
        _: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick {
        if cluster.eligible.is_empty() {
            return Pick::NoServer;
        }
        let weight = |s| cluster.weight_steps(s);
        let heap = self.groups.of(cluster, Heap::default, |heap, members| {
            heap.add(members, rng, weight);
        });
        why.record(|w| {
            w.table("traefik-wrr", &["weight", "deadline"]);
            let ahead = heap.ahead(cluster);
            for s in cluster.eligible.iter() {
                w.row(s, &[cluster.weight(s), ahead[s]]);
            }
        });
        let Some(server) = heap.take(*cluster.eligible, weight) else {
            return Pick::NoServer;
        };
        why.record(|w| {
            let row = w.rows().find(|(s, _)| usize::from(*s) == server);
            let deadline = row.map_or(f64::NAN, |(_, cells)| cells[1]);
            w.values
                .extend([("deadline", deadline), ("weight", cluster.weight(server))]);
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let values = match self.groups.last() {
            Some(heap) => heap.ahead(cluster),
            None => cluster.bars(|s| 1.0 / cluster.weight(s)),
        };
        Picture::Bars {
            label: "deadlines",
            values,
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{Case, letters_for};

    /// All sequences that seeds 0 to 99 give.
    fn sequences(weights: &[u32], tasks: usize) -> Vec<String> {
        let mut all: Vec<String> = (0..100)
            .map(|seed| {
                letters_for(&Case {
                    seed,
                    ..Case::new(StrategyId::TraefikWrr, weights, tasks)
                })
                .replace(' ', "")
            })
            .collect();
        all.sort();
        all.dedup();
        all
    }

    /// What Traefik 3.7.15 prints. Of equal weights, any order of the letters may come first.
    #[test]
    fn gives_traefiks_sequences() {
        assert_eq!(
            sequences(&[3, 2, 1], 30),
            ["ababacabaabcababacababacabaabc"]
        );
        assert_eq!(sequences(&[1, 2], 6), ["babbab"]);
        assert_eq!(
            sequences(&[7, 5, 3, 2], 30),
            ["abacbadabcabaacbdabacbadabcaba"]
        );
        assert_eq!(
            sequences(&[5, 1, 1], 30),
            [
                "aaaabacaaaaacbaaaabcaaaaacbaaa",
                "aaaacabaaaaabcaaaacbaaaaabcaaa"
            ]
        );
        let equal = sequences(&[1, 1, 1], 30);
        assert_eq!(equal.len(), 6);
        assert!(equal.contains(&"abcbcacababcbcacababcbcacababc".to_string()));
    }
}
