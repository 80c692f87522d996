//! Balls into bins: the largest load when keys or tasks are placed once, with one choice or with
//! several.
//!
//! m balls, n bins. Sources: Raab and Steger (1998) for one choice; Azar, Broder, Karlin and Upfal
//! (1999) and Mitzenmacher (2001) for several; Berenbrink and others (2006): with two choices the
//! gap above the mean stays ln ln n/ln 2 + O(1) for any number of balls, with one it grows like
//! √(2(m/n)·ln n).

use crate::answer::{Answer, Exactness, list};
use crate::conditions::{self, holds};
use crate::deals::{self, none_turned_away};
use crate::question::Question;
use crate::reason::Reason;
use crate::shares::By;
use equipoise_formulas::Formula;
use std::f64::consts::TAU;

/// P(no bin has more than `most` of the balls) with one choice each, exactly.
///
/// If the number of balls were Poisson, the bins would be independent. Given their total,
/// P = P(Poisson(m/n) ≤ k)^n · P(n such truncated variables sum to m) / P(Poisson(m) = m). The
/// distribution of the sum follows from its characteristic function, at enough points to avoid
/// aliasing. The well-known asymptote ln n/ln ln n is far off at any practical size (4.6 where the
/// mean is 7.56, at n = 2^16).
pub fn at_most(balls: u32, bins: u32, most: u32) -> f64 {
    let m = f64::from(balls);
    let n = f64::from(bins);
    if balls == 0 {
        return 1.0;
    }
    if f64::from(most) * n < m {
        return 0.0;
    }
    let mean = m / n;
    let inside: Vec<f64> = (0..=most).map(|i| poisson(mean, i)).collect();
    let kept: f64 = inside.iter().sum();
    let beyond = poisson_beyond(mean, most);
    let points = libm::ceil(40.0 * m.sqrt()) + 64.0;
    let mut sum = 1.0;
    for j in 1..=(points / 2.0) as u32 {
        let (re, im) = characteristic(&inside, mean, TAU * f64::from(j) / points);
        let size = libm::exp(n * libm::log(libm::hypot(re, im) / kept));
        if size < 1e-20 {
            break;
        }
        let last = 2.0 * f64::from(j) == points;
        sum += size * libm::cos(n * libm::atan2(im, re)) * if last { 1.0 } else { 2.0 };
    }
    let exactly = m * libm::log(m) - m - libm::lgamma(m + 1.0);
    let all_inside = if beyond < 0.5 {
        n * libm::log1p(-beyond)
    } else {
        n * libm::log(kept)
    };
    (libm::exp(all_inside - exactly) * sum / points).clamp(0.0, 1.0)
}

/// P(X = k) of a Poisson variable X.
fn poisson(mean: f64, k: u32) -> f64 {
    libm::exp(f64::from(k) * libm::log(mean) - mean - libm::lgamma(f64::from(k) + 1.0))
}

/// P(X > k) of a Poisson variable X.
fn poisson_beyond(mean: f64, k: u32) -> f64 {
    let mut beyond = 0.0;
    for i in k + 1.. {
        let p = poisson(mean, i);
        beyond += p;
        if p < 1e-18 * beyond || (p == 0.0 && f64::from(i) > mean) {
            break;
        }
    }
    beyond
}

/// E\[e^(iω(X − mean))\], real and imaginary part, where `chances` gives P(X = k) for k = 0,
/// 1, … and ω is the `angle`. Measured from the mean, the phase stays small.
fn characteristic(chances: &[f64], mean: f64, angle: f64) -> (f64, f64) {
    let mut re = 0.0;
    let mut im = 0.0;
    for (k, p) in chances.iter().enumerate() {
        let turn = angle * (k as f64 - mean);
        re += p * libm::cos(turn);
        im += p * libm::sin(turn);
    }
    (re, im)
}

/// E\[largest load\] with one choice: Σ_k P(largest > k).
pub fn mean_largest(balls: u32, bins: u32) -> f64 {
    let mut sum = 0.0;
    for k in 0..=balls {
        let more = 1.0 - at_most(balls, bins, k);
        sum += more;
        if more < 1e-12 {
            break;
        }
    }
    sum
}

