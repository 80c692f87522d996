//! Levels of priority and zones (see [`Locality`]), and slices of the servers for each instance.
//! What is on its way is in [`transfer`](super::transfer).

use super::Engine;
use super::transfer::Transfers;
use crate::balance::{MAX_SERVERS, Mask};
use crate::rng::{Purpose, Rng};
use crate::scenario::{Locality, Scenario, ServerState, ZonePreference};
use crate::workload::{KeySource, Task};

/// Envoy counts zones' parts in ten thousandths.
const PARTS: u64 = 10_000;

/// What a run with levels, zones, slices or links keeps.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// The servers of each level, the first to be used first.
    levels: Vec<Mask>,
    /// The servers of each zone.
    zones: Vec<Mask>,
    /// How many clients each zone has.
    clients: Vec<u64>,
    chance: Rng,
    /// What is on its way.
    pub(super) transfers: Transfers,
}

impl Places {
    /// Of a scenario that has levels, zones, slices or links that matter; None of all others.
    pub(super) fn new(scenario: &Scenario) -> Option<Box<Self>> {
        if !scenario.has_places() && !scenario.has_subsets() && !scenario.network.is_on() {
            return None;
        }
        let servers = &scenario.servers;
        let n = servers.len();
        let mut priorities: Vec<u32> = servers.iter().map(|s| s.priority).collect();
        priorities.sort_unstable();
        priorities.dedup();
        let zones = servers.iter().map(|s| s.zone).max().unwrap_or(0) + 1;
        let in_zone = |zone: u32| Mask::of(n, |s| servers[s].zone == zone);
        let clients = u64::from(scenario.clients.clients);
        Some(Box::new(Self {
            levels: priorities
                .iter()
                .map(|&p| Mask::of(n, |s| servers[s].priority == p))
                .collect(),
            zones: (0..zones).map(in_zone).collect(),
            clients: (0..u64::from(zones))
                .map(|zone| {
                    clients / u64::from(zones) + u64::from(zone < clients % u64::from(zones))
                })
                .collect(),
            chance: Rng::new(u64::from(scenario.seed), Purpose::Places),
            transfers: Transfers::new(scenario),
        }))
    }

    /// The zone of a task's client.
    fn zone_of(&self, task: &Task) -> usize {
        task.key(KeySource::Ip) % self.zones.len()
    }

    /// The level that the next task goes to, of these servers.
    fn level(&mut self, healthy: Mask, open: Mask, locality: &Locality) -> Mask {
        if self.levels.len() == 1 {
            return healthy;
        }
        let counts = self.levels.iter().map(|level| {
            let all = level.and(open).len() as u64;
            (level.and(healthy).len() as u64, all)
        });
        let loads = level_loads(&counts.collect::<Vec<_>>(), locality.overprovisioning);
        let mut drawn = self.chance.below(100);
        for (level, load) in self.levels.iter().zip(loads) {
            if drawn < load {
                return healthy.and(*level);
            }
            drawn -= load;
        }
        healthy
    }

    /// The zone that the next task of this one goes to, of these servers.
    fn zone(&mut self, home: usize, among: Mask, locality: &Locality) -> Mask {
        let at_home = among.and(self.zones[home]);
        match locality.zones {
            ZonePreference::None => among,
            ZonePreference::Same if at_home.is_empty() => among,
            ZonePreference::Same => at_home,
            ZonePreference::Envoy => {
                let few = among.len() < locality.least_servers as usize;
                if few || at_home.is_empty() {
                    return among;
                }
                let servers = self.zones.iter().map(|zone| among.and(*zone).len() as u64);
                let servers: Vec<u64> = servers.collect();
                let zone = envoy_zone(home, &servers, &self.clients, &mut self.chance);
                among.and(self.zones[zone])
            }
        }
    }
}

/// The percentages of the load that levels get, each with its healthy servers of all
/// (`LoadBalancerBase::recalculatePerPriorityState`).
fn level_loads(levels: &[(u64, u64)], overprovisioning: f64) -> Vec<u64> {
    let factor = (100.0 * overprovisioning).round() as u64;
    let healths = levels.iter().map(|(healthy, all)| {
        let health = (factor * healthy).checked_div(*all);
        health.unwrap_or(0).min(100)
    });
    let healths: Vec<u64> = healths.collect();
    let total = healths.iter().sum::<u64>().min(100);
    let mut left = 100;
    let mut loads: Vec<u64> = healths
        .iter()
        .map(|health| {
            let load = (health * 100).checked_div(total).unwrap_or(0).min(left);
            left -= load;
            load
        })
        .collect();
    // What rounding leaves goes to the first level that is healthy at all.
    if let Some(first) = healths.iter().position(|health| *health > 0) {
        loads[first] += left;
    }
    loads
}

/// The zone that Envoy sends a request of zone `home` to, by the numbers of healthy servers and of
/// clients in each (`ZoneAwareLoadBalancerBase::tryChooseLocalLocalityHosts`).
fn envoy_zone(home: usize, servers: &[u64], clients: &[u64], chance: &mut Rng) -> usize {
    let part = |of: u64, all: &[u64]| PARTS * of / all.iter().sum::<u64>().max(1);
    let upstream = |zone: usize| part(servers[zone], servers);
    let local = |zone: usize| part(clients[zone], clients);
    if upstream(home) >= local(home) || chance.below(PARTS) < PARTS * upstream(home) / local(home) {
        return home;
    }
    let spare: Vec<u64> = (0..servers.len())
        .map(|zone| upstream(zone).saturating_sub(local(zone)))
        .collect();
    let mut drawn = match spare.iter().sum() {
        0 => return chance.below(servers.len() as u64) as usize,
        all => chance.below(all),
    };
    for (zone, spare) in spare.iter().enumerate() {
        if drawn < *spare {
            return zone;
        }
        drawn -= spare;
    }
    home
}

