//! How much one piece of a timeline's work may be: a count of events, and a time where there is
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

    /// Whether there is an event left, which is then used. The first few need no look at the clock:
    /// a step that is short is made at once, however busy the machine is.
    pub(super) fn spend(&mut self) -> bool {
        if self.events == 0 {
            return false;
        }
        self.events -= 1;
        let looks = self.events.is_multiple_of(LOOK_EVERY);
        if looks && CLOCK.get().is_some_and(|now_ms| now_ms() >= self.end_ms) {
            self.events = 0;
            return false;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::seek::LATE_EVENTS;
    use super::*;
    use crate::scenario::{Script, presets};
    use crate::sim::Timeline;
    use std::cell::Cell;

    thread_local! {
        /// Of this thread alone (ms): it stands still for other tests.
        static NOW_MS: Cell<f64> = const { Cell::new(0.0) };
        /// How long a look at the clock takes (ms).
        static LOOK_MS: Cell<f64> = const { Cell::new(0.0) };
    }

    fn now_ms() -> f64 {
        NOW_MS.set(NOW_MS.get() + LOOK_MS.get());
        NOW_MS.get()
    }

    /// However many events a frame may have, it ends by the clock, and the next goes on from there.
    #[test]
    fn a_piece_of_work_ends_by_the_clock() {
        install_clock(now_ms);
        LOOK_MS.set(1.0);
        let preset = presets::find("weights").expect("it ships");
        let mut timeline = Timeline::new(Script::new(preset));
        timeline.seek(1e6);
        let mut before = 0;
        for _ in 0..3 {
            assert!(!timeline.work(u64::MAX));
            let events = timeline.engine().totals().events - before;
            let most = LOOK_EVERY * (PIECE_MS as u64 + 1);
            assert!((LOOK_EVERY..=most).contains(&events), "{events} events");
            before += events;
        }
        assert!(timeline.progress().is_some_and(|part| part < 0.1));
        // A clock that stands still bounds nothing: the count does.
        LOOK_MS.set(0.0);
        assert!(!timeline.work(5000));
        let events = timeline.engine().totals().events - before;
        assert!(
            (5000..=5000 + LATE_EVENTS).contains(&events),
            "{events} events"
        );
    }
}
