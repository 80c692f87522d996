//! Join the shortest queue: bounds, limits, and two servers exactly.
//!
//! n equal servers of rate μ, Poisson arrivals at ρ·n·μ, exponential service, each task sent
//! to a server with the fewest tasks (least connections). There is no closed form. What is known:
//!
//! - W of the M/M/n ≤ W ≤ W of round robin (E_n/M/1): without knowing sizes no strategy beats one shared queue, and none
//!   that sends at once beats the shortest queue (Winston 1977).
//! - ρ → 1 at fixed n: (1 − ρ)·nμ·W → 1, as for the shared queue (Foschini and Salz 1978).
//! - n → ∞ at fixed ρ < 1: W → 1/μ, nobody waits.
//! - n → ∞ with n − λ/μ = β√n (Halfin and Whitt 1981): of the order of √n servers have a second task, and hardly any a
//!   third (Eschenfeldt and Gamarnik 2018).

use super::{gim1, mmc::Mmc};

/// Bounds on the mean response (s) of n = `servers` ≥ 1 servers under a total of λ =
/// `rate_per_s`. None if λ ≥ nμ.
pub fn response_bounds_s(servers: u32, rate_per_s: f64, service_per_s: f64) -> Option<(f64, f64)> {
    let low = Mmc::new(servers, rate_per_s, service_per_s)?.response_s();
    let below_one = gim1::root_below_one(&gim1::Gaps::Poisson(rate_per_s), servers, service_per_s)?;
    Some((low, gim1::response_s(below_one, service_per_s)))
}

/// The limit for heavy load (s): W ≈ 1/((1 − ρ)·nμ) = 1/(nμ − λ). None if λ ≥ nμ.
pub fn heavy_traffic_response_s(servers: u32, rate_per_s: f64, service_per_s: f64) -> Option<f64> {
    super::mm1::response_s(rate_per_s, f64::from(servers) * service_per_s)
}

/// Differences between the two queues that are told apart: larger ones hardly occur, since each
/// arrival shrinks them.
const DIFFERENCES: usize = 32;

type Vector = [f64; DIFFERENCES];
type Matrix = [Vector; DIFFERENCES];

/// Mean response of two servers (s), exactly up to the cut at a difference of 32 tasks. None if λ
/// ≥ 2μ.
///
/// The chain's state is (shorter queue, difference). In the shorter queue it is a quasi-birth-death
/// process, so the probabilities of its levels are π_(m+1) = π_m·R with R the least solution of
/// A_0 + R·A_1 + R²·A_2 = 0 (Neuts 1981), found by iterating R = A_0·(−A_1 − R·A_2)⁻¹.
pub fn two_servers_response_s(rate_per_s: f64, service_per_s: f64) -> Option<f64> {
    let rate = rate_per_s / service_per_s;
    if rate >= 2.0 {
        return None;
    }
    let last = DIFFERENCES - 1;
    // The shorter queue grows, stays, shrinks. Within a level: its own rates of leaving, and with
    // nobody in the shorter queue fewer of them.
    let (mut up, mut down) = (zero(), zero());
    let (mut within, mut empty) = (zero(), zero());
    for d in 0..DIFFERENCES {
        if d == 0 {
            within[0][1] = rate;
            empty[0][1] = rate;
            down[0][1] = 2.0;
        } else {
            up[d][d - 1] = rate;
            within[d][d - 1] = 1.0;
            empty[d][d - 1] = 1.0;
            if d < last {
                down[d][d + 1] = 1.0;
            }
        }
        let leaves = |stay: &Matrix, down: Option<&Matrix>| -> f64 {
            up[d].iter().chain(&stay[d]).sum::<f64>() + down.map_or(0.0, |m| m[d].iter().sum())
        };
        within[d][d] = -leaves(&within, Some(&down));
        empty[d][d] = -leaves(&empty, None);
    }
    let mut r = zero();
    for _ in 0..100_000 {
        let rest = add(&within, &product(&r, &down), -1.0);
        let next = rows_over(&up, &rest);
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
    // Level 0: π_0·(B + R·A_2) = 0, with one equation replaced by π_0(0) = 1.
    let mut level = add(&empty, &product(&r, &down), 1.0);
    for row in &mut level {
        row[0] = 0.0;
    }
    level[0][0] = 1.0;
    let mut unit = [0.0; DIFFERENCES];
    unit[0] = 1.0;
    let mut pi = rows_over(&[unit; DIFFERENCES], &level)[0];
    let (mut sum, mut present, mut shorter) = (0.0, 0.0, 0.0);
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

fn zero() -> Matrix {
    [[0.0; DIFFERENCES]; DIFFERENCES]
}

/// (a + b) · `factor`.
fn add(a: &Matrix, b: &Matrix, factor: f64) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (a[i][j] + b[i][j]) * factor))
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let mut out = zero();
    for (row, a) in out.iter_mut().zip(a) {
        for (x, b) in a.iter().zip(b).filter(|(x, _)| **x != 0.0) {
            row.iter_mut().zip(b).for_each(|(sum, y)| *sum += x * y);
        }
    }
    out
}

/// X with X·m = a, by elimination of columns with the largest element of each row as pivot.
fn rows_over(a: &Matrix, m: &Matrix) -> Matrix {
    let (mut a, mut m) = (*a, *m);
    for k in 0..DIFFERENCES {
        let size = |j: &usize| m[k][*j].abs();
        let pivot = (k..DIFFERENCES)
            .max_by(|i, j| size(i).total_cmp(&size(j)))
            .unwrap_or(k);
        for row in m.iter_mut().chain(&mut a) {
            row.swap(k, pivot);
        }
        let inverse = 1.0 / m[k][k];
        m.iter_mut().chain(&mut a).for_each(|row| row[k] *= inverse);
        for j in (0..DIFFERENCES).filter(|&j| j != k) {
            let factor = m[k][j];
            if factor != 0.0 {
                m.iter_mut()
                    .chain(&mut a)
                    .for_each(|row| row[j] -= factor * row[k]);
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

    #[test]
    fn heavy_traffic_is_near_the_truth_at_95_per_cent() {
        let limit = heavy_traffic_response_s(2, 1.9, 1.0).expect("stable");
        assert!((limit / 10.48664 - 1.0).abs() < 0.05, "{limit}");
        assert_eq!(
            (
                response_bounds_s(3, 3.0, 1.0),
                heavy_traffic_response_s(3, 3.0, 1.0)
            ),
            (None, None)
        );
    }
}
