//! Step times and KV caches of known models on known hardware.
//!
//! Each is Llama 3.1 in bf16, whose keys and values take 131,072 B a token (8B: 2 · 32 layers · 8
//! heads · 128 · 2 B) or 327,680 B (70B). None is a promise: how far each may be trusted is said
//! with it, and numbers of different sources are not to be compared to the last per cent.

use crate::settings::Settings;
use crate::step_time::{Hinge, StepTime};

/// A model on certain hardware: how long its steps take, and how much its KV cache holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// The model, and the hardware of one replica.
    pub name: &'static str,
    /// How long a step takes.
    pub step_time: StepTime,
    /// Blocks of the KV cache, 16 tokens each, with block 0, which is never handed out.
    pub num_blocks: usize,
    /// Bytes of keys and values that a token takes.
    pub kv_bytes_per_token: u64,
    /// vLLM's default of [`Settings::max_num_batched_tokens`] there, with `vllm serve`.
    pub max_num_batched_tokens: usize,
    /// vLLM's default of [`Settings::max_num_seqs`] there, with `vllm serve`.
    pub max_num_seqs: usize,
}

/// Tokens a block in all profiles.
const BLOCK_SIZE: usize = 16;

/// The context length of Llama 3.1, in tokens.
const LLAMA_3_1_TOKENS: usize = 131_072;

impl Profile {
    /// vLLM's settings for this profile. The longest request is the model's context length, or what
    /// the KV cache holds if that is less.
    pub fn settings(&self) -> Settings {
        let capacity_tokens = (self.num_blocks - 1) * BLOCK_SIZE;
        Settings {
            max_num_batched_tokens: self.max_num_batched_tokens,
            max_num_seqs: self.max_num_seqs,
            max_model_len: capacity_tokens.min(LLAMA_3_1_TOKENS),
            block_size: BLOCK_SIZE,
            num_blocks: self.num_blocks,
            ..Settings::default()
        }
    }
}

/// All profiles.
pub const PROFILES: [Profile; 5] = [
    LLAMA_8B_H100,
    LLAMA_8B_A100,
    LLAMA_8B_RTX_PRO_6000,
    LLAMA_8B_RTX_4090,
    LLAMA_70B_4_H100,
];

/// Llama-3.1-8B on an H100 SXM with 80 GB.
///
/// *Step time: fitted to measured kernels, not to measured steps.* The kernels were measured with
/// vLLM 0.24.0 (`aiconfigurator-core` 0.12.0, NVIDIA, Apache-2.0); a step is the sum that this
/// package makes of them, without launching and scheduling. The fit, of least relative squares,
/// misses its own 114 points (up to 8,192 prefill tokens) by 3.5 % on average and 15.5 % at most;
/// nothing was held out. 4,096 prefill tokens after as many cached ones come out 14 % too short.
/// Others' fits to served runs (BLIS, vLLM 0.8.4) have a = 5.8 to 6.5 ms and b = 17 to 20 µs.
///
/// *KV cache: published*, as vLLM 0.8.4 reported it (BLIS, `defaults.yaml`): 467,280 tokens.
/// Formulas give less, 420,992 (BLIS) and 432,992 (aiconfigurator).
pub const LLAMA_8B_H100: Profile = Profile {
    name: "Llama-3.1-8B, H100",
    step_time: StepTime {
        a_s: 6.499e-3,
        b_s_per_token: 16.51e-6,
        c_s_per_sequence: 0.14e-6,
        d_s_per_context_token: 0.0452e-6,
        hinge: Some(Hinge {
            free_tokens: 80.0,
            e_s_per_token_squared: 0.968e-9,
        }),
    },
    num_blocks: 29_205,
    kv_bytes_per_token: 131_072,
    max_num_batched_tokens: 8192,
    max_num_seqs: 1024,
};

/// Llama-3.1-8B on an A100 SXM with 80 GB.
///
/// *Step time: fitted to measured kernels, not to measured steps*, as that of [`LLAMA_8B_H100`],
/// with vLLM 0.14.0; the fit misses its points by 1.8 % on average and 14.9 % at most. Another fit,
/// to served runs (BLIS, vLLM 0.8.4), has a = 16.4 ms and b = 48 µs: take a for a lower bound.
///
/// *KV cache: computed* by the same package for 0.9 of 80 GiB: 432,992 tokens.
pub const LLAMA_8B_A100: Profile = Profile {
    name: "Llama-3.1-8B, A100",
    step_time: StepTime {
        a_s: 12.029e-3,
        b_s_per_token: 54.17e-6,
        c_s_per_sequence: -3.4e-6,
        d_s_per_context_token: 0.0866e-6,
        hinge: Some(Hinge {
            free_tokens: 64.0,
            e_s_per_token_squared: 1.601e-9,
        }),
    },
    num_blocks: 27_062,
    kv_bytes_per_token: 131_072,
    max_num_batched_tokens: 2048,
    max_num_seqs: 256,
};

