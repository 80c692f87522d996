//! Join the shortest queue: bounds, limits, and two servers exactly.
//!
//! n equal servers of rate μ, Poisson arrivals at ρ·n·μ, exponential service, each task sent
//! to a server with the fewest tasks (least connections). There is no closed form. What is known:
//!
//! - W of the M/M/n ≤ W ≤ W of round robin (E_n/M/1): no strategy that does not know sizes
//!   beats one shared queue, and none that sends tasks at once beats the shortest queue (Winston
//!   1977).
//! - ρ → 1 at fixed n: (1 − ρ)·nμ·W → 1, as for the shared queue (Foschini and Salz
//!   1978).
//! - n → ∞ at fixed ρ < 1: W → 1/μ, no task waits.
//! - n → ∞ with n − λ/μ = β√n (Halfin and Whitt 1981): of the order of √n servers have
//!   a second task, and hardly any a third (Eschenfeldt and Gamarnik 2018).

use crate::gim1;
use crate::mmc::Mmc;

/// Bounds on the mean response (s) of n = `servers` ≥ 1 servers under a total of λ =
/// `rate_per_s`. None if λ ≥ nμ.
pub fn response_bounds_s(servers: u32, rate_per_s: f64, service_per_s: f64) -> Option<(f64, f64)> {
    let low = Mmc::new(servers, rate_per_s, service_per_s)?.response_s();
    let below_one = gim1::root_below_one(&gim1::Gaps::Poisson(rate_per_s), servers, service_per_s)?;
    Some((low, gim1::response_s(below_one, service_per_s)))
}

/// Differences between the two queues that the chain distinguishes: larger ones hardly occur, since
/// each arrival reduces them.
const DIFFERENCES: usize = 32;

type Vector = [f64; DIFFERENCES];
type Matrix = [Vector; DIFFERENCES];

/// Mean response of two servers (s), exact except for the cut at a difference of 32 tasks. None if
/// λ ≥ 2μ.
///
/// The state of the Markov chain is (shorter queue, difference). In the shorter queue it is a
/// quasi-birth-death process: the probabilities of its levels are π_(m+1) = π_m·R, where R is
/// the least solution of A_0 + R·A_1 + R²·A_2 = 0 (Neuts 1981).
pub fn two_servers_response_s(rate_per_s: f64, service_per_s: f64) -> Option<f64> {
    let rate = rate_per_s / service_per_s;
    if rate >= 2.0 {
        return None;
    }
    let chain = Chain::new(rate);
    let r = chain.level_ratio();
    let mut pi = chain.empty_level(&r);
    let mut sum = 0.0;
    let mut present = 0.0;
    let mut shorter = 0.0;
    loop {
        let mass: f64 = pi.iter().sum();
        sum += mass;
        present += pi
            .iter()
            .enumerate()
            .map(|(d, p)| p * (2.0 * shorter + d as f64))
            .sum::<f64>();
        if mass * (shorter + 1.0) < 1e-14 * present.max(1e-3) {
            break;
        }
        pi = product(&[pi; DIFFERENCES], &r)[0];
        shorter += 1.0;
    }
    Some(present / sum / rate_per_s)
}

/// The rates of the chain between differences, in units of μ.
struct Chain {
    /// A_0: the shorter queue grows.
    up: Matrix,
    /// A_1: it keeps its length.
    within: Matrix,
    /// A_2: it shrinks.
    down: Matrix,
    /// B: it is empty and stays so.
    empty: Matrix,
}

impl Chain {
    fn new(rate: f64) -> Self {
        let mut up = zero();
        let mut within = zero();
        let mut down = zero();
        let mut empty = zero();
        within[0][1] = rate;
        empty[0][1] = rate;
        down[0][1] = 2.0;
        for d in 1..DIFFERENCES {
            up[d][d - 1] = rate;
            within[d][d - 1] = 1.0;
            empty[d][d - 1] = 1.0;
            if d + 1 < DIFFERENCES {
                down[d][d + 1] = 1.0;
            }
        }
        // The rate of leaving a state.
        for d in 0..DIFFERENCES {
            let shrinks: f64 = down[d].iter().sum();
            within[d][d] = -(up[d].iter().chain(&within[d]).sum::<f64>() + shrinks);
            empty[d][d] = -up[d].iter().chain(&empty[d]).sum::<f64>();
        }
        Self {
            up,
            within,
            down,
            empty,
        }
    }

