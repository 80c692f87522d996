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
        let mut groups = vec![0.0; workers.len()];
        for (worker, _) in self.groups.keys() {
            groups[*worker] += 1.0;
        }
        let (rule, score): (_, fn(&Worker, f64) -> f64) = match self.settings.assignment {
            Assignment::Random => ("sticky-new-random", |_, _| 0.0),
            Assignment::MinLoad => ("sticky-new-load", |w, _| f64::from(w.in_flight)),
            Assignment::MinGroup => ("sticky-new-group", |_, groups| groups),
        };
        let scores: Vec<f64> = among
            .iter()
            .map(|&i| score(&workers[i], groups[i]))
            .collect();
        let tied: Vec<usize> = least(&scores).into_iter().map(|k| among[k]).collect();
        why.record(|why| {
            why.table(rule, &["in-flight", "sessions"]);
            for &i in among {
                why.row(i, &[f64::from(workers[i].in_flight), groups[i]]);
            }
            why.tie(tied.iter().copied(), "by-chance");
        });
        any_of(&tied, chance)
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
                why.record(|why| why.table("sticky-known", &[]));
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
