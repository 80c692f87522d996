//! What a scenario's replicas are set to, in vLLM's terms.

use equipoise_engine::scenario::{Hardware, Scenario, SchedulingPolicy};
use equipoise_replica::{Policy, Profile, Settings, profiles};

/// Step times and KV cache of the hardware.
pub fn profile(hardware: Hardware) -> Profile {
    match hardware {
        Hardware::Llama8bH100 => profiles::LLAMA_8B_H100,
        Hardware::Llama8bA100 => profiles::LLAMA_8B_A100,
        Hardware::Llama8bRtxPro6000 => profiles::LLAMA_8B_RTX_PRO_6000,
        Hardware::Llama8bRtx4090 => profiles::LLAMA_8B_RTX_4090,
        Hardware::Llama70b4H100 => profiles::LLAMA_70B_4_H100,
    }
}

/// The settings of a replica by its number. vLLM refuses a step of fewer tokens than requests, and
/// without chunks one of fewer tokens than the longest request: the step is then made that large.
pub fn settings(scenario: &Scenario, server: usize) -> Settings {
    let replicas = &scenario.replicas;
    let whole = |tokens: u32| tokens as usize;
    let mut settings = profile(replicas.hardware).settings();
    settings.max_num_seqs = whole(scenario.servers[server].slots);
    if let Some(tokens) = replicas.kv_tokens {
        settings.num_blocks = whole(tokens).div_ceil(settings.block_size) + 1;
        settings.max_model_len = settings.max_model_len.min(settings.capacity_tokens());
    }
    if let Some(tokens) = replicas.batched_tokens {
        settings.max_num_batched_tokens = whole(tokens);
    }
    settings.enable_prefix_caching = replicas.prefix_caching;
    settings.enable_chunked_prefill = replicas.chunked_prefill;
    settings.long_prefill_token_threshold = replicas.long_prefill_tokens.map_or(0, whole);
    settings.scheduler_reserve_full_isl = replicas.whole_prompt_admission;
    settings.policy = match replicas.policy {
        SchedulingPolicy::Fcfs => Policy::Fcfs,
        SchedulingPolicy::Priority => Policy::Priority,
    };
    let least = match replicas.chunked_prefill {
        true => settings.max_num_seqs,
        false => settings.max_num_seqs.max(settings.max_model_len),
    };
    settings.max_num_batched_tokens = settings.max_num_batched_tokens.max(least);
    settings
}
