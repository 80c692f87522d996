//! The distribution of the sum of several task sizes: the work of a server for the tasks that it is
//! dealt.

use crate::sizes::{exceeds, gamma_exceeds};
use equipoise_engine::workload::sizes::Sampler;

/// The most sizes whose sum is computed by convolution; longer sums are approximated by a gamma
/// distribution.
pub(crate) const CONVOLVED: u32 = 16;

/// Points of the grid.
const POINTS: usize = 1024;

/// The distributions of the sums of 1, 2, … sizes.
pub(crate) struct Sums {
    law: Sampler,
    mean: f64,
    cv: f64,
    /// Width of a cell (units).
    step: f64,
    /// For sums of 2, 3, … sizes.
    grids: Vec<Lattice>,
}

/// The distribution of a sum on a grid.
struct Lattice {
    /// The probability of each cell; the i-th reaches from (i − ½) to (i + ½) steps.
    cells: Vec<f64>,
    /// The probability of everything beyond each cell's lower end.
    tail: Vec<f64>,
}

impl Lattice {
    fn new(cells: Vec<f64>) -> Self {
        let mut tail = cells.clone();
        for i in (0..POINTS - 1).rev() {
            tail[i] += tail[i + 1];
        }
        Self { cells, tail }
    }
}

impl Sums {
    /// Prepares the sums of up to `most` sizes with this distribution, mean (units) and coefficient
    /// of variation.
    ///
    /// Convolution on a grid. Each size is divided between the two nearest grid points so that the
    /// mean is kept; what is beyond the grid counts as its end. Where [`Sums::knows`] says so, the
    /// mean of a maximum is accurate to 0.5 %.
    pub(crate) fn new(law: &Sampler, mean: f64, cv: f64, most: u32) -> Self {
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
        sums.step = reach(law, mean, cv, most) / (POINTS - 1) as f64;
        let one = one_size(law, sums.step);
        let mut sum = one.clone();
        for _ in 2..=most {
            sum = convolve(&sum, &one);
            sums.grids.push(Lattice::new(sum.clone()));
        }
        sums
    }

    /// P(sum of `tasks` sizes > x).
    pub(crate) fn exceeds(&self, tasks: u32, x: f64) -> f64 {
        if tasks == 1 {
            return exceeds(&self.law, x);
        }
        match self.grids.get(tasks as usize - 2) {
            None => gamma_exceeds(
                f64::from(tasks) / (self.cv * self.cv),
                f64::from(tasks) * self.mean,
                x,
            ),
            Some(Lattice { cells, tail }) => {
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

    /// Whether the distribution of this sum is accurate enough: a heavy-tailed one would need a
    /// finer grid, and its sums approach the gamma distribution slowly.
    pub(crate) fn knows(&self, tasks: u32) -> bool {
        match self.law {
            Sampler::Constant(_) | Sampler::Exponential(_) => true,
            _ if tasks == 1 => true,
            _ if tasks <= CONVOLVED => self.step <= 0.1 * self.mean,
            _ => self.cv * self.cv <= f64::from(tasks) / 8.0,
        }
    }

    /// Whether [`Sums::exceeds`] uses the gamma approximation.
    pub(crate) fn approximates(&self, tasks: u32) -> bool {
        tasks > CONVOLVED && !matches!(self.law, Sampler::Exponential(_))
    }
}

/// The end of a grid for sums of up to `most` sizes (units).
fn reach(law: &Sampler, mean: f64, cv: f64, most: u32) -> f64 {
    let mut end = mean;
    while exceeds(law, end) * end > 1e-5 * mean {
        end *= 1.25;
    }
    let k = f64::from(most);
    (k * end).min(end + mean * (k + 6.0 * cv * k.sqrt()))
}

/// The distribution of one size on a grid with cells of width `step`.
fn one_size(law: &Sampler, step: f64) -> Vec<f64> {
    let tails: Vec<f64> = (0..POINTS - 1)
        .map(|i| mean_tail(law, i as f64 * step, step))
        .collect();
    let before = std::iter::once(&1.0).chain(&tails);
    let after = tails.iter().chain(std::iter::once(&0.0));
    before
        .zip(after)
        .map(|(before, after)| (before - after).max(0.0))
        .collect()
}

/// The mean of P(size > x) over a cell, by Simpson's rule.
fn mean_tail(law: &Sampler, from: f64, width: f64) -> f64 {
    const WEIGHTS: [f64; 9] = [1.0, 4.0, 2.0, 4.0, 2.0, 4.0, 2.0, 4.0, 1.0];
    let sum: f64 = WEIGHTS
        .iter()
        .enumerate()
        .map(|(i, weight)| weight * exceeds(law, from + width * i as f64 / 8.0))
        .sum();
    sum / 24.0
}

/// The distribution of the sum of two on the same grid.
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

    /// The sum of two uniform sizes on [0, 2] is triangular: P(X > x) = 1 − x²/8 up to 2,
    /// (4 − x)²/8 above.
    #[test]
    fn two_uniform_sizes_make_a_triangle() {
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

    /// The mean is the integral of P(X > x), for every distribution.
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
