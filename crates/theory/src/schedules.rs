//! Schedules: bounds on the makespan of any schedule, and of any list schedule.

use crate::answer::{Answer, Exactness, num};
use crate::conditions::{self, holds};
use crate::deals::none_turned_away;
use crate::extremes::{Iid, expected_maximum};
use crate::question::Question;
use crate::reason::Reason;
use crate::sizes::exceeds;
use equipoise_engine::scenario::Scenario;
use equipoise_engine::stats::order::ascending;
use equipoise_engine::workload::sizes::Sampler;
use equipoise_formulas::Formula;

/// Bounds on the makespan of any list schedule (s): tasks in any order, on machines of any speed,
/// each of which takes the next task when it is free.
///
/// `total` and `largest` are the sum and the maximum of the sizes (units), `slowest` and `fastest`
/// speeds of machines (units/s) and `together` the sum of all speeds. The lower bound,
/// max(total/together, largest/fastest), holds for every schedule. The upper bound is
/// total/together + largest·(1/slowest − 1/together), since no machine has been idle when the
/// last task to end begins. With m machines of speed 1 it is
/// total/m + (1 − 1/m)·largest ≤ (2 − 1/m)·OPT (Graham 1966). Both bounds hold for means
/// too.
pub fn list_schedule_bounds(
    total: f64,
    largest: f64,
    slowest: f64,
    fastest: f64,
    together: f64,
) -> (f64, f64) {
    (
        (total / together).max(largest / fastest),
        total / together + largest * (1.0 / slowest - 1.0 / together),
    )
}

/// The makespan of `jobs` on m = `machines` ≥ 1 machines of speed 1, each of which takes the next
/// job when it is free: at most 2 − 1/m times the least possible (Graham 1966).
pub fn list_schedule(jobs: &[f64], machines: usize) -> f64 {
    let mut ends = vec![0.0; machines];
    for job in jobs {
        let first = (0..machines)
            .min_by(|&a, &b| f64::total_cmp(&ends[a], &ends[b]))
            .unwrap_or(0);
        ends[first] += job;
    }
    ends.into_iter().fold(0.0, f64::max)
}

fn descending(jobs: &[f64]) -> Vec<f64> {
    let mut jobs = jobs.to_vec();
    ascending(&mut jobs);
    jobs.reverse();
    jobs
}

/// The makespan with the longest job first (LPT): at most 4/3 − 1/(3m) times the least possible
/// (Graham 1969).
pub fn longest_first(jobs: &[f64], machines: usize) -> f64 {
    let jobs = descending(jobs);
    list_schedule(&jobs, machines)
}

/// A lower bound on the makespan of every schedule: the largest of Σp/m, the longest job, and the
/// sum of the m-th and the (m + 1)-th longest, since some machine gets two of the m + 1 longest.
pub fn least_makespan(jobs: &[f64], machines: usize) -> f64 {
    let jobs = descending(jobs);
    let longest = jobs.first().copied().unwrap_or(0.0);
    let pair = if jobs.len() > machines {
        jobs[machines - 1] + jobs[machines]
    } else {
        0.0
    };
    (jobs.iter().sum::<f64>() / machines as f64)
        .max(longest)
        .max(pair)
}

/// Bounds on the mean length of a round in which servers pull; the lower bound holds for every
/// round. See [`list_schedule_bounds`].
pub(crate) fn list_bounds(scenario: &Scenario, tasks: u32) -> (f64, f64) {
    let speeds = Speeds::of(scenario);
    list_schedule_bounds(
        f64::from(tasks) * scenario.sizes.mean,
        mean_largest(scenario, tasks),
        speeds.slowest,
        speeds.fastest,
        speeds.together,
    )
}

/// The speeds of the servers that are up (units/s).
struct Speeds {
    /// Of one slot of the slowest server.
    slowest: f64,
    /// Of one slot of the fastest server.
    fastest: f64,
    /// Of all slots.
    together: f64,
}

impl Speeds {
    fn of(scenario: &Scenario) -> Self {
        let mut speeds = Self {
            slowest: f64::INFINITY,
            fastest: 0.0,
            together: 0.0,
        };
        for j in conditions::up(scenario) {
            let server = &scenario.servers[j];
            speeds.slowest = speeds.slowest.min(server.speed);
            speeds.fastest = speeds.fastest.max(server.speed);
            speeds.together += server.speed * f64::from(server.slots);
        }
        speeds
    }
}

/// The mean of the largest of `tasks` sizes (units).
fn mean_largest(scenario: &Scenario, tasks: u32) -> f64 {
    match Sampler::new(&scenario.sizes) {
        Sampler::Constant(size) => size,
        law => expected_maximum(
            &[Iid {
                count: f64::from(tasks),
                exceeds: &|x| exceeds(&law, x),
            }],
            scenario.sizes.mean,
        ),
    }
}

