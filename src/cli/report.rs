//! The observations of a run, as a table or as JSON.

use super::beside::Beside;
use super::table::columns;
use super::trace::Summary;
use crate::measure::Responses;
use crate::measure::answers::Served;
use crate::measure::places::Place;
use crate::number;
use crate::scenario::{ServerState, letter};
use crate::sim::{Engine, Rejection};
use crate::stats::quantile::of_sorted;
use crate::sweep::metric::Metric;
use serde::Serialize;
use std::fmt::Write as _;

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
    response_p95_s: f64,
    response_p99_s: f64,
    response_max_s: f64,
    wait_mean_s: f64,
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
    /// Tasks that their clients gave up.
    timed_out_tasks: u64,
    /// Tasks served after that.
    wasted_tasks: u64,
    /// Tasks served before that, per second.
    goodput_per_s: f64,
    servers: Vec<ServerReport>,
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
    weight: u32,
    speed_per_s: f64,
    slots: u32,
    assigned_tasks: u64,
    assigned_share: f64,
    finished_tasks: u64,
    utilisation: f64,
    response_mean_s: f64,
}

impl Report {
    pub(super) fn new(engine: &Engine, edits: usize, responses: Responses) -> Self {
        let totals = engine.totals();
        let scenario = engine.scenario();
        let time_s = engine.now_s();
        let language_model = responses.served(scenario, time_s);
        let mut responses_s = responses.seconds;
        responses_s.sort_unstable_by(f64::total_cmp);
        let [p50, p95, p99, max] =
            [0.5, 0.95, 0.99, 1.0].map(|p| of_sorted(&responses_s, p).unwrap_or(f64::NAN));
        let finished = totals.finished as f64;
        let response_mean_s = totals.response_sum_s / finished;
        let finished_per_s = finished / time_s;
        let servers = engine
            .servers()
            .iter()
            .zip(&scenario.servers)
            .enumerate()
            .map(|(i, (server, config))| ServerReport {
                server: letter(i),
                state: server.state,
                weight: config.weight,
                speed_per_s: server.speed,
                slots: server.slots,
                assigned_tasks: server.assigned,
                assigned_share: server.assigned as f64 / totals.decided as f64,
                finished_tasks: server.finished,
                utilisation: server.busy_slot_s(time_s) / (f64::from(server.slots) * time_s),
                response_mean_s: server.response_sum_s / server.finished as f64,
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
            response_p50_s: p50,
            response_p95_s: p95,
            response_p99_s: p99,
            response_max_s: max,
            wait_mean_s: totals.wait_sum_s / totals.started as f64,
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
            fresh_tasks: totals.arrived - totals.retries,
            retried_tasks: totals.retries,
            timed_out_tasks: totals.timeouts,
            wasted_tasks: totals.wasted,
            goodput_per_s: totals.good() as f64 / time_s,
            servers: servers.collect(),
            language_model,
            in_service: scenario.has_replicas().then(|| Place::in_service(engine)),
            waiting: scenario.has_replicas().then(|| Place::waiting(engine)),
            trace: None,
            measured: None,
        }
    }

    pub(super) fn json(&self) -> String {
        // Numbers, texts and lists of them have a JSON form always.
        serde_json::json!(self).to_string() + "\n"
    }

    pub(super) fn table(&self) -> String {
        let mut text = String::new();
        let edits = if self.edits > 0 {
            format!(", {} changes", self.edits)
        } else {
            String::new()
        };
        let scenario = super::shown(&self.scenario);
        let strategy = self.strategy;
        let seed = format!("seed {}{edits}", self.seed);
        row(
            &mut text,
            "scenario",
            &format!("{scenario}, {strategy}, {seed}"),
        );
        if let Some(trace) = &self.trace {
            row(&mut text, "trace", &trace.text());
        }
        let time = format!("{} s, {} events", four(self.time_s), self.events);
        row(&mut text, "time", &time);
        let tasks = format!(
            "{} arrived, {} decided, {} finished, {} rejected, {} in the system",
            self.arrived_tasks,
            self.decided_tasks,
            self.finished_tasks,
            self.rejected_tasks,
            self.in_system_tasks
        );
        row(&mut text, "tasks", &tasks);
        for Rejected { reason, tasks } in &self.rejections {
            row(&mut text, "rejected", &format!("{tasks}: {}", name(reason)));
        }
        let response = format!(
            "mean {} s, p50 {} s, p95 {} s, p99 {} s, max {} s",
            four(self.response_mean_s),
            four(self.response_p50_s),
            four(self.response_p95_s),
            four(self.response_p99_s),
            four(self.response_max_s)
        );
        row(&mut text, "response", &response);
        let wait = format!("mean {} s", four(self.wait_mean_s));
        row(&mut text, "wait", &wait);
        let little = format!(
            "L = {} tasks; λW = {} /s × {} s = {} tasks",
            four(self.little_l_tasks),
            four(self.finished_per_s),
            four(self.response_mean_s),
            four(self.little_lambda_w_tasks)
        );
        row(&mut text, "Little", &little);
        for (place, seen) in [("in service", self.in_service), ("waiting", self.waiting)] {
            if let Some(seen) = seen {
                row(&mut text, place, &sides(seen));
            }
        }
        if self.rounds > 0 {
            let mean = four(self.round_mean_s);
            let last = four(self.round_last_s);
            let rounds = format!("{}, mean {mean} s, last {last} s", self.rounds);
            row(&mut text, "rounds", &rounds);
        }
        if self.timed_out_tasks + self.retried_tasks > 0 {
            let clients = format!(
                "{} fresh, {} retried, {} timed out, {} served in vain; in time {} /s",
                self.fresh_tasks,
                self.retried_tasks,
                self.timed_out_tasks,
                self.wasted_tasks,
                four(self.goodput_per_s)
            );
            row(&mut text, "clients", &clients);
        }
        if let Some(served) = &self.language_model {
            serving_rows(&mut text, served);
        }
        let head = [
            "server",
            "state",
            "weight",
            "speed",
            "slots",
            "assigned",
            "share",
            "utilisation",
            "finished",
            "mean response",
        ];
        let cells = self.servers.iter().map(ServerReport::cells);
        text.push('\n');
        text += &columns(head.map(str::to_string), cells.collect());
        if let Some(measured) = &self.measured {
            text.push('\n');
            text += &measured.table();
        }
        text
    }
}

impl ServerReport {
    fn cells(&self) -> [String; 10] {
        [
            self.server.clone(),
            name(&self.state),
            self.weight.to_string(),
            four(self.speed_per_s),
            self.slots.to_string(),
            self.assigned_tasks.to_string(),
            number::percent(self.assigned_share),
            number::percent(self.utilisation),
            self.finished_tasks.to_string(),
            format!("{} s", four(self.response_mean_s)),
        ]
    }
}

/// What language models answered, with vLLM's names in Prometheus.
fn serving_rows(text: &mut String, served: &Served) {
    let times = [
        ("first token", served.ttft, "ttft_mean_s"),
        ("per token", served.tpot, "tpot_mean_s"),
        ("latency", served.latency, "latency_mean_s"),
        ("queue", served.queue, "queue_mean_s"),
    ];
    for (label, spread, metric) in times {
        let line = format!(
            "mean {} s, p50 {} s, p90 {} s, p99 {} s{}",
            four(spread.mean_s),
            four(spread.p50_s),
            four(spread.p90_s),
            four(spread.p99_s),
            by_vllm(metric)
        );
        row(text, label, &line);
    }
    let tokens = format!(
        "{} prompt, {} of them cached{}",
        served.prompt_tokens,
        number::percent(served.cached_share),
        by_vllm("cached_share")
    );
    row(text, "tokens", &tokens);
    let output = format!(
        "{}, {} /s{}",
        served.output_tokens,
        four(served.output_tokens_per_s),
        by_vllm("output_tokens_per_s")
    );
    row(text, "output", &output);
    let good = format!(
        "{} met both objectives, {} /s",
        number::percent(served.good_share),
        four(served.goodput_per_s)
    );
    row(text, "goodput", &good);
    let kv_usage = format!(
        "{} in use on average{}",
        number::percent(served.kv_usage_mean),
        by_vllm("kv_usage_mean")
    );
    row(text, "KV cache", &kv_usage);
    let preempted = format!(
        "{}, {} tokens computed once more{}",
        served.preemptions,
        served.recomputed_tokens,
        by_vllm("preemptions_per_request")
    );
    row(text, "preemptions", &preempted);
    if served.split_prefix_share.is_finite() {
        let split = number::percent(served.split_prefix_share);
        let split = format!("{split} went to several replicas");
        row(text, "prefixes", &split);
    }
}

/// What vLLM calls the reading of a metric.
fn by_vllm(metric: &str) -> String {
    let vllm = Metric::named(metric).map_or("", |metric| metric.vllm);
    format!("  ({vllm})")
}

/// Both sides of Little's law.
fn sides(place: Place) -> String {
    format!(
        "L = {} tasks; {} /s × {} s = {} tasks",
        four(place.mean_tasks),
        four(place.rate_per_s),
        four(place.time_s),
        four(place.rate_per_s * place.time_s)
    )
}

/// A number of four digits.
fn four(value: f64) -> String {
    number::significant(value, 4)
}

fn row(table: &mut String, label: &str, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(table, "{label:<12}{text}");
}

/// The name of a reason or a state: that of its JSON form.
fn name(value: &impl Serialize) -> String {
    serde_json::json!(value)
        .as_str()
        .unwrap_or_default()
        .to_string()
}
