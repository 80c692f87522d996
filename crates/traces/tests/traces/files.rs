//! The published statistics of public traces, for the files in the folder that the variable
//! `EQUIPOISE_TRACES` names. Without it, or without a file, the test says what it skipped.

use equipoise_traces::{Format, OnBad, Reader, Trace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Reads a file of the folder, if it is there.
fn file(name: &str) -> Option<Trace> {
    let Some(folder) = std::env::var_os("EQUIPOISE_TRACES") else {
        println!("skipped: {name}; EQUIPOISE_TRACES names no folder with traces");
        return None;
    };
    let path = Path::new(&folder).join(name);
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {name}; {} cannot be read", path.display());
        return None;
    };
    let mut reader = Reader::new(OnBad::Stop);
    for piece in bytes.chunks(1 << 16) {
        reader.feed(piece).expect("every row is good");
    }
    Some(reader.finish().expect("there are requests"))
}

fn sum(values: &[u32]) -> u64 {
    values.iter().copied().map(u64::from).sum()
}

fn mean(values: &[u32]) -> f64 {
    sum(values) as f64 / values.len() as f64
}

/// The smallest value that a share of all values do not exceed.
fn quantile(values: &[u32], share: f64) -> u32 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted[(share * sorted.len() as f64).ceil() as usize - 1]
}

fn is_near(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

fn prompts(trace: &Trace) -> Vec<u32> {
    trace.tokens.iter().map(|tokens| tokens.prompt).collect()
}

fn outputs(trace: &Trace) -> Vec<u32> {
    trace.tokens.iter().map(|tokens| tokens.output).collect()
}

/// Azure/AzurePublicDataset, `AzureLLMInferenceTrace_code.csv` of 2023 (CC BY 4.0); numbers taken
/// from the file by another program.
#[test]
fn azure_code_2023() {
    let Some(trace) = file("azure_llm_code_2023.csv") else {
        return;
    };
    assert_eq!(trace.format, Format::AzureLlm);
    assert_eq!(trace.requests(), 8_819);
    assert!(trace.was_sorted);
    let [prompts, outputs] = [prompts(&trace), outputs(&trace)];
    assert_eq!([sum(&prompts), sum(&outputs)], [18_059_974, 245_896]);
    is_near(mean(&prompts), 2047.848, 5e-4);
    is_near(mean(&outputs), 27.883, 5e-4);
    let shares = [0.0001, 0.5, 0.9, 0.99, 1.0];
    assert_eq!(
        shares.map(|share| quantile(&prompts, share)),
        [3, 1469, 5194, 7436, 7437]
    );
    assert_eq!(
        shares.map(|share| quantile(&outputs, share)),
        [6, 13, 55, 252, 1899]
    );

    let gaps: Vec<f64> = trace
        .arrivals_s
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .collect();
    let span_s = trace.arrivals_s[trace.requests() - 1];
    is_near(span_s, 3435.948, 5e-4);
    let mean_s = span_s / gaps.len() as f64;
    is_near(mean_s, 0.389652, 5e-7);
    is_near(trace.rate_per_s().expect("a span"), 1.0 / mean_s, 1e-9);
    let squares: f64 = gaps.iter().map(|gap| (gap - mean_s) * (gap - mean_s)).sum();
    is_near((squares / gaps.len() as f64).sqrt() / mean_s, 13.15, 5e-3);
    is_near(gaps.iter().copied().fold(0.0, f64::max), 217.17, 5e-3);
}

/// kvcache-ai/Mooncake, `FAST25-release/traces/synthetic_trace.jsonl` (Apache-2.0); numbers taken
/// from the file by another program.
#[test]
fn mooncake_synthetic() {
    let Some(trace) = file("mooncake_synthetic.jsonl") else {
        return;
    };
    assert_eq!(trace.format, Format::Mooncake);
    assert_eq!(trace.requests(), 3_993);
    assert_eq!(
        [
            mean(&prompts(&trace)).round(),
            mean(&outputs(&trace)).round()
        ],
        [15_325.0, 149.0]
    );
    assert_eq!(trace.blocks.tokens, 512);
    assert_eq!(trace.blocks.ids.len(), 121_877);
    let distinct: BTreeSet<u32> = trace.blocks.ids.iter().copied().collect();
    assert_eq!(distinct.len(), 43_924);
    for (request, tokens) in trace.tokens.iter().enumerate() {
        let blocks = trace.blocks.of(request).len();
        assert_eq!(
            blocks,
            tokens.prompt.div_ceil(512) as usize,
            "request {request}"
        );
    }
    for (capacity, hits) in [(1_000, 10_050), (10_000, 51_614), (50_000, 77_953)] {
        assert_eq!(hits_of_lru(&trace, capacity), hits, "{capacity} blocks");
    }
    assert_eq!(hits_of_lru(&trace, usize::MAX), 77_953);
}

/// How many blocks are found in one pool that keeps those used last: of each request the first
/// ones, until one is missing; then all of its blocks are used, in order.
fn hits_of_lru(trace: &Trace, capacity: usize) -> usize {
    let mut used_at: BTreeMap<u32, u64> = BTreeMap::new();
    let mut by_age: BTreeMap<u64, u32> = BTreeMap::new();
    let mut hits = 0;
    let mut now = 0;
    for request in 0..trace.requests() {
        let blocks = trace.blocks.of(request);
        hits += blocks
            .iter()
            .take_while(|block| used_at.contains_key(block))
            .count();
        for block in blocks {
            now += 1;
            if let Some(before) = used_at.insert(*block, now) {
                by_age.remove(&before);
            }
            by_age.insert(now, *block);
            if by_age.len() > capacity
                && let Some((_, oldest)) = by_age.pop_first()
            {
                used_at.remove(&oldest);
            }
        }
    }
    hits
}

/// casys-kaist/LLMServingSim (MIT), a run of vLLM 0.19.0 with Llama-3.1-8B on one RTX PRO 6000: 300
/// requests of ShareGPT, 10 a second. The run's published latencies count from the queue.
#[test]
fn a_measured_run() {
    let Some(trace) = file("measured/requests.jsonl") else {
        return;
    };
    assert_eq!(trace.format, Format::Served);
    assert_eq!(trace.requests(), 300);
    assert_eq!(trace.times.len(), 300);
    is_near(mean(&outputs(&trace)), 652.51, 5e-3);
    assert_eq!(trace.arrivals_s[0], 0.0);
    let mut least_lag_s = f64::INFINITY;
    let mut most_lag_s = 0.0_f64;
    let mut to_first_token_s = 0.0;
    let mut to_last_token_s = 0.0;
    for (arrival_s, times) in trace.arrivals_s.iter().zip(&trace.times) {
        let all: Vec<f64> = times.all().into_iter().flatten().collect();
        assert!(
            all.is_sorted(),
            "queued, scheduled, first token, last token: {all:?}"
        );
        let [queued_s, _, first_token_s, last_token_s] = all[..] else {
            panic!("every request was served: {all:?}");
        };
        least_lag_s = least_lag_s.min(queued_s - arrival_s);
        most_lag_s = most_lag_s.max(queued_s - arrival_s);
        to_first_token_s += first_token_s - queued_s;
        to_last_token_s += last_token_s - queued_s;
    }
    is_near(least_lag_s, 0.0, 1e-6);
    is_near(most_lag_s, 0.108154, 1e-5);
    is_near(to_first_token_s / 300.0, 7.0972, 5e-5);
    is_near(to_last_token_s / 300.0, 28.2007, 5e-5);
}
