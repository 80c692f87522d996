//! Envoy's bounded load: its ring, except that a server that is over its bound is passed over for
//! one that the key's hash draws.
//!
//! Source: Envoy 1.40.0, `hash_balance_factor`
//! (`source/extensions/load_balancing_policies/common/thread_aware_lb_impl.cc`), after Mirrokni,
//! Thorup and Zadimoghaddam (2018), with the jump of Chen, Coleman and Shrivastava (2021) in place
//! of a walk along the ring. State: none, but it reads the tasks in flight. With A of them in all
//! and a factor of f per cent there are ⌊((A + 1)·f + 99)/100⌋ slots, of which a server has
//! its share by weight, rounded up. A server with no more tasks than slots is taken, so that it may
//! come to have one more. Else the other servers are tried in an order that a generator seeded
//! with the key's hash shuffles; if all are over, the one with the fewest for its slots is taken,
//! the key's own first. Weakness: as for any bound, the lower it is the more tasks are served away
//! from where the caches are warm.

use super::{Current, EnvoyRing, HashScheme, Lookup, Scheme};
use crate::balance::{
    Cluster, Explain, Knows, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;

/// Envoy's ring under the name of this rule.
const RING: Scheme = Scheme {
    rule: "envoy-bounded-load",
    ..EnvoyRing::SCHEME
};

/// See the [module](self).
#[derive(Clone, Debug)]
pub struct EnvoyBoundedLoad(Lookup);

/// The bound at the moment of one pick.
#[derive(Clone, Copy)]
struct Bound<'a> {
    cluster: &'a Cluster<'a>,
    /// Slots in all.
    slots: f64,
    /// The sum of the eligible servers' weights.
    weights: f64,
}

impl<'a> Bound<'a> {
    fn new(cluster: &'a Cluster<'a>, factor: u32) -> Self {
        let active: u32 = cluster.in_flight.iter().sum();
        let slots = ((u64::from(active) + 1) * u64::from(factor)).div_ceil(100);
        let weights = cluster.eligible.iter().map(|s| cluster.weight_steps(s));
        Self {
            cluster,
            slots: slots as f64,
            weights: weights.sum(),
        }
    }

    fn slots(&self, server: usize) -> f64 {
        let part = self.cluster.weight_steps(server) / self.weights;
        libm::ceil(self.slots * part).max(1.0)
    }

    /// Above 1 the server is passed over.
    fn load(&self, server: usize) -> f64 {
        f64::from(self.cluster.in_flight[server]) / self.slots(server)
    }

    /// The server for a key whose own server is `first`, and how many were tried.
    fn find(&self, first: usize, hash: u64) -> (usize, u32) {
        let mut least = (first, self.load(first));
        if least.1 <= 1.0 {
            return (first, 1);
        }
        let mut order: Vec<usize> = self.cluster.eligible.iter().collect();
        let mut random = Mt19937::new(hash as u32);
        let mut tries = 1;
        for i in 0..order.len() {
            let left = (order.len() - i) as u32;
            let j = i + random.below(left) as usize;
            order.swap(i, j);
            let other = order[i];
            if other == first {
                continue;
            }
            tries += 1;
            let load = self.load(other);
            if load <= 1.0 {
                return (other, tries);
            }
            if load < least.1 {
                least = (other, load);
            }
        }
        (least.0, tries)
    }
}

impl Strategy for EnvoyBoundedLoad {
    const SHARE: Share = Share::ByLoad;
    const FIELDS: &'static [&'static str] = &["key", "ring_size", "balance_factor"];

    fn knows(config: &StrategyConfig) -> Knows {
        Knows {
            weights: true,
            in_flight: true,
            ..Knows::key(config.key)
        }
    }

    fn new(setup: &Setup) -> Self {
        Self(Lookup::new(&RING, setup.config.key, setup))
    }

    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        _: &mut Rng,
        why: &mut X,
    ) -> Pick {
        let Some(key) = self.0.locate(task, cluster.eligible) else {
            return Pick::NoServer;
        };
        let lookup = &mut self.0;
        let Some(Current { table, .. }) = &lookup.current else {
            return Pick::NoServer;
        };
        let Some(first) = table.homes.get(key).copied().map(usize::from) else {
            return Pick::NoServer;
        };
        let hash = lookup.shared.hashes[key];
        let bound = Bound::new(cluster, lookup.shared.config.balance_factor);
        let (server, tries) = bound.find(first, hash);
        lookup.last = Some((key, server));
        why.record(|w| {
            w.table(RING.rule, &["connections", "bound", "part"]);
            for s in cluster.eligible.iter() {
                let active = f64::from(cluster.in_flight[s]);
                w.row(s, &[active, bound.slots(s), table.shares[s]]);
            }
            w.words.push(("key", lookup.shared.key(key).text()));
            w.values.extend([
                ("tries", f64::from(tries)),
                ("active", f64::from(cluster.in_flight[server])),
                ("bound", bound.slots(server)),
                ("slots", bound.slots),
                ("weight", cluster.weight(server)),
                ("weights", cluster.in_weight_units(bound.weights)),
            ]);
        });
        Pick::Server(server)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        self.0.picture(cluster)
    }
}

