//! Things that are done at intervals.

/// A timer that is looked at when there is something to route.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Every {
    interval_s: f64,
    next_s: f64,
}

impl Every {
    /// A timer that is due first after one interval; never, if that is not positive.
    pub(crate) fn new(interval_s: f64) -> Self {
        let next_s = if interval_s > 0.0 {
            interval_s
        } else {
            f64::INFINITY
        };
        Self { interval_s, next_s }
    }

    /// Whether it has been due since it was last asked. Intervals that have passed together count
    /// once.
    pub(crate) fn is_due(&mut self, now_s: f64) -> bool {
        if now_s < self.next_s {
            return false;
        }
        let passed = libm::floor((now_s - self.next_s) / self.interval_s) + 1.0;
        self.next_s += passed * self.interval_s;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_that_pass_together_count_once() {
        let mut every = Every::new(5.0);
        let due = [4.9, 5.0, 9.0, 17.0, 19.0, 20.0].map(|now_s| every.is_due(now_s));
        assert_eq!(due, [false, true, false, true, false, true]);
        assert!(!Every::new(0.0).is_due(1e9));
    }
}
