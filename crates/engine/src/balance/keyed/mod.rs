//! What the strategies by key have in common: a program is how it hashes a key and how it lays out
//! the places that hashes fall on.
//!
//! A table is made for each set of servers that may be picked, and kept; all keys are looked up in
//! it at once, so that a pick is one look-up. Tables are shared between copies of a strategy: a
//! checkpoint costs nothing.

mod bounded_load;
mod envoy_ring;
mod haproxy_map;
mod haproxy_ring;
mod ketama;
mod maglev;
mod rendezvous;
mod ring;

use super::strategies::smooth_wrr::SmoothWrr;
use super::{
    Cluster, Explain, Explanation, Mask, Pick, Picture, Setup, Share, Strategy, StrategyConfig,
};
use crate::balance::xxh64::xxh64;
use crate::rng::Rng;
use crate::workload::KeySource;
use crate::workload::Task;
use crate::workload::clients::Population;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// A key as a program sees it.
#[derive(Clone, Copy, Debug)]
pub enum Key<'a> {
    /// The client's address.
    Address(Ipv4Addr),
    /// The request path, with its query string if there is one.
    Url(&'a str),
    /// The header's value.
    Header(&'a str),
}

impl Key<'_> {
    fn of(source: KeySource, population: &Population, index: usize) -> Key<'_> {
        match source {
            KeySource::Ip => Key::Address(population.addresses[index]),
            KeySource::Url => Key::Url(&population.urls[index]),
            KeySource::Header => Key::Header(&population.tenants[index]),
        }
    }

    /// The key as text.
    pub fn text(self) -> String {
        match self {
            Self::Address(address) => address.to_string(),
            Self::Url(text) | Self::Header(text) => text.to_string(),
        }
    }
}

/// How many keys of this kind there are.
pub fn count(source: KeySource, population: &Population) -> usize {
    match source {
        KeySource::Ip => population.addresses.len(),
        KeySource::Url => population.urls.len(),
        KeySource::Header => population.tenants.len(),
    }
}

/// The task's key of this kind, as its place in the population.
#[inline]
pub fn place(source: KeySource, task: &Task) -> usize {
    let place = match source {
        KeySource::Ip => task.client,
        KeySource::Url => task.url,
        KeySource::Header => task.tenant,
    };
    place as usize
}

/// XXH64 of the key's text: what Envoy's hash policies give.
pub fn xxh64_of(key: Key) -> u64 {
    xxh64(key.text().as_bytes(), 0)
}

/// What a table is made for.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// All servers' weights.
    pub weights: &'a [u32],
    /// Their addresses.
    pub addresses: &'a [String],
    /// The strategy's settings.
    pub config: &'a StrategyConfig,
    /// The servers that may be picked.
    pub eligible: Mask,
    /// The hashes of all keys.
    pub hashes: &'a [u64],
}

/// Where hashes fall.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The server of each place.
    pub owners: Vec<u16>,
    /// For every key its place.
    pub places: Vec<u32>,
    /// Of a ring: the hash at which each place stands, ascending, and how many hashes there are.
    pub ring: Option<(Vec<u64>, f64)>,
    /// Each server's part of all hashes.
    pub shares: Vec<f64>,
    /// Bounded load: the weights before each server, and at the end all, as when the most servers
    /// were there.
    pub before: Vec<u64>,
    /// Bounded load: the weights of the servers that may be picked, added up.
    pub present: u64,
}

impl Table {
    /// A row of slots: a hash goes to slot hash mod their number.
    pub fn slots(site: &Site, owners: Vec<u16>) -> Self {
        let n = owners.len() as u64;
        let mut shares = vec![0.0; site.weights.len()];
        owners
            .iter()
            .for_each(|&owner| shares[usize::from(owner)] += 1.0 / n as f64);
        let places = site.hashes.iter().map(|hash| (hash % n) as u32).collect();
        Self {
            owners,
            places,
            shares,
            ..Self::default()
        }
    }
}

/// What makes a program pass over the server that a key belongs to, at the pick itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Nothing: the table holds only servers that may be picked.
    Never,
    /// The server may not be picked; after so many tries smooth weighted turns decide.
    Barred(u32),
    /// It has its share of the tasks in progress.
    Full,
}

/// A program's way with keys.
#[derive(Debug)]
pub struct Program {
    /// Its rule in explanations: a text key below `why.rule.`.
    pub rule: &'static str,
    /// The settings that it reads.
    pub fields: &'static [&'static str],
    /// What it makes of a key.
    pub hash: fn(Key) -> u64,
    /// Lays out the places.
    pub table: fn(&Site) -> Table,
    /// What it passes over.
    pub pass: Pass,
    /// The score of a server (its number) for a hash, if scores and not places decide.
    pub score: Option<fn(&Site, usize, u64) -> f64>,
}

