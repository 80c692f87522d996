//! The synchronous step: n workers begin together and all wait for the last.
//!
//! Times in seconds, rates per second. Sources: David and Nagaraja (2003), Order Statistics, ch. 3
//! to 4; Amdahl (1967).

use crate::answer::{Answer, Exactness, Quantity, num};
use crate::conditions::{self, holds};
use crate::deals::none_turned_away;
use crate::extremes::{Iid, expected_maximum};
use crate::question::Question;
use crate::reason::Reason;
use crate::rounds;
use crate::sizes::exceeds;
use equipoise_engine::scenario::{Pattern, SizeLaw, Sizes};
use equipoise_engine::workload::sizes::Sampler;
use equipoise_formulas::Formula;

/// H_n = 1 + 1/2 + … + 1/n; 0 for n = 0.
pub fn harmonic(n: u32) -> f64 {
    (1..=n).rev().map(|k| 1.0 / f64::from(k)).sum()
}

/// E\[max\] of n = `workers` exponential times, each `shift_s` and then exponential with rate
/// `rate_per_s`: Δ + H_n/μ.
pub fn exponential_s(workers: u32, shift_s: f64, rate_per_s: f64) -> f64 {
    shift_s + harmonic(workers) / rate_per_s
}

/// E\[max\] of n lognormal times with this mean (s), to 1e-6; σ is the standard deviation of their
/// logarithm.
pub fn lognormal_s(workers: u32, mean_s: f64, sigma: f64) -> f64 {
    let spread = libm::expm1(sigma * sigma).sqrt();
    let law = Sampler::new(&Sizes {
        law: SizeLaw::Lognormal,
        mean: mean_s,
        spread,
    });
    expected_maximum(
        &[Iid {
            count: f64::from(workers),
            exceeds: &|t| exceeds(&law, t),
        }],
        mean_s,
    )
}

/// n·E\[S\]/E\[max_n\]: the speed-up of n workers over one, if each has 1/n of the work.
/// `longest_s` is E\[max\] of n times with the mean `mean_s` of the whole work (s).
pub fn speed_up(workers: u32, mean_s: f64, longest_s: f64) -> f64 {
    f64::from(workers) * mean_s / longest_s
}

/// The work of a training step on equally fast servers.
struct SharedWork {
    /// Time of the whole work on one slot (s).
    work_s: f64,
    /// Slots that share it.
    slots: u32,
    /// The pause, which cannot be shared (s).
    pause_s: f64,
}

fn shared_work(q: &Question) -> Result<SharedWork, Reason> {
    let s = q.scenario;
    let steps = s.arrivals.pattern == Pattern::Steps;
    holds(steps, Reason::NotSteps)?;
    let tasks = conditions::tasks_of_round(s)?;
    let speed = conditions::equal_speeds(s)?;
    Ok(SharedWork {
        work_s: f64::from(tasks) * s.sizes.mean / speed,
        slots: conditions::up(s).iter().map(|&j| s.servers[j].slots).sum(),
        pause_s: s.arrivals.pause_s,
    })
}

/// The speed-up of a step with its pause over one slot.
pub(crate) fn speed_up_answer(q: &Question) -> Result<Answer, Reason> {
    let SharedWork {
        work_s, pause_s, ..
    } = shared_work(q)?;
    let step = rounds::step_answer(q)?;
    let whole_s = work_s + pause_s;
    let answer = match step.value {
        Quantity::Bounds { low, high } => Answer::bounds(
            Formula::SpeedUp,
            speed_up(1, whole_s, high + pause_s),
            speed_up(1, whole_s, low + pause_s),
        ),
        Quantity::Number(step_s) => {
            let filled = Formula::SpeedUp
                .with("work", num(work_s))
                .with("step", num(step_s))
                .with("pause", num(pause_s));
            Answer::number(filled, speed_up(1, whole_s, step_s + pause_s))
        }
        Quantity::PerServer(_) => return Err(Reason::NoSimpleFormula),
    };
    Ok(answer.kind(step.kind))
}

/// Amdahl's bound on the speed-up of a step: only the pause cannot be shared.
pub(crate) fn amdahl_answer(q: &Question) -> Result<Answer, Reason> {
    let SharedWork {
        work_s,
        slots,
        pause_s,
    } = shared_work(q)?;
    none_turned_away(q, q.scenario.arrivals.tasks)?;
    let parallel = work_s / (work_s + pause_s);
    let filled = Formula::Amdahl
        .with("serial", num(1.0 - parallel))
        .with("parallel", num(parallel))
        .with("n", slots);
    Ok(Answer::number(filled, amdahl(parallel, slots)).kind(Exactness::UpperBound))
}

/// Amdahl's law, 1/((1 − p) + p/n): the speed-up on n = `workers` if a fraction p = `parallel` of
/// the work can be shared. It stays below 1/(1 − p).
pub fn amdahl(parallel: f64, workers: u32) -> f64 {
    1.0 / (1.0 - parallel + parallel / f64::from(workers))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKERS: [u32; 10] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024];

    #[test]
    fn exponential_times_agree_with_the_table() {
        let table = [
            1.0, 1.5, 2.08333, 2.71786, 3.38073, 4.0585, 4.74389, 5.43315, 6.12434, 7.50918,
        ];
        for (n, expected) in WORKERS.into_iter().zip(table) {
            assert!((exponential_s(n, 0.0, 1.0) - expected).abs() <= 6e-6, "{n}");
            assert!(
                (exponential_s(n, 3.0, 0.5) - (3.0 + 2.0 * expected)).abs() <= 2e-5,
                "{n}"
            );
        }
    }

    /// Means of 1, E[max] by other code to four decimals.
    #[test]
    fn lognormal_times_agree_with_the_table() {
        for (sigma, row) in [
            (
                0.1,
                [
                    1.0, 1.0564, 1.1056, 1.1494, 1.189, 1.2253, 1.2591, 1.2909, 1.3211, 1.3777,
                ],
            ),
            (
                0.25,
                [
                    1.0, 1.1403, 1.2734, 1.4001, 1.5215, 1.6387, 1.7528, 1.8645, 1.9746, 2.1919,
                ],
            ),
            (
                0.5,
                [
                    1.0, 1.2763, 1.5733, 1.8876, 2.2179, 2.5638, 2.9258, 3.3046, 3.701, 4.5506,
                ],
            ),
            (
                1.0,
                [
                    1.0, 1.5205, 2.2081, 3.0838, 4.1697, 5.4902, 7.0731, 8.9498, 11.1554, 16.7133,
                ],
            ),
        ] {
            for (n, expected) in WORKERS.into_iter().zip(row) {
                let got = lognormal_s(n, 1.0, sigma);
                assert!(
                    (got - expected).abs() <= 5.1e-5,
                    "σ {sigma}, n {n}: {got} against {expected}"
                );
            }
        }
    }

    #[test]
    fn speed_ups() {
        assert!((speed_up(4, 1.0, exponential_s(4, 0.0, 1.0)) - 1.92).abs() < 1e-9);
        assert!(
            (amdahl(0.95, 1) - 1.0).abs() < 1e-12 && (amdahl(0.5, 2) - 4.0 / 3.0).abs() < 1e-12
        );
        assert!(amdahl(0.95, u32::MAX) < 20.0 && amdahl(0.95, u32::MAX) > 19.99);
    }
}
