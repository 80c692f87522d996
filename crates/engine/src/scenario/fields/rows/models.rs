//! Requests to language models, and the replicas that answer them.

use super::{SKEW, field, wait};
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind};
use crate::scenario::limits::{Range, count, linear, log, log_count};
use crate::scenario::{Batching, Hardware, Scenario, SchedulingPolicy};

/// A number of tokens.
const fn tokens(max: f64, slider_max: f64) -> Range {
    Range {
        unit: "tokens",
        ..log_count(1.0, max, slider_max)
    }
}

/// A mean number of tokens.
const fn mean_tokens(max: f64, slider_max: f64) -> Kind {
    Kind::Number(Range {
        whole: false,
        ..tokens(max, slider_max)
    })
}

/// A coefficient of variation.
const CV: Kind = Kind::Number(linear(0.0, 10.0, 3.0, 0.05, ""));

const fn row(field: Field) -> Field {
    field.shown(Scenario::has_replicas)
}

fn has_prefixes(s: &Scenario) -> bool {
    s.has_replicas() && s.requests.prefixes > 0
}

fn has_turns(s: &Scenario) -> bool {
    s.has_replicas() && s.requests.turns > 1
}

fn has_priorities(s: &Scenario) -> bool {
    s.has_replicas() && s.replicas.policy == SchedulingPolicy::Priority
}

fn is_apart(s: &Scenario) -> bool {
    s.has_replicas() && s.replicas.prefill_servers > 0
}

pub(crate) const REQUESTS: &[Field] = &[
    row(field!(
        requests.prompt_tokens,
        "prompt-tokens",
        mean_tokens(100_000.0, 16_384.0)
    )),
    row(field!(requests.prompt_cv, "prompt-cv", CV)),
    row(field!(
        requests.output_tokens,
        "output-tokens",
        mean_tokens(10_000.0, 2048.0)
    )),
    row(field!(requests.output_cv, "output-cv", CV)),
    row(field!(
        requests.prefixes,
        "prefixes",
        Kind::Number(count(0.0, 10_000.0, 100.0))
    )),
    field!(
        requests.prefix_tokens,
        "prefix-tokens",
        Kind::Number(tokens(100_000.0, 8192.0))
    )
    .shown(has_prefixes),
    field!(requests.prefix_skew, "prefix-skew", Kind::Number(SKEW)).shown(has_prefixes),
    row(field!(
        requests.turns,
        "turns",
        Kind::Number(count(1.0, 50.0, 10.0))
    )),
    field!(
        requests.think_s,
        "think",
        Kind::Number(linear(0.0, 10_000.0, 60.0, 0.5, "seconds"))
    )
    .shown(has_turns),
    field!(
        requests.urgent_share,
        "urgent-share",
        Kind::Number(linear(0.0, 1.0, 1.0, 0.05, ""))
    )
    .shown(has_priorities),
    row(field!(
        requests.ttft_objective_s,
        "ttft-objective",
        Kind::Number(wait(10.0))
    )),
    row(field!(
        requests.tpot_objective_s,
        "tpot-objective",
        Kind::Number(wait(1.0))
    )),
];

pub(crate) const REPLICAS: &[Field] = &[
    row(field!(
        replicas.hardware,
        "hardware",
        Kind::Choice(Hardware::WORDS)
    )),
    row(field!(
        replicas.batching,
        "batching",
        Kind::Choice(Batching::WORDS)
    )),
    row(field!(
        replicas.batched_tokens,
        "batched-tokens",
        Kind::Optional(tokens(131_072.0, 16_384.0), 2048.0)
    )),
    row(field!(
        replicas.kv_tokens,
        "kv-tokens",
        Kind::Optional(
            Range {
                min: 16.0,
                ..tokens(4_000_000.0, 500_000.0)
            },
            40_000.0
        )
    )),
    row(field!(
        replicas.prefix_caching,
        "prefix-caching",
        Kind::Flag
    )),
    row(field!(
        replicas.chunked_prefill,
        "chunked-prefill",
        Kind::Flag
    )),
    row(field!(
        replicas.long_prefill_tokens,
        "long-prefill",
        Kind::Optional(tokens(131_072.0, 8192.0), 512.0)
    )),
    row(field!(
        replicas.whole_prompt_admission,
        "whole-prompt",
        Kind::Flag
    )),
    row(field!(
        replicas.policy,
        "scheduling",
        Kind::Choice(SchedulingPolicy::WORDS)
    )),
    row(field!(
        replicas.prefill_servers,
        "prefill-servers",
        Kind::Number(count(0.0, 255.0, 8.0))
    )
    .limit(|s| (s.servers.len().saturating_sub(1) as f64, ""))),
    field!(
        replicas.transfer_gb_per_s,
        "transfer-rate",
        Kind::Number(log(0.01, 10_000.0, 1000.0, 1.0, "gb-per-s"))
    )
    .shown(is_apart),
    field!(
        replicas.transfer_latency_s,
        "transfer-latency",
        Kind::Number(log(0.000_001, 10.0, 1.0, 0.001, "seconds"))
    )
    .shown(is_apart),
];
