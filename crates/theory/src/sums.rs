//! The law of the sum of several task sizes: what a server takes for the shards that it is dealt.

use super::sizes::{exceeds, gamma_exceeds};
use equipoise_engine::workload::sizes::Sampler;

/// Sums of up to so many sizes are convolved; the gamma law stands in for longer ones, which are
/// near to it.
pub const CONVOLVED: u32 = 16;

/// Points of the grid.
const POINTS: usize = 1024;

/// The laws of the sums of 1, 2, … sizes.
pub struct Sums {
    law: Sampler,
    mean: f64,
    cv: f64,
    /// Width of a cell (units).
    step: f64,
    /// For sums of 2, 3, …: the probability of each cell, of which the i-th reaches from (i −
    /// ½) to (i + ½) steps, and the probability of all beyond its lower end.
    grids: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Sums {
    /// Sums of sizes of this law, mean and coefficient of variation, made ready for up to `most` of
    /// them.
    ///
    /// Convolution on a grid. Each size is divided between the grid points beside it so that the
    /// mean stays; what lies beyond the grid counts as its end. Where [`Sums::knows`] says so, the
    /// mean of a maximum is right to 0.5 %.
    pub fn new(law: &Sampler, mean: f64, cv: f64, most: u32) -> Self {
        let most = most.min(CONVOLVED);
        let mut sums = Self {
            law: law.clone(),
            mean,
            cv,
            step: 0.0,
            grids: Vec::new(),
        };
        if most < 2 || matches!(law, Sampler::Constant(_) | Sampler::Exponential(_)) {
            return sums;
        }
        let mut end = mean;
        while exceeds(law, end) * end > 1e-5 * mean {
            end *= 1.25;
        }
        let k = f64::from(most);
        let reach = (k * end).min(end + mean * (k + 6.0 * cv * k.sqrt()));
        sums.step = reach / (POINTS - 1) as f64;
        let cells: Vec<f64> = (0..POINTS - 1)
            .map(|i| cell(law, i as f64 * sums.step, sums.step))
            .collect();
        let before = std::iter::once(1.0).chain(cells.iter().copied());
        let one: Vec<f64> = before
            .zip(cells.iter().copied().chain([0.0]))
            .map(|(b, c)| (b - c).max(0.0))
            .collect();
        let mut sum = one.clone();
        for _ in 2..=most {
            sum = convolve(&sum, &one);
            let mut tail = sum.clone();
            for i in (0..POINTS - 1).rev() {
                tail[i] += tail[i + 1];
            }
            sums.grids.push((sum.clone(), tail));
        }
        sums
    }

    /// P(sum of `tasks` sizes > x).
    pub fn exceeds(&self, tasks: u32, x: f64) -> f64 {
        if tasks == 1 {
            return exceeds(&self.law, x);
        }
        match self.grids.get(tasks as usize - 2) {
            None => gamma_exceeds(
                f64::from(tasks) / (self.cv * self.cv),
                f64::from(tasks) * self.mean,
                x,
            ),
            Some((cells, tail)) => {
                let at = x / self.step + 0.5;
                let cell = at as usize;
                if cell >= POINTS {
                    0.0
                } else {
                    tail[cell] - cells[cell] * (at - cell as f64)
                }
            }
        }
    }

    /// Whether the law of this sum is known well enough: a widely spread law would need a finer
    /// grid, and its sums come near to the gamma law late.
    pub fn knows(&self, tasks: u32) -> bool {
        match self.law {
            Sampler::Constant(_) | Sampler::Exponential(_) => true,
            _ if tasks == 1 => true,
            _ if tasks <= CONVOLVED => self.step <= 0.1 * self.mean,
            _ => self.cv * self.cv <= f64::from(tasks) / 8.0,
        }
    }

    /// Whether [`Sums::exceeds`] uses the gamma law in place of the true one.
    pub fn approximates(&self, tasks: u32) -> bool {
        tasks > CONVOLVED && !matches!(self.law, Sampler::Exponential(_))
    }
}

/// The mean of P(size > x) over a cell, by Simpson's rule.
fn cell(law: &Sampler, from: f64, width: f64) -> f64 {
    const PARTS: u32 = 8;
    let weight = |i: u32| {
        if i == 0 || i == PARTS {
            1.0
        } else if i.is_multiple_of(2) {
            2.0
        } else {
            4.0
        }
    };
    let at = |i: u32| exceeds(law, from + width * f64::from(i) / f64::from(PARTS));
    (0..=PARTS).map(|i| weight(i) * at(i)).sum::<f64>() / f64::from(3 * PARTS)
}

/// The law of the sum of two on the same grid.
fn convolve(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; POINTS];
    for (i, &p) in a.iter().enumerate().filter(|(_, p)| **p > 0.0) {
        let (inside, over) = b.split_at(POINTS - i);
        for (cell, &q) in sum[i..].iter_mut().zip(inside) {
            *cell += p * q;
        }
        sum[POINTS - 1] += p * over.iter().sum::<f64>();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::scenario::{SizeLaw, Sizes};

    /// The sum of two even sizes on [0, 2] is triangular: P(X > x) = 1 − x²/8 up to 2, (4 −
    /// x)²/8 above.
    #[test]
    fn two_even_sizes_make_a_triangle() {
        let law = Sampler::Uniform {
            low: 0.0,
            width: 2.0,
        };
        let sums = Sums::new(&law, 1.0, 1.0 / 3f64.sqrt(), 2);
        for x in [0.3, 1.0, 2.0, 2.7, 3.9] {
            let expected = if x < 2.0 {
                1.0 - x * x / 8.0
            } else {
                (4.0 - x) * (4.0 - x) / 8.0
            };
            assert!(
                (sums.exceeds(2, x) - expected).abs() < 1e-3,
                "{x}: {}",
                sums.exceeds(2, x)
            );
        }
    }

    /// The mean is the integral of P(X > x), whatever the law.
    #[test]
    fn sums_keep_their_means() {
        for (law, spread) in [
            (SizeLaw::Lognormal, 0.1),
            (SizeLaw::Lognormal, 1.0),
            (SizeLaw::Pareto, 1.2),
        ] {
            let sampler = Sampler::new(&Sizes {
                law,
                mean: 3.0,
                spread,
            });
            let sums = Sums::new(&sampler, 3.0, spread, 16);
            for k in [2, 5, 16] {
                assert!(sums.knows(k), "{law:?} {spread}");
                let step = sums.step / 2.0;
                let mean: f64 = (0..2 * POINTS)
                    .map(|i| sums.exceeds(k, (i as f64 + 0.5) * step) * step)
                    .sum();
                assert!(
                    (mean / (3.0 * f64::from(k)) - 1.0).abs() < 0.003,
                    "{law:?} {spread} {k}: {mean}"
                );
            }
        }
    }
}
