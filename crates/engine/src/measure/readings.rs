//! What is read off a whole run: every response and wait, and what clients saw who send a task
//! again.

use super::Responses;
use crate::scenario::{Scenario, Service};
use crate::sim::scaling::{ScaleCounts, ScaleEvent};
use crate::sim::server::Server;
use crate::sim::{Engine, Probe, Rejection};
use crate::stats::interval::{self, BATCHES_MIN, Interval};
use crate::stats::quantile::by_selection;
use crate::stats::{TooShort, warm_up};
use crate::workload::{Request, Task};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Watches a whole run. 16 bytes a task; 24 where clients send tasks again.
#[derive(Default)]
pub struct Readings {
    /// Response times and answers.
    pub responses: Responses,
    /// From arrival to the begin of service, in the order of these (s).
    pub waits_s: Vec<f64>,
    /// What an autoscaler changed: orders, and when servers became ready or were off again.
    pub scales: Vec<ScaleEvent>,
    /// The servers after the latest of these.
    counts: ScaleCounts,
    /// When the latest task arrived (s), in bits: for who watches from another thread.
    pub clock: Arc<AtomicU64>,
    /// Of clients that may send a task again; None of a run in which no task is.
    clients: Option<Clients>,
    /// Tasks in the system.
    present: u64,
    /// When the system became empty last (s).
    left_s: f64,
    /// How long it has been empty, before that (s).
    empty_s: f64,
}

/// What clients see.
#[derive(Default)]
struct Clients {
    /// When the tasks in the system that were sent before were sent first (s), by their numbers.
    first_s: BTreeMap<u64, f64>,
    /// From the first sending to the answer (s), in the order of the answers.
    answers_s: Vec<f64>,
    /// Tasks rejected while their clients waited.
    rejected: u64,
}

/// Mean and percentiles of a time (s). What has no value is NaN.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Times {
    /// The mean.
    pub mean_s: f64,
    /// The median.
    pub p50_s: f64,
    /// Three quarters are below.
    pub p75_s: f64,
    /// The 90th percentile.
    pub p90_s: f64,
    /// The 95th percentile.
    pub p95_s: f64,
    /// The 99th percentile.
    pub p99_s: f64,
    /// The value below which 999 of a thousand lie.
    pub p999_s: f64,
    /// The largest.
    pub max_s: f64,
}

impl Times {
    /// Of these times, which change places.
    pub fn of(values_s: &mut [f64]) -> Self {
        let mean_s = values_s.iter().sum::<f64>() / values_s.len() as f64;
        let falling = [1.0, 0.999, 0.99, 0.95, 0.9, 0.75, 0.5];
        let [max_s, p999_s, p99_s, p95_s, p90_s, p75_s, p50_s] = by_selection(values_s, falling);
        Self {
            mean_s,
            p50_s,
            p75_s,
            p90_s,
            p95_s,
            p99_s,
            p999_s,
            max_s,
        }
    }
}