/// The Mersenne Twister of Matsumoto and Nishimura (1998), as C++ has it.
struct Mt19937 {
    state: Vec<u32>,
    at: usize,
}

/// Words of its state.
const N: usize = 624;

impl Mt19937 {
    fn new(seed: u32) -> Self {
        let mut state = vec![seed; N];
        for i in 1..N {
            let before = state[i - 1];
            state[i] = (before ^ before >> 30)
                .wrapping_mul(1_812_433_253)
                .wrapping_add(i as u32);
        }
        Self { state, at: N }
    }

    fn next(&mut self) -> u32 {
        if self.at == N {
            for i in 0..N {
                let joined = self.state[i] & 1 << 31 | self.state[(i + 1) % N] & !(1 << 31);
                let odd = (joined & 1) * 0x9908_b0df;
                self.state[i] = self.state[(i + 397) % N] ^ joined >> 1 ^ odd;
            }
            self.at = 0;
        }
        let mut word = self.state[self.at];
        self.at += 1;
        word ^= word >> 11;
        word ^= word << 7 & 0x9d2c_5680;
        word ^= word << 15 & 0xefc6_0000;
        word ^ word >> 18
    }

    /// A number below `k`, by Envoy's rejection.
    fn below(&mut self, k: u32) -> u32 {
        let part = (1_u64 << 32) / u64::from(k);
        loop {
            let drawn = (u64::from(self.next()) / part) as u32;
            if drawn < k {
                return drawn;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::balance::bare::{Case, letters_for};

    /// The 10,000th number of the default seed, as C++ prescribes it.
    #[test]
    fn the_generator_is_cpps() {
        let mut random = Mt19937::new(5489);
        let last = (0..10_000).map(|_| random.next()).last();
        assert_eq!(last, Some(4_123_659_995));
    }

    fn held(weights: &[u32], balance_factor: u32, keys: &[String]) -> String {
        let id = StrategyId::EnvoyBoundedLoad;
        let addresses: Vec<String> = (18101..18108).map(|p| format!("127.0.0.1:{p}")).collect();
        let config = StrategyConfig {
            id,
            balance_factor,
            ..StrategyConfig::default()
        };
        letters_for(&Case {
            config,
            addresses: &addresses[..weights.len()],
            keys,
            hold: true,
            ..Case::new(id, weights, 24)
        })
        .replace(' ', "")
    }

    /// What Envoy 1.40.0 prints with replies held back: different keys, and the same one always.
    #[test]
    fn held_tasks_fall_as_envoys_do() {
        let keys: Vec<String> = (0..24).map(|i| format!("k{i}")).collect();
        let same = ["k7".to_string()];
        for (weights, factor, many, one) in [
            (
                &[1, 1, 1][..],
                125,
                "cbcccabcbacbbabbabbaabaa",
                "cccacaacacaacacacabcacab",
            ),
            (&[1, 1, 1], 150, "", "cccacacacacacacacacacaca"),
            (&[1, 1, 1], 101, "", "cccaacaacabcabcabcabcabc"),
            (
                &[5, 1, 1],
                125,
                "aaccaaaaaaabaaaaabaaaaaa",
                "aaaaaaaaaaaaaaaaaaacaaaa",
            ),
            (
                &[1; 6],
                125,
                "ffcccfbadfcbedfdebcaadfa",
                "ccffcfaaacfaddcfaddcfadd",
            ),
        ] {
            assert_eq!(held(weights, factor, &same), one, "{weights:?}, {factor}");
            if !many.is_empty() {
                assert_eq!(held(weights, factor, &keys), many, "{weights:?}, {factor}");
            }
        }
    }
}
