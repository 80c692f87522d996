//! Strategies by key. A [`Scheme`] says how keys are hashed and which server owns which hashes; the
//! code here is common to all schemes.
//!
//! A table is computed for each set of eligible servers and kept. It has the server of every key,
//! so that a pick is one look-up. Copies of a strategy, those of other balancer instances too,
//! share their tables ([`Shared`]), so that neither a checkpoint nor an instance costs much.
//!
//! Origins: `ketama` is nginx's (and Pingora's); `haproxy_map`, `haproxy_ring`, `haproxy_random`
//! and `bounded_load` are HAProxy's; `envoy_ring`, `envoy_bounded_load` and `maglev` are Envoy's;
//! `rendezvous` is the literature's, `caddy_hash` and `traefik_hrw` are what two programs made of
//! it.

mod bounded_load;
mod caddy_hash;
mod envoy_bounded_load;
mod envoy_ring;
mod haproxy_map;
mod haproxy_random;
mod haproxy_ring;
mod ketama;
mod key;
mod maglev;
mod rendezvous;
mod ring;
mod scheme;
mod shared;
mod table;
mod traefik_hrw;

pub(super) use bounded_load::BoundedLoad;
pub(super) use caddy_hash::CaddyHash;
pub(super) use envoy_bounded_load::EnvoyBoundedLoad;
pub(super) use envoy_ring::EnvoyRing;
pub(super) use haproxy_map::HaproxyMap;
pub(super) use haproxy_random::HaproxyRandom;
pub(super) use haproxy_ring::HaproxyRing;
pub(super) use ketama::Ketama;
pub(super) use key::{Key, xxh64_of};
pub(super) use maglev::Maglev;
pub(super) use rendezvous::Rendezvous;
pub(super) use scheme::{HashScheme, Scheme, SkipRule};
pub(super) use table::{KeyTable, TableInput, warm_sixteenths};
pub(super) use traefik_hrw::TraefikHrw;

use super::strategies::smooth_wrr::SmoothWrr;
use super::{
    Cluster, Explain, Explanation, Knows, Mask, Pick, Picture, Setup, Share, Strategy,
    StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::{KeySource, Task};
use bounded_load::Bound;
use shared::Shared;
use std::marker::PhantomData;
use std::sync::Arc;

/// The strategy with the hashing scheme `S`.
#[derive(Clone, Debug)]
pub struct Keyed<S>(Lookup, PhantomData<S>);

impl<S: HashScheme> Strategy for Keyed<S> {
    const SHARE: Share = S::SHARE;
    const FIELDS: &'static [&'static str] = S::SCHEME.fields;

    fn knows(config: &StrategyConfig) -> Knows {
        Knows {
            weights: S::WEIGHS,
            in_flight: S::SCHEME.skip == SkipRule::OverBound,
            ..Knows::key(S::ONLY_KEY.unwrap_or(config.key))
        }
    }

    fn new(setup: &Setup) -> Self {
        let source = S::ONLY_KEY.unwrap_or(setup.config.key);
        Self(Lookup::new(&S::SCHEME, source, setup), PhantomData)
    }

    #[inline]
    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        _: &mut Rng,
        why: &mut X,
    ) -> Pick {
        self.0.pick(task, cluster, why)
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        self.0.picture(cluster)
    }
}

/// The part of [`Keyed`] that does not depend on the type of the scheme, so that it is compiled
/// once.
#[derive(Clone, Debug)]
struct Lookup {
    scheme: &'static Scheme,
    shared: Arc<Shared>,
    /// All servers, if the pick itself passes over the unavailable ones, which keep their places.
    stay: Option<Mask>,
    /// Under slow start, the sixteenths of its weight that each server has; empty: all of it.
    warm: Vec<u8>,
    /// The table used last.
    current: Option<Current>,
    /// Bounded load: sums of weights of sets of servers, none of which is within another.
    sums: Vec<(Mask, Arc<[u64]>)>,
    /// Decides when every try has failed.
    turns: SmoothWrr,
    /// The key of the last pick and its server.
    last: Option<(usize, usize)>,
}

/// A table, and for which servers it is.
#[derive(Clone, Debug)]
struct Current {
    servers: Mask,
    table: Arc<KeyTable>,
    /// Bounded load: the sum of the weights before each server, and the total at the end, as of the
    /// largest set of servers so far.
    before: Arc<[u64]>,
}

