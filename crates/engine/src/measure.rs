//! One run, measured: from a scenario to its results, free of their warm-up.
//!
//! The run ends when a given number of tasks have left the system. It is cut into forty blocks of
//! equally many tasks, and the sums of the run are kept at their borders. MSER-5 says where the
//! warm-up ends; it is rounded up to the next border, and all that is reported is of what lies
//! behind it. Watching costs a few nanoseconds a task.
//!
//! A batch is another thing: it begins and ends with an empty system, and that is what is asked
//! about. All of it is measured, however many tasks it has; how sure its numbers are is for many
//! batches to say.

pub mod answers;
mod kv_usage;
pub mod places;
pub mod readings;
pub mod whole;

use crate::scenario::{Pattern, Scenario, ServerConfig, Service};
use crate::sim::engine::Totals;
use crate::sim::server::Server;
use crate::sim::{Engine, Probe, Rejection};
use crate::stats::TooShort;
use crate::stats::histogram::Histogram;
use crate::stats::interval::{self, BATCHES_MIN};
use crate::stats::warm_up;
use crate::workload::{Request, Task};
use answers::{Answers, Served};
use kv_usage::KvUsage;
use serde::{Deserialize, Serialize};

/// Blocks that a run is cut into. The warm-up takes at most half of them.
const BLOCKS: u64 = 40;

/// The results of a run after its warm-up. What has no value (a mean of nothing) is NaN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// Why the run is too short to be relied on; None if nothing speaks against it, and for a
    /// batch.
    pub too_short: Option<TooShort>,
    /// Events of the whole run, its warm-up included.
    pub events: u64,
    /// Tasks that were served during the warm-up.
    pub warm_up_tasks: u64,
    /// When the warm-up ended (simulated s).
    pub warm_up_s: f64,
    /// Length of what was observed (simulated s).
    pub time_s: f64,
    /// Tasks served.
    pub tasks: u64,
    /// Mean response time, arrival to completion (s).
    pub response_mean_s: f64,
    /// Half the width of its 95 % interval by 20 batch means (s); NaN for a batch of tasks, which
    /// is one whole.
    pub response_half_width_s: f64,
    /// Lag-1 autocorrelation of those batches: near 0 if the run is long enough.
    pub batch_lag_1: f64,
    /// Median response time (s), as the other percentiles right to three digits.
    pub response_p50_s: f64,
    /// 90th percentile (s).
    pub response_p90_s: f64,
    /// 95th percentile (s).
    pub response_p95_s: f64,
    /// 99th percentile (s).
    pub response_p99_s: f64,
    /// Mean wait, arrival to begin of service, of the tasks whose service began (s).
    pub wait_mean_s: f64,
    /// Time-average of the tasks in the system, L.
    pub present_mean_tasks: f64,
    /// Tasks served per second.
    pub throughput_per_s: f64,
    /// Part of what the servers can do, slots times speed, that was in use. Servers that never take
    /// tasks do not count.
    pub utilisation: f64,
    /// Part of the tasks that left which was turned away.
    pub rejected_share: f64,
    /// Tasks turned away, by reason in the order of [`Rejection::ALL`].
    pub rejected_tasks: [u64; Rejection::ALL.len()],
    /// Training steps or batches that ended.
    pub rounds: u64,
    /// Their mean length (s).
    pub round_mean_s: f64,
    /// Server-hours an hour: how many servers were paid for on average, from their order to when
    /// they were off. Without an autoscaler all of them.
    pub server_hours: f64,
    /// What they cost an hour, by the autoscaler's price.
    pub cost_per_hour: f64,
    /// Part of the decisions that fell on each server.
    pub shares: Vec<f64>,
    /// What language models answered; None without replicas. A line of results has it by other
    /// names, and is written without it where there is none: see [`whole`].
    #[serde(skip)]
    pub served: Option<Box<Served>>,
}

/// Every response time, in order of completion: 8 bytes a task; every answer of a language model;
/// and how full KV caches were.
#[derive(Default)]
pub struct Responses {
    /// The response times (s).
    pub seconds: Vec<f64>,
    /// The answers of language models.
    pub answers: Answers,
    kv_usage: KvUsage,
    /// Tasks that left, served or turned away.
    left: u64,
}

