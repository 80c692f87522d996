//! Inputs of a target, made from numbers, and what feeding them comes to.

use crate::Target;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// A call that takes longer is a fault.
pub const SLOW: Duration = Duration::from_secs(2);

/// Bytes of an input, at most.
const BYTES_MAX: usize = 600;

/// A generator of inputs: SplitMix64 (Steele, Lea and Flood 2014).
pub struct Inputs(u64);

impl Inputs {
    /// Inputs of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// The next input: one of the corpus with some bytes changed, or any bytes.
    pub fn draw(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        if !corpus.is_empty() && self.below(4) == 0 {
            let mut bytes = corpus[self.below(corpus.len())].clone();
            for _ in 0..self.below(8) {
                let place = self.below(bytes.len());
                match self.below(3) {
                    0 => bytes.insert(place, self.next() as u8),
                    _ if bytes.is_empty() => {}
                    1 => bytes[place] = self.next() as u8,
                    _ => bytes.truncate(place.max(1)),
                }
            }
            return bytes;
        }
        let length = self.below(BYTES_MAX);
        (0..length).map(|_| self.next() as u8).collect()
    }
}

/// What is wrong with what came of an input.
#[derive(Debug)]
pub enum Fault {
    /// It panicked.
    Panicked,
    /// It took this long.
    Slow(Duration),
}

thread_local! {
    /// The call that took longest so far.
    static WORST: RefCell<(Duration, String)> = RefCell::default();
}

/// The call that took longest so far, and what it was.
pub fn worst() -> (Duration, String) {
    WORST.with_borrow(Clone::clone)
}

/// Remembers a call if none took longer before.
pub(crate) fn note(took: Duration, what: &str) {
    WORST.with_borrow_mut(|worst| {
        if took > worst.0 {
            *worst = (took, what.to_string());
        }
    });
}

/// Time of this thread on a processor, where the system says it: what other programs do is no
/// fault of an input. Elsewhere it is time.
pub struct Stopwatch {
    began: Instant,
    used: Option<Duration>,
}

impl Stopwatch {
    /// Begins now.
    pub fn start() -> Self {
        Self {
            began: Instant::now(),
            used: used(),
        }
    }

    /// How long it has been.
    pub fn elapsed(&self) -> Duration {
        let used = used().zip(self.used).map(|(now, then)| now - then);
        used.unwrap_or_else(|| self.began.elapsed())
    }
}

/// What this thread has used of a processor.
fn used() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

/// Feeds an input.
///
/// # Errors
/// It panicked, which is printed, or took longer than [`SLOW`] for each of its calls.
pub fn feed(target: &Target, bytes: &[u8]) -> Result<(), Fault> {
    let began = Stopwatch::start();
    let fed = catch_unwind(AssertUnwindSafe(|| (target.feed)(bytes)));
    let took = began.elapsed();
    if target.calls == 1 {
        note(took, target.name);
    }
    match fed {
        Err(_) => Err(Fault::Panicked),
        Ok(()) if took > SLOW * target.calls => Err(Fault::Slow(took)),
        Ok(()) => Ok(()),
    }
}
