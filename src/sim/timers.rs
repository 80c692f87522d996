//! The event queue: one timer for each thing that can happen next.
//!
//! A server knows when its next task finishes, a balancer when its next decision is due. Each such source has one timer
//! here, so arming it again replaces the old time and a cancelled event leaves nothing behind. The timers are kept in a
//! 4-ary heap; the queue's length is the number of sources, not of tasks. Equal times fire in the order in which they
//! were armed.

const ARITY: usize = 4;
const IDLE: u32 = u32::MAX;

/// Bits of an entry that hold the timer.
const TIMER_BITS: u32 = 16;

/// From the upper bits down: those of a time ≥ 0, which order as the time does; the order of arming, in 48 bits; the
/// timer. One number, so that comparing two entries takes no branch and a heap of them little memory.
#[derive(Clone, Copy, Debug)]
struct Entry(u128);

impl Entry {
    #[inline(always)]
    fn time_s(self) -> f64 {
        f64::from_bits((self.0 >> 64) as u64)
    }

    #[inline(always)]
    fn armed(self) -> u64 {
        self.0 as u64 >> TIMER_BITS
    }

    #[inline(always)]
    fn timer(self) -> usize {
        usize::from(self.0 as u16)
    }
}

/// The set of armed timers.
#[derive(Clone, Debug, Default)]
pub struct Timers {
    heap: Vec<Entry>,
    /// Where each timer stands in the heap, or `IDLE`.
    place: Vec<u32>,
    armed: u64,
}

impl Timers {
    /// `count` timers (at most 65,536), none of them armed.
    pub fn new(count: usize) -> Self {
        debug_assert!(count <= 1 << TIMER_BITS);
        Self { heap: Vec::with_capacity(count), place: vec![IDLE; count], armed: 0 }
    }

    /// The timer that fires first and its time (s).
    #[inline(always)]
    pub fn next(&self) -> Option<(f64, usize)> {
        self.heap.first().map(|e| (e.time_s(), e.timer()))
    }

    /// Like [`Timers::next`], with the order of arming.
    #[inline(always)]
    pub fn next_ordered(&self) -> Option<(f64, usize, u64)> {
        self.heap.first().map(|e| (e.time_s(), e.timer(), e.armed()))
    }

    /// A place in the order of arming, for an event that is kept beside the timers.
    #[inline(always)]
    pub fn stamp(&mut self) -> u64 {
        self.armed += 1;
        self.armed
    }

    /// Arms `timer` for `time_s` ≥ 0 (s), in place of the time it had.
    #[inline(always)]
    pub fn arm(&mut self, timer: usize, time_s: f64) {
        debug_assert!(time_s >= 0.0, "a time must not be negative or NaN: {time_s}");
        self.armed += 1;
        // Adding 0.0 turns a negative zero, whose bits would sort last, into zero.
        let time = u128::from((time_s + 0.0).to_bits());
        let entry = Entry(time << 64 | u128::from(self.armed) << TIMER_BITS | timer as u128);
        let at = self.place[timer];
        if at == IDLE {
            self.heap.push(entry);
            self.sift_up(self.heap.len() - 1, entry);
        } else {
            let at = at as usize;
            if entry.0 > self.heap[at].0 { self.sift_down(at, entry) } else { self.sift_up(at, entry) }
        }
    }

    /// Stops `timer`; nothing happens if it was not armed.
    #[inline(always)]
    pub fn disarm(&mut self, timer: usize) {
        let at = self.place[timer];
        if at == IDLE {
            return;
        }
        self.place[timer] = IDLE;
        let at = at as usize;
        let last = self.heap.pop().expect("an armed timer is in the heap");
        if at < self.heap.len() {
            if last.0 > self.heap[at].0 { self.sift_down(at, last) } else { self.sift_up(at, last) }
        }
    }

    #[inline(always)]
    fn put(&mut self, at: usize, entry: Entry) {
        self.heap[at] = entry;
        self.place[entry.timer()] = at as u32;
    }

    #[inline(always)]
    fn sift_up(&mut self, mut at: usize, entry: Entry) {
        while at > 0 {
            let parent = (at - 1) / ARITY;
            if self.heap[parent].0 <= entry.0 {
                break;
            }
            self.put(at, self.heap[parent]);
            at = parent;
        }
        self.put(at, entry);
    }

    #[inline(always)]
    fn sift_down(&mut self, mut at: usize, entry: Entry) {
        loop {
            let first = at * ARITY + 1;
            let end = (first + ARITY).min(self.heap.len());
            if first >= end {
                break;
            }
            let mut least = first;
            for child in first + 1..end {
                if self.heap[child].0 < self.heap[least].0 {
                    least = child;
                }
            }
            if self.heap[least].0 >= entry.0 {
                break;
            }
            self.put(at, self.heap[least]);
            at = least;
        }
        self.put(at, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drain(timers: &mut Timers) -> Vec<(f64, usize)> {
        std::iter::from_fn(|| {
            let next = timers.next()?;
            timers.disarm(next.1);
            Some(next)
        })
        .collect()
    }

    #[test]
    fn equal_times_fire_in_the_order_of_arming() {
        let mut timers = Timers::new(5);
        for timer in [3, 1, 4, 0] {
            timers.arm(timer, 1.0);
        }
        timers.arm(1, 1.0);
        assert_eq!(drain(&mut timers), [(1.0, 3), (1.0, 4), (1.0, 0), (1.0, 1)]);
    }

    #[test]
    fn zero_and_negative_zero_are_one_time() {
        let mut timers = Timers::new(2);
        timers.arm(0, 0.5);
        timers.arm(1, -0.0);
        assert_eq!(timers.next(), Some((0.0, 1)));
    }

    proptest! {
        #[test]
        fn fires_as_a_sorted_list_would(steps in prop::collection::vec((0..12usize, prop::option::of(0..20u32)), 0..200)) {
            let mut timers = Timers::new(12);
            let mut model: Vec<Option<(u32, usize)>> = vec![None; 12];
            for (order, (timer, time)) in steps.into_iter().enumerate() {
                match time {
                    Some(time) => { timers.arm(timer, f64::from(time)); model[timer] = Some((time, order)); }
                    None => { timers.disarm(timer); model[timer] = None; }
                }
            }
            let mut expected: Vec<_> = model.iter().enumerate().filter_map(|(timer, m)| m.map(|(time, order)| (time, order, timer))).collect();
            expected.sort_unstable();
            let expected: Vec<_> = expected.into_iter().map(|(time, _, timer)| (f64::from(time), timer)).collect();
            prop_assert_eq!(drain(&mut timers), expected);
        }
    }
}