impl Probe for Responses {
    #[inline(always)]
    fn finished(&mut self, task: &Task, now_s: f64) {
        self.left += 1;
        self.seconds.push(now_s - task.arrival_s);
    }
    fn rejected(&mut self, _: &Task, _: Rejection, _: f64) {
        self.left += 1;
    }
    fn answered(&mut self, task: &Task, request: &Request, now_s: f64) {
        self.answers.answered(task, request, now_s);
    }
    fn stepped(&mut self, number: usize, server: &Server, now_s: f64) {
        self.kv_usage.stepped(number, server, now_s);
    }
}

impl Responses {
    /// What language models answered in a whole run that ended at `now_s`; None without replicas.
    pub fn served(&self, scenario: &Scenario, now_s: f64) -> Option<Served> {
        scenario.has_replicas().then(|| Served {
            kv_usage_mean: self.kv_usage.sum_s(now_s) / (now_s * replicas(scenario)),
            ..Served::of(&self.answers.0, &scenario.requests)
        })
    }
}

fn replicas(scenario: &Scenario) -> f64 {
    let servers = scenario.servers.iter();
    servers.filter(|s| s.service == Service::Replica).count() as f64
}

/// The sums of a run at one moment.
struct Snapshot {
    now_s: f64,
    totals: Totals,
    presence_s: f64,
    assigned: Vec<u64>,
    /// By server.
    busy_slot_s: Vec<f64>,
    /// Paid server-seconds.
    server_s: f64,
    answers: usize,
    kv_usage_s: f64,
}

impl Snapshot {
    fn of(engine: &Engine, seen: &Responses) -> Self {
        let now_s = engine.now_s();
        Self {
            now_s,
            totals: engine.totals().clone(),
            presence_s: engine.presence_s(),
            assigned: engine.servers().iter().map(|s| s.assigned).collect(),
            busy_slot_s: engine
                .servers()
                .iter()
                .map(|s| s.busy_slot_s(now_s))
                .collect(),
            server_s: match engine.scaler() {
                Some(scaler) => scaler.server_s(now_s),
                None => engine.servers().len() as f64 * now_s,
            },
            answers: seen.answers.0.len(),
            kv_usage_s: seen.kv_usage.sum_s(now_s),
        }
    }
}

/// Runs a valid scenario until `tasks` tasks have left the system, or the run is over, and measures
/// it. A batch is run to its end, and so is the last training step: its early tasks alone are the
/// quick ones.
pub fn observe(scenario: &Scenario, tasks: u64) -> Observed {
    if scenario.arrivals.pattern == Pattern::Batch {
        return observe_batch(scenario);
    }
    let mut engine = Engine::new(scenario);
    let mut seen = Responses {
        seconds: Vec::with_capacity(tasks as usize),
        ..Responses::default()
    };
    let mut borders = vec![Snapshot::of(&engine, &seen)];
    for block in 1..=BLOCKS {
        let goal = tasks * block / BLOCKS;
        while seen.left < goal && !engine.is_over() && engine.step(&mut seen) {}
        borders.push(Snapshot::of(&engine, &seen));
    }
    if scenario.arrivals.pattern == Pattern::Steps {
        let before = engine.totals().rounds;
        while !engine.tasks().is_empty()
            && engine.totals().rounds == before
            && !engine.is_over()
            && engine.step(&mut seen)
        {}
        borders[BLOCKS as usize] = Snapshot::of(&engine, &seen);
    }
    let cut = warm_up::from_empty(&seen.seconds);
    let after = cut.map(|cut| {
        borders
            .iter()
            .position(|b| b.totals.finished >= cut as u64)
            .unwrap_or(usize::MAX)
    });
    let half = BLOCKS as usize / 2;
    let (from, too_short) = match after {
        Ok(block) if block <= half => (block, None),
        Ok(_) => (half, Some(TooShort::WarmUp)),
        Err(too_short) => (half, Some(too_short)),
    };
    between(
        &borders[from],
        &borders[BLOCKS as usize],
        &seen,
        scenario,
        too_short,
    )
}

fn observe_batch(scenario: &Scenario) -> Observed {
    let mut engine = Engine::new(scenario);
    let mut seen = Responses::default();
    let start = Snapshot::of(&engine, &seen);
    while !engine.is_over() && engine.step(&mut seen) {}
    let end = Snapshot::of(&engine, &seen);
    let whole = between(&start, &end, &seen, scenario, None);
    Observed {
        too_short: None,
        response_half_width_s: f64::NAN,
        batch_lag_1: f64::NAN,
        ..whole
    }
}

