//! A request, and why it may be refused.

use std::fmt;

/// The number by which a request is known. No two requests of a replica may have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u32);

impl RequestId {
    /// A key that sorts as the decimal texts do, 10 before 2: ids are texts in vLLM, and by them
    /// ends a comparison of requests with the same priority and time of arrival.
    pub(crate) fn as_text(self) -> (u64, u32) {
        let digits = self.0.checked_ilog10().unwrap_or(0) + 1;
        (u64::from(self.0) * 10_u64.pow(10 - digits), digits)
    }
}

/// What a client asks for: a prompt, and a limit of output tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// By what it is known.
    pub id: RequestId,
    /// The ids of the prompt's tokens. Only which are equal matters, for the prefix cache.
    pub prompt: Vec<u32>,
    /// After how many output tokens the request ends, at least 1. It also ends when prompt and
    /// outputs together have [`max_model_len`](crate::Settings::max_model_len) tokens.
    pub max_tokens: usize,
    /// Smaller comes first. Only read under [`Policy::Priority`](crate::Policy::Priority).
    pub priority: i32,
    /// When it arrived, in s. Only read under [`Policy::Priority`](crate::Policy::Priority).
    pub arrival_s: f64,
}

/// Why a request is refused. In vLLM its front end does so, before the scheduler sees the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The prompt has no tokens.
    EmptyPrompt,
    /// The prompt leaves no room for an output token.
    PromptTooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// The most tokens that a prompt may have.
        allowed: usize,
    },
    /// No output token is asked for.
    NoOutput,
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyPrompt => write!(out, "prompt is empty; allowed: at least 1 token"),
            Self::PromptTooLong { tokens, allowed } => {
                write!(out, "prompt is {tokens} tokens; allowed: at most {allowed}")
            }
            Self::NoOutput => write!(out, "max_tokens is 0; allowed: at least 1"),
        }
    }
}

impl std::error::Error for Refused {}

impl Request {
    /// Whether a replica whose requests have at most `max_model_len` tokens takes it.
    pub(crate) fn check(&self, max_model_len: usize) -> Result<(), Refused> {
        let tokens = self.prompt.len();
        if tokens == 0 {
            return Err(Refused::EmptyPrompt);
        }
        if tokens >= max_model_len {
            let allowed = max_model_len - 1;
            return Err(Refused::PromptTooLong { tokens, allowed });
        }
        if self.max_tokens == 0 {
            return Err(Refused::NoOutput);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ids_sort_as_their_texts_do(a: u32, b in 0..2000_u32, shift in 0..32_u32) {
            let a = RequestId(a >> shift);
            let b = RequestId(b);
            let as_texts = a.0.to_string().cmp(&b.0.to_string());
            prop_assert_eq!(a.as_text().cmp(&b.as_text()), as_texts);
        }
    }

    #[test]
    fn a_refusal_says_what_is_allowed() {
        let mut request = Request {
            id: RequestId(0),
            prompt: vec![1; 64],
            max_tokens: 1,
            priority: 0,
            arrival_s: 0.0,
        };
        assert_eq!(request.check(65), Ok(()));
        let refused = request.check(64).map_err(|refused| refused.to_string());
        assert_eq!(
            refused,
            Err("prompt is 64 tokens; allowed: at most 63".into())
        );
        request.max_tokens = 0;
        assert_eq!(request.check(65), Err(Refused::NoOutput));
        request.prompt.clear();
        assert_eq!(request.check(65), Err(Refused::EmptyPrompt));
    }
}
