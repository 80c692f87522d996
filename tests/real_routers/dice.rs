//! Numbers that look random and are the same in each run.

use equipoise_routers::Chance;

/// A fixed sequence (SplitMix64).
pub(crate) struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// Draws of which the test has the say: one of all that there can be.
pub(crate) struct Draws(pub usize);

/// Draws beyond this number are those of one below it, as far as the routers compared here go: two
/// draws among at most eight workers.
pub(crate) const ALL_DRAWS: usize = 64;

impl Chance for Draws {
    fn below(&mut self, n: usize) -> usize {
        let drawn = self.0 % n;
        self.0 /= n;
        drawn
    }

    fn unit(&mut self) -> f64 {
        0.0
    }
}
