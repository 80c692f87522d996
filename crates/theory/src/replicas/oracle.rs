//! NVIDIA's closed forms for C users of a replica, each of whom sends the next request when the
//! last one is answered.
//!
//! Steps are of two kinds: mixed ones with a part of a prompt, of length t_m, and those that only
//! decode, t_g. A request waits for the rest of the step under way, W_r = E\[T²\]/(2·E\[T\]), and
//! then takes a mixed step for each chunk of its prompt. A mixed step is felt by all but the one
//! whose prompt it is. Source: `closed_form.py` of `ai-dynamo/aiconfigurator` (Apache-2.0),
//! "queueing model", §1–2, for requests of one size and while neither slots nor KV cache bind.
//! Its own tolerances: 25 % for the mean time to first token, 20 % for the mean time between
//! tokens, 5 % for its median. It says itself that prompts of which several fit a step lock in
//! groups of any size, from one to as many as fit, depending on how they began: then there are only
//! bounds.

use super::Requests;

/// By the source, of the mean time to first token.
pub const TTFT_TOLERANCE_PERCENT: u8 = 25;
/// By the source, of the mean time between tokens.
pub const ITL_TOLERANCE_PERCENT: u8 = 20;
/// By the source, of the median time between tokens.
pub const MEDIAN_TOLERANCE_PERCENT: u8 = 5;

/// The steps of C users.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oracle {
    /// C.
    pub users: f64,
    /// Mixed steps of a prompt.
    pub chunks: f64,
    /// n_m: mixed steps while a request is in service.
    pub mixed: f64,
    /// n_g: steps that only decode in that time.
    pub decoding: f64,
    /// t_m (s).
    pub mixed_s: f64,
    /// The same with the prompt of a single request (s).
    pub single_s: f64,
    /// t_g (s).
    pub decoding_s: f64,
}

impl Oracle {
    /// For `users` with these requests, of whose prompts `computed` tokens are not cached, and
    /// `budget` tokens a step. `step_s` is how long a step takes, by its prompt
    /// tokens and by the requests that decode in it.
    pub fn new(
        users: f64,
        requests: &Requests,
        computed: f64,
        budget: f64,
        step_s: impl Fn(f64, f64) -> f64,
    ) -> Self {
        let room = (budget - users).max(1.0);
        let mixed = libm::ceil(computed * users / room);
        // The request whose prompt ends in a step does not decode in it.
        let mixed_s = step_s(room.min(computed * users), users - 1.0);
        let single_s = step_s(room.min(computed), users - 1.0);
        Self {
            users,
            chunks: libm::ceil(computed / room),
            mixed,
            decoding: (requests.output - mixed).max(0.0),
            mixed_s,
            single_s,
            decoding_s: step_s(0.0, users),
        }
    }

    /// W_r: the rest of the step that a request finds (s); none for a single user.
    pub fn residual_s(&self) -> f64 {
        let squares = self.mixed * self.mixed_s * self.mixed_s
            + self.decoding * self.decoding_s * self.decoding_s;
        let sum = self.mixed * self.mixed_s + self.decoding * self.decoding_s;
        match self.users > 1.0 {
            true => squares / (2.0 * sum),
            false => 0.0,
        }
    }

    /// Mean time to first token (s), if as many prompts share a step as fit.
    pub fn ttft_s(&self) -> f64 {
        self.residual_s() + self.chunks * self.mixed_s
    }

    /// How many of the times between tokens are of a mixed step, and how many are not.
    pub fn gaps(&self) -> (f64, f64) {
        let felt = self.mixed * (self.users - 1.0) / self.users;
        (felt, self.decoding + self.mixed / self.users)
    }

    /// Mean time between tokens (s).
    pub fn itl_mean_s(&self) -> f64 {
        let (mixed, decoding) = self.gaps();
        (mixed * self.mixed_s + decoding * self.decoding_s) / (mixed + decoding)
    }

    /// Median time between tokens (s).
    pub fn itl_median_s(&self) -> f64 {
        let (mixed, decoding) = self.gaps();
        match mixed >= decoding {
            true => self.mixed_s,
            false => self.decoding_s,
        }
    }
}
