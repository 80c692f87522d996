//! The numbers of a run by which runs are compared.

use crate::measure::Observed;
use crate::measure::answers::Served;
use crate::scenario::Scenario;

/// Which way a goal bounds a number: the way that more servers push it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is to be this at most.
    AtMost,
    /// It is to be this at least.
    AtLeast,
}

impl Bound {
    /// As it is typed.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
        }
    }
}

/// A number of a run: its id, its unit (empty for a part of 1) and how to read it.
#[derive(Debug)]
pub struct Metric {
    /// The id, that of the field in a line of results.
    pub id: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What vLLM calls the reading in Prometheus; empty where it has none.
    pub vllm: &'static str,
    /// How it can be a goal for the number of servers; None if more of them push it the wrong way.
    pub goal: Option<Bound>,
    /// Reads it; NaN where a run has no such thing.
    pub of: fn(&Observed) -> f64,
}

impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Metric {
    /// All metrics, those of language models last.
    pub fn all() -> impl Iterator<Item = &'static Self> + Clone {
        METRICS.iter().chain(LANGUAGE_MODELS)
    }

    /// Those that runs of such a scenario have.
    pub fn of_scenario(scenario: &Scenario) -> impl Iterator<Item = &'static Self> + Clone {
        let has_replicas = scenario.has_replicas();
        let has_rounds = scenario.has_rounds();
        let plain = METRICS.iter();
        let is_scaled = scenario.autoscaler.is_on();
        let plain = plain.filter(move |metric| match metric.id {
            "round_mean_s" => has_rounds,
            "server_hours" | "cost_per_hour" => is_scaled,
            _ => true,
        });
        plain.chain(LANGUAGE_MODELS.iter().filter(move |_| has_replicas))
    }

    /// The metric with this id.
    pub fn named(id: &str) -> Option<&'static Self> {
        Self::all().find(|metric| metric.id == id)
    }

    /// What is asked first about such a scenario: of a batch and of training steps their length, of
    /// language models the time to first token.
    pub fn first(scenario: &Scenario) -> &'static Self {
        let id = if scenario.has_rounds() {
            "round_mean_s"
        } else if scenario.has_replicas() {
            "ttft_mean_s"
        } else {
            "response_mean_s"
        };
        Self::named(id).unwrap_or(&METRICS[0])
    }

    const fn plain(id: &'static str, unit: &'static str, of: fn(&Observed) -> f64) -> Self {
        Self {
            id,
            unit,
            vllm: "",
            goal: Some(Bound::AtMost),
            of,
        }
    }

    /// A time of language models.
    const fn time(id: &'static str, vllm: &'static str, of: fn(&Observed) -> f64) -> Self {
        Self::plain(id, "s", of).by(vllm)
    }

    const fn by(self, vllm: &'static str) -> Self {
        Self { vllm, ..self }
    }

    const fn goal(self, goal: Option<Bound>) -> Self {
        Self { goal, ..self }
    }
}

const AT_LEAST: Option<Bound> = Some(Bound::AtLeast);

/// The metrics that runs without replicas have too.
pub const METRICS: &[Metric] = &[
    Metric::plain("response_mean_s", "s", |o| o.response_mean_s),
    Metric::plain("response_p50_s", "s", |o| o.response_p50_s),
    Metric::plain("response_p90_s", "s", |o| o.response_p90_s),
    Metric::plain("response_p95_s", "s", |o| o.response_p95_s),
    Metric::plain("response_p99_s", "s", |o| o.response_p99_s),
    Metric::plain("wait_mean_s", "s", |o| o.wait_mean_s),
    Metric::plain("present_mean_tasks", "tasks", |o| o.present_mean_tasks),
    Metric::plain("throughput_per_s", "/s", |o| o.throughput_per_s).goal(AT_LEAST),
    Metric::plain("utilisation", "", |o| o.utilisation),
    Metric::plain("rejected_share", "", |o| o.rejected_share),
    Metric::plain("round_mean_s", "s", |o| o.round_mean_s),
    Metric::plain("server_hours", "/h", |o| o.server_hours).goal(None),
    Metric::plain("cost_per_hour", "/h", |o| o.cost_per_hour).goal(None),
];

/// Each time's mean and percentiles, and then the rest.
macro_rules! language_models {
    ($($time:literal $spread:ident $vllm:literal,)* $(; $metric:expr)*) => {
        &[
            $(
                Metric::time(concat!($time, "_mean_s"), $vllm, |o| read(o, |s| s.$spread.mean_s)),
                Metric::time(concat!($time, "_p50_s"), $vllm, |o| read(o, |s| s.$spread.p50_s)),
                Metric::time(concat!($time, "_p90_s"), $vllm, |o| read(o, |s| s.$spread.p90_s)),
                Metric::time(concat!($time, "_p95_s"), $vllm, |o| read(o, |s| s.$spread.p95_s)),
                Metric::time(concat!($time, "_p99_s"), $vllm, |o| read(o, |s| s.$spread.p99_s)),
                Metric::time(concat!($time, "_p999_s"), $vllm, |o| read(o, |s| s.$spread.p999_s)),
            )*
            $($metric),*
        ]
    };
}

/// The metrics that only runs with replicas of a language model have.
pub const LANGUAGE_MODELS: &[Metric] = language_models! {
    "ttft" ttft "vllm:time_to_first_token_seconds",
    "tpot" tpot "vllm:request_time_per_output_token_seconds",
    "latency" latency "vllm:e2e_request_latency_seconds",
    "queue" queue "vllm:request_queue_time_seconds",
    ; Metric::plain("good_share", "", |o| read(o, |s| s.good_share)).goal(AT_LEAST)
    ; Metric::plain("goodput_per_s", "/s", |o| read(o, |s| s.goodput_per_s)).goal(AT_LEAST)
    ; Metric::plain("output_tokens_per_s", "tokens/s", |o| read(o, |s| s.output_tokens_per_s))
        .by("rate of vllm:generation_tokens_total").goal(AT_LEAST)
    ; Metric::plain("kv_usage_mean", "", |o| read(o, |s| s.kv_usage_mean))
        .by("vllm:kv_cache_usage_perc")
    ; Metric::plain("cached_share", "", |o| read(o, |s| s.cached_share))
        .by("vllm:prefix_cache_hits_total / vllm:prefix_cache_queries_total").goal(AT_LEAST)
    ; Metric::plain("preemptions_per_request", "/request", |o| {
            read(o, Served::preemptions_per_request)
        })
        .by("vllm:num_preemptions_total")
    ; Metric::plain("recomputed_tokens_per_request", "tokens", |o| {
            read(o, Served::recomputed_tokens_per_request)
        })
    ; Metric::plain("split_prefix_share", "", |o| read(o, |s| s.split_prefix_share)).goal(None)
};

/// A number of what language models answered; NaN of a run without replicas.
fn read(observed: &Observed, of: fn(&Served) -> f64) -> f64 {
    observed.served.as_deref().map_or(f64::NAN, of)
}
