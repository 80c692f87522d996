//! The settings of a replica, by vLLM's names.

use std::fmt;

/// In which order requests wait, and which of the running ones is preempted first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// First come, first served: a queue; the request admitted last is preempted first.
    #[default]
    Fcfs,
    /// By priority, a smaller number first, then by arrival. The request with the largest number
    /// and the latest arrival is preempted first, but only for want of blocks: a request of higher
    /// priority does not displace a running one.
    Priority,
}

/// What a replica is set to, by vLLM's names (`SchedulerConfig` and `CacheConfig`).
///
/// The defaults are those of `vllm serve`, release 0.33.0, on a GPU with 70 to 160 GiB that is no
/// A100, with the KV cache that vLLM 0.8.4 reported for Llama-3.1-8B on an H100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// The most tokens that one step computes, of prompts and outputs together.
    pub max_num_batched_tokens: usize,
    /// The most requests that run at once.
    pub max_num_seqs: usize,
    /// The most tokens of one request, prompt and outputs together.
    pub max_model_len: usize,
    /// Tokens a block.
    pub block_size: usize,
    /// Blocks of the KV cache (`num_gpu_blocks`), with block 0, which is never handed out.
    pub num_blocks: usize,
    /// The most tokens of one request in one step, while other requests are there; 0 for no limit.
    pub long_prefill_token_threshold: usize,
    /// Whether a prompt may be divided among steps. If not, one that does not fit what is left of
    /// the step's tokens waits, and all behind it.
    pub enable_chunked_prefill: bool,
    /// Whether blocks of earlier requests are reused for the same beginning of a prompt.
    pub enable_prefix_caching: bool,
    /// Whether a request is admitted only if there are free blocks for all its tokens, not just for
    /// those of its first step. The blocks are not reserved.
    pub scheduler_reserve_full_isl: bool,
    /// The share of all blocks, from 0 to below 1, that admission leaves free while others run.
    pub watermark: f64,
    /// In which order requests wait, and who is preempted.
    pub policy: Policy,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_num_batched_tokens: 8192,
            max_num_seqs: 1024,
            max_model_len: 131_072,
            block_size: 16,
            num_blocks: 29_205,
            long_prefill_token_threshold: 0,
            enable_chunked_prefill: true,
            enable_prefix_caching: true,
            scheduler_reserve_full_isl: true,
            watermark: 0.0,
            policy: Policy::Fcfs,
        }
    }
}

/// What is wrong with a setting: which one, the value it has, and what is allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingError {
    /// The name of the field.
    pub field: &'static str,
    /// The value found.
    pub value: String,
    /// What would be right.
    pub allowed: String,
}

impl fmt::Display for SettingError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} is {}; allowed: {}",
            self.field, self.value, self.allowed
        )
    }
}

impl std::error::Error for SettingError {}

impl Settings {
    /// How many tokens the KV cache holds.
    pub fn capacity_tokens(&self) -> usize {
        self.num_blocks.saturating_sub(1) * self.block_size
    }

    /// How many blocks admission leaves free while other requests run.
    pub(crate) fn watermark_blocks(&self) -> usize {
        (self.watermark * self.num_blocks as f64) as usize
    }

    /// Refuses what vLLM would not start with: above all a KV cache in which a single request of
    /// the greatest length would not fit, for which no preemption could make room.
    pub fn validate(&self) -> Result<(), SettingError> {
        at_least("block_size", self.block_size, 1)?;
        at_least("num_blocks", self.num_blocks, 2)?;
        at_least("max_model_len", self.max_model_len, 2)?;
        at_least("max_num_seqs", self.max_num_seqs, 1)?;
        let batched = self.max_num_batched_tokens;
        at_least("max_num_batched_tokens", batched, self.max_num_seqs)?;
        if !self.enable_chunked_prefill {
            at_least("max_num_batched_tokens", batched, self.max_model_len)?;
        }
        if self.max_model_len > self.capacity_tokens() {
            return Err(SettingError {
                field: "max_model_len",
                value: self.max_model_len.to_string(),
                allowed: format!("at most the KV cache's {} tokens", self.capacity_tokens()),
            });
        }
        if !(0.0..1.0).contains(&self.watermark) {
            return Err(SettingError {
                field: "watermark",
                value: self.watermark.to_string(),
                allowed: String::from("from 0 to below 1"),
            });
        }
        Ok(())
    }
}

fn at_least(field: &'static str, value: usize, least: usize) -> Result<(), SettingError> {
    if value >= least {
        return Ok(());
    }
    Err(SettingError {
        field,
        value: value.to_string(),
        allowed: format!("at least {least}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of the default settings after a change.
    fn refused(change: impl FnOnce(&mut Settings)) -> String {
        let mut settings = Settings::default();
        change(&mut settings);
        match settings.validate() {
            Ok(()) => String::from("accepted"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_defaults_are_valid() {
        assert_eq!(Settings::default().validate(), Ok(()));
    }

    #[test]
    fn an_error_names_field_value_and_what_is_allowed() {
        assert_eq!(
            refused(|settings| settings.num_blocks = 101),
            "max_model_len is 131072; allowed: at most the KV cache's 1600 tokens"
        );
        assert_eq!(
            refused(|settings| settings.max_num_batched_tokens = 512),
            "max_num_batched_tokens is 512; allowed: at least 1024"
        );
        assert_eq!(
            refused(|settings| settings.enable_chunked_prefill = false),
            "max_num_batched_tokens is 8192; allowed: at least 131072"
        );
        assert_eq!(
            refused(|settings| settings.watermark = f64::NAN),
            "watermark is NaN; allowed: from 0 to below 1"
        );
        assert_eq!(
            refused(|settings| settings.block_size = 0),
            "block_size is 0; allowed: at least 1"
        );
    }
}
