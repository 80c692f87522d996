//! Where chance comes from.

/// A stream of random numbers. The engine's own is one; this crate is below the engine.
pub trait Chance {
    /// Uniform in [0, 1).
    fn unit(&mut self) -> f64;

    /// Uniform among `0..n`, n at least 1.
    fn below(&mut self, n: u64) -> u64;

    /// Standard normal.
    fn normal(&mut self) -> f64;
}
