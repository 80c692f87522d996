//! The session's place on a ring of workers, else the worker with the fewest requests a second.
//!
//! `session`. The program's ring is that of `uhashring`, whose points are MD5; here they are XXH64
//! of `url-i`. So a session spreads and moves as there, but not to the same worker.

use super::rates::{Rates, lowest};
use crate::choose::eligible;
use crate::ring::Ring;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;
use twox_hash::XxHash64;

/// Points of a worker.
const POINTS: usize = 160;

/// The router. It has no settings.
#[derive(Clone, Debug, Default)]
pub struct Session {
    ring: Ring,
    rates: Rates,
}

impl Router for Session {
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
        _: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        let among = eligible(workers);
        let picked = match request.session.filter(|s| !s.is_empty()) {
            Some(session) => {
                self.ring.update(workers, |url| {
                    let names = (0..POINTS).map(|i| format!("{url}-{i}"));
                    names
                        .map(|name| XxHash64::oneshot(0, name.as_bytes()))
                        .collect()
                });
                let hash = XxHash64::oneshot(0, session.as_bytes());
                let mut points = self.ring.from(hash);
                let picked = points.find(|p| workers[p.1].eligible)?.1;
                why.record(|why| {
                    why.rule = "stack-ring";
                    self.ring.explain(why, session, hash, workers, picked);
                });
                picked
            }
            None => {
                let rates = self.rates.at(request.now_s, workers.len());
                why.record(|why| {
                    explain_rates(why, &rates, &among);
                    why.rule = "stack-no-session";
                });
                lowest(&rates, &among)?
            }
        };
        self.rates.count(request.now_s, picked);
        Some(picked)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}

/// Records the requests a second by which one is picked.
pub(super) fn explain_rates(why: &mut Why, rates: &[Option<f64>], among: &[usize]) {
    why.table("lowest-rate", &["per-second"]);
    for &i in among {
        why.row(i, &[rates[i].unwrap_or(f64::NAN)]);
    }
    let first = lowest(rates, among);
    let tied = among.iter().copied();
    why.tie(
        tied.filter(|&i| first.is_some_and(|f| rates[f] == rates[i])),
        "first-declared",
    );
}
