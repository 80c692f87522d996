//! What came of requests to language models: one row for each, and what the rows say together.

use crate::scenario::Requests;
use crate::sim::Probe;
pub use crate::sim::answer::Answer;
use crate::stats::order::ascending;
use crate::stats::quantile::of_sorted;
use crate::workload::{Request, Task};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All answers of a run, in order of completion.
#[derive(Clone, Debug, Default)]
pub struct Answers(pub Vec<Answer>);

impl Probe for Answers {
    fn answered(&mut self, task: &Task, request: &Request, now_s: f64) {
        self.0.push(Answer::of(task, request, now_s));
    }
}

/// Mean and percentiles of a time (s); NaN without values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The mean.
    pub mean_s: f64,
    /// The median.
    pub p50_s: f64,
    /// The 90th percentile.
    pub p90_s: f64,
    /// The 95th percentile.
    pub p95_s: f64,
    /// The 99th percentile.
    pub p99_s: f64,
    /// The value below which 999 of a thousand lie.
    pub p999_s: f64,
}

impl Spread {
    /// Of these values; what is NaN does not count.
    pub fn of(values_s: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = values_s.filter(|x| !x.is_nan()).collect();
        ascending(&mut sorted);
        let at = |p| of_sorted(&sorted, p).unwrap_or(f64::NAN);
        Self {
            mean_s: sorted.iter().sum::<f64>() / sorted.len() as f64,
            p50_s: at(0.5),
            p90_s: at(0.9),
            p95_s: at(0.95),
            p99_s: at(0.99),
            p999_s: at(0.999),
        }
    }
}

/// What answers say together, of a run or of a part of it. What has no value is NaN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Served {
    /// Requests answered.
    pub requests: u64,
    /// Time to first token, from when the client sent the request
    /// (`vllm:time_to_first_token_seconds` begins when the replica has it).
    pub ttft: Spread,
    /// Time per output token after the first (`vllm:request_time_per_output_token_seconds`).
    pub tpot: Spread,
    /// From sending to the last token (`vllm:e2e_request_latency_seconds`).
    pub latency: Spread,
    /// From reaching the replica to being scheduled first (`vllm:request_queue_time_seconds`).
    pub queue: Spread,
    /// When the last reply was complete (s).
    pub makespan_s: f64,
    /// Prompt tokens of the answered requests (`vllm:prompt_tokens_total`).
    pub prompt_tokens: u64,
    /// Output tokens (`vllm:generation_tokens_total`).
    pub output_tokens: u64,
    /// Output tokens per second, of the time looked at.
    pub output_tokens_per_s: f64,
    /// Share of the requests that met both objectives.
    pub good_share: f64,
    /// Those per second, of the time looked at: goodput.
    pub goodput_per_s: f64,
    /// Share of the prompt tokens that prefix caches held (`vllm:prefix_cache_hits_total` over
    /// `vllm:prefix_cache_queries_total`).
    pub cached_share: f64,
    /// Preemptions (`vllm:num_preemptions_total`).
    pub preemptions: u64,
    /// Tokens computed once more after preemptions.
    pub recomputed_tokens: u64,
    /// Of the prefixes that several requests began with, the share whose requests went to several
    /// replicas.
    pub split_prefix_share: f64,
    /// Share of the KV caches in use, averaged over time and replicas
    /// (`vllm:kv_cache_usage_perc`); NaN where only the answers are known.
    pub kv_usage_mean: f64,
}

impl Served {
    /// The sums of a run's answers, with the objectives of `requests`; rates are to the last reply.
    pub fn of(answers: &[Answer], requests: &Requests) -> Self {
        let ends_s = answers.iter().map(|a| a.end_s);
        Self::within(ends_s.fold(0.0, f64::max), answers, requests)
    }