/// The lower bound on the mean length of a round under any schedule.
pub(crate) fn least_answer(q: &Question) -> Result<Answer, Reason> {
    let tasks = conditions::tasks_of_round(q.scenario)?;
    none_turned_away(q, tasks)?;
    let speeds = Speeds::of(q.scenario);
    let filled = Formula::LeastMakespan
        .with("m", tasks)
        .with("size", num(q.scenario.sizes.mean))
        .with("capacity", num(speeds.together))
        .with("largest", num(mean_largest(q.scenario, tasks)))
        .with("fastest", num(speeds.fastest));
    let (low, _) = list_bounds(q.scenario, tasks);
    Ok(Answer::number(filled, low).kind(Exactness::LowerBound))
}

/// Graham's bound on the makespan of pulling, over the least possible.
pub(crate) fn factor_answer(q: &Question) -> Result<Answer, Reason> {
    conditions::tasks_of_round(q.scenario)?;
    let pools = q.scenario.balancer.strategy.id.pools();
    holds(pools, Reason::PullOnly)?;
    // A server idles while a task is on its way to it, so that this is no list schedule.
    conditions::unlimited_balancer(q.scenario)?;
    conditions::equal_speeds(q.scenario)?;
    let machines: u32 = conditions::up(q.scenario)
        .iter()
        .map(|&j| q.scenario.servers[j].slots)
        .sum();
    let factor = 2.0 - 1.0 / f64::from(machines);
    let filled = Formula::PullFactor.with("m", machines);
    Ok(Answer::number(filled, factor).kind(Exactness::UpperBound))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// theory_tables.json, `graham`: m(m − 1) unit jobs and then one of m take a list 2m − 1,
    /// and m at best; the jobs 4, 5, 6, 7, 8 take a list 18 on two machines and 13 on three.
    #[test]
    fn grahams_examples_lie_within_the_bounds() {
        for m in [2.0, 3.0, 10.0] {
            let (low, high) = list_schedule_bounds(m * (m - 1.0) + m, m, 1.0, 1.0, m);
            assert!(
                (low - m).abs() < 1e-12 && (high - (2.0 * m - 1.0)).abs() < 1e-12,
                "{m}"
            );
        }
        for (m, took) in [(2.0, 18.0), (3.0, 13.0)] {
            let (low, high) = list_schedule_bounds(30.0, 8.0, 1.0, 1.0, m);
            assert!(low <= took && took <= high);
        }
    }

    /// Graham's (1969) worst cases for the longest first, with the least possible: 4/3 − 1/(3m)
    /// is reached exactly.
    #[test]
    fn longest_first_is_no_worse_than_its_bound_and_reaches_it() {
        let tables: [(usize, &[f64], f64, f64); 5] = [
            (2, &[3., 3., 2., 2., 2.], 7., 6.),
            (3, &[5., 5., 4., 4., 3., 3., 3.], 11., 9.),
            (4, &[7., 7., 6., 6., 5., 5., 4., 4., 4.], 15., 12.),
            (5, &[9., 9., 8., 8., 7., 7., 6., 6., 5., 5., 5.], 19., 15.),
            (
                10,
                &[
                    19., 19., 18., 18., 17., 17., 16., 16., 15., 15., 14., 14., 13., 13., 12., 12.,
                    11., 11., 10., 10., 10.,
                ],
                39.,
                30.,
            ),
        ];
        for (machines, jobs, took, least) in tables {
            assert_eq!(longest_first(jobs, machines), took);
            assert_eq!(least_makespan(jobs, machines), least);
            let m = machines as f64;
            assert!(
                (took / least - (4.0 / 3.0 - 1.0 / (3.0 * m))).abs() < 1e-12,
                "{machines}"
            );
        }
    }

    /// m(m − 1) jobs of 1 and then one of m: 2m − 1 against m. The jobs 4 to 8 in order: 18 on
    /// two machines, 13 on three.
    #[test]
    fn a_list_in_a_bad_order_reaches_grahams_bound() {
        for machines in [2, 3, 7] {
            let m = machines as f64;
            let mut jobs = vec![1.0; machines * (machines - 1)];
            jobs.push(m);
            assert_eq!(
                (
                    list_schedule(&jobs, machines),
                    longest_first(&jobs, machines)
                ),
                (2.0 * m - 1.0, m)
            );
            assert_eq!(least_makespan(&jobs, machines), m);
        }
        let jobs = [4.0, 5.0, 6.0, 7.0, 8.0];
        assert_eq!(
            (list_schedule(&jobs, 2), list_schedule(&jobs, 3)),
            (18.0, 13.0)
        );
    }
}
