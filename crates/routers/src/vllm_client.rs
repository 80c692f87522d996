//! How vLLM's own client picks one of its data-parallel engines (`DPLBAsyncMPClient`, 2026-08).
//!
//! Score = the larger of `clients · own in flight` and `waiting + running` of the last snapshot;
//! if any wait, plus `6 · waiting · max(0, KV usage − ½)`. The least wins, looked for from one
//! engine further each time, the first of equals. Snapshots come every 100 ms; until the next one
//! the client counts what it sends as waiting.

use crate::every::Every;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;

/// How often engines report (s).
const SNAPSHOT_S: f64 = 0.1;
/// What a waiting request counts more, at a full KV cache, half of it.
const FULL_CACHE: f64 = 6.0;
/// The KV usage above which waiting counts more.
const CACHE_MARK: f64 = 0.5;

/// Settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnginePickSettings {
    /// Clients (API servers) that share the engines, of which this is one.
    pub clients: u32,
}

impl Default for EnginePickSettings {
    fn default() -> Self {
        Self { clients: 1 }
    }
}

/// The router.
#[derive(Clone, Debug)]
pub struct EnginePick {
    settings: EnginePickSettings,
    snapshot: Every,
    /// What counts as waiting beside the last snapshot.
    added: Vec<u32>,
    start: usize,
}

impl EnginePick {
    /// A client that has sent nothing.
    pub fn new(settings: EnginePickSettings) -> Self {
        Self {
            settings,
            snapshot: Every::new(SNAPSHOT_S),
            added: Vec::new(),
            start: 0,
        }
    }
}

impl Router for EnginePick {
    fn knows(&self) -> Knows {
        Knows {
            in_flight: true,
            reports: true,
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
        self.added.resize(workers.len(), 0);
        if self.snapshot.is_due(request.now_s) {
            self.added.fill(0);
        }
        let scores = workers.iter().zip(&self.added);
        let scores = scores.map(|(w, &added)| score(w, added, self.settings.clients));
        let scores: Vec<f64> = scores.collect();
        let from_start = (0..workers.len()).map(|k| (self.start + k) % workers.len());
        let among: Vec<usize> = from_start.filter(|&i| workers[i].eligible).collect();
        let picked = among
            .iter()
            .copied()
            .min_by(|&a, &b| scores[a].total_cmp(&scores[b]))?;
        why.record(|why| {
            let columns = ["in-flight", "waiting", "running", "kv-usage", "score"];
            why.table("engine-score", &columns);
            for &i in &among {
                let report = workers[i].report.unwrap_or_default();
                let in_flight = f64::from(workers[i].in_flight);
                let waiting = f64::from(report.waiting + self.added[i]);
                let running = f64::from(report.running);
                why.row(
                    i,
                    &[in_flight, waiting, running, report.kv_usage, scores[i]],
                );
            }
            why.numbers_of(picked);
            why.values
                .push(("clients", f64::from(self.settings.clients)));
            why.values.push(("start", self.start as f64));
            let tied = among
                .iter()
                .copied()
                .filter(|&i| scores[i] == scores[picked]);
            why.tie(tied, "first-from-start");
        });
        self.start = (self.start + 1) % workers.len();
        self.added[picked] += self.settings.clients;
        Some(picked)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}

/// The score of an engine.
fn score(worker: &Worker, added: u32, clients: u32) -> f64 {
    let report = worker.report.unwrap_or_default();
    let waiting = report.waiting + added;
    let held = (waiting + report.running).max(clients * worker.in_flight);
    let over = (report.kv_usage - CACHE_MARK).max(0.0);
    f64::from(held) + f64::from(waiting) * FULL_CACHE * over
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::Report;
    use crate::testing::{Fixed, idle, request};

    fn reporting(waiting: u32, running: u32, kv_usage: f64) -> Option<Report> {
        Some(Report {
            waiting,
            running,
            kv_usage,
            ..Report::default()
        })
    }

    #[test]
    fn waiting_counts_more_where_the_cache_is_full() {
        let mut workers = idle(2);
        workers[0].report = reporting(2, 10, 1.0);
        workers[1].report = reporting(2, 15, 0.5);
        assert_eq!(score(&workers[0], 0, 1), 18.0);
        assert_eq!(score(&workers[1], 0, 1), 17.0);
        // A newer own count is larger than what was reported.
        workers[1].in_flight = 20;
        assert_eq!(score(&workers[1], 0, 1), 20.0);
        assert_eq!(score(&workers[1], 0, 2), 40.0);
    }

    #[test]
    fn equal_engines_take_turns_and_a_snapshot_forgets_what_was_added() {
        let mut client = EnginePick::new(EnginePickSettings::default());
        let mut workers = idle(3);
        let mut why = Why::unwanted();
        let mut picks = Vec::new();
        for now_s in [0.0, 0.01, 0.02, 0.03, 0.11] {
            // By then one runs on engine 1, and what was added to the others is forgotten.
            if now_s > SNAPSHOT_S {
                workers[1].report = reporting(0, 1, 0.0);
            }
            let asked = Request {
                now_s,
                ..request(&[])
            };
            picks.extend(client.pick(&asked, &workers, &mut Fixed(0), &mut why));
        }
        assert_eq!(picks, [0, 1, 2, 0, 2]);
    }
}
