//! How much one piece of a timeline's work may be: so many events, and so much time where there is
//! a clock. What a run does depends on neither, only how far it gets at once.

use std::sync::OnceLock;

/// Milliseconds since some moment. Without one, only events count.
static CLOCK: OnceLock<fn() -> f64> = OnceLock::new();

/// Time of one piece (ms): a frame has a few, and stays below 34 ms.
const PIECE_MS: f64 = 9.0;
/// Events between two looks at the clock.
const LOOK_EVERY: u64 = 32;

/// From now on, pieces of work end by this clock (ms) too. A second call changes nothing.
pub fn install_clock(now_ms: fn() -> f64) {
    CLOCK.get_or_init(|| now_ms);
}

/// What is left of a piece.
pub(super) struct Budget {
    events: u64,
    end_ms: f64,
}

impl Budget {
    /// A piece of at most this many events.
    pub(super) fn of(events: u64) -> Self {
        let end_ms = CLOCK.get().map_or(0.0, |now_ms| now_ms() + PIECE_MS);
        Self { events, end_ms }
    }

    /// Whether there is an event left, which is then used.
    pub(super) fn spend(&mut self) -> bool {
        if self.events == 0 {
            return false;
        }
        self.events -= 1;
        !self.events.is_multiple_of(LOOK_EVERY)
            || CLOCK.get().is_none_or(|now_ms| now_ms() < self.end_ms)
    }
}