impl Readings {
    /// Of a run that is about to begin, under these scenarios one after the other.
    pub fn new<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>) -> Self {
        let mut again = false;
        let mut counts = ScaleCounts::default();
        for scenario in scenarios {
            let policy = &scenario.retry_policy;
            again |=
                policy.retries > 0 || policy.timeout_s.is_some() || policy.hedge.after_s.is_some();
            counts.ordered = scenario.autoscaler.on_at_start;
            counts.useful = counts.ordered;
        }
        Self {
            clients: again.then(Clients::default),
            counts,
            ..Self::default()
        }
    }

    /// About how much memory they take (bytes).
    pub fn bytes(&self) -> usize {
        let clients = self.clients.as_ref().map_or(0, |c| c.answers_s.len());
        let times = self.responses.seconds.len() + self.waits_s.len() + clients;
        times * size_of::<f64>() + size_of_val(self.responses.answers.0.as_slice())
    }

    /// Part of the time in which no task was in the system; NaN at time 0.
    pub fn empty_share(&self, now_s: f64) -> f64 {
        let since_s = match self.present {
            0 => now_s - self.left_s,
            _ => 0.0,
        };
        (self.empty_s + since_s) / now_s
    }

    /// Time-average of the tasks that wait for service, L_q; NaN where servers share themselves
    /// among their tasks, so that none waits in order.
    pub fn mean_waiting(engine: &Engine) -> f64 {
        let servers = &engine.scenario().servers;
        if servers.iter().any(|s| s.service != Service::FirstCome) {
            return f64::NAN;
        }
        let now_s = engine.now_s();
        let busy = engine.servers().iter().map(|s| s.busy_slot_s(now_s));
        engine.mean_present() - busy.sum::<f64>() / now_s
    }

    /// From the first sending to the answer (s), where clients may send tasks again.
    pub fn answers_s(&mut self) -> Option<&mut [f64]> {
        self.clients.as_mut().map(|c| c.answers_s.as_mut_slice())
    }

    /// What came of what clients asked, however often they sent it.
    pub fn requests(&self, engine: &Engine) -> Requests {
        let totals = engine.totals();
        let rejected = match &self.clients {
            Some(clients) => clients.rejected,
            None => totals.rejected_sum(),
        };
        let again = totals.retries + totals.covered + engine.pending_retries() as u64;
        let failed = (rejected + totals.timeouts).saturating_sub(again);
        let asked = totals.arrived - totals.retries - totals.hedges;
        Requests {
            answered: totals.good(),
            failed,
            open: asked.saturating_sub(totals.good() + failed),
        }
    }

    /// The mean response time behind the beginning of the run, how many tasks were served in that
    /// beginning, and why the run is too short to be relied on, if it is: as a sweep's runs have
    /// it.
    pub fn steady(&self) -> Steady {
        let seconds = &self.responses.seconds;
        let (cut, doubt) = match warm_up::from_empty(seconds) {
            Ok(cut) => (cut, None),
            Err(doubt) => (seconds.len() / 2, Some(doubt)),
        };
        let batches = interval::of_batches(&seconds[cut..], BATCHES_MIN);
        let few = TooShort::Few {
            have: (seconds.len() - cut) as u64,
            need: BATCHES_MIN as u64,
        };
        let doubt = doubt.or(batches.is_none().then_some(few));
        Steady {
            warm_up_tasks: cut,
            mean: batches,
            too_short: doubt.or(batches.and_then(|b| b.too_short)),
        }
    }

    #[inline(always)]
    fn leave(&mut self, now_s: f64) {
        self.present -= 1;
        self.left_s = now_s;
    }
}

/// What came of what clients asked. Together it is all that they asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Requests {
    /// Answered while the client waited.
    pub answered: u64,
    /// Given up for good.
    pub failed: u64,
    /// Waited for, or to be sent again.
    pub open: u64,
}

impl Requests {
    /// Part of those that are not open that was answered.
    pub fn success(&self) -> f64 {
        self.answered as f64 / (self.answered + self.failed) as f64
    }
}

/// A run without its beginning.
#[derive(Clone, Copy, Debug)]
pub struct Steady {
    /// Tasks served in the beginning.
    pub warm_up_tasks: usize,
    /// The mean response time of the others (s), and its interval by batches.
    pub mean: Option<Interval>,
    /// Why it may not be relied on.
    pub too_short: Option<TooShort>,
}

impl Clients {
    #[inline(never)]
    fn finished(&mut self, task: &Task, now_s: f64) {
        let first_s = self.first_s.remove(&task.number);
        if !task.given_up() {
            self.answers_s
                .push(now_s - first_s.unwrap_or(task.arrival_s));
        }
    }

    #[inline(never)]
    fn rejected(&mut self, task: &Task) {
        self.first_s.remove(&task.number);
        self.rejected += u64::from(!task.given_up());
    }
}