    /// R, by iterating R = A_0·(−A_1 − R·A_2)⁻¹.
    fn level_ratio(&self) -> Matrix {
        let mut r = zero();
        for _ in 0..100_000 {
            let rest = add(&self.within, &product(&r, &self.down), -1.0);
            let next = rows_over(&self.up, &rest);
            let change = next
                .iter()
                .flatten()
                .zip(r.iter().flatten())
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f64::max);
            r = next;
            if change < 1e-14 {
                break;
            }
        }
        r
    }

    /// π_0, up to a factor: π_0·(B + R·A_2) = 0, with one equation replaced by π_0(0) = 1.
    fn empty_level(&self, r: &Matrix) -> Vector {
        let mut level = add(&self.empty, &product(r, &self.down), 1.0);
        for row in &mut level {
            row[0] = 0.0;
        }
        level[0][0] = 1.0;
        let mut unit = [0.0; DIFFERENCES];
        unit[0] = 1.0;
        rows_over(&[unit; DIFFERENCES], &level)[0]
    }
}

/// The zero matrix.
fn zero() -> Matrix {
    [[0.0; DIFFERENCES]; DIFFERENCES]
}

/// (a + b) · `factor`.
fn add(a: &Matrix, b: &Matrix, factor: f64) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (a[i][j] + b[i][j]) * factor))
}

/// a·b.
fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let mut out = zero();
    for (row, a) in out.iter_mut().zip(a) {
        for (x, b) in a.iter().zip(b).filter(|(x, _)| **x != 0.0) {
            for (sum, y) in row.iter_mut().zip(b) {
                *sum += x * y;
            }
        }
    }
    out
}

/// The solution X of X·m = a, by elimination of columns with the largest element of each row as
/// pivot.
fn rows_over(a: &Matrix, m: &Matrix) -> Matrix {
    let mut a = *a;
    let mut m = *m;
    for k in 0..DIFFERENCES {
        let pivot = (k..DIFFERENCES)
            .max_by(|&i, &j| m[k][i].abs().total_cmp(&m[k][j].abs()))
            .unwrap_or(k);
        for row in m.iter_mut().chain(&mut a) {
            row.swap(k, pivot);
        }
        let inverse = 1.0 / m[k][k];
        for row in m.iter_mut().chain(&mut a) {
            row[k] *= inverse;
        }
        for j in (0..DIFFERENCES).filter(|&j| j != k) {
            let factor = m[k][j];
            if factor != 0.0 {
                for row in m.iter_mut().chain(&mut a) {
                    row[j] -= factor * row[k];
                }
            }
        }
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A truncated chain solved by other code, μ = 1.
    #[test]
    fn two_servers_agree_with_the_table() {
        for (rho, expected) in [
            (0.1, 1.01771),
            (0.3, 1.14403),
            (0.5, 1.42632),
            (0.7, 2.1082),
            (0.8, 2.95574),
            (0.9, 5.47491),
            (0.95, 10.48664),
        ] {
            let got = two_servers_response_s(2.0 * rho, 1.0).expect("stable");
            assert!(
                (got - expected).abs() <= 6e-6,
                "ρ {rho}: {got} against {expected}"
            );
            let (low, high) = response_bounds_s(2, 2.0 * rho, 1.0).expect("stable");
            assert!(low < got && got < high, "ρ {rho}: {low} {got} {high}");
        }
        assert_eq!(two_servers_response_s(2.0, 1.0), None);
        let slow = two_servers_response_s(0.8, 0.5).expect("stable");
        assert!(
            (slow - 2.0 * 2.95574).abs() <= 2e-5,
            "times scale with 1/μ: {slow}"
        );
    }

    /// Heavy traffic: W → 1/(nμ − λ).
    #[test]
    fn heavy_traffic_is_near_the_truth_at_95_per_cent() {
        let exact = two_servers_response_s(1.9, 1.0).expect("stable");
        assert!((1.0 / (2.0 - 1.9) / exact - 1.0).abs() < 0.05, "{exact}");
        assert_eq!(response_bounds_s(3, 3.0, 1.0), None);
    }
}