/// Bounded load: sets of servers of which an instance remembers sums; twice as many as a rule table
/// has groups.
const SUMS_KEPT: usize = 64;

/// How a key's server was found.
struct Found {
    key: usize,
    /// Places tried; 0 if turns decided.
    tries: u32,
    server: Option<usize>,
}

impl Lookup {
    fn new(scheme: &'static Scheme, source: KeySource, setup: &Setup) -> Self {
        let turns = SmoothWrr::idle(setup.weights.len());
        let stay = matches!(scheme.skip, SkipRule::Unavailable { .. })
            .then(|| Mask::of(setup.weights.len(), |_| true));
        Self {
            scheme,
            shared: Arc::new(Shared::new(scheme, source, setup)),
            stay,
            warm: Vec::new(),
            current: None,
            sums: Vec::new(),
            turns,
            last: None,
        }
    }

    /// Makes the table for these servers, at least one, the current table.
    #[cold]
    fn use_table_of(&mut self, servers: Mask) {
        debug_assert!(!servers.is_empty());
        let table = self.shared.table(servers, &self.warm);
        let before = self.sums_of(servers, &table);
        self.current = Some(Current {
            servers,
            table,
            before,
        });
    }

    /// The sums of the largest set so far that has all of these servers.
    fn sums_of(&mut self, servers: Mask, table: &KeyTable) -> Arc<[u64]> {
        if !self.warm.is_empty() {
            return Arc::clone(&table.before);
        }
        let mut larger = self.sums.iter();
        if let Some((_, before)) = larger.find(|(set, _)| set.and(servers) == servers) {
            return Arc::clone(before);
        }
        if self.scheme.skip == SkipRule::OverBound {
            self.sums.retain(|(set, _)| set.and(servers) != *set);
            if self.sums.len() >= SUMS_KEPT {
                self.sums.clear();
            }
            self.sums.push((servers, Arc::clone(&table.before)));
        }
        Arc::clone(&table.before)
    }

    /// Takes the weights of servers under slow start.
    #[cold]
    fn warm_up(&mut self, cluster: &Cluster) {
        let warm = warm_sixteenths(cluster, &self.shared.weights);
        if self.warm != warm {
            self.warm = warm;
            self.current = None;
        }
    }

    /// The task's key, its table being the current one; None if no server is eligible.
    #[inline]
    fn locate(&mut self, task: &Task, eligible: &Mask) -> Option<usize> {
        if eligible.is_empty() {
            return None;
        }
        let is_current = match &self.current {
            Some(current) => self.stay.is_some() || current.servers == *eligible,
            None => false,
        };
        if !is_current {
            self.use_table_of(self.stay.unwrap_or(*eligible));
        }
        Some(task.key(self.shared.config.key))
    }

    #[inline]
    fn pick<X: Explain>(&mut self, task: &Task, cluster: &Cluster, why: &mut X) -> Pick {
        if self.scheme.warms && cluster.in_weight_units(1.0) < 1.0 {
            self.warm_up(cluster);
        }
        let found = self.find(task, cluster.eligible, cluster.in_flight, cluster.weights);
        let Some(found) = found else {
            return Pick::NoServer;
        };
        why.record(|w| self.explain(w, &found, cluster));
        found.server.map_or(Pick::NoServer, Pick::Server)
    }

    /// The server of the task's key, and how it was found; None if no server is eligible.
    fn find(
        &mut self,
        task: &Task,
        eligible: &Mask,
        in_flight: &[u32],
        weights: &[u32],
    ) -> Option<Found> {
        let key = self.locate(task, eligible)?;
        let Current { table, before, .. } = self.current.as_ref()?;
        let home = *table.homes.get(key)?;
        let found = match self.scheme.skip {
            SkipRule::Never => Some((home, 1)),
            SkipRule::Unavailable { .. } if eligible.has(home.into()) => Some((home, 1)),
            SkipRule::Unavailable { tries } => {
                table.walk(key, tries, |server| eligible.has(server))
            }
            SkipRule::OverBound => {
                let factor = self.shared.config.balance_factor;
                let bound = Bound::new(table.present, before, factor, in_flight);
                table.walk(key, u32::MAX, |server| {
                    u64::from(in_flight[server]) < bound.slots(server)
                })
            }
        };
        let server = match found {
            Some((owner, _)) => Some(usize::from(owner)),
            None => self.turns.take(*eligible, weights),
        };
        self.last = server.map(|server| (key, server));
        Some(Found {
            key,
            tries: found.map_or(0, |(_, tries)| tries),
            server,
        })
    }