/// Steps of the fluid limit per ball and bin.
const STEPS: f64 = 200.0;

/// The fluid limit with d = `choices` per ball, after m/n = `load`: the fraction x_i of bins with
/// at least i balls, for i = 0, 1, … down to 1e-30. It solves x_i' = x_(i−1)^d − x_i^d from
/// empty bins, by the Runge–Kutta method.
///
/// For a large number n of bins, n·x_i bins have i balls or more; the largest load is about the
/// last i with n·x_i ≥ 1.
pub fn fluid(choices: u32, load: f64) -> Vec<f64> {
    let levels = libm::ceil(load) as usize + 120;
    let d = f64::from(choices);
    let mut x = vec![0.0; levels];
    x[0] = 1.0;
    let steps = libm::ceil(load * STEPS).max(1.0);
    let h = load / steps;
    for _ in 0..steps as u64 {
        let a = slopes(&x, d);
        let b = slopes(&moved(&x, &a, h / 2.0), d);
        let c = slopes(&moved(&x, &b, h / 2.0), d);
        let e = slopes(&moved(&x, &c, h), d);
        for (i, x) in x.iter_mut().enumerate() {
            *x += h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + e[i]);
        }
    }
    let end = x.iter().position(|&x| x < 1e-30).unwrap_or(levels);
    x.truncate(end);
    x
}

/// x_i' = x_(i−1)^d − x_i^d.
fn slopes(x: &[f64], d: f64) -> Vec<f64> {
    let power: Vec<f64> = x.iter().map(|&x| libm::pow(x.max(0.0), d)).collect();
    let mut slopes = vec![0.0; x.len()];
    for i in 1..x.len() {
        slopes[i] = power[i - 1] - power[i];
    }
    slopes
}

/// x + `by`·`slopes`.
fn moved(x: &[f64], slopes: &[f64], by: f64) -> Vec<f64> {
    x.iter()
        .zip(slopes)
        .map(|(x, slope)| x + by * slope)
        .collect()
}

/// The most balls per bin for which the exact distribution is computed: about ten milliseconds.
const BALLS_PER_BIN: u32 = 64;

/// The mean number of tasks of the fullest server in a round.
pub(crate) fn fullest_answer(q: &Question) -> Result<Answer, Reason> {
    let m = conditions::tasks_of_round(q.scenario)?;
    let shares = q.shares()?;
    none_turned_away(q, m)?;
    if shares.by == By::Turns {
        return in_turn(q, m);
    }
    let n = conditions::up(q.scenario).len() as u32;
    let even = shares
        .expected
        .iter()
        .all(|&p| p == 0.0 || (p * f64::from(n) - 1.0).abs() < 1e-9);
    holds(even, Reason::UnequalMachines)?;
    holds(shares.by == By::Chance, Reason::ByLoad)?;
    let few = m <= BALLS_PER_BIN.saturating_mul(n);
    holds(few, Reason::NoSimpleFormula)?;
    let filled = Formula::FullestByChance.with("m", m).with("n", n);
    Ok(Answer::number(filled, mean_largest(m, n)))
}