/// The programs; a [`Keyed`] is named by its place here.
static PROGRAMS: [Program; 7] = [
    ketama::PROGRAM,
    haproxy_ring::PROGRAM,
    haproxy_map::PROGRAM,
    envoy_ring::PROGRAM,
    maglev::PROGRAM,
    rendezvous::PROGRAM,
    bounded_load::PROGRAM,
];
/// See [`ketama`].
pub type Ketama = Keyed<0>;
/// See [`haproxy_ring`].
pub type HaproxyRing = Keyed<1>;
/// See [`haproxy_map`].
pub type HaproxyMap = Keyed<2>;
/// See [`envoy_ring`].
pub type EnvoyRing = Keyed<3>;
/// See [`maglev`].
pub type Maglev = Keyed<4>;
/// See [`rendezvous`].
pub type Rendezvous = Keyed<5>;
/// See [`bounded_load`].
pub type BoundedLoad = Keyed<6>;

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
    fn site(&self, eligible: Mask) -> Site<'_> {
        let Self {
            weights,
            addresses,
            config,
            hashes,
            ..
        } = self;
        Site {
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

/// A strategy by key, whichever program's.
#[derive(Clone, Debug)]
pub struct Keyed<const PROGRAM: usize>(Places);

impl<const PROGRAM: usize> Strategy for Keyed<PROGRAM> {
    const SHARE: Share = if PROGRAM == 6 {
        Share::ByLoad
    } else {
        Share::ByKey
    };
    const FIELDS: &'static [&'static str] = PROGRAMS[PROGRAM].fields;

    fn looks_at(config: &StrategyConfig) -> Option<KeySource> {
        Some(config.key)
    }

    fn new(setup: &Setup) -> Self {
        Self(Places::new(&PROGRAMS[PROGRAM], setup))
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
const KEPT: usize = 64;

/// What all [`Keyed`] are.
#[derive(Clone, Debug)]
struct Places {
    program: &'static Program,
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
    fn new(program: &'static Program, setup: &Setup) -> Self {
        let (source, population) = (setup.config.key, setup.population);
        let keys = count(source, population);
        let fixed = Fixed {
            weights: setup.weights.to_vec(),
            addresses: setup.addresses.to_vec(),
            config: setup.config.clone(),
            hashes: (0..keys)
                .map(|i| (program.hash)(Key::of(source, population, i)))
                .collect(),
            population: population.clone(),
        };
        let turns = SmoothWrr::idle(setup.weights.len());
        let stay = matches!(program.pass, Pass::Barred(_))
            .then(|| Mask::of(setup.weights.len(), |_| true));
        Self {
            program,
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
    fn turn_to(&mut self, eligible: Mask) {
        debug_assert!(!eligible.is_empty());
        self.current = self
            .tables
            .iter()
            .position(|(mask, _)| *mask == eligible)
            .unwrap_or_else(|| {
                if self.tables.len() >= KEPT {
                    self.tables.clear();
                }
                let mut table = (self.program.table)(&self.fixed.site(eligible));
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
        let key = place(self.fixed.config.key, task);
        if cluster.eligible.is_empty() {
            return Pick::Nobody;
        }
        let mask = self.stay.unwrap_or(cluster.eligible);
        if self
            .tables
            .get(self.current)
            .is_none_or(|(of, _)| *of != mask)
        {
            self.turn_to(mask);
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
        let found = match self.program.pass {
            Pass::Never => Some((&table.owners[first], 1)),
            Pass::Barred(tries) => walk(tries, &|server| cluster.eligible.has(server)),
            Pass::Full => {
                let bound = bounded_load::Bound::new(
                    table,
                    self.fixed.config.balance_factor,
                    cluster.active,
                );
                walk(u32::MAX, &|server| {
                    u64::from(cluster.active[server]) < bound.slots(server)
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
        server.map_or(Pick::Nobody, Pick::Server)
    }

    fn tell(&self, w: &mut Explanation, key: usize, first: usize, tries: u32, cluster: &Cluster) {
        let (mask, table) = &self.tables[self.current];
        let site = self.fixed.site(*mask);
        let hash = self.fixed.hashes[key];
        let weight = |s: usize| f64::from(cluster.weights[s]);
        let rule = self.program.rule;
        if let Some(score) = self.program.score {
            w.table(rule, &["weight", "score"]);
            cluster
                .eligible
                .iter()
                .for_each(|s| w.row(s, &[weight(s), score(&site, s, hash)]));
        } else if self.program.pass == Pass::Full {
            let bound = bounded_load::Bound::new(table, site.config.balance_factor, cluster.active);
            w.table(rule, &["connections", "bound", "part"]);
            for s in cluster.eligible.iter() {
                w.row(
                    s,
                    &[
                        f64::from(cluster.active[s]),
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
                .for_each(|s| w.row(s, &[weight(s), places[s], table.shares[s]]));
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
        other.turn_to(self.stay.unwrap_or(cluster.eligible));
        let table = &other.tables[other.current].1;
        let last = self
            .last
            .map(|(key, server)| (key, server, self.fixed.hashes[key]));
        let key = last.map_or(String::new(), |(key, ..)| self.fixed.key(key).text());
        if let Some(score) = self.program.score {
            let site = self.fixed.site(cluster.eligible);
            let values =
                cluster.bars(|s| last.map_or(f64::NAN, |(.., hash)| score(&site, s, hash)));
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
