//! Strategies by key: a scheme is how it hashes a key and how it lays out the places that hashes fall
//! on; the frame here is what all have in common.
//!
//! A table is made for each set of servers that may be picked, and kept; all keys are looked up in
//! it at once, so that a pick is one look-up. Tables are shared between copies of a strategy: a
//! checkpoint costs nothing.

mod bounded_load;
mod envoy_ring;
mod haproxy_map;
mod haproxy_ring;
mod ketama;
mod key;
mod maglev;
mod rendezvous;
mod ring;
mod scheme;
mod table;

pub use bounded_load::BoundedLoad;
pub use envoy_ring::EnvoyRing;
pub use haproxy_map::HaproxyMap;
pub use haproxy_ring::HaproxyRing;
pub use ketama::Ketama;
pub use key::{Key, xxh64_of};
pub use maglev::Maglev;
pub use rendezvous::Rendezvous;
pub use scheme::{HashScheme, Scheme, SkipRule};
pub use table::{Table, TableInput};

use super::strategies::smooth_wrr::SmoothWrr;
use super::{
    Cluster, Explain, Explanation, Knows, Mask, Pick, Picture, Setup, Share, Strategy,
    StrategyConfig,
};
use crate::rng::Rng;
use crate::workload::Task;
use crate::workload::clients::Population;
use std::marker::PhantomData;
use std::sync::Arc;

/// What does not change while a strategy runs.
#[derive(Debug)]
struct Fixed {
    weights: Vec<u32>,
    addresses: Vec<String>,
    config: StrategyConfig,
    population: Population,
    hashes: Vec<u64>,
}

impl Fixed {
    fn input(&self, eligible: Mask) -> TableInput<'_> {
        let Self {
            weights,
            addresses,
            config,
            hashes,
            ..
        } = self;
        TableInput {
            weights,
            addresses,
            config,
            eligible,
            hashes,
        }
    }

    fn key(&self, index: usize) -> Key<'_> {
        Key::of(self.config.key, &self.population, index)
    }
}

/// A strategy by key, whichever its scheme.
#[derive(Clone, Debug)]
pub struct Keyed<S>(Places, PhantomData<S>);

impl<S: HashScheme> Strategy for Keyed<S> {
    const SHARE: Share = S::SHARE;

    fn knows(config: &StrategyConfig) -> Knows {
        Knows {
            weights: true,
            in_flight: S::SCHEME.skip == SkipRule::OverBound,
            ..Knows::key(config.key)
        }
    }

