//! Draws from beta distributions.

use equipoise_engine::rng::Rng;

/// A draw from Beta(a, b), a and b at least 1: X/(X + Y) of two gamma draws.
pub(crate) fn draw(a: f64, b: f64, rng: &mut Rng) -> f64 {
    let x = gamma(a, rng);
    x / (x + gamma(b, rng))
}

/// A draw from a gamma distribution with this shape, at least 1, and scale 1.
///
/// Source: Marsaglia and Tsang (2000), "A Simple Method for Generating Gamma Variables".
fn gamma(shape: f64, rng: &mut Rng) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::rng::Purpose;

    /// 100,000 draws each, seed 7: the mean within five standard errors, the variance within 3 %.
    #[test]
    fn draws_have_the_moments_of_their_distribution() {
        let mut rng = Rng::new(7, Purpose::Choices(0));
        for (a, b) in [(1.0, 1.0), (2.5, 1.0), (30.0, 70.0), (900.0, 100.0)] {
            let draws: Vec<f64> = (0..100_000).map(|_| draw(a, b, &mut rng)).collect();
            let n = draws.len() as f64;
            let mean = draws.iter().sum::<f64>() / n;
            let squares: f64 = draws.iter().map(|x| (x - mean) * (x - mean)).sum();
            let [expected, variance] = [a / (a + b), a * b / ((a + b) * (a + b) * (a + b + 1.0))];
            let error = (variance / n).sqrt();
            assert!((mean - expected).abs() < 5.0 * error, "{a}, {b}: {mean}");
            assert!((squares / n / variance - 1.0).abs() < 0.03, "{a}, {b}");
        }
    }
}