    /// The sums of the answers of `time_s` seconds.
    pub fn within(time_s: f64, answers: &[Answer], requests: &Requests) -> Self {
        let sum = |of: fn(&Answer) -> u32| answers.iter().map(|a| u64::from(of(a))).sum::<u64>();
        let makespan_s = answers.iter().map(|a| a.end_s).fold(0.0, f64::max);
        let good = answers.iter().filter(|a| a.meets(requests)).count() as f64;
        let prompt_tokens = sum(|a| a.prompt_tokens);
        let output_tokens = sum(|a| a.output_tokens);
        Self {
            requests: answers.len() as u64,
            ttft: Spread::of(answers.iter().map(Answer::ttft_s)),
            tpot: Spread::of(answers.iter().map(|a| a.tpot_s)),
            latency: Spread::of(answers.iter().map(|a| a.end_s - a.arrival_s)),
            queue: Spread::of(answers.iter().map(|a| a.started_s - a.delivered_s)),
            makespan_s,
            prompt_tokens,
            output_tokens,
            output_tokens_per_s: output_tokens as f64 / time_s,
            good_share: good / answers.len() as f64,
            goodput_per_s: good / time_s,
            cached_share: sum(|a| a.cached_tokens) as f64 / prompt_tokens as f64,
            preemptions: sum(|a| a.preemptions),
            recomputed_tokens: sum(|a| a.recomputed_tokens),
            split_prefix_share: split_share(answers),
            kv_usage_mean: f64::NAN,
        }
    }

    /// How often a request was preempted.
    pub fn preemptions_per_request(&self) -> f64 {
        self.preemptions as f64 / self.requests as f64
    }

    /// Tokens of a request that were computed once more after preemptions.
    pub fn recomputed_tokens_per_request(&self) -> f64 {
        self.recomputed_tokens as f64 / self.requests as f64
    }
}

/// See [`Served::split_prefix_share`].
fn split_share(answers: &[Answer]) -> f64 {
    // By prefix: how many requests, the first one's replica, and whether another had another.
    let mut prefixes: BTreeMap<u32, (u32, u16, bool)> = BTreeMap::new();
    for answer in answers {
        if let Some(prefix) = answer.prefix {
            let seen = prefixes.entry(prefix).or_insert((0, answer.server, false));
            seen.0 += 1;
            seen.2 |= seen.1 != answer.server;
        }
    }
    let shared = prefixes.values().filter(|seen| seen.0 > 1);
    let split = shared.clone().filter(|seen| seen.2).count();
    split as f64 / shared.count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(prefix: u32, server: u16, output_tokens: u32) -> Answer {
        Answer {
            task: 1,
            server,
            session: 0,
            turn: 1,
            urgent: false,
            prefix: Some(prefix),
            prompt_tokens: 100,
            cached_tokens: 25,
            output_tokens,
            preemptions: 0,
            recomputed_tokens: 0,
            arrival_s: 1.0,
            delivered_s: 1.0,
            started_s: 1.25,
            transfer_s: 0.0,
            first_token_s: 1.5,
            end_s: 2.0,
            tpot_s: if output_tokens > 1 {
                0.5 / f64::from(output_tokens - 1)
            } else {
                f64::NAN
            },
        }
    }

    #[test]
    fn a_reply_of_one_token_has_no_time_per_output_token() {
        let answers = [answer(0, 0, 1), answer(0, 0, 11)];
        let served = Served::of(&answers, &Requests::default());
        assert_eq!(served.tpot.mean_s, 0.05);
        assert_eq!((served.ttft.p50_s, served.queue.mean_s), (0.5, 0.25));
        assert_eq!((served.good_share, served.goodput_per_s), (1.0, 1.0));
        assert_eq!(served.cached_share, 0.25);
    }

    #[test]
    fn prefixes_count_as_split_if_their_requests_went_to_several_replicas() {
        let answers = [(0, 0), (0, 1), (1, 1), (1, 1), (2, 0)];
        let answers = answers.map(|(prefix, server)| answer(prefix, server, 2));
        assert_eq!(split_share(&answers), 0.5);
        assert!(split_share(&answers[4..]).is_nan());
    }

    #[test]
    fn objectives_are_met_at_their_values_and_missed_above() {
        let objectives = Requests {
            ttft_objective_s: 0.5,
            tpot_objective_s: 0.05,
            ..Requests::default()
        };
        assert!(answer(0, 0, 11).meets(&objectives));
        assert!(!answer(0, 0, 10).meets(&objectives));
    }
}
