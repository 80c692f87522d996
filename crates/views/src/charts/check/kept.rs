//! What a run shows behind its warm-up, each number with its interval.

use crate::charts::so_far::SoFar;
use equipoise_engine::sim::log::Response;
use equipoise_engine::stats::TooShort;
use equipoise_engine::stats::interval::{
    BATCHES_MIN, Estimate, of_batches, of_replications, quantile_of_batches,
};
use equipoise_engine::stats::order::by_first;
use equipoise_engine::stats::step_line::slices;
use equipoise_engine::stats::warm_up;

/// What is known of a run behind its warm-up.
pub(super) struct Kept<'a> {
    /// The run up to now.
    pub past: SoFar<'a>,
    /// The end of the warm-up (s).
    from_s: f64,
    /// The tasks served since then.
    pub responses: Vec<Response>,
    /// Why its end is not known.
    doubt: Option<TooShort>,
}

impl<'a> Kept<'a> {
    /// Cuts off the warm-up, or half of the run where its end is not known.
    pub(super) fn of(past: SoFar<'a>) -> Self {
        let all: Vec<Response> = past.served_since_change().copied().collect();
        let values: Vec<f64> = all.iter().map(|r| r.response_s).collect();
        let found = warm_up::from_empty(&values);
        let cut = found.unwrap_or(values.len() / 2);
        let from_s = all.get(cut).map_or(past.now_s, |r| r.time_s);
        Self {
            from_s,
            responses: all[cut..].to_vec(),
            doubt: past.is_early().or(found.err()),
            past,
        }
    }

    /// Where the end of the warm-up is not known no interval is sure.
    fn doubted(&self, estimate: Option<impl Into<Estimate>>) -> Option<Estimate> {
        let estimate: Estimate = estimate?.into();
        Some(Estimate {
            too_short: self.doubt.or(estimate.too_short),
            ..estimate
        })
    }

    fn values(&self, of: fn(&Response) -> f64) -> Vec<f64> {
        self.responses.iter().map(of).collect()
    }

    /// The mean of a number over the responses.
    pub(super) fn mean(&self, of: fn(&Response) -> f64) -> Option<Estimate> {
        self.doubted(of_batches(&self.values(of), BATCHES_MIN))
    }

    /// The `p`-quantile of a number over the responses.
    pub(super) fn quantile(&self, p: f64, of: fn(&Response) -> f64) -> Option<Estimate> {
        self.doubted(quantile_of_batches(&self.values(of), p, BATCHES_MIN))
    }

    /// The average of a step line over the time that is kept.
    pub(super) fn over_time(&self, steps: &[(f64, f64)]) -> Option<Estimate> {
        let from_s = steps.first()?.0.max(self.from_s);
        let slices = slices(steps, from_s..self.past.now_s, BATCHES_MIN);
        self.doubted(of_batches(&slices, BATCHES_MIN))
    }

    /// Work done per second over what the servers that are up could do, as changes; None where
    /// tasks under way to a server count as its load.
    pub(super) fn busy(&self) -> Option<Vec<(f64, f64)>> {
        let s = self.past.scenario;
        let b = &s.balancer;
        if b.dispatcher.latency_s > 0.0 || b.front.latency_s > 0.0 {
            return None;
        }
        let pace: Vec<f64> = s
            .servers
            .iter()
            .map(|s| if s.state.serves() { s.pace() } else { 0.0 })
            .collect();
        let slots = s.servers.iter().map(|s| f64::from(s.slots));
        let whole: f64 = pace.iter().zip(slots).map(|(p, slots)| p * slots).sum();
        let mut loads = vec![None; s.servers.len()];
        let mut steps = Vec::new();
        for change in self.past.load_changes() {
            *loads.get_mut(usize::from(change.server))? = Some(change.load);
            // The window may begin in the middle of the run.
            let known: Option<Vec<u32>> = loads.iter().copied().collect();
            let Some(known) = known else { continue };
            let mut work = 0.0;
            for ((load, server), pace) in known.iter().zip(&s.servers).zip(&pace) {
                work += pace * f64::from(*load.min(&server.slots));
            }
            steps.push((change.time_s, work / whole));
        }
        Some(steps)
    }

    /// The part of tasks turned away, of those that left.
    pub(super) fn loss(&self) -> Option<Estimate> {
        let lost = self
            .past
            .rejections_s()
            .filter(|at_s| *at_s >= self.from_s)
            .map(|at_s| (at_s, 1.0));
        let mut left: Vec<(f64, f64)> = self
            .responses
            .iter()
            .map(|r| (r.time_s, 0.0))
            .chain(lost)
            .collect();
        by_first(&mut left);
        let values: Vec<f64> = left.into_iter().map(|(_, lost)| lost).collect();
        self.doubted(of_batches(&values, BATCHES_MIN))
    }

    /// The mean length of the rounds since the last change.
    pub(super) fn rounds(&self) -> Option<Estimate> {
        let changed_s = self.past.last_edit().map_or(0.0, |edit| edit.time_s);
        let rounds = self.past.rounds().filter(|r| r.began_s >= changed_s);
        let lasted: Vec<f64> = rounds.map(|r| r.ended_s - r.began_s).collect();
        of_replications(&lasted, 0).map(Estimate::from)
    }
}
