//! Draws of which a test has the say.

use equipoise_routers::Chance;

/// One of all that there can be.
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
