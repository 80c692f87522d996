//! The observations of a run, as a table or as JSON.

mod autoscaler;
mod expected;
mod language_model;
mod text;

use super::beside::Beside;
use super::trace::Summary;
use crate::measure::answers::Served;
use crate::measure::places::Place;
use crate::measure::readings::{Readings, Requests, Times};
use crate::scenario::{Scenario, ServerState, letter};
use crate::sim::{Engine, Rejection};
use crate::theory;
use autoscaler::Scaled;
use expected::Expected;
use serde::Serialize;

/// The observations of a run. Field names are part of the command's interface: they say the unit
/// and do not change. What has no value yet (a mean of nothing) is null.
#[derive(Serialize)]
pub(super) struct Report {
    scenario: String,
    strategy: &'static str,
    seed: u32,
    edits: usize,
    time_s: f64,
    events: u64,
    arrived_tasks: u64,
    decided_tasks: u64,
    finished_tasks: u64,
    rejected_tasks: u64,
    in_system_tasks: usize,
    rejections: Vec<Rejected>,
    response_mean_s: f64,
    response_p50_s: f64,
    response_p75_s: f64,
    response_p90_s: f64,
    response_p95_s: f64,
    response_p99_s: f64,
    response_p999_s: f64,
    response_max_s: f64,
    wait_mean_s: f64,
    /// Of the tasks whose service began.
    wait: Times,
    /// Part of those whose service began after them.
    wait_share: f64,
    /// Part of those whose service began within the time that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    service_level: Option<Level>,
    /// From the first sending to the answer; only where clients may send a task again.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Times>,
    /// What clients asked, however often they sent it.
    requests: Requests,
    /// Part of that which was answered; what is open does not count.
    success_share: f64,
    /// Time-average of the tasks that wait for service, L_q.
    waiting_mean_tasks: f64,
    /// Part of the time without any task, p_0.
    empty_share: f64,
    /// Tasks served in the beginning of the run, as it is cut for the next two.
    warm_up_tasks: usize,
    steady_response_mean_s: f64,
    steady_response_half_width_s: f64,
    /// Why the run may not be relied on.
    too_short: Option<String>,
    rejected_share: f64,
    utilisation: f64,
    /// λ of Little's law: tasks served per second.
    finished_per_s: f64,
    little_lambda_w_tasks: f64,
    little_l_tasks: f64,
    rounds: u64,
    round_mean_s: f64,
    round_last_s: f64,
    /// Tasks that came and had not been sent before.
    fresh_tasks: u64,
    retried_tasks: u64,
    /// Second copies of tasks that took long.
    hedged_tasks: u64,
    /// Tasks that their clients gave up.
    timed_out_tasks: u64,
    /// Tasks served after that.
    wasted_tasks: u64,
    /// Tasks served before that, per second.
    goodput_per_s: f64,
    servers: Vec<ServerReport>,
    /// Only of runs with an autoscaler.
    #[serde(skip_serializing_if = "Option::is_none")]
    autoscaler: Option<Scaled>,
    /// Opened so far, where balancers pick for connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    opened_connections: Option<u64>,
    /// Of these lost with their servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost_connections: Option<u64>,
    /// Only of runs with replicas of a language model.
    #[serde(skip_serializing_if = "Option::is_none")]
    language_model: Option<Served>,
    /// Little's law for requests in service, only with replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_service: Option<Place>,
    /// The same before service.
    #[serde(skip_serializing_if = "Option::is_none")]
    waiting: Option<Place>,
    /// Only of runs of a trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trace: Option<Summary>,
    /// Only of runs of a trace that says when its requests were served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) measured: Option<Beside>,
    /// What formulas predict, by their ids, where any applies.
    #[serde(skip_serializing_if = "Expected::is_empty")]
    predictions: Expected,
}

/// P(W ≤ t).
#[derive(Serialize)]
struct Level {
    within_s: f64,
    observed: f64,
    /// Null where no formula applies.
    predicted: f64,
}

#[derive(Serialize)]
struct Rejected {
    reason: Rejection,
    tasks: u64,
}

#[derive(Serialize)]
struct ServerReport {
    server: String,
    /// Its state at the end.
    state: ServerState,
    /// Under an autoscaler: off, starting, ready or draining at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<&'static str>,
    weight: u32,
    speed_per_s: f64,
    slots: u32,
    assigned_tasks: u64,
    assigned_share: f64,
    finished_tasks: u64,
    utilisation: f64,
    response_mean_s: f64,
    /// Tasks that are there at the end.
    in_progress_tasks: u32,
    /// Connections that lead there at the end, where balancers pick for these.
    #[serde(skip_serializing_if = "Option::is_none")]
    connections: Option<u32>,
}

