//! Fast weighted round robin: each server has a place on a time line, and a clock moves past them.
//!
//! Source: HAProxy `roundrobin` (`lb_fwrr.c`, 2.6). State: a clock and, for each server, its next
//! place and a carried remainder. With `e = 16w` and `E = Σe`, a served server moves on by `E/e`
//! places, whole and remainder. The next pick is the placed server with the least key
//! `256·place + (4096 + remainder − e)/16`, if its place is not ahead of the clock; otherwise a
//! server not served yet in this window, the heaviest first and equals in order of entry. A place
//! beyond the window of E places waits for the next window. Ties: the server placed first. Places
//! are whole, so the shares follow the weights only nearly: with weights 3, 3, 2 the servers get
//! 48, 48 and 31 of every 127 tasks, in HAProxy too. With equal weights they are exact. Weakness: a
//! server that recovers enters far ahead of the clock and may wait for hundreds of tasks; and the
//! load does not matter.

use crate::balance::groups::Groups;
use crate::balance::{
    Cluster, Explain, Knows, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// HAProxy's weights go up to 256, and it scales them by 16.
const SCALE: i64 = 16;
const HEAVIEST: i64 = 256;

/// A server on the time line.
#[derive(Clone, Copy, Debug, Default)]
struct ServerPlace {
    /// 16 times its weight, and that weight when all of it is given.
    weight: i64,
    full: i64,
    /// Its place; 0 if not yet placed in this window.
    at: i64,
    remainder: i64,
}

/// A queue by key, equals in order of entry: (key, entry, server).
type KeyQueue = BinaryHeap<Reverse<(i64, u64, u16)>>;

fn contains(queue: &KeyQueue, server: usize) -> bool {
    queue
        .iter()
        .any(|Reverse((_, _, s))| usize::from(*s) == server)
}

/// The state of one group of servers.
#[derive(Clone, Debug, Default)]
struct Clock {
    places: Vec<ServerPlace>,
    /// The distance of two places in a key.
    range: i64,
    members: Mask,
    now: i64,
    /// The sum of the weights when this window began, which is its length.
    window: i64,
    /// The sum of the weights now.
    total: i64,
    /// Servers placed in this window, by key.
    placed: KeyQueue,
    /// Servers not served yet in this window, by weight.
    unserved: KeyQueue,
    /// Servers that wait for the next window, by weight.
    later: KeyQueue,
    entries: u64,
}

impl Clock {
    fn new(weights: &[u32]) -> Self {
        let places = weights.iter().map(|&w| ServerPlace {
            weight: SCALE * i64::from(w),
            full: SCALE * i64::from(w),
            ..ServerPlace::default()
        });
        let range = weights
            .iter()
            .map(|&w| i64::from(w))
            .fold(HEAVIEST, i64::max);
        Self {
            places: places.collect(),
            range,
            ..Self::default()
        }
    }

    fn enter(queue: &mut KeyQueue, entries: &mut u64, key: i64, server: usize) {
        *entries += 1;
        queue.push(Reverse((key, *entries, server as u16)));
    }

    fn key(&self, p: ServerPlace) -> i64 {
        self.range * p.at + (SCALE * self.range + p.remainder - p.weight) / SCALE
    }

    /// Puts a served or returning server into the queue of its place.
    fn queue(&mut self, server: usize) {
        let p = &mut self.places[server];
        let p_end = 2 * self.window;
        if p.at >= p_end || p.at >= self.window + self.total {
            p.at -= self.window;
            Self::enter(&mut self.later, &mut self.entries, -p.weight, server);
        } else {
            let key = self.key(self.places[server]);
            Self::enter(&mut self.placed, &mut self.entries, key, server);
        }
    }

    /// Servers have left or returned.
    fn change(&mut self, members: Mask) {
        let first = self.members.is_empty() && self.entries == 0;
        let before = std::mem::replace(&mut self.members, members);
        self.total = members.iter().map(|s| self.places[s].weight).sum();
        for queue in [&mut self.placed, &mut self.unserved, &mut self.later] {
            queue.retain(|Reverse((_, _, s))| members.has(usize::from(*s)));
        }
        if first {
            self.begin_window();
        }
        for s in members.iter().filter(|&s| !before.has(s)) {
            self.place(s, first);
        }
    }

    /// Places a server that is in no queue: among those not served yet, or one turn ahead.
    fn place(&mut self, server: usize, is_unserved: bool) {
        let weight = self.places[server].weight;
        if is_unserved {
            Self::enter(&mut self.unserved, &mut self.entries, -weight, server);
        } else {
            let ahead = (self.total + self.window - self.now) / weight;
            self.places[server].at = self.now + ahead;
            self.queue(server);
        }
    }

    /// Takes the weights of servers under slow start, in twenty steps as HAProxy does
    /// (`server_warmup`); a server with another weight is placed as one that returns.
    #[cold]
    fn warm_up(&mut self, weights: &[u32]) {
        let mut changed = Vec::new();
        for (s, p) in self.places.iter_mut().enumerate() {
            let weight = SCALE * i64::from(weights[s]);
            let is_step = (weight - p.weight).abs() * 20 >= p.full || weight >= p.full;
            if weight != p.weight && is_step {
                p.weight = weight;
                changed.push(s);
            }
        }
        self.total = self.members.iter().map(|s| self.places[s].weight).sum();
        let members = self.members;
        for s in changed.into_iter().filter(|&s| members.has(s)) {
            let is_unserved = contains(&self.unserved, s);
            for queue in [&mut self.placed, &mut self.unserved, &mut self.later] {
                queue.retain(|Reverse((_, _, other))| usize::from(*other) != s);
            }
            self.place(s, is_unserved);
        }
    }

    /// The server whose turn it is, taken out of its queue.
    fn first(&mut self) -> Option<usize> {
        if let Some(&Reverse((_, _, s))) = self.placed.peek()
            && self.places[usize::from(s)].at <= self.now
        {
            self.placed.pop();
            return Some(usize::from(s));
        }
        if let Some(Reverse((_, _, s))) = self.unserved.pop() {
            let p = &mut self.places[usize::from(s)];
            p.at = self.now;
            p.remainder = 0;
            return Some(usize::from(s));
        }
        self.placed.pop().map(|Reverse((_, _, s))| usize::from(s))
    }

    fn begin_window(&mut self) {
        self.window = self.total;
        self.now = self.total;
    }

    /// The next pick.
    fn take(&mut self) -> Option<usize> {
        let server = self.first().or_else(|| {
            std::mem::swap(&mut self.unserved, &mut self.later);
            self.begin_window();
            self.first()
        })?;
        let p = &mut self.places[server];
        p.at += self.total / p.weight;
        p.remainder += self.total % p.weight;
        if p.remainder >= p.weight {
            p.remainder -= p.weight;
            p.at += 1;
        }
        self.now += 1;
        self.queue(server);
        Some(server)
    }

    /// How far ahead of the clock a server's place is; 0 for one not served yet, NaN for one that
    /// waits for the next window or is no member.
    fn ahead(&self, server: usize) -> f64 {
        if contains(&self.placed, server) {
            (self.places[server].at - self.now) as f64
        } else if contains(&self.unserved, server) {
            0.0
        } else {
            f64::NAN
        }
    }
}

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct HaproxyWrr {
    groups: Groups<Clock>,
}

impl Strategy for HaproxyWrr {
    // In proportion to the weights only nearly, unless they are equal: see the module.
    const SHARE: Share = Share::Rounded;

    fn knows(_: &StrategyConfig) -> Knows {
        Knows::WEIGHTS
    }

    fn new(_: &Setup) -> Self {
        Self {
            groups: Groups::new(),
        }
    }

    #[inline]
    fn pick<X: Explain>(&mut self, _: &Task, cluster: &Cluster, _: &mut Rng, why: &mut X) -> Pick {
        let weights = cluster.weights;
        let clock = self
            .groups
            .of(cluster, || Clock::new(weights), Clock::change);
        if cluster.in_weight_units(1.0) < 1.0 {
            clock.warm_up(weights);
        }
        why.record(|w| {
            w.table("haproxy-wrr", &["weight", "places-ahead"]);
            for s in cluster.eligible.iter() {
                w.row(s, &[cluster.weight(s), clock.ahead(s)]);
            }
        });
        let Some(server) = clock.take() else {
            return Pick::NoServer;
        };
        why.record(|w| {
            let weight = clock.places[server].weight as f64;
            let total = clock.total as f64;
            w.values.extend([
                ("weight", cluster.in_weight_units(weight / SCALE as f64)),
                ("total", cluster.in_weight_units(total / SCALE as f64)),
                ("places", total / weight),
            ]);
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        let values = match self.groups.last() {
            Some(clock) => (0..cluster.len()).map(|s| clock.ahead(s)).collect(),
            None => vec![0.0; cluster.len()],
        };
        Picture::Bars {
            label: "places-ahead",
            values,
            largest_wins: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::balance::bare::letters;

    #[test]
    fn haproxy_2_6_12_roundrobin_prints_these() {
        assert_eq!(
            letters(StrategyId::HaproxyWrr, &[5, 1, 1], 7),
            "a a a b a a c"
        );
        assert_eq!(
            letters(StrategyId::HaproxyWrr, &[3, 2, 1], 8),
            "a b a c a b a b"
        );
    }

    /// `reg-tests/balance/balance-rr.vtc` (vector 6): four equal servers in turn.
    #[test]
    fn haproxy_balance_rr_vtc() {
        assert_eq!(letters(StrategyId::HaproxyWrr, &[1; 4], 5), "a b c d a");
    }

    /// Over forty cycles of these weights no server is more than two tasks off its share.
    #[test]
    fn shares_follow_the_weights_closely() {
        for weights in [
            vec![5, 1, 1],
            vec![3, 2, 1],
            vec![7, 3, 2, 2, 1],
            vec![1000, 1, 300],
        ] {
            let mut clock = Clock::new(&weights);
            clock.change(Mask::of(weights.len(), |_| true));
            let total: u32 = weights.iter().sum();
            let mut counts = vec![0.0; weights.len()];
            for m in 1..=total * 40 {
                counts[clock.take().expect("all are up")] += 1.0;
                for (count, &w) in counts.iter().zip(&weights) {
                    let lag: f64 = count - f64::from(m) * f64::from(w) / f64::from(total);
                    assert!(lag.abs() <= 2.0, "{weights:?}: {lag} after {m}");
                }
            }
        }
    }

    fn count(weights: &[u32], picks: u32) -> Vec<u32> {
        let mut clock = Clock::new(weights);
        clock.change(Mask::all(weights.len()));
        let mut counts = vec![0; weights.len()];
        for _ in 0..picks {
            counts[clock.take().expect("all are up")] += 1;
        }
        counts
    }

    /// A cycle of 127 tasks, where 128 would be exact: counted over 100 cycles.
    #[test]
    fn whole_places_cost_a_light_server_part_of_its_share() {
        assert_eq!(count(&[3, 3, 2], 12_700), [4800, 4800, 3100]);
        for (servers, weight) in [(2, 7), (3, 5), (5, 256), (7, 1000)] {
            assert_eq!(
                count(&vec![weight; servers], 1000 * servers as u32),
                vec![1000; servers]
            );
        }
    }

    /// The published weakness: with weights 200/1/1, c leaves and returns, and waits for more than
    /// a hundred tasks.
    #[test]
    fn a_recovered_server_waits() {
        let mut clock = Clock::new(&[200, 1, 1]);
        let all = Mask::of(3, |_| true);
        clock.change(all);
        (0..20).for_each(|_| assert!(clock.take().is_some()));
        clock.change(Mask::of(3, |s| s != 2));
        (0..20).for_each(|_| assert_ne!(clock.take(), Some(2)));
        clock.change(all);
        let waited = std::iter::from_fn(|| clock.take())
            .position(|s| s == 2)
            .expect("it returns");
        assert!(waited > 100, "{waited}");
    }
}
