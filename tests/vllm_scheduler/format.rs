//! The form of recorded schedules.

use equipoise_replica::{Policy, Settings};
use serde::Deserialize;
use serde_json::Value;

/// A file.
#[derive(Deserialize)]
pub(crate) struct Vectors {
    pub cases: Vec<Case>,
}

/// A run.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub name: String,
    pub config: Config,
    pub requests: Vec<Asked>,
    /// What each step was seen to do: see `replay.rs`.
    pub steps: Vec<Value>,
    /// Blocks from the front of the free queue, at most 64.
    pub final_free_queue: Value,
    /// Those of them that carry a hash.
    pub final_cached: Value,
}

/// Settings under vLLM's names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    max_num_seqs: usize,
    max_num_batched_tokens: usize,
    block_size: usize,
    num_blocks: usize,
    enable_prefix_caching: bool,
    enable_chunked_prefill: bool,
    long_prefill_token_threshold: usize,
    max_model_len: usize,
    policy: String,
    async_scheduling: bool,
    watermark: f64,
    scheduler_reserve_full_isl: bool,
    max_num_active_seqs: Option<usize>,
    long_prefill_token_threshold_adaptive: bool,
}

/// A request; times are numbers of steps.
#[derive(Deserialize)]
pub(crate) struct Asked {
    pub id: String,
    pub prompt: Prompt,
    pub output_tokens: usize,
    pub arrive_step: usize,
    pub abort_step: Option<usize>,
    pub priority: i32,
    pub arrival_time: Option<f64>,
}

/// What a prompt consists of, in this order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prompt {
    /// The beginning that a group of prompts shares.
    pub prefix_group: Option<u32>,
    #[serde(default)]
    pub prefix_len: u32,
    /// All that another request said and was answered.
    pub continue_of: Option<String>,
    /// Tokens that no other prompt has.
    #[serde(default)]
    pub unique_len: u32,
}

impl Config {
    /// A setting that the scheduler does not have, if the case uses one.
    pub(crate) fn not_covered(&self) -> Option<&'static str> {
        let used = [
            ("async_scheduling", self.async_scheduling),
            ("max_num_active_seqs", self.max_num_active_seqs.is_some()),
            (
                "long_prefill_token_threshold_adaptive",
                self.long_prefill_token_threshold_adaptive,
            ),
        ];
        used.into_iter()
            .find_map(|(name, used)| used.then_some(name))
    }

    /// The scheduler's settings.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            max_num_batched_tokens: self.max_num_batched_tokens,
            max_num_seqs: self.max_num_seqs,
            max_model_len: self.max_model_len,
            block_size: self.block_size,
            num_blocks: self.num_blocks,
            long_prefill_token_threshold: self.long_prefill_token_threshold,
            enable_chunked_prefill: self.enable_chunked_prefill,
            enable_prefix_caching: self.enable_prefix_caching,
            scheduler_reserve_full_isl: self.scheduler_reserve_full_isl,
            watermark: self.watermark,
            policy: match self.policy.as_str() {
                "fcfs" => Policy::Fcfs,
                "priority" => Policy::Priority,
                other => panic!("policy is {other:?}; allowed: fcfs, priority"),
            },
        }
    }
}
