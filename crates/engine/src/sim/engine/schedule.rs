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
    /// The next arrival of keys and values at a replica that decodes.
    Transfer,
    /// The next sweep of Envoy's outlier detection.
    Sweep,
    /// The next step of a planned change.
    Change,
    /// The next look of an autoscaler, or end of a start.
    Scale,
    /// The next connection that opens or closes by itself.
    Connection,
    /// The next arrival in another zone.
    Crossing,
    /// The next copy of a task.
    Hedge,
    /// The end of an instance's decision.
    Decision(usize),
    /// The next arrival at the end of an instance's link.
    Delivery(usize),
    /// The next event at a server.
    Server(usize),
}

/// The number of the first of the single timers to be due, among those of instances and servers.
const FIRST_SINGLE: usize = 0;

impl Timer {
    /// The timers of which there is one each, in the order of their numbers.
    const SINGLES: [Self; 14] = [
        Self::Fault,
        Self::Timeout,
        Self::Retry,
        Self::Check,
        Self::Return,
        Self::Report,
        Self::Error,
        Self::Transfer,
        Self::Sweep,
        Self::Change,
        Self::Scale,
        Self::Connection,
        Self::Crossing,
        Self::Hedge,
    ];
}

/// When each [`Timer`] is due. Those that are armed at most events are in one tree: instances, two
/// numbers each, then servers. The single ones have a tree of their own, of which only the first to
/// be due is in the other: half as many leaves are a twelfth of the engine's time.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    timers: Timers,
    singles: Timers,
    first_server: usize,
}

impl Schedule {
    /// Timers for these numbers of instances and servers, none of them armed.
    pub(super) fn new(instances: usize, servers: usize) -> Self {
        let first_server = FIRST_SINGLE + 1 + 2 * instances;
        Self {
            timers: Timers::new(first_server + servers),
            singles: Timers::new(Timer::SINGLES.len()),
            first_server,
        }
    }

    /// The number of an instance's or server's timer; None for a single one.
    #[inline(always)]
    fn number(&self, timer: Timer) -> Option<usize> {
        match timer {
            Timer::Server(server) => Some(self.first_server + server),
            Timer::Decision(instance) => Some(FIRST_SINGLE + 1 + 2 * instance),
            Timer::Delivery(instance) => Some(FIRST_SINGLE + 2 + 2 * instance),
            _ => None,
        }
    }

    /// What is due first, and when (s).
    #[inline(always)]
    pub(super) fn next(&self) -> Option<(f64, Timer)> {
        let (time_s, number) = self.timers.next()?;
        let timer = match number.checked_sub(self.first_server) {
            Some(server) => Timer::Server(server),
            None => self.rare(number)?,
        };
        Some((time_s, timer))
    }

    /// The timer of this number, if it is no server's.
    fn rare(&self, number: usize) -> Option<Timer> {
        if number == FIRST_SINGLE {
            let (_, single) = self.singles.next()?;
            return Some(Timer::SINGLES[single]);
        }
        let of_instance = number - FIRST_SINGLE - 1;
        let instance = of_instance / 2;
        Some(match of_instance.is_multiple_of(2) {
            true => Timer::Decision(instance),
            false => Timer::Delivery(instance),
        })
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
        match self.number(timer) {
            Some(number) => self.timers.arm(number, time_s),
            None => self.set_single(timer, Some(time_s)),
        }
    }

    /// Stops a timer.
    #[inline(always)]
    pub(super) fn disarm(&mut self, timer: Timer) {
        match self.number(timer) {
            Some(number) => self.timers.disarm(number),
            None => self.set_single(timer, None),
        }
    }

    /// Arms or stops a single timer.
    fn set_single(&mut self, timer: Timer, due_s: Option<f64>) {
        let Some(single) = Timer::SINGLES.iter().position(|&other| other == timer) else {
            return;
        };
        match due_s {
            Some(due_s) => {
                let order = self.timers.stamp();
                self.singles.arm_in_order(single, due_s, order);
            }
            None => self.singles.disarm(single),
        }
        match self.singles.next_ordered() {
            Some((first_s, _, order)) => self.timers.arm_in_order(FIRST_SINGLE, first_s, order),
            None => self.timers.disarm(FIRST_SINGLE),
        }
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
