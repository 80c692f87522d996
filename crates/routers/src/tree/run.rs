//! A run of symbols: a part of a prompt, in a buffer that runs share.

use std::sync::Arc;

/// Bits of a hexadecimal digit.
const DIGIT_BITS: usize = 4;
/// Digits of a token.
const DIGITS: usize = 8;

/// The symbols of one edge.
#[derive(Clone, Debug, Default)]
pub(super) struct Run {
    tokens: Arc<[u32]>,
    /// The first symbol, as a place in `tokens`.
    start: usize,
    /// Symbols.
    pub(super) len: usize,
}

impl Run {
    /// What is left of a prompt from symbol `at`.
    pub(super) fn rest(prompt: &[u32], at: usize, digits: usize) -> Self {
        let tokens = &prompt[at / digits..];
        let start = at % digits;
        Self {
            tokens: Arc::from(tokens),
            start,
            len: tokens.len() * digits - start,
        }
    }

    /// The run without its first symbols.
    pub(super) fn without(&self, symbols: usize) -> Self {
        Self {
            tokens: Arc::clone(&self.tokens),
            start: self.start + symbols,
            len: self.len - symbols,
        }
    }

    /// The first symbol.
    pub(super) fn first(&self, digits: usize) -> u32 {
        symbol(&self.tokens, self.start, digits).unwrap_or(0)
    }

    /// How many symbols of the run are those of a prompt from symbol `at`, which has the same place
    /// within its token as the run's first.
    pub(super) fn shared(&self, prompt: &[u32], at: usize, digits: usize) -> usize {
        let inside = at % digits;
        let run = &self.tokens[self.start / digits..];
        let rest = &prompt[at / digits..];
        let mut pairs = run.iter().zip(rest).enumerate();
        let differ = pairs.find_map(|(i, (a, b))| {
            let bits = (a ^ b) << (DIGIT_BITS * if i == 0 { inside } else { 0 });
            (bits != 0).then(|| (i, bits.leading_zeros() as usize / DIGIT_BITS))
        });
        let shared = match differ {
            // Within a token only whole digits count, from where the run begins in it.
            Some((0, alike)) => alike * digits / DIGITS,
            Some((i, alike)) => i * digits - inside + alike * digits / DIGITS,
            None => run.len().min(rest.len()) * digits - inside,
        };
        shared.min(self.len)
    }
}

/// The symbol at a place of a prompt: a token, or a digit of one from the highest down.
pub(super) fn symbol(tokens: &[u32], at: usize, digits: usize) -> Option<u32> {
    let token = *tokens.get(at / digits)?;
    let shift = DIGIT_BITS * (DIGITS - 1 - at % digits);
    Some(match digits {
        1 => token,
        _ => token >> shift & 0xf,
    })
}