/// Of these servers those that an instance may send a task to, by level, zone and slice.
pub(super) fn near(engine: &mut Engine, number: usize, task: &Task, healthy: Mask) -> Mask {
    let locality = &engine.scenario.balancer.locality;
    let configs = &engine.scenario.servers;
    let members = Mask::of(configs.len(), |s| {
        configs[s].weight > 0 && engine.servers[s].state != ServerState::Draining
    });
    let Some(places) = &mut engine.places else {
        return healthy;
    };
    let rule = engine.rules.find(task);
    let group = rule.map_or(members, |(_, group)| members.and(group));
    let home = places.zone_of(task);
    let level = places.level(healthy.and(group), group, locality);
    let near = places.zone(home, level, locality);
    match engine.scenario.has_subsets() {
        true => slice(near, number - 1, engine.instances.len() - 1),
        false => near,
    }
}

/// Whether tasks that wait at an instance may go to a healthy server.
pub(super) fn serves(engine: &Engine, number: usize, server: usize) -> bool {
    !engine.scenario.has_subsets()
        || number > 0
            && slice(engine.known.healthy, number - 1, engine.instances.len() - 1).has(server)
}

/// The servers of program `index` of `programs`: as many for each, and of those that are left over
/// one each for the first programs. Where they are fewer than programs, several
/// share one (Knative Serving 1.12, `pickIndices` and `assignSlice` in its `throttler.go`; before,
/// each program used all that were left over, with a part of their slots).
fn slice(servers: Mask, index: usize, programs: usize) -> Mask {
    let count = servers.len();
    let places = if programs > count {
        let only = index.checked_rem(count).unwrap_or(0);
        [only..only + 1, 0..0]
    } else {
        let each = count / programs;
        let extra = each * programs + index;
        [
            each * index..each * (index + 1),
            extra..(extra + 1).min(count),
        ]
    };
    let mut place = 0;
    Mask::of(MAX_SERVERS, |server| {
        let is_one = servers.has(server);
        let is_mine = is_one && places.iter().any(|range| range.contains(&place));
        place += usize::from(is_one);
        is_mine
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables of Envoy's documentation ("Priority levels"), with its factor of 1.4: the healthy
    /// share of each level, and the load that each gets.
    #[test]
    fn levels_get_what_envoys_tables_say() {
        let tables: [(&[u64], &[u64]); 9] = [
            (&[100, 100], &[100, 0]),
            (&[72, 72], &[100, 0]),
            (&[71, 71], &[99, 1]),
            (&[50, 50], &[70, 30]),
            (&[25, 100], &[35, 65]),
            (&[25, 25], &[50, 50]),
            (&[0, 100], &[0, 100]),
            (&[25, 25, 100], &[35, 35, 30]),
            (&[0, 0, 100], &[0, 0, 100]),
        ];
        for (healthy, expected) in tables {
            let levels: Vec<_> = healthy.iter().map(|h| (*h, 100)).collect();
            assert_eq!(level_loads(&levels, 1.4), expected, "{healthy:?}");
        }
    }

    /// After the comments of Knative's `assignSlice`: 24 pods and 5 activators leave four.
    #[test]
    fn activators_have_slices() {
        let sizes = |servers: usize, programs: usize| {
            let all = Mask::all(servers);
            let of = |index| slice(all, index, programs).iter().collect::<Vec<_>>();
            (0..programs).map(of).collect::<Vec<_>>()
        };
        assert_eq!(sizes(2, 2), [[0], [1]]);
        assert_eq!(sizes(1, 2), [[0], [0]]);
        assert_eq!(sizes(5, 2), [vec![0, 1, 4], vec![2, 3]]);
        assert_eq!(sizes(3, 5), [[0], [1], [2], [0], [1]]);
        assert_eq!(sizes(0, 2), [[0; 0]; 2]);
        let lengths = sizes(24, 5).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(lengths, [5, 5, 5, 5, 4]);
    }

    /// Ten servers, of which the home zone has two, and half of the clients: 40 % of its requests
    /// stay, and the others go where servers are more than clients.
    #[test]
    fn envoy_keeps_what_a_zone_can_take() {
        let mut chance = Rng::new(1, Purpose::Places);
        let mut counts = [0_u32; 3];
        for _ in 0..30_000 {
            counts[envoy_zone(0, &[2, 5, 3], &[50, 25, 25], &mut chance)] += 1;
        }
        let shares = counts.map(|n| f64::from(n) / 30_000.0);
        // 20 % of 50 %; to spare are 25 and 5 parts of a hundred.
        for (share, expected) in shares.iter().zip([0.4, 0.5, 0.1]) {
            assert!((share - expected).abs() < 0.015, "{shares:?}");
        }
        assert!((0..1000).all(|_| envoy_zone(1, &[2, 5, 3], &[50, 25, 25], &mut chance) == 1));
    }
}
