//! The engine's timers by name.

use crate::sim::timers::Timers;

/// What can be due. A server has one timer, for the next event of its discipline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The next planned fault.
    Fault,
    /// The first client's time-out.
    Timeout,
    /// The first retry.
    Retry,
    /// The next health check.
    Check,
    /// The first end of an ejection.
    Return,
    /// The next load report.
    Report,
    /// The next error that a failing server answers.
    Error,
    /// The end of an instance's decision.
    Decision(usize),
    /// The next arrival at the end of an instance's link.
    Delivery(usize),
    /// The next event at a server.
    Server(usize),
}

/// Timers before those of the instances.
const SINGLE: usize = 7;

impl Timer {
    /// The timers of which there is one each, in the order of their numbers.
    const SINGLES: [Self; SINGLE] = [
        Self::Fault,
        Self::Timeout,
        Self::Retry,
        Self::Check,
        Self::Return,
        Self::Report,
        Self::Error,
    ];
}

/// When each [`Timer`] is due. They are numbered: the single ones first, then two for each
/// instance, then the servers.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    timers: Timers,
    first_server: usize,
}

impl Schedule {
    /// Timers for these numbers of instances and servers, none of them armed.
    pub(super) fn new(instances: usize, servers: usize) -> Self {
        let first_server = SINGLE + 2 * instances;
        Self {
            timers: Timers::new(first_server + servers),
            first_server,
        }
    }

    #[inline(always)]
    fn number(&self, timer: Timer) -> usize {
        match timer {
            Timer::Fault => 0,
            Timer::Timeout => 1,
            Timer::Retry => 2,
            Timer::Check => 3,
            Timer::Return => 4,
            Timer::Report => 5,
            Timer::Error => 6,
            Timer::Decision(instance) => SINGLE + 2 * instance,
            Timer::Delivery(instance) => SINGLE + 2 * instance + 1,
            Timer::Server(server) => self.first_server + server,
        }
    }

    #[inline(always)]
    fn timer(&self, number: usize) -> Timer {
        if number >= self.first_server {
            return Timer::Server(number - self.first_server);
        }
        match Timer::SINGLES.get(number) {
            Some(&single) => single,
            None if (number - SINGLE).is_multiple_of(2) => Timer::Decision((number - SINGLE) / 2),
            None => Timer::Delivery((number - SINGLE) / 2),
        }
    }

    /// What is due first, and when (s).
    #[inline(always)]
    pub(super) fn next(&self) -> Option<(f64, Timer)> {
        let (time_s, number) = self.timers.next()?;
        Some((time_s, self.timer(number)))
    }

    /// When the first timer is due (s), and its place in the order of arming; infinite if none is
    /// armed.
    #[inline(always)]
    pub(super) fn next_due(&self) -> (f64, u64) {
        match self.timers.next_ordered() {
            Some((time_s, _, order)) => (time_s, order),
            None => (f64::INFINITY, u64::MAX),
        }
    }

    /// A place in the order of arming, for an event that is kept outside the timers.
    #[inline(always)]
    pub(super) fn stamp(&mut self) -> u64 {
        self.timers.stamp()
    }

    /// Arms a timer for `time_s` (s), replacing its old time.
    #[inline(always)]
    pub(super) fn arm(&mut self, timer: Timer, time_s: f64) {
        self.timers.arm(self.number(timer), time_s);
    }

    /// Stops a timer.
    #[inline(always)]
    pub(super) fn disarm(&mut self, timer: Timer) {
        self.timers.disarm(self.number(timer));
    }

    /// Arms a timer, or stops it if it is due at infinity.
    pub(super) fn set(&mut self, timer: Timer, due_s: f64) {
        if due_s < f64::INFINITY {
            self.arm(timer, due_s);
        } else {
            self.disarm(timer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_timer_keeps_its_name() {
        let mut schedule = Schedule::new(3, 2);
        let many = [
            Timer::Decision(0),
            Timer::Delivery(0),
            Timer::Decision(2),
            Timer::Delivery(2),
            Timer::Server(0),
            Timer::Server(1),
        ];
        for timer in Timer::SINGLES.into_iter().chain(many) {
            schedule.arm(timer, 1.0);
            assert_eq!(schedule.next(), Some((1.0, timer)));
            schedule.set(timer, f64::INFINITY);
            assert_eq!(schedule.next(), None);
        }
    }
}