fn between(
    from: &Snapshot,
    to: &Snapshot,
    seen: &Responses,
    scenario: &Scenario,
    too_short: Option<TooShort>,
) -> Observed {
    let a = &from.totals;
    let b = &to.totals;
    let responses_s = &seen.seconds[a.finished as usize..];
    let mut histogram = Histogram::default();
    responses_s.iter().for_each(|&x| histogram.add(x));
    let [p50, p90, p95, p99] =
        [0.5, 0.9, 0.95, 0.99].map(|p| histogram.quantile(p).unwrap_or(f64::NAN));
    let batches = interval::of_batches(responses_s, BATCHES_MIN);
    let few = TooShort::Few {
        have: responses_s.len() as u64,
        need: BATCHES_MIN as u64,
    };

    let time_s = to.now_s - from.now_s;
    let finished = (b.finished - a.finished) as f64;
    let decided = (b.decided - a.decided) as f64;
    let rejected_tasks: [u64; Rejection::ALL.len()] =
        std::array::from_fn(|i| b.rejected[i] - a.rejected[i]);
    let rejected = rejected_tasks.iter().sum::<u64>() as f64;
    let rounds = b.rounds - a.rounds;
    let server_hours = (to.server_s - from.server_s) / time_s;
    Observed {
        too_short: too_short.or_else(|| batches.map_or(Some(few), |b| b.too_short)),
        events: b.events,
        warm_up_tasks: a.finished,
        warm_up_s: from.now_s,
        time_s,
        tasks: b.finished - a.finished,
        response_mean_s: (b.response_sum_s - a.response_sum_s) / finished,
        response_half_width_s: batches.map_or(f64::NAN, |b| b.half_width),
        batch_lag_1: interval::batch_lag_1(responses_s, BATCHES_MIN).unwrap_or(f64::NAN),
        response_p50_s: p50,
        response_p90_s: p90,
        response_p95_s: p95,
        response_p99_s: p99,
        wait_mean_s: (b.wait_sum_s - a.wait_sum_s) / (b.started - a.started) as f64,
        present_mean_tasks: (to.presence_s - from.presence_s) / time_s,
        throughput_per_s: finished / time_s,
        utilisation: utilisation(from, to, scenario),
        rejected_share: rejected / (finished + rejected),
        rejected_tasks,
        rounds,
        round_mean_s: (b.round_sum_s - a.round_sum_s) / rounds as f64,
        server_hours,
        cost_per_hour: server_hours * scenario.autoscaler.price_per_hour,
        shares: to
            .assigned
            .iter()
            .zip(&from.assigned)
            .map(|(b, a)| (b - a) as f64 / decided)
            .collect(),
        served: scenario.has_replicas().then(|| {
            let answers = &seen.answers.0[from.answers..to.answers];
            let kv_usage_s = to.kv_usage_s - from.kv_usage_s;
            Box::new(Served {
                kv_usage_mean: kv_usage_s / (time_s * replicas(scenario)),
                ..Served::within(time_s, answers, &scenario.requests)
            })
        }),
    }
}

/// Work done over what could be done, of the servers that are up at first or by plan. Speeds are
/// taken relative to the fastest, so that equal ones multiply nothing.
fn utilisation(from: &Snapshot, to: &Snapshot, scenario: &Scenario) -> f64 {
    let fastest = scenario
        .servers
        .iter()
        .map(ServerConfig::pace)
        .fold(0.0, f64::max);
    let mut all = 0.0;
    let mut used = [0.0; 2];
    for (j, server) in scenario.servers.iter().enumerate() {
        let up_by_plan = scenario
            .faults
            .iter()
            .any(|fault| usize::from(fault.server) == j && fault.state.serves());
        if server.state.serves() || up_by_plan {
            let pace = server.pace() / fastest;
            all += f64::from(server.slots) * pace;
            used[0] += from.busy_slot_s[j] * pace;
            used[1] += to.busy_slot_s[j] * pace;
        }
    }
    (used[1] - used[0]) / (all * (to.now_s - from.now_s))
}