    fn new(setup: &Setup) -> Self {
        Self(Places::new(&S::SCHEME, setup), PhantomData)
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

/// Sets of servers for which tables are kept: as many as a rule table has groups, twice over.
const TABLES_KEPT: usize = 64;

/// What all [`Keyed`] are.
#[derive(Clone, Debug)]
struct Places {
    scheme: &'static Scheme,
    fixed: Arc<Fixed>,
    /// Where the pick itself passes over servers that are not up, all keep their places.
    stay: Option<Mask>,
    tables: Vec<(Mask, Arc<Table>)>,
    /// The table used last.
    current: usize,
    turns: SmoothWrr,
    /// The key of the last pick and its server.
    last: Option<(usize, usize)>,
}

impl Places {
    fn new(scheme: &'static Scheme, setup: &Setup) -> Self {
        let source = setup.config.key;
        let population = setup.population;
        let keys = population.count(source);
        let fixed = Fixed {
            weights: setup.weights.to_vec(),
            addresses: setup.addresses.to_vec(),
            config: setup.config.clone(),
            hashes: (0..keys)
                .map(|i| (scheme.hash)(Key::of(source, population, i)))
                .collect(),
            population: population.clone(),
        };
        let turns = SmoothWrr::idle(setup.weights.len());
        let stay = matches!(scheme.skip, SkipRule::Unavailable { .. })
            .then(|| Mask::of(setup.weights.len(), |_| true));
        Self {
            scheme,
            fixed: Arc::new(fixed),
            stay,
            tables: Vec::new(),
            current: 0,
            turns,
            last: None,
        }
    }

    /// Makes the table for these servers the current one. There must be one: no table can be laid
    /// out for none.
    #[cold]
    fn use_table_of(&mut self, eligible: Mask) {
        debug_assert!(!eligible.is_empty());
        self.current = self
            .tables
            .iter()
            .position(|(mask, _)| *mask == eligible)
            .unwrap_or_else(|| {
                if self.tables.len() >= TABLES_KEPT {
                    self.tables.clear();
                }
                let mut table = (self.scheme.table)(&self.fixed.input(eligible));
                if let Some((_, whole)) = self
                    .tables
                    .iter()
                    .find(|(mask, _)| mask.and(eligible) == eligible)
                {
                    table.before.clone_from(&whole.before);
                }
                self.tables.push((eligible, Arc::new(table)));
                self.tables.len() - 1
            });
    }

    #[inline]
    fn pick<X: Explain>(&mut self, task: &Task, cluster: &Cluster, why: &mut X) -> Pick {
        let key = task.key(self.fixed.config.key);
        if cluster.eligible.is_empty() {
            return Pick::NoServer;
        }
        let mask = self.stay.unwrap_or(cluster.eligible);
        if self
            .tables
            .get(self.current)
            .is_none_or(|(of, _)| *of != mask)
        {
            self.use_table_of(mask);
        }
        let table = &self.tables[self.current].1;
        let first = table.places[key] as usize;
        let walk = |tries: u32, goes: &dyn Fn(usize) -> bool| {
            let ahead = table.owners[first..].iter().chain(&table.owners[..first]);
            ahead
                .take(tries as usize)
                .zip(1..)
                .find(|(owner, _)| goes(usize::from(**owner)))
        };
        let found = match self.scheme.skip {
            SkipRule::Never => Some((&table.owners[first], 1)),
            SkipRule::Unavailable { tries } => walk(tries, &|server| cluster.eligible.has(server)),
            SkipRule::OverBound => {
                let bound = bounded_load::Bound::new(
                    table,
                    self.fixed.config.balance_factor,
                    cluster.in_flight(),
                );
                walk(u32::MAX, &|server| {
                    u64::from(cluster.in_flight()[server]) < bound.slots(server)
                })
            }
        };
        let tries = found.map_or(0, |(_, tries)| tries);
        let server = match found {
            Some((owner, _)) => Some(usize::from(*owner)),
            None => self.turns.take(cluster.eligible, cluster.weights),
        };
        self.last = server.map(|server| (key, server));
        why.tell(|w| self.tell(w, key, first, tries, cluster));
        server.map_or(Pick::NoServer, Pick::Server)
    }

    fn tell(&self, w: &mut Explanation, key: usize, first: usize, tries: u32, cluster: &Cluster) {
        let (mask, table) = &self.tables[self.current];
        let input = self.fixed.input(*mask);
        let hash = self.fixed.hashes[key];
        let rule = self.scheme.rule;
        if let Some(score) = self.scheme.score {
            w.table(rule, &["weight", "score"]);
            cluster
                .eligible
                .iter()
                .for_each(|s| w.row(s, &[cluster.weight(s), score(&input, s, hash)]));
        } else if self.scheme.skip == SkipRule::OverBound {
            let bound =
                bounded_load::Bound::new(table, input.config.balance_factor, cluster.in_flight());
            w.table(rule, &["connections", "bound", "part"]);
            for s in cluster.eligible.iter() {
                w.row(
                    s,
                    &[
                        f64::from(cluster.in_flight()[s]),
                        bound.slots(s) as f64,
                        table.shares[s],
                    ],
                );
            }
        } else {
            w.table(rule, &["weight", "places", "part"]);
            let mut places = vec![0.0; cluster.len()];
            table
                .owners
                .iter()
                .for_each(|&owner| places[usize::from(owner)] += 1.0);
            cluster
                .eligible
                .iter()
                .for_each(|s| w.row(s, &[cluster.weight(s), places[s], table.shares[s]]));
        }
        let point = table
            .ring
            .as_ref()
            .map_or(first as u64, |(points, _)| points[first]);
        let numbers = [
            ("hash", hash.to_string()),
            ("point", point.to_string()),
            ("key", self.fixed.key(key).text()),
        ];
        w.words.extend(numbers);
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
        other.use_table_of(self.stay.unwrap_or(cluster.eligible));
        let table = &other.tables[other.current].1;
        let last = self
            .last
            .map(|(key, server)| (key, server, self.fixed.hashes[key]));
        let key = last.map_or(String::new(), |(key, ..)| self.fixed.key(key).text());
        if let Some(score) = self.scheme.score {
            let input = self.fixed.input(cluster.eligible);
            let values =
                cluster.bars(|s| last.map_or(f64::NAN, |(.., hash)| score(&input, s, hash)));
            return Picture::Bars {
                label: "score",
                values,
                largest_wins: true,
            };
        }
        match &table.ring {
            Some((points, circle)) if !points.is_empty() => {
                let of = |part: f64| ring::first_at((part * circle) as u64, points);
                let sector = |i: u16| table.owners[of((f64::from(i) + 0.5) / f64::from(SECTORS))];
                let owners = (0..SECTORS).map(sector).collect();
                let at = last.map(|(key, server, hash)| {
                    let first = table.places[key] as usize;
                    let ahead = (0..points.len()).map(|i| (first + i) % points.len());
                    let place = ahead
                        .into_iter()
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
