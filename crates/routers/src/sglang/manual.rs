//! A session keeps its first worker.
//!
//! `manual`: what a session's first request got, its later ones get, and a second worker is
//! remembered for when the first fails. New sessions go anywhere, to the fewest requests in flight,
//! or to the fewest sessions in flight; ties at random. Sessions that were idle for four hours are
//! forgotten. Nothing ever moves a session that turns out to be heavy.

use crate::choose::{any_of, eligible, least};
use crate::every::Every;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;
use std::collections::BTreeMap;

/// Workers that a session remembers.
const CANDIDATES: usize = 2;
/// How often idle sessions are looked for (s).
const EVICTION_INTERVAL_S: f64 = 60.0;

/// The column of sessions with requests in flight.
const IN_FLIGHT: &str = "active-sessions";

/// Where a new session goes (`--assignment-mode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assignment {
    /// Anywhere.
    #[default]
    Random,
    /// To the fewest requests in flight.
    MinLoad,
    /// To the fewest sessions that have a request in flight.
    MinGroup,
}

/// Settings, with the defaults of the command line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ManualSettings {
    /// Where a new session goes.
    pub assignment: Assignment,
    /// How long a session is remembered that asks nothing (s; `--max-idle-secs`).
    pub max_idle_s: f64,
}

impl Default for ManualSettings {
    fn default() -> Self {
        Self {
            assignment: Assignment::Random,
            max_idle_s: 14_400.0,
        }
    }
}

/// The router.
#[derive(Clone, Debug)]
pub struct Manual {
    settings: ManualSettings,
    sessions: BTreeMap<String, Session>,
    eviction: Every,
    /// Requests in flight of sessions, with their workers.
    requests: BTreeMap<u64, (usize, String)>,
    /// Requests in flight of each session at each worker that has any.
    groups: BTreeMap<(usize, String), u32>,
}

#[derive(Clone, Debug)]
struct Session {
    workers: Vec<usize>,
    last_s: f64,
}

impl Manual {
    /// A router that knows no session.
    pub fn new(settings: ManualSettings) -> Self {
        Self {
            settings,
            sessions: BTreeMap::new(),
            eviction: Every::new(EVICTION_INTERVAL_S),
            requests: BTreeMap::new(),
            groups: BTreeMap::new(),
        }
    }

    fn assign(
        &self,
        workers: &[Worker],
        among: &[usize],
        chance: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        let loads = among.iter().map(|&i| f64::from(workers[i].in_flight));
        let (rule, column, numbers) = match self.settings.assignment {
            Assignment::Random => ("sticky-new-random", IN_FLIGHT, self.in_flight(among)),
            Assignment::MinLoad => ("sticky-new-load", "in-flight", loads.collect()),
            Assignment::MinGroup => ("sticky-new-group", IN_FLIGHT, self.in_flight(among)),
        };
        let tied: Vec<usize> = match self.settings.assignment {
            Assignment::Random => among.to_vec(),
            _ => least(&numbers).into_iter().map(|k| among[k]).collect(),
        };
        let picked = any_of(&tied, chance)?;
        why.record(|why| {
            why.table(rule, &[column]);
            for (&i, &number) in among.iter().zip(&numbers) {
                why.row(i, &[number]);
            }
            why.tie(tied.iter().copied(), "by-chance");
            why.numbers_of(picked);
        });
        Some(picked)
    }

    /// How many sessions have requests in flight at some workers.
    fn in_flight(&self, among: &[usize]) -> Vec<f64> {
        let sessions = |worker: usize| self.groups.keys().filter(move |key| key.0 == worker);
        among.iter().map(|&i| sessions(i).count() as f64).collect()
    }

    fn count(&mut self, request: u64, worker: usize, session: &str) {
        let key = (worker, session.to_string());
        *self.groups.entry(key.clone()).or_default() += 1;
        self.requests.insert(request, key);
    }
}

impl Router for Manual {
    fn knows(&self) -> Knows {
        Knows {
            in_flight: self.settings.assignment != Assignment::Random,
            session: true,
            ..Knows::NOTHING
        }
    }

    fn pick(
        &mut self,
        request: &Request,
        workers: &[Worker],
        chance: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        if self.eviction.is_due(request.now_s) {
            let since_s = request.now_s - self.settings.max_idle_s;
            self.sessions.retain(|_, session| session.last_s > since_s);
        }
        let among = eligible(workers);
        if among.is_empty() {
            return None;
        }
        let Some(name) = request.session.filter(|s| !s.is_empty()) else {
            return self.assign(workers, &among, chance, why);
        };
        let known = self.sessions.get_mut(name).and_then(|session| {
            session.last_s = request.now_s;
            session.workers.iter().copied().find(|w| among.contains(w))
        });
        why.record(|why| why.words.push(("key", name.to_string())));
        let picked = match known {
            Some(worker) => {
                why.record(|why| {
                    why.table("sticky-known", &[IN_FLIGHT]);
                    for (&i, sessions) in among.iter().zip(self.in_flight(&among)) {
                        why.row(i, &[sessions]);
                    }
                });
                worker
            }
            None => {
                let worker = self.assign(workers, &among, chance, why)?;
                let session = self.sessions.entry(name.to_string()).or_insert(Session {
                    workers: Vec::new(),
                    last_s: request.now_s,
                });
                if session.workers.len() == CANDIDATES {
                    session.workers.remove(0);
                }
                session.workers.push(worker);
                worker
            }
        };
        self.count(request.id, picked, name);
        Some(picked)
    }

    fn finished(&mut self, request: u64) {
        let Some(key) = self.requests.remove(&request) else {
            return;
        };
        if let Some(count) = self.groups.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                self.groups.remove(&key);
            }
        }
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}