impl Report {
    pub(super) fn new(
        engine: &Engine,
        edits: usize,
        mut readings: Readings,
        within_s: Option<f64>,
    ) -> Self {
        let totals = engine.totals();
        let scenario = engine.scenario();
        let time_s = engine.now_s();
        let language_model = readings.responses.served(scenario, time_s);
        let steady = match scenario.has_rounds() {
            // What is asked of rounds is how long they take, their beginning included.
            true => None,
            false => Some(readings.steady()),
        };
        let interval = steady.and_then(|s| s.mean);
        let began = readings.waits_s.len() as f64;
        let waited = readings.waits_s.iter().filter(|x| **x > 0.0).count() as f64;
        let service_level = within_s.map(|within_s| {
            let within = readings.waits_s.iter().filter(|x| **x <= within_s).count();
            Level {
                within_s,
                observed: within as f64 / began,
                predicted: f64::NAN,
            }
        });
        let requests = readings.requests(engine);
        let response = Times::of(&mut readings.responses.seconds);
        let finished = totals.finished as f64;
        let response_mean_s = totals.response_sum_s / finished;
        let finished_per_s = finished / time_s;
        let busy = engine
            .servers()
            .iter()
            .map(|server| [server.busy_slot_s(time_s), f64::from(server.slots) * time_s])
            .fold([0.0; 2], |sum, of| [sum[0] + of[0], sum[1] + of[1]]);
        let servers = engine
            .servers()
            .iter()
            .zip(&scenario.servers)
            .enumerate()
            .map(|(i, (server, config))| ServerReport {
                server: letter(i),
                state: server.state,
                phase: engine.scaler().map(|scaler| scaler.phase(i).word()),
                weight: config.weight,
                speed_per_s: server.speed,
                slots: server.slots,
                assigned_tasks: server.assigned,
                assigned_share: server.assigned as f64 / totals.decided as f64,
                finished_tasks: server.finished,
                utilisation: server.busy_slot_s(time_s) / (f64::from(server.slots) * time_s),
                response_mean_s: server.response_sum_s / server.finished as f64,
                in_progress_tasks: server.present(),
                connections: engine.connections(i),
            });
        let rejections = Rejection::ALL
            .into_iter()
            .zip(totals.rejected)
            .filter(|(_, tasks)| *tasks > 0);
        Self {
            scenario: scenario.name.clone(),
            strategy: scenario.balancer.strategy.id.as_str(),
            seed: scenario.seed,
            edits,
            time_s,
            events: totals.events,
            arrived_tasks: totals.arrived,
            decided_tasks: totals.decided,
            finished_tasks: totals.finished,
            rejected_tasks: totals.rejected_sum(),
            in_system_tasks: engine.tasks().len(),
            rejections: rejections
                .map(|(reason, tasks)| Rejected { reason, tasks })
                .collect(),
            response_mean_s,
            response_p50_s: response.p50_s,
            response_p75_s: response.p75_s,
            response_p90_s: response.p90_s,
            response_p95_s: response.p95_s,
            response_p99_s: response.p99_s,
            response_p999_s: response.p999_s,
            response_max_s: response.max_s,
            wait_mean_s: totals.wait_sum_s / totals.started as f64,
            wait_share: waited / began,
            requests,
            success_share: requests.success(),
            answer: readings.answers_s().map(Times::of),
            waiting_mean_tasks: Readings::mean_waiting(engine),
            empty_share: readings.empty_share(time_s),
            wait: Times::of(&mut readings.waits_s),
            service_level,
            warm_up_tasks: steady.map_or(0, |s| s.warm_up_tasks),
            steady_response_mean_s: interval.map_or(f64::NAN, |i| i.mean),
            steady_response_half_width_s: interval.map_or(f64::NAN, |i| i.half_width),
            too_short: steady.and_then(|s| s.too_short).map(|why| why.to_string()),
            rejected_share: totals.rejected_sum() as f64
                / (finished + totals.rejected_sum() as f64),
            utilisation: busy[0] / busy[1],
            finished_per_s,
            // Nothing finished: λ is 0 and W unknown, and their product is the 0 that a sum over
            // nothing gives.
            little_lambda_w_tasks: totals.response_sum_s / time_s,
            little_l_tasks: engine.mean_present(),
            rounds: totals.rounds,
            round_mean_s: totals.round_sum_s / totals.rounds as f64,
            round_last_s: if totals.rounds > 0 {
                totals.last_round_s
            } else {
                f64::NAN
            },
            fresh_tasks: totals.arrived - totals.retries - totals.hedges,
            retried_tasks: totals.retries,
            hedged_tasks: totals.hedges,
            timed_out_tasks: totals.timeouts,
            wasted_tasks: totals.wasted,
            goodput_per_s: totals.good() as f64 / time_s,
            servers: servers.collect(),
            autoscaler: Scaled::of(engine, std::mem::take(&mut readings.scales)),
            opened_connections: engine.connections_opened().map(|[opened, _]| opened),
            lost_connections: engine.connections_opened().map(|[_, lost]| lost),
            language_model,
            in_service: scenario.has_replicas().then(|| Place::in_service(engine)),
            waiting: scenario.has_replicas().then(|| Place::waiting(engine)),
            trace: None,
            measured: None,
            predictions: Expected::default(),
        }
    }

    /// Puts beside it what formulas predict for a scenario that was not changed in the run, and
    /// whose tasks were drawn.
    pub(super) fn expect(&mut self, scenario: &Scenario) {
        self.predictions = Expected::of(scenario);
        if let Some(level) = &mut self.service_level
            && let Some(exceeds) = theory::wait_law(scenario)
        {
            level.predicted = 1.0 - exceeds(level.within_s);
        }
    }

    pub(super) fn json(&self) -> String {
        // Numbers, texts and lists of them have a JSON form always.
        serde_json::json!(self).to_string() + "\n"
    }
}
