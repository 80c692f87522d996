//! The rows of what language models answered.

use crate::cli::table::{four, row};
use crate::measure::answers::Served;
use crate::number;
use crate::sweep::metric::Metric;

/// What language models answered, with vLLM's names in Prometheus.
pub(super) fn rows(text: &mut String, served: &Served) {
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
