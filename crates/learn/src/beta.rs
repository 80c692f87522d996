//! Draws from beta distributions.

use crate::chance::Chance;

/// A draw from Beta(a, b), a and b at least 1: X/(X + Y) of two gamma draws.
pub fn draw(a: f64, b: f64, rng: &mut impl Chance) -> f64 {
    let x = gamma(a, rng);
    x / (x + gamma(b, rng))
}

/// A draw from a gamma distribution with this shape, at least 1, and scale 1.
///
/// Source: Marsaglia and Tsang (2000), "A Simple Method for Generating Gamma Variables".
fn gamma(shape: f64, rng: &mut impl Chance) -> f64 {
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let normal = rng.normal();
        let root = 1.0 + c * normal;
        let v = root * root * root;
        let unit = rng.unit();
        if v > 0.0 && libm::log(unit) < 0.5 * normal * normal + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}