/// Llama-3.1-8B on an RTX PRO 6000 with 96 GB.
///
/// *Step time: tuned by hand to one measured run*, of 300 requests on vLLM 0.19.0
/// (`casys-kaist/LLMServingSim`, MIT, `bench/examples/RTXPRO6000`). Simulated with it, the means of
/// that run's TTFT, TPOT and latency come out within 0.2 %, its 99th percentiles within 1.4 %: the
/// best founded of these profiles, but its means are partly a fit. It fits the hardware: the
/// weights, 16.06 GB at 1,597.6 GB/s, take 10.05 ms of the 11.1. The same source measured slower
/// steps outside of serving (12.7 ms, 24 µs a sequence, 0.148 µs a context token).
///
/// *KV cache: published*, as vLLM 0.28 reported it with 0.92 of the memory: 574,608 tokens.
pub const LLAMA_8B_RTX_PRO_6000: Profile = Profile {
    name: "Llama-3.1-8B, RTX PRO 6000",
    step_time: StepTime {
        a_s: 11.1e-3,
        b_s_per_token: 42e-6,
        c_s_per_sequence: 34e-6,
        d_s_per_context_token: 0.09e-6,
        hinge: None,
    },
    num_blocks: 35_913,
    kv_bytes_per_token: 131_072,
    max_num_batched_tokens: 8192,
    max_num_seqs: 1024,
};

/// Llama-3.1-8B on an RTX 4090 with 24 GB, whose KV cache is small: less than a single request of
/// the model's full context length.
///
/// *Step time: recalled from a served run whose record is not at hand.* 17 ms fit the hardware (the
/// weights, 16.06 GB at 1,008 GB/s, take 15.9 ms); the other terms are the least founded of these
/// profiles.
///
/// *KV cache: reported* with 0.9 of the memory: 41,408 tokens.
pub const LLAMA_8B_RTX_4090: Profile = Profile {
    name: "Llama-3.1-8B, RTX 4090",
    step_time: StepTime {
        a_s: 17e-3,
        b_s_per_token: 100e-6,
        c_s_per_sequence: 40e-6,
        d_s_per_context_token: 0.138e-6,
        hinge: None,
    },
    num_blocks: 2588,
    kv_bytes_per_token: 131_072,
    max_num_batched_tokens: 2048,
    max_num_seqs: 256,
};

/// Llama-3.1-70B on four H100 SXM with 80 GB each, by tensor parallelism: one replica.
///
/// *Step time: fitted to measured kernels, not to measured steps*, as that of [`LLAMA_8B_H100`].
/// The fit misses its points by 2.8 % on average and 11.9 % at most.
///
/// *KV cache: computed* by the same package for 0.9 of 80 GiB on each card: 454,016 tokens.
pub const LLAMA_70B_4_H100: Profile = Profile {
    name: "Llama-3.1-70B, 4 × H100",
    step_time: StepTime {
        a_s: 15.904e-3,
        b_s_per_token: 55.48e-6,
        c_s_per_sequence: -3.1e-6,
        d_s_per_context_token: 0.0311e-6,
        hinge: Some(Hinge {
            free_tokens: 80.0,
            e_s_per_token_squared: 1.726e-9,
        }),
    },
    num_blocks: 28_376,
    kv_bytes_per_token: 327_680,
    max_num_batched_tokens: 8192,
    max_num_seqs: 1024,
};

#[cfg(test)]
mod tests {
    use super::*;

    /// (Prefill tokens, decoding sequences, context of each of them), and ms.
    type Published = ((usize, usize, usize), f64);

    /// The largest relative error of the profile among steps that its source gives.
    fn worst(profile: &Profile, published: &[Published]) -> f64 {
        let step_time = profile.step_time;
        let errors = published.iter().map(|&((prefill, decoding, context), ms)| {
            let seconds = step_time.seconds(prefill, decoding, decoding * context);
            (seconds * 1e3 / ms - 1.0).abs()
        });
        errors.fold(0.0, f64::max)
    }

    #[test]
    fn every_profile_gives_settings_that_vllm_would_start_with() {
        for profile in PROFILES {
            assert_eq!(profile.settings().validate(), Ok(()), "{}", profile.name);
        }
        let default = LLAMA_8B_H100.settings();
        assert_eq!(default, Settings::default());
        assert_eq!(LLAMA_8B_RTX_4090.settings().max_model_len, 41_392);
    }

    /// Steps as `aiconfigurator-core` 0.12.0 gives them.
    #[test]
    fn the_hinges_are_as_near_to_their_source_as_is_said() {
        let h100 = [
            ((0, 1, 512), 6.168),
            ((0, 32, 2048), 9.635),
            ((0, 128, 2048), 18.139),
            ((512, 0, 0), 12.019),
            ((8192, 0, 0), 199.719),
            ((2048, 64, 2048), 50.936),
        ];
        let a100 = [
            ((0, 1, 512), 11.82),
            ((0, 64, 2048), 23.07),
            ((2048, 0, 0), 125.19),
            ((512, 64, 2048), 50.747),
        ];
        let four_h100 = [
            ((0, 1, 512), 14.851),
            ((0, 64, 2048), 20.744),
            ((4096, 0, 0), 264.066),
            ((2048, 64, 512), 140.342),
        ];
        assert!(worst(&LLAMA_8B_H100, &h100) < 0.156);
        assert!(worst(&LLAMA_8B_A100, &a100) < 0.15);
        assert!(worst(&LLAMA_70B_4_H100, &four_h100) < 0.12);
    }
}