/// ⌈m/n⌉ for turns of single tasks; by weight or in bursts, as the turns themselves say.
fn in_turn(q: &Question, m: u32) -> Result<Answer, Reason> {
    let deals = deals::deals(q.scenario, m)?;
    let fullest: Vec<u32> = deals
        .counts
        .iter()
        .map(|counts| counts.iter().copied().max().unwrap_or(0))
        .collect();
    let n = conditions::up(q.scenario).len() as u32;
    let even = m.div_ceil(n);
    if fullest.iter().all(|&k| k == even) {
        let filled = Formula::FullestInTurn.with("m", m).with("n", n);
        return Ok(Answer::number(filled, f64::from(even)));
    }
    let counts = deals.counts[0].iter().map(|&count| count.into()).collect();
    let one = Formula::FullestByTurns.with("counts", list(",", 6, counts));
    let values: Vec<f64> = fullest.iter().map(|&k| f64::from(k)).collect();
    let (filled, mean) = deals::mean_over_rounds(&values, one);
    let kind = if deals.all {
        Exactness::Exact
    } else {
        Exactness::Approximation
    };
    Ok(Answer::number(filled, mean)
        .of(Formula::FullestByTurns)
        .kind(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exactly(n: u32, k: u32) -> f64 {
        at_most(n, n, k) - at_most(n, n, k - 1)
    }

    /// The exact law by other code (agreeing with Monte Carlo), four decimals.
    #[test]
    fn one_choice_agrees_with_the_table() {
        let table: [(u32, u32, &[f64]); 3] = [
            (
                1 << 8,
                3,
                &[0.0044, 0.384, 0.4747, 0.117, 0.0175, 0.0022, 0.0002],
            ),
            (
                1 << 10,
                4,
                &[0.0211, 0.5237, 0.3745, 0.0704, 0.0091, 0.001, 0.0001],
            ),
            (
                1 << 12,
                5,
                &[0.0865, 0.6251, 0.2475, 0.0363, 0.0041, 0.0004],
            ),
        ];
        for (n, from, row) in table {
            for (k, &expected) in (from..).zip(row) {
                assert!(
                    (exactly(n, k) - expected).abs() <= 5.1e-5,
                    "{n} {k}: {} against {expected}",
                    exactly(n, k)
                );
            }
        }
        for (n, expected) in [
            (1000, 5.514),
            (10_000, 6.672),
            (1 << 8, 4.767),
            (1 << 12, 6.248),
            (1 << 16, 7.564),
            (1 << 20, 8.814),
            (1 << 24, 10.016),
        ] {
            let got = mean_largest(n, n);
            assert!(
                (got - expected).abs() <= 5.1e-4,
                "{n}: {got} against {expected}"
            );
        }
    }

    /// Counting all placements: 3 balls in 3 bins, 27 of them, 6 with one each, 3 with all in one;
    /// 4 in 2 bins.
    #[test]
    fn small_cases_by_counting() {
        for (balls, bins, most, expected) in [
            (3, 3, 1, 6.0 / 27.0),
            (3, 3, 2, 24.0 / 27.0),
            (3, 3, 3, 1.0),
            (4, 2, 2, 6.0 / 16.0),
            (4, 2, 3, 14.0 / 16.0),
            (4, 2, 1, 0.0),
            (1, 1, 1, 1.0),
            (0, 5, 0, 1.0),
        ] {
            assert!(
                (at_most(balls, bins, most) - expected).abs() < 1e-9,
                "{balls} {bins} {most}"
            );
        }
    }

    /// At d = 1 the fluid limit is Poisson; at d = 2, x_1(t) = tanh t.
    #[test]
    fn the_fluid_limit_where_it_is_known() {
        let one = fluid(1, 2.0);
        assert!(
            (one[1] - (1.0 - libm::exp(-2.0))).abs() < 1e-9
                && (one[2] - (1.0 - 3.0 * libm::exp(-2.0))).abs() < 1e-9
        );
        assert!((fluid(2, 1.0)[1] - libm::tanh(1.0)).abs() < 1e-9);
        let balls: f64 = fluid(3, 4.0).iter().skip(1).sum();
        assert!(
            (balls - 4.0).abs() < 1e-9,
            "every ball is somewhere: {balls}"
        );
    }

    /// Monte Carlo with d = 2 (1e5, 2e4 and 1e4 trials): how often the largest load is at least 3,
    /// or 4. About 1 − e^(−n·x_k) of systems have a bin with k balls.
    #[test]
    fn two_choices_agree_with_simulation() {
        let x = fluid(2, 1.0);
        for (n, k, seen, tolerance) in [
            (256.0, 3, 0.8979, 0.01),
            (4096.0, 4, 0.0257, 0.004),
            (1000.0, 4, 0.0063, 0.002),
        ] {
            let got = -libm::expm1(-n * x[k]);
            assert!(
                (got - seen).abs() < tolerance,
                "{n} {k}: {got} against {seen}"
            );
        }
    }
}
