//! How replicas of a language model are set up. Read only by servers that are replicas.

use serde::{Deserialize, Serialize};

/// A model and the hardware of one replica.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hardware {
    /// Llama-3.1-8B on an H100.
    #[default]
    #[serde(rename = "llama-8b-h100")]
    Llama8bH100,
    /// Llama-3.1-8B on an A100.
    #[serde(rename = "llama-8b-a100")]
    Llama8bA100,
    /// Llama-3.1-8B on an RTX PRO 6000.
    #[serde(rename = "llama-8b-rtx-pro-6000")]
    Llama8bRtxPro6000,
    /// Llama-3.1-8B on an RTX 4090.
    #[serde(rename = "llama-8b-rtx-4090")]
    Llama8bRtx4090,
    /// Llama-3.1-70B on four H100.
    #[serde(rename = "llama-70b-4-h100")]
    Llama70b4H100,
}

impl Hardware {
    /// How many GPUs a replica takes.
    pub fn gpus(self) -> u32 {
        match self {
            Self::Llama70b4H100 => 4,
            Self::Llama8bH100
            | Self::Llama8bA100
            | Self::Llama8bRtxPro6000
            | Self::Llama8bRtx4090 => 1,
        }
    }
}

/// How a replica forms its batches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Batching {
    /// Requests join and leave between steps, as in vLLM.
    #[default]
    Continuous,
    /// A batch is served to its end before the next one begins, as in Triton's dynamic batching.
    Static,
}

/// Which waiting request a replica admits next, and which running one it preempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchedulingPolicy {
    /// First come, first served.
    #[default]
    Fcfs,
    /// Urgent requests first, of equals the first to come.
    Priority,
}

/// The settings of all replicas, by vLLM's meaning. A replica's slots are its `max_num_seqs`, and
/// its speed divides the time of its steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Replicas {
    /// Model and hardware: step times and the size of the KV cache.
    pub hardware: Hardware,
    /// How batches are formed.
    pub batching: Batching,
    /// The most tokens that one step computes (`max_num_batched_tokens`); none: the default of
    /// vLLM on this hardware.
    pub batched_tokens: Option<u32>,
    /// Tokens that the KV cache holds; none: what this hardware has room for.
    pub kv_tokens: Option<u32>,
    /// Whether blocks of earlier requests are used again for the same beginning of a prompt.
    pub prefix_caching: bool,
    /// Whether a prompt may be divided among steps.
    pub chunked_prefill: bool,
    /// The most prompt tokens of one request in one step (`long_prefill_token_threshold`); none: no
    /// limit.
    pub long_prefill_tokens: Option<u32>,
    /// Whether a request is admitted only if there is room for its whole prompt
    /// (`scheduler_reserve_full_isl`).
    pub whole_prompt_admission: bool,
    /// Who is admitted first.
    pub policy: SchedulingPolicy,
    /// How many replicas, the first ones, only compute prompts, and hand each over to one of the
    /// others, which only decode; 0: every replica does both.
    pub prefill_servers: u32,
    /// Bandwidth of the link on which a prefill replica sends KV caches, one after the other
    /// (GB/s).
    pub transfer_gb_per_s: f64,
    /// Latency of that link (s).
    pub transfer_latency_s: f64,
}

impl Default for Replicas {
    fn default() -> Self {
        Self {
            hardware: Hardware::default(),
            batching: Batching::default(),
            batched_tokens: None,
            kv_tokens: None,
            prefix_caching: true,
            chunked_prefill: true,
            long_prefill_tokens: None,
            whole_prompt_admission: true,
            policy: SchedulingPolicy::default(),
            prefill_servers: 0,
            transfer_gb_per_s: 40.0,
            transfer_latency_s: 0.001,
        }
    }
}
