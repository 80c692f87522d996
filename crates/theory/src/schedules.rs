//! Schedules: bounds on the time in which any of them, or any list schedule, ends.

use super::conditions::{self, holds};
use super::extremes::{Alike, expected_maximum};
use super::sizes::exceeds;
use super::{Answer, Kind, Question, Reason, rounds, show};
use equipoise_engine::scenario::{Pattern, Scenario};
use equipoise_engine::workload::sizes::Sampler;

/// Bounds on the time in which any list schedule ends (s), for tasks in any order on machines of
/// any speed, each taking the next task when it is free.
///
/// `total` and `largest` are the sum and the largest of the sizes, `slowest` and `fastest` speeds
/// and `together` their sum. Lower: max(total/together, largest/fastest), which holds for every
/// schedule. Upper: when the last task to end begins, no machine has been idle, so total/together +
/// largest·(1/slowest − 1/together). With m machines of speed 1 that is total/m + (1 −
/// 1/m)·largest ≤ (2 − 1/m)·OPT (Graham 1966). Both hold for means as well.
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

/// How long m = `machines` ≥ 1 equal machines of speed 1 take if each takes the next of `jobs`
/// when it is free. At most 2 − 1/m times the least possible (Graham 1966).
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

/// The same with the longest job first (LPT): at most 4/3 − 1/(3m) times the least possible
/// (Graham 1969).
pub fn longest_first(jobs: &[f64], machines: usize) -> f64 {
    let mut jobs = jobs.to_vec();
    jobs.sort_by(|a, b| b.total_cmp(a));
    list_schedule(&jobs, machines)
}

/// No schedule is shorter: the largest of Σp/m, the longest job, and the sum of the m-th and the
/// (m + 1)-th longest, of which some machine has two.
pub fn least_makespan(jobs: &[f64], machines: usize) -> f64 {
    let mut jobs = jobs.to_vec();
    jobs.sort_by(|a, b| b.total_cmp(a));
    let nth = |i: usize| jobs.get(i).copied().unwrap_or(0.0);
    let pair = if jobs.len() > machines {
        nth(machines - 1) + nth(machines)
    } else {
        0.0
    };
    (jobs.iter().sum::<f64>() / machines as f64)
        .max(nth(0))
        .max(pair)
}

/// The number of tasks of a round.
pub(super) fn tasks(scenario: &Scenario) -> Result<u32, Reason> {
    let rounds = matches!(scenario.arrivals.pattern, Pattern::Batch | Pattern::Steps);
    holds(rounds, || Reason::new("not-rounds"))?;
    conditions::somebody_up(scenario)?;
    Ok(scenario.arrivals.tasks)
}

/// Bounds on the mean length of a round in which servers pull, and of any round: see
/// [`list_schedule_bounds`].
pub(super) fn list_bounds(scenario: &Scenario, tasks: u32) -> (f64, f64) {
    let up = conditions::up(scenario);
    let speeds = up.iter().map(|&j| scenario.servers[j].speed);
    let together = up
        .iter()
        .map(|&j| scenario.servers[j].speed * f64::from(scenario.servers[j].slots))
        .sum();
    let total = f64::from(tasks) * scenario.sizes.mean;
    let (slowest, fastest) = (
        speeds.clone().fold(f64::INFINITY, f64::min),
        speeds.fold(0.0, f64::max),
    );
    list_schedule_bounds(
        total,
        mean_largest(scenario, tasks),
        slowest,
        fastest,
        together,
    )
}

/// The mean of the largest of so many sizes (units).
fn mean_largest(scenario: &Scenario, tasks: u32) -> f64 {
    match Sampler::new(&scenario.sizes) {
        Sampler::Constant(size) => size,
        law => expected_maximum(
            &[Alike {
                count: f64::from(tasks),
                exceeds: &|x| exceeds(&law, x),
            }],
            scenario.sizes.mean,
        ),
    }
}

pub(super) fn least_answer(q: &Question) -> Result<Answer, Reason> {
    let m = tasks(q.scenario)?;
    rounds::none_turned_away(q, m)?;
    let up = conditions::up(q.scenario);
    let together: f64 = up
        .iter()
        .map(|&j| q.scenario.servers[j].speed * f64::from(q.scenario.servers[j].slots))
        .sum();
    let fastest = up
        .iter()
        .map(|&j| q.scenario.servers[j].speed)
        .fold(0.0, f64::max);
    let (size, largest) = (q.scenario.sizes.mean, mean_largest(q.scenario, m));
    let filled = format!(
        "max({m} · {} / {}, {} / {})",
        show(size),
        show(together),
        show(largest),
        show(fastest)
    );
    Ok(Answer::number(
        "max(m·E[S] / Σ(v_j·c_j), E[p_max] / v_max)",
        filled,
        list_bounds(q.scenario, m).0,
    )
    .kind(Kind::LowerBound))
}

pub(super) fn factor_answer(q: &Question) -> Result<Answer, Reason> {
    tasks(q.scenario)?;
    holds(q.scenario.balancer.strategy.id.pools(), || {
        Reason::new("pull-only")
    })?;
    // A server that waits for a task on its way idles while others wait: that is no list schedule.
    conditions::unlimited_balancer(q.scenario)?;
    let up = conditions::up(q.scenario);
    let speed = q.scenario.servers[up[0]].speed;
    conditions::every_server(q.scenario, "unequal-machines", |s| s.speed == speed)?;
    let machines: u32 = up.iter().map(|&j| q.scenario.servers[j].slots).sum();
    Ok(Answer::number(
        "2 − 1/m",
        format!("2 − 1 / {machines}"),
        2.0 - 1.0 / f64::from(machines),
    )
    .kind(Kind::UpperBound))
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
