//! A buffer of prefetched elements between a producer and the accelerator.

use equipoise_engine::rng::Rng;

/// The largest limit that is doubled; from there it grows by this much.
const DOUBLED_BELOW: u64 = 2048;

/// The chance that the consumer finds a buffer of n = `room` empty, where making an element takes
/// y = `make_s` and using one x = `use_s` on average: P₀ of an M/M/1/n queue with ρ = x/y.
///
/// Exact for exponential times, if the element in use has left the buffer. Source: tf.data's model,
/// `tensorflow/core/framework/model.cc`, `ComputeWaitTime`.
pub fn empty_chance(make_s: f64, use_s: f64, room: u32) -> f64 {
    if make_s == 0.0 {
        return 0.0;
    }
    if use_s == 0.0 {
        return 1.0;
    }
    let places = f64::from(room) + 1.0;
    if make_s == use_s {
        return 1.0 / places;
    }
    let ratio = use_s / make_s;
    (1.0 - ratio) / (1.0 - libm::pow(ratio, places))
}

/// How long the accelerator waits for an element, on average (s): an empty buffer times y.
pub fn wait_s(make_s: f64, use_s: f64, room: u32) -> f64 {
    empty_chance(make_s, use_s, room) * make_s
}

/// The waits of `elements` in a run with exponential times (s). The producer makes an element only
/// when there is room for it, and the consumer takes it out before using it.
pub fn simulate(make_s: f64, use_s: f64, room: usize, elements: usize, rng: &mut Rng) -> Vec<f64> {
    let mut taken_s: Vec<f64> = Vec::with_capacity(elements);
    let mut waits = Vec::with_capacity(elements);
    let mut made_s: f64 = 0.0;
    let mut asked_s: f64 = 0.0;
    for element in 0..elements {
        let room_s = element
            .checked_sub(room)
            .map_or(0.0, |before| taken_s[before]);
        made_s = made_s.max(room_s) + make_s * rng.exponential();
        let got_s = made_s.max(asked_s);
        waits.push(got_s - asked_s);
        taken_s.push(got_s);
        asked_s = got_s + use_s * rng.exponential();
    }
    waits
}

/// tf.data's prefetch autotuner: the limit of a buffer doubles when the buffer has been full and is
/// empty afterwards, which shows that it swings by all it has. It never shrinks.
///
/// Source: `tensorflow/core/kernels/data/prefetch_autotuner.cc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Autotuner {
    limit: u64,
    /// Whether it waits for an empty buffer, having seen a full one.
    falls: bool,
    /// Bytes that may be added to the buffer, and bytes of an element.
    memory: Option<(u64, u64)>,
}

impl Autotuner {
    /// Begins with this limit, at least 1, and as much memory as it wants.
    pub fn new(least: u64) -> Self {
        Self {
            limit: least.max(1),
            falls: false,
            memory: None,
        }
    }

    /// The same within a budget of memory (bytes) for elements of one size (bytes).
    pub fn within(least: u64, budget: u64, element: u64) -> Self {
        let tuner = Self::new(least);
        Self {
            memory: Some((budget.saturating_sub(tuner.limit * element), element)),
            ..tuner
        }
    }

    /// The most elements that the buffer may hold.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// Notes how many elements the consumer found.
    pub fn consumed(&mut self, found: u64) {
        if !self.falls {
            self.falls = found == self.limit;
            return;
        }
        if found > 0 {
            return;
        }
        self.falls = false;
        let more = self.limit.min(DOUBLED_BELOW);
        match &mut self.memory {
            None => self.limit += more,
            Some((left, element)) => {
                if let Some(rest) = left.checked_sub(more * *element) {
                    *left = rest;
                    self.limit += more;
                }
            }
        }
    }
}
