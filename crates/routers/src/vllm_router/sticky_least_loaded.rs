//! A session keeps its worker; a new one goes where the fewest are.
//!
//! `sticky_least_loaded`: it counts sessions, not requests, until their clients end them or they
//! have asked nothing for two hours. Sessions that are never ended keep counting, and a heavy one
//! counts as one.

use super::fbi_hash::fbi_hash;
use crate::choose::eligible;
use crate::hash::{share, text};
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;
use std::collections::BTreeMap;

/// How often old sessions are looked for, at most (s).
const SWEEP_INTERVAL_S: f64 = 60.0;

/// Settings, with the program's defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StickySettings {
    /// How long a session lasts that asks nothing (s;
    /// `VLLM_ROUTER_SLL_SESSION_EXPIRATION_IN_S`).
    pub expiration_s: f64,
}

impl Default for StickySettings {
    fn default() -> Self {
        Self {
            expiration_s: 7200.0,
        }
    }
}

/// The router.
#[derive(Clone, Debug)]
pub struct StickyLeastLoaded {
    settings: StickySettings,
    sessions: BTreeMap<String, Session>,
    /// Sessions at each worker.
    counts: Vec<u32>,
    swept_s: f64,
}

#[derive(Clone, Copy, Debug)]
struct Session {
    worker: usize,
    last_s: f64,
}

impl StickyLeastLoaded {
    /// A router that knows no session.
    pub fn new(settings: StickySettings) -> Self {
        Self {
            settings,
            sessions: BTreeMap::new(),
            counts: Vec::new(),
            swept_s: 0.0,
        }
    }

    fn is_over(&self, session: Session, now_s: f64) -> bool {
        now_s - session.last_s >= self.settings.expiration_s
    }

    fn end(&mut self, session: &str) {
        if let Some(ended) = self.sessions.remove(session) {
            self.counts[ended.worker] -= 1;
        }
    }

    fn sweep(&mut self, now_s: f64) {
        if now_s - self.swept_s < SWEEP_INTERVAL_S {
            return;
        }
        self.swept_s = now_s;
        let old = self.sessions.iter().filter(|s| self.is_over(*s.1, now_s));
        let old: Vec<String> = old.map(|s| s.0.clone()).collect();
        for session in old {
            self.end(&session);
        }
    }

    /// The eligible worker with the fewest sessions; of equal ones the one that hashes highest with
    /// the key.
    fn fewest(&self, key: &str, workers: &[Worker], why: &mut Why) -> Option<usize> {
        let among = eligible(workers);
        let fewest = among.iter().map(|&i| self.counts[i]).min()?;
        let tied: Vec<usize> = among
            .iter()
            .copied()
            .filter(|&i| self.counts[i] == fewest)
            .collect();
        let weights = tied
            .iter()
            .map(|&i| fbi_hash(&format!("{key}:{}", workers[i].url)));
        let weights: Vec<u64> = weights.collect();
        let highest = weights.iter().copied().max()?;
        let place = weights.iter().position(|&w| w == highest)?;
        why.record(|why| {
            why.table("fewest-sessions", &["sessions", "hash-share"]);
            for &i in &among {
                let hash = tied.iter().position(|&t| t == i).map(|k| share(weights[k]));
                why.row(i, &[f64::from(self.counts[i]), hash.unwrap_or(f64::NAN)]);
            }
            why.tie(tied.iter().copied(), "highest-hash");
            why.numbers_of(tied[place]);
            why.words.push(("key", key.to_string()));
        });
        tied.get(place).copied()
    }
}

impl Router for StickyLeastLoaded {
    fn knows(&self) -> Knows {
        Knows {
            prompt: true,
            session: true,
            ..Knows::NOTHING
        }
    }

    fn pick(
        &mut self,
        request: &Request,
        workers: &[Worker],
        _: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        self.counts.resize(self.counts.len().max(workers.len()), 0);
        if !workers.iter().any(|w| w.eligible) {
            return None;
        }
        self.sweep(request.now_s);
        let Some(name) = request.session.filter(|s| !s.is_empty()) else {
            return self.fewest(&text(request.prompt), workers, why);
        };
        if let Some(&session) = self.sessions.get(name) {
            let there = workers.get(session.worker).is_some_and(|w| w.eligible);
            if there && !self.is_over(session, request.now_s) {
                why.record(|why| {
                    why.table("sticky-known", &["sessions"]);
                    for i in eligible(workers) {
                        why.row(i, &[f64::from(self.counts[i])]);
                    }
                    why.words.push(("key", name.to_string()));
                });
                let last_s = request.now_s;
                self.sessions
                    .insert(name.to_string(), Session { last_s, ..session });
                return Some(session.worker);
            }
            self.end(name);
        }
        let worker = self.fewest(name, workers, why)?;
        let last_s = request.now_s;
        self.sessions
            .insert(name.to_string(), Session { worker, last_s });
        self.counts[worker] += 1;
        Some(worker)
    }

    fn session_ended(&mut self, session: &str) {
        self.end(session);
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}
