//! Random numbers of which the test has the say.

use equipoise_routers::Chance;

/// Every draw is this, as far as it is below the number of what is drawn from.
pub(crate) struct Always(pub usize);

impl Chance for Always {
    fn below(&mut self, n: usize) -> usize {
        self.0.min(n - 1)
    }

    fn unit(&mut self) -> f64 {
        0.0
    }
}
