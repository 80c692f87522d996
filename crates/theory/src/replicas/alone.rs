//! A request that has a replica for itself.
//!
//! It takes a step for each chunk of its prompt that is not cached, and one for each output token
//! after the first. Exact, from the step time alone.

use equipoise_replica::StepTime;

/// The steps of a prompt of `tokens` tokens, `most` in a step at most: how many are full, and what
/// the last one computes.
pub fn chunks(tokens: f64, most: f64) -> (f64, f64) {
    if tokens <= most {
        return (0.0, tokens);
    }
    let full = libm::ceil(tokens / most) - 1.0;
    (full, tokens - full * most)
}

/// Time to first token (s), if `tokens` tokens of the prompt are not cached and a step computes
/// `most`: Σ t(x_i, 0, 0) over the chunks x_i.
pub fn ttft_s(time: &StepTime, tokens: f64, most: f64) -> f64 {
    let (full, last) = chunks(tokens, most);
    let last_s = time.mean_s(last, 0.0, 0.0);
    match full > 0.0 {
        true => full * time.mean_s(most, 0.0, 0.0) + last_s,
        false => last_s,
    }
}

/// Time per output token after the first (s): t(0, 1, p + o/2), as the i-th further token reads
/// p + i tokens.
pub fn tpot_s(time: &StepTime, prompt: f64, output: f64) -> f64 {
    time.mean_s(0.0, 1.0, prompt + output / 2.0)
}