impl Probe for Readings {
    #[inline(always)]
    fn arrived(&mut self, task: &Task) {
        if self.present == 0 {
            self.empty_s += task.arrival_s - self.left_s;
        }
        self.present += 1;
        self.clock
            .store(task.arrival_s.to_bits(), Ordering::Relaxed);
    }
    fn sent_again(&mut self, task: &Task, first_s: f64) {
        if let Some(clients) = &mut self.clients {
            clients.first_s.insert(task.number, first_s);
        }
    }
    #[inline(always)]
    fn started(&mut self, task: &Task) {
        self.waits_s.push(task.started_s - task.arrival_s);
    }
    #[inline(always)]
    fn finished(&mut self, task: &Task, now_s: f64) {
        self.leave(now_s);
        if let Some(clients) = &mut self.clients {
            clients.finished(task, now_s);
        }
        self.responses.finished(task, now_s);
    }
    fn rejected(&mut self, task: &Task, reason: Rejection, now_s: f64) {
        self.leave(now_s);
        if let Some(clients) = &mut self.clients {
            clients.rejected(task);
        }
        self.responses.rejected(task, reason, now_s);
    }
    fn answered(&mut self, task: &Task, request: &Request, now_s: f64) {
        self.responses.answered(task, request, now_s);
    }
    fn scaled(&mut self, event: &ScaleEvent) {
        if self.counts != event.counts {
            self.counts = event.counts;
            self.scales.push(*event);
        }
    }
    fn stepped(&mut self, number: usize, server: &Server, now_s: f64) {
        self.responses.stepped(number, server, now_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Script, ServerState};
    use crate::sim::timeline::replay;

    fn run(scenario: Scenario, until_s: f64) -> (Engine, Readings) {
        let mut readings = Readings::new([&scenario]);
        let script = Script {
            scenario,
            edits: Vec::new(),
        };
        let engine = replay(&script, until_s, &mut readings);
        (engine, readings)
    }

    /// One server that refuses all but two at a time; ten come at once and try again each second:
    /// two of them are answered in each, after 0.4 and 0.8 s.
    #[test]
    fn an_answer_counts_from_the_first_sending() {
        let mut scenario = Scenario::default();
        scenario.servers.truncate(1);
        scenario.servers[0].queue = Some(1);
        scenario.sizes.mean = 0.4;
        scenario.arrivals.pattern = crate::scenario::Pattern::Batch;
        scenario.arrivals.tasks = 10;
        scenario.retry_policy.retries = 9;
        scenario.retry_policy.backoff_s = 1.0;
        let (engine, mut readings) = run(scenario, 20.0);
        let all = Requests {
            answered: 10,
            failed: 0,
            open: 0,
        };
        assert_eq!(readings.requests(&engine), all);
        let answers_s = readings.answers_s().expect("clients try again");
        let expected = (0..10).map(|i| f64::from(i / 2) + 0.4 * f64::from(i % 2 + 1));
        for (got, expected) in answers_s.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-9, "{got} {expected}");
        }
        assert_eq!(answers_s.len(), 10);
        // By themselves the last attempts took 0.6 s in the mean.
        let mean_s = Times::of(&mut readings.responses.seconds).mean_s;
        assert!((mean_s - 0.6).abs() < 1e-9);
        assert!((readings.empty_share(20.0) - (20.0 - 4.0) / 20.0).abs() < 1e-9);
    }

    /// A failing server answers nothing: of tasks in turn one half is lost, or none with a retry.
    #[test]
    fn what_is_answered_in_the_end_has_not_failed() {
        let mut scenario = Scenario::default();
        scenario.servers.truncate(2);
        scenario.servers[0].state = ServerState::Failing;
        scenario.sizes.mean = 0.1;
        let (engine, readings) = run(scenario.clone(), 100.5);
        assert!((readings.requests(&engine).success() - 0.5).abs() < 0.01);
        scenario.retry_policy.retries = 1;
        let (engine, readings) = run(scenario, 100.5);
        assert_eq!(readings.requests(&engine).success(), 1.0);
    }

    #[test]
    fn the_beginning_and_short_runs_are_said() {
        let mut scenario = Scenario::default();
        scenario.arrivals.pattern = crate::scenario::Pattern::Poisson;
        scenario.sizes.law = crate::scenario::SizeLaw::Exponential;
        scenario.sizes.mean = 0.5;
        scenario.servers.truncate(1);
        let (engine, readings) = run(scenario.clone(), 50_000.0);
        let steady = readings.steady();
        assert_eq!(steady.too_short, None);
        let mean = steady.mean.expect("is long");
        assert!((mean.mean - 1.0).abs() < 2.0 * mean.half_width);
        // Of M/M/1 at ρ = 0.5: L_q = 0.5, and empty for half of the time.
        assert!((Readings::mean_waiting(&engine) - 0.5).abs() < 0.05);
        assert!((readings.empty_share(50_000.0) - 0.5).abs() < 0.01);
        let (_, readings) = run(scenario, 20.0);
        assert!(readings.steady().too_short.is_some());
    }
}
