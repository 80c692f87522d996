//! HAProxy's least connections: servers are sorted by load, and equals by when they got to that
//! load.
//!
//! Source: HAProxy `leastconn` (`lb_fwlc.c`, 2.6). State: a key and an entry number for each
//! server. The key is 0 for an idle server, else `⌊(in flight + 1)·4096/16w⌋`. A server moves
//! behind its equals when a task that starts or ends changes its key, and when it returns after an
//! outage; so idle servers take turns even if each task finishes before the next arrives. Ties:
//! first come, first served. (Since 3.2-dev there are four such lists, one drawn at random.)
//! Weakness: a server that fails fast looks idle and attracts the traffic; on loopback, one that
//! answered errors in 1 ms beside two good ones at 50 ms got 87 %.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Done, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// HAProxy's weights go up to 256, and it scales them by 16.
const HEAVIEST: u64 = 256;

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct HaproxyLeastconn {
    /// By server: the key in the upper bits, the entry number in the lower ones.
    ranks: Vec<u64>,
    /// The weights, in steps of which this many are one.
    weights: Vec<u32>,
    steps: u64,
    heaviest: u64,
    entries: u64,
    /// Whether the counts at the first pick have been read.
    begun: bool,
    /// The servers of each group that were eligible at its last pick.
    present: Groups<Mask>,
}

/// Bits of the entry number: years at a million tasks a second.
const ENTRY_BITS: u32 = 44;

impl HaproxyLeastconn {
    #[inline]
    fn key(&self, server: usize, active: u32) -> u64 {
        // One without a weight is never eligible, whatever its key.
        let weight = u64::from(self.weights[server]).max(1);
        if active == 0 {
            0
        } else {
            ((u64::from(active) + 1) * self.heaviest * self.steps / weight)
                .min(1 << (63 - ENTRY_BITS))
        }
    }

    /// Takes the weights of servers under slow start: one with another weight has another key.
    #[cold]
    fn warm_up(&mut self, cluster: &Cluster) {
        self.steps = (1.0 / cluster.in_weight_units(1.0)).round() as u64;
        for (s, &weight) in cluster.weights.iter().enumerate() {
            if std::mem::replace(&mut self.weights[s], weight) != weight {
                self.place(s, cluster.in_flight[s]);
            }
        }
    }

    /// Moves a server behind the others of its new key; if its key has not changed, it stays.
    #[inline]
    fn place(&mut self, server: usize, active: u32) {
        let key = self.key(server, active);
        if self.ranks[server] >> ENTRY_BITS != key {
            self.entries += 1;
            self.ranks[server] = key << ENTRY_BITS | self.entries;
        }
    }
}

impl Strategy for HaproxyLeastconn {
    const SHARE: Share = Share::ByLoad;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows {
            weights: true,
            in_flight: true,
            ..Knows::NOTHING
        }
    }

    fn new(setup: &Setup) -> Self {
        Self {
            ranks: (0..setup.weights.len() as u64).collect(),
            weights: setup.weights.to_vec(),
            steps: 1,
            heaviest: setup
                .weights
                .iter()
                .map(|&w| u64::from(w))
                .fold(HEAVIEST, u64::max),
            entries: setup.weights.len() as u64,
            begun: false,
            present: Groups::new(),
        }
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        if !std::mem::replace(&mut self.begun, true) {
            for s in 0..cluster.len() {
                self.place(s, cluster.in_flight[s]);
            }
        }
        if cluster.in_weight_units(1.0) < 1.0 {
            self.warm_up(cluster);
        }
        let mut back = Mask::default();
        let eligible = cluster.eligible;
        let servers = cluster.len();
        self.present.of(
            cluster,
            || *eligible,
            |present, now| {
                back = Mask::of(servers, |s| now.has(s) && !present.has(s));
                *present = now;
            },
        );
        // A server that has come back moves behind its equals.
        for s in back.iter() {
            self.ranks[s] = u64::MAX;
            self.place(s, cluster.in_flight[s]);
        }
        let mut server = 0;
        let mut least = u64::MAX;
        for (s, &rank) in self.ranks.iter().enumerate() {
            let rank = if cluster.eligible.has(s) {
                rank
            } else {
                u64::MAX
            };
            server = if rank < least { s } else { server };
            least = least.min(rank);
        }
        if least == u64::MAX {
            return Pick::NoServer;
        }
        why.record(|w| {
            w.table("haproxy-leastconn", &["in-progress", "weight", "key"]);
            for s in cluster.eligible.iter() {
                let key = (self.ranks[s] >> ENTRY_BITS) as f64;
                w.row(
                    s,
                    &[f64::from(cluster.in_flight[s]), cluster.weight(s), key],
                );
            }
            let key = (least >> ENTRY_BITS) as f64;
            w.values.extend([
                ("active", f64::from(cluster.in_flight[server])),
                ("weight", cluster.weight(server)),
                ("key", key),
            ]);
            w.tie(2, key, "first-come");
        });
        self.place(server, cluster.in_flight[server] + 1);
        Pick::Server(server)
    }

    #[inline]
    fn finished(&mut self, done: &Done) {
        self.place(done.server, done.active);
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        Picture::Bars {
            label: "connections",
            values: cluster.in_flight_bars(),
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::balance::StrategyId;
    use crate::balance::bare::{letters, letters_held};

    /// HAProxy 2.6.12 with replies held back prints this, where nginx prints `abccbaabc`.
    #[test]
    fn haproxy_2_6_12_leastconn_held_prints_this() {
        assert_eq!(
            letters_held(StrategyId::HaproxyLeastconn, &[1, 1, 1], 9),
            "a b c a b c a b c"
        );
    }

    /// A server moves to the end of the list when it takes a task and again when it is idle.
    #[test]
    fn idle_servers_take_turns_whatever_their_weights() {
        assert_eq!(
            letters(StrategyId::HaproxyLeastconn, &[5, 1, 1], 7),
            "a b c a b c a"
        );
    }

    /// Any idle server comes before a busy one; then a's key grows by 51 a task and that of the
    /// others by 256.
    #[test]
    fn a_weight_counts_as_that_many_connections() {
        let held = letters_held(StrategyId::HaproxyLeastconn, &[5, 1, 1], 40);
        assert!(held.starts_with("a b c a a a"), "{held}");
        let a = held.matches('a').count();
        assert!((27..=31).contains(&a), "{a} of 40");
    }
}
