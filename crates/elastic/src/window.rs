//! Windows over the recent past: an average of samples, and the greatest of decisions.

use std::collections::VecDeque;

/// Samples of a number, one a second or so, and their averages over recent times.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    longest_s: f64,
    /// When what was seen.
    seen: VecDeque<(f64, f64)>,
}

impl Samples {
    /// Keeps samples for as long as the longest window needs (s).
    pub fn new(longest_s: f64) -> Self {
        Self {
            longest_s,
            seen: VecDeque::new(),
        }
    }

    /// Adds a sample; times must not decrease.
    pub fn add(&mut self, now_s: f64, value: f64) {
        self.seen.push_back((now_s, value));
        while self
            .seen
            .front()
            .is_some_and(|s| s.0 <= now_s - self.longest_s)
        {
            self.seen.pop_front();
        }
    }

    /// The mean of the samples that are younger than `span_s`; `None` if there are none. A series
    /// that is younger than the window is averaged over what there is of it.
    pub fn average(&self, now_s: f64, span_s: f64) -> Option<f64> {
        let recent = self.seen.iter().filter(|s| s.0 > now_s - span_s);
        let (count, sum) = recent.fold((0_u32, 0.0), |(n, sum), s| (n + 1, sum + s.1));
        (count > 0).then(|| sum / f64::from(count))
    }
}

/// The greatest decision of a recent time, by ticks: Knative's `max.TimeWindow`.
#[derive(Clone, Debug, PartialEq)]
pub struct Greatest {
    ticks: u64,
    tick_s: f64,
    /// Tick and decision, both falling from front to back in use.
    kept: VecDeque<(u64, u32)>,
}

impl Greatest {
    /// A window of `span_s`, in ticks of `tick_s`.
    pub fn new(span_s: f64, tick_s: f64) -> Self {
        Self {
            ticks: (span_s / tick_s).ceil() as u64,
            tick_s,
            kept: VecDeque::new(),
        }
    }

    /// Adds a decision, and gives the greatest within the window.
    pub fn add(&mut self, now_s: f64, value: u32) -> u32 {
        let tick = (now_s / self.tick_s) as u64;
        while self.kept.back().is_some_and(|k| k.1 <= value) {
            self.kept.pop_back();
        }
        self.kept.push_back((tick, value));
        while self.kept.front().is_some_and(|k| k.0 + self.ticks <= tick) {
            self.kept.pop_front();
        }
        self.kept.front().map_or(value, |k| k.1)
    }
}
