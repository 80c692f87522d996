//! What a model says about a queue.

use crate::answer::Exactness;
use crate::md1;
use crate::mmc::Mmc;
use crate::reason::Reason;
use equipoise_formulas::Filled;

/// A queue with what its model says about it.
#[derive(Clone)]
pub(crate) struct Solved {
    /// Its fraction of the tasks that are sent to any server.
    pub share: f64,
    /// The server whose queue it is; None for the shared queue of all servers.
    pub server: Option<usize>,
    /// Most tasks that it holds, if it has a limit.
    pub room: Option<u32>,
    /// The formula of the mean response time, with numbers.
    pub filled: Filled,
    /// How the mean response time relates to the truth.
    pub kind: Exactness,
    /// Mean response time of accepted tasks (s).
    pub response_s: f64,
    /// p_K, the fraction of its tasks that it turns away.
    pub loss: f64,
    /// 1 − p_K, accurate even where it is tiny.
    pub accepted: f64,
    /// The wait before service, where tasks wait in order of arrival.
    pub wait: Result<Wait, Reason>,
    /// p_0, the part of time in which it is empty.
    pub empty: Result<f64, Reason>,
    /// The distributions of wait and response time.
    pub tail: Result<Tail, Reason>,
}

/// The wait before service.
#[derive(Clone, Copy)]
pub(crate) struct Wait {
    /// Its mean (s).
    pub mean_s: f64,
    /// The probability of waiting.
    pub chance: Result<f64, Reason>,
}

/// A model whose percentiles are known.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Tail {
    /// M/M/c.
    Mmc(Mmc),
    /// GI/M/1.
    Renewal {
        /// σ, the probability of waiting.
        sigma: f64,
        /// μ(1 − σ), the rate of the exponential response time (1/s).
        rate: f64,
    },
    /// M/D/1.
    Constant {
        /// λ (tasks/s).
        rate_per_s: f64,
        /// D, the service time (s).
        service_s: f64,
    },
}

impl Tail {
    /// P(wait > t); `time_s` is t (s).
    pub(crate) fn wait_exceeds(&self, time_s: f64) -> f64 {
        match self {
            Self::Mmc(q) => q.wait_exceeds(time_s),
            Self::Renewal { sigma, rate } => sigma * libm::exp(-rate * time_s),
            Self::Constant {
                rate_per_s,
                service_s,
            } => md1::wait_exceeds(*rate_per_s, *service_s, time_s),
        }
    }

    /// P(T > t); `time_s` is t (s).
    pub(crate) fn response_exceeds(&self, time_s: f64) -> f64 {
        match self {
            Self::Mmc(q) => q.response_exceeds(time_s),
            Self::Renewal { rate, .. } => libm::exp(-rate * time_s),
            Self::Constant { service_s, .. } => self.wait_exceeds(time_s - service_s),
        }
    }
}
