//! How long a step takes.

use crate::step::Step;

/// How long a step takes, as a sum of what it must do.
///
/// a + b·(prefill tokens) + c·(decoding sequences) + d·(context tokens they read). A step reads
/// all weights once, whatever it computes (a); prefill is bound by arithmetic (b), decoding by
/// reading keys and values (d); c is what each sequence costs besides. The form is that of BLIS
/// (`inference-sim/inference-sim`) and, with d, that of fits to measured kernels and served runs.
/// It leaves out what prefill pays for reading a long context that was computed before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepTime {
    /// Seconds a step.
    pub a_s: f64,
    /// Seconds a prefill token; with a hinge, a token beyond its free ones.
    pub b_s_per_token: f64,
    /// Seconds a decoding sequence.
    pub c_s_per_sequence: f64,
    /// Seconds a token whose keys and values a decoding sequence reads.
    pub d_s_per_context_token: f64,
    /// A more accurate form for prefill.
    pub hinge: Option<Hinge>,
}

/// That the first tokens of a step cost no more than reading the weights, and that a long prompt's
/// tokens read each other: b·max(0, prefill tokens + decoding sequences − free) + e·(prefill
/// tokens)² in place of b·(prefill tokens).
///
/// The square is that of the whole step. It is right for one prompt in one step, too large for
/// several prompts, and too small for the later chunks of a long one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hinge {
    /// Tokens of a step, of prompts and outputs together, that cost nothing beyond a.
    pub free_tokens: f64,
    /// Seconds a squared prefill token.
    pub e_s_per_token_squared: f64,
}

impl StepTime {
    /// How long `step` takes, in s.
    pub fn step_s(&self, step: &Step) -> f64 {
        self.seconds(
            step.prefill_tokens(),
            step.decoding_sequences(),
            step.context_tokens(),
        )
    }

    /// How long a step takes that computes `prefill_tokens`, and one token for each of
    /// `decoding_sequences` that read `context_tokens` in all, in s.
    pub fn seconds(
        &self,
        prefill_tokens: usize,
        decoding_sequences: usize,
        context_tokens: usize,
    ) -> f64 {
        let [prefill, decoding, context] =
            [prefill_tokens, decoding_sequences, context_tokens].map(|count| count as f64);
        self.mean_s(prefill, decoding, context)
    }

    /// The same for numbers that need not be whole, as means are not.
    #[inline(always)]
    pub fn mean_s(&self, prefill: f64, decoding: f64, context: f64) -> f64 {
        let prefill_s = match self.hinge {
            None => self.b_s_per_token * prefill,
            Some(hinge) => {
                let beyond = (prefill + decoding - hinge.free_tokens).max(0.0);
                self.b_s_per_token * beyond + hinge.e_s_per_token_squared * prefill * prefill
            }
        };
        self.a_s
            + prefill_s
            + self.c_s_per_sequence * decoding
            + self.d_s_per_context_token * context
    }

    /// That of hardware which is `speed` times as fast.
    pub fn at_speed(&self, speed: f64) -> Self {
        Self {
            a_s: self.a_s / speed,
            b_s_per_token: self.b_s_per_token / speed,
            c_s_per_sequence: self.c_s_per_sequence / speed,
            d_s_per_context_token: self.d_s_per_context_token / speed,
            hinge: self.hinge.map(|hinge| Hinge {
                e_s_per_token_squared: hinge.e_s_per_token_squared / speed,
                ..hinge
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::RequestId;
    use crate::step::{Origin, Scheduled};

    fn row(tokens: usize, computed_before: usize, decodes: bool) -> Scheduled {
        Scheduled {
            id: RequestId(0),
            origin: Origin::Running,
            tokens,
            computed_before,
            decodes,
            blocks: Vec::new(),
        }
    }

    /// BLIS (blackbox, Llama-3.1-8B on an H100, January 2026): a decode of 32 takes 5,944.7 µs, a
    /// prefill of 2,048 tokens 41,082 µs.
    #[test]
    fn without_a_hinge_it_is_the_linear_model_of_blis() {
        let blis = StepTime {
            a_s: 5752.705191e-6,
            b_s_per_token: 17.250864e-6,
            c_s_per_sequence: 5.999144e-6,
            d_s_per_context_token: 0.0,
            hinge: None,
        };
        assert!((blis.seconds(0, 32, 32_000) - 5944.7e-6).abs() < 0.1e-6);
        assert!((blis.seconds(2048, 0, 0) - 41_082e-6).abs() < 1e-6);
    }

    #[test]
    fn a_step_is_read_by_what_its_requests_do() {
        let step = Step {
            batch: vec![row(1, 9, true), row(1, 20, true), row(30, 64, false)],
            ..Step::default()
        };
        let time = StepTime {
            a_s: 1000.0,
            b_s_per_token: 1.0,
            c_s_per_sequence: 100_000.0,
            d_s_per_context_token: 1e6,
            hinge: None,
        };
        // 30 tokens of a prompt, 2 sequences, 10 + 21 tokens that they read.
        assert_eq!(time.step_s(&step), 31_201_030.0);
    }

    #[test]
    fn the_hinge_makes_the_first_tokens_free_and_long_prompts_dear() {
        let time = StepTime {
            a_s: 1.0,
            b_s_per_token: 0.5,
            c_s_per_sequence: 0.0,
            d_s_per_context_token: 0.0,
            hinge: Some(Hinge {
                free_tokens: 8.0,
                e_s_per_token_squared: 0.25,
            }),
        };
        assert_eq!(time.seconds(0, 8, 100), 1.0);
        assert_eq!(time.seconds(0, 10, 100), 2.0);
        assert_eq!(time.seconds(6, 4, 100), 1.0 + 1.0 + 9.0);
    }
}