    fn explain(&self, w: &mut Explanation, found: &Found, cluster: &Cluster) {
        let &Found { key, tries, .. } = found;
        let Some(current) = &self.current else {
            return;
        };
        let Current {
            servers,
            table,
            before,
        } = current;
        let first = table.places[key] as usize;
        let input = self.shared.input(*servers, &self.warm);
        let hash = self.shared.hashes[key];
        let rule = self.scheme.rule;
        if let Some(score) = self.scheme.score {
            w.table(rule, &["weight", "score"]);
            for s in cluster.eligible.iter() {
                w.row(s, &[cluster.weight(s), score(&input, s, key)]);
            }
        } else if self.scheme.skip == SkipRule::OverBound {
            let factor = input.config.balance_factor;
            let bound = Bound::new(table.present, before, factor, cluster.in_flight);
            w.table(rule, &["connections", "bound", "part"]);
            for s in cluster.eligible.iter() {
                w.row(
                    s,
                    &[
                        f64::from(cluster.in_flight[s]),
                        bound.slots(s) as f64,
                        table.shares[s],
                    ],
                );
            }
        } else {
            w.table(rule, &["weight", "places", "part"]);
            for s in cluster.eligible.iter() {
                let places = f64::from(table.owned[s]);
                w.row(s, &[cluster.weight(s), places, table.shares[s]]);
            }
        }
        let point = table
            .ring
            .as_ref()
            .map_or(first as u64, |(points, _)| points[first]);
        w.words.extend([
            ("hash", hash.to_string()),
            ("point", point.to_string()),
            ("key", self.shared.key(key).text()),
        ]);
        w.values.extend([
            ("places", table.owners.len() as f64),
            ("tries", f64::from(tries)),
        ]);
    }

    fn picture(&self, cluster: &Cluster) -> Picture {
        if cluster.eligible.is_empty() {
            return Picture::NoServer;
        }
        let mut other = self.clone();
        other.use_table_of(self.stay.unwrap_or(*cluster.eligible));
        let Some(Current { table, .. }) = &other.current else {
            return Picture::NoServer;
        };
        let last = self
            .last
            .map(|(key, server)| (key, server, self.shared.hashes[key]));
        let key = last.map_or(String::new(), |(key, ..)| self.shared.key(key).text());
        if let Some(score) = self.scheme.score {
            let input = self.shared.input(*cluster.eligible, &self.warm);
            let values = cluster.bars(|s| last.map_or(f64::NAN, |(key, ..)| score(&input, s, key)));
            return Picture::Bars {
                label: "score",
                values,
                largest_wins: true,
            };
        }
        match &table.ring {
            Some((points, circle)) if !points.is_empty() => {
                let owners = (0..SECTORS)
                    .map(|i| (f64::from(i) + 0.5) / f64::from(SECTORS))
                    .map(|part| ring::first_at((part * circle) as u64, points))
                    .map(|point| table.owners[point])
                    .collect();
                let at = last.map(|(key, server, hash)| {
                    let first = table.places[key] as usize;
                    let mut ahead = (first..points.len()).chain(0..first);
                    let place = ahead
                        .find(|&p| usize::from(table.owners[p]) == server)
                        .unwrap_or(first);
                    (hash as f64 / circle, points[place] as f64 / circle)
                });
                Picture::Ring { owners, key, at }
            }
            _ => {
                let slots = table.owners.len();
                let cells = slots.min(CELLS);
                let owners = (0..cells)
                    .map(|cell| table.owners[cell * slots / cells])
                    .collect();
                let (hash, slot) = last.map_or((0, None), |(key, _, hash)| {
                    (hash, Some(table.places[key] as usize))
                });
                Picture::Slots {
                    label: "slots",
                    owners,
                    key,
                    hash,
                    slot,
                    slots,
                }
            }
        }
    }
}

/// Parts that a ring is drawn in.
const SECTORS: u16 = 360;
/// Cells that a long row of slots is drawn in.
const CELLS: usize = 240;
