//! The session's place on a ring of workers.
//!
//! `consistent_hashing`: 150 points a worker, BLAKE3 of `url#i`; a session goes to the first point
//! at or above its own, and on past workers that are not eligible. A request without a session goes
//! anywhere. Sessions stay where they are when other workers come and go; a session that asks much
//! has no one to share with.

use crate::choose::{any_of, eligible};
use crate::hash::blake3_64;
use crate::ring::Ring;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;

/// Points of a worker.
const POINTS: usize = 150;

/// Settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsistentHashingSettings {
    /// Whether the ring is found. In 0.3.2 it is not if the workers say which model they serve: the
    /// worker is then the hash modulo the number of eligible workers, so that most sessions move
    /// when one comes or goes.
    pub ring: bool,
}

impl Default for ConsistentHashingSettings {
    fn default() -> Self {
        Self { ring: true }
    }
}

/// The router.
#[derive(Clone, Debug, Default)]
pub struct ConsistentHashing {
    settings: ConsistentHashingSettings,
    ring: Ring,
}

impl ConsistentHashing {
    /// A router with these settings.
    pub fn new(settings: ConsistentHashingSettings) -> Self {
        Self {
            settings,
            ring: Ring::default(),
        }
    }
}

impl Router for ConsistentHashing {
    fn knows(&self) -> Knows {
        Knows {
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
        let among = eligible(workers);
        let Some(session) = request.session.filter(|s| !s.is_empty()) else {
            why.record(|why| {
                why.table("no-session", &[]);
                why.tie(among.iter().copied(), "by-chance");
            });
            return any_of(&among, chance);
        };
        let hash = blake3_64(session);
        if !self.settings.ring {
            let place = (hash % u64::try_from(among.len()).ok().filter(|&n| n > 0)?) as usize;
            why.record(|why| {
                why.table("hash-modulo", &["turn"]);
                why.words.push(("key", session.to_string()));
                why.values.push(("hash", hash as f64));
                for (turn, &worker) in among.iter().enumerate() {
                    why.row(worker, &[turn as f64]);
                }
            });
            return among.get(place).copied();
        }
        update(&mut self.ring, workers);
        let mut points = self.ring.from(hash);
        let picked = points.find(|p| workers[p.1].eligible)?.1;
        why.record(|why| {
            why.rule = "sglang-ring";
            self.ring.explain(why, session, hash, workers, picked);
        });
        Some(picked)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}

/// Remakes the ring if the workers are others.
pub(super) fn update(ring: &mut Ring, workers: &[Worker]) {
    ring.update(workers, |url| {
        let names = (0..POINTS).map(|i| format!("{url}#{i}"));
        names.map(|name| blake3_64(&name)).collect()
    });
}
