//! The article's three formulas for T_i, as printed in its §3.4, and beside each the law that
//! holds.
//!
//! Tasks are counted from i = 1 and servers from 0. R = `interval_s` is the time between arrivals
//! and T = `first_s` the time of the first one, both in seconds. The laws that hold assume a
//! balancer that decides at once.

use super::conditions::{self, holds};
use super::shares::By;
use super::turns::Turns;
use super::{Answer, Kind, Question, Reason, show};
use equipoise_engine::balance::{Mask, StrategyId};
use equipoise_engine::scenario::{Pattern, Scenario, Service};
use equipoise_engine::workload::Task;
use equipoise_engine::workload::clients::Population;

/// Text keys of the three formulas: `theory.article.<law>.name`, `.wrong` (what is wrong with it)
/// and `.right` (what holds).
pub const LAWS: [&str; 3] = ["round-robin", "weighted", "least-load"];

/// When the i-th task arrives, and is dispatched, if arrivals are exactly R apart: A_i = T + (i −
/// 1)·R (s).
///
/// This holds for every strategy; the article prints it as round robin's.
pub fn dispatch_s(i: u64, interval_s: f64, first_s: f64) -> f64 {
    first_s + (i as f64 - 1.0) * interval_s
}

/// The article's formula for round robin as printed: T_i = (i − 1)·R + T (s).
pub fn round_robin_printed_s(i: u64, interval_s: f64, first_s: f64) -> f64 {
    (i as f64 - 1.0) * interval_s + first_s
}

/// The server of the i-th task under round robin over `servers` servers, from 0: (i − 1) mod n.
pub fn round_robin_server(i: u64, servers: usize) -> usize {
    ((i - 1) % servers as u64) as usize
}

/// Between which times the i-th arrival falls in 95 of 100 runs if arrivals are Poisson from T on
/// with mean gap R (s).
///
/// Mean T + i·R (the first gap is random too), standard deviation R·√i: the sum of i
/// exponential gaps. By the normal approximation, good from about i = 10 on.
pub fn poisson_dispatch_s(i: u64, interval_s: f64, first_s: f64) -> (f64, f64) {
    let (mean, half) = (
        first_s + i as f64 * interval_s,
        poisson_half_width_s(i + 1, interval_s),
    );
    (mean - half, mean + half)
}

/// Half the width of the 95 % band around T_i = T + (i − 1)·R if arrivals are Poisson and T is
/// the time at which the first one was seen: 1.96·R·√(i − 1) (s).
pub fn poisson_half_width_s(i: u64, interval_s: f64) -> f64 {
    1.96 * interval_s * (i as f64 - 1.0).sqrt()
}

/// When tasks begin service on servers with one slot that serve in order of arrival: B_i = max(A_i,
/// completion of the task before it on the same server) (s). Lindley's recursion, server by server.
///
/// `picks` are the servers in order of arrival; `service_s` is how long each task takes on its
/// server.
pub fn starts_s(arrivals_s: &[f64], picks: &[usize], service_s: &[f64]) -> Vec<f64> {
    let mut free_s = vec![f64::NEG_INFINITY; picks.iter().max().map_or(0, |m| m + 1)];
    let tasks = arrivals_s.iter().zip(picks).zip(service_s);
    tasks
        .map(|((&arrival_s, &server), &service_s)| {
            let start_s = free_s[server].max(arrival_s);
            free_s[server] = start_s + service_s;
            start_s
        })
        .collect()
}

/// What holds for round robin over `servers` equal servers when every task takes `service_s`: B_i =
/// max(A_i, B_(i−n) + S) (s) for the first `tasks` tasks. Each server sees a gap of n·R, so it
/// is stable if S < n·R; else the starts fall behind the formula by S/n − R per task.
pub fn round_robin_starts_s(
    tasks: usize,
    servers: usize,
    interval_s: f64,
    first_s: f64,
    service_s: f64,
) -> Vec<f64> {
    let arrivals_s: Vec<f64> = (1..=tasks as u64)
        .map(|i| dispatch_s(i, interval_s, first_s))
        .collect();
    let picks: Vec<usize> = (1..=tasks as u64)
        .map(|i| round_robin_server(i, servers))
        .collect();
    starts_s(&arrivals_s, &picks, &vec![service_s; tasks])
}

/// The article's formula for weighted round robin as printed (s): T_i = (Σ_(j=1..n) W_j /
/// Σ_(j=1..i) W_i)·R + T.
///
/// The lower sum adds the same W_i i times, so it is i·W_i; i is both task and server, so for i >
/// n there is no W_i and no value.
pub fn weighted_printed_s(i: u64, weights: &[u32], interval_s: f64, first_s: f64) -> Option<f64> {
    let weight = *weights.get(usize::try_from(i).ok()?.checked_sub(1)?)?;
    Some(total(weights) / (i as f64 * f64::from(weight)) * interval_s + first_s)
}

/// The printed formula read as if its lower sum were W_1 + … + W_i (s); no value for i > n
/// either.
pub fn weighted_cumulative_s(
    i: u64,
    weights: &[u32],
    interval_s: f64,
    first_s: f64,
) -> Option<f64> {
    let i = usize::try_from(i)
        .ok()
        .filter(|i| (1..=weights.len()).contains(i))?;
    Some(total(weights) / total(&weights[..i]) * interval_s + first_s)
}

/// What holds for weighted turns: of `tasks` tasks, server j gets N_j ≈ m·W_j / ΣW.
pub fn weighted_tasks(tasks: u64, weights: &[u32], server: usize) -> f64 {
    tasks as f64 * f64::from(weights[server]) / total(weights)
}

/// What holds for weighted turns: the mean gap between tasks at server j is R·ΣW / W_j (s).
/// Probably what the article meant to print.
pub fn weighted_gap_s(weights: &[u32], server: usize, interval_s: f64) -> f64 {
    interval_s * total(weights) / f64::from(weights[server])
}

/// The largest arrival rate that weighted turns can bear (tasks/s): min_j μ_j·ΣW / W_j, μ in
/// tasks per second.
pub fn weighted_capacity_per_s(weights: &[u32], service_rates_per_s: &[f64]) -> f64 {
    let bears = weights
        .iter()
        .zip(service_rates_per_s)
        .map(|(&w, rate)| rate * total(weights) / f64::from(w));
    bears.fold(f64::INFINITY, f64::min)
}

/// The article's formula for least load as printed (s): T_i = min_j(L_j)·R + T, with the loads as
/// tasks in progress. None without servers.
pub fn least_load_printed_s(loads: &[f64], interval_s: f64, first_s: f64) -> Option<f64> {
    let least = loads.iter().copied().reduce(f64::min)?;
    Some(least * interval_s + first_s)
}

/// One task under least load.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeastLoad {
    /// When it arrives and is dispatched, A_i (s).
    pub arrival_s: f64,
    /// The least number of tasks in progress on any server just before.
    pub least_load: u32,
    /// The article's T_i with that number (s).
    pub printed_s: f64,
    /// The server picked, from 0: the first of those with the least.
    pub server: usize,
    /// When it starts: A_i plus the work left there (s).
    pub start_s: f64,
}

/// What holds for least load over `servers` equal servers when every task takes `service_s` and
/// arrivals are exactly R apart: dispatch at A_i to j* = argmin_j L_j(A_i⁻), start at A_i + work
/// left at j*. A task that ends just as another arrives no longer counts. Ties go to the first
/// server; the simulator's least connections lets them take turns, so that after the first n tasks
/// its servers and starts may differ from these.
pub fn least_load(
    tasks: usize,
    servers: usize,
    interval_s: f64,
    first_s: f64,
    service_s: f64,
) -> Vec<LeastLoad> {
    let mut ends_s: Vec<Vec<f64>> = vec![Vec::new(); servers];
    (1..=tasks as u64)
        .map(|i| {
            let arrival_s = dispatch_s(i, interval_s, first_s);
            for ends in &mut ends_s {
                ends.retain(|&end_s| end_s > arrival_s);
            }
            let server = (0..servers).min_by_key(|&j| ends_s[j].len()).unwrap_or(0);
            let least_load = ends_s[server].len() as u32;
            let start_s = ends_s[server].last().map_or(arrival_s, |&end_s| end_s);
            ends_s[server].push(start_s + service_s);
            let printed_s = f64::from(least_load) * interval_s + first_s;
            LeastLoad {
                arrival_s,
                least_load,
                printed_s,
                server,
                start_s,
            }
        })
        .collect()
}

/// What holds for the mean wait of a task that finds ℓ tasks at its server, with exponential
/// service at rate μ in order of arrival: ℓ/μ (s). The article's slope would be R; the two
/// agree only if R = 1/μ.
pub fn wait_behind_s(tasks_ahead: u32, service_rate_per_s: f64) -> f64 {
    f64::from(tasks_ahead) / service_rate_per_s
}

fn total(weights: &[u32]) -> f64 {
    weights.iter().map(|&w| f64::from(w)).sum()
}

/// The article's R and T, if arrivals have them.
fn interval_and_first(scenario: &Scenario) -> Result<(f64, f64), Reason> {
    let a = &scenario.arrivals;
    if a.pattern == Pattern::Fixed {
        Ok((1.0 / a.rate_per_s, a.start_s))
    } else {
        Err(Reason::new("fixed-arrivals-only"))
    }
}

/// The task at which printed and true part: the first that finds all servers visited, i = n + 1.
fn example_task(scenario: &Scenario) -> u64 {
    scenario.servers.len() as u64 + 1
}

pub(super) fn round_robin_answer(q: &Question) -> Result<Answer, Reason> {
    let (interval_s, first_s) = interval_and_first(q.scenario)?;
    let i = example_task(q.scenario);
    let filled = format!(
        "T_{i} = ({i} − 1) · {} + {}",
        show(interval_s),
        show(first_s)
    );
    Ok(Answer::number(
        "T_i = (i − 1)·R + T",
        filled,
        round_robin_printed_s(i, interval_s, first_s),
    )
    .kind(Kind::AsPrinted))
}

pub(super) fn weighted_answer(q: &Question) -> Result<Answer, Reason> {
    let (interval_s, first_s) = interval_and_first(q.scenario)?;
    let weights: Vec<u32> = q.scenario.servers.iter().map(|s| s.weight).collect();
    let values = (1..=weights.len() as u64)
        .filter_map(|i| weighted_printed_s(i, &weights, interval_s, first_s))
        .collect();
    let (sum, r, t) = (total(&weights), show(interval_s), show(first_s));
    let filled = |j: usize| format!("{sum} / ({} · {}) · {r} + {t}", j + 1, weights[j]);
    Ok(Answer::per_server("T_i = Σw / (i·w_i)·R + T, i ≤ n", filled, values).kind(Kind::AsPrinted))
}

pub(super) fn least_load_answer(q: &Question) -> Result<Answer, Reason> {
    let (interval_s, first_s) = interval_and_first(q.scenario)?;
    if q.scenario.balancer.strategy.id != StrategyId::LeastConnections {
        return Err(Reason::new("least-connections-only"));
    }
    in_order(q.scenario)?;
    conditions::no_rules(q.scenario)?;
    let n = q.scenario.servers.len();
    let equal = conditions::up(q.scenario).len() == n && conditions::alike(q.scenario, true);
    holds(equal, || Reason::new("unequal-machines"))?;
    // Up to this task the least load is the same however ties are broken.
    let i = example_task(q.scenario);
    let service_s = q.scenario.sizes.mean / q.scenario.servers[0].speed;
    let rows = least_load(i as usize, n, interval_s, first_s, service_s);
    let last = rows[i as usize - 1];
    let filled = format!(
        "T_{i} = {} · {} + {}",
        last.least_load,
        show(interval_s),
        show(first_s)
    );
    Ok(Answer::number("T_i = min_j(L_j)·R + T", filled, last.printed_s).kind(Kind::AsPrinted))
}

/// The start of the example task, with the picks made by the strategy itself: B_i = max(A_i,
/// completion of the task before it at its server).
pub(super) fn start_answer(q: &Question) -> Result<Answer, Reason> {
    let scenario = q.scenario;
    let (interval_s, first_s) = interval_and_first(scenario)?;
    in_order(scenario)?;
    conditions::no_rules(scenario)?;
    let counts = scenario.balancer.strategy.id == StrategyId::LeastConnections;
    let in_turn = q.shares.as_ref().is_ok_and(|shares| shares.by == By::Turns);
    holds(counts || in_turn, || Reason::new("turns-only"))?;
    let (i, up) = (example_task(scenario), conditions::up(scenario));
    let eligible = Mask::of(scenario.servers.len(), |j| up.contains(&j));
    let mut turns = Turns::new(scenario, &Population::new(&scenario.clients));
    let mut free_s = vec![f64::NEG_INFINITY; scenario.servers.len()];
    let mut ends: Vec<(f64, usize)> = Vec::new();
    let (mut arrival_s, mut before_s, mut start_s) = (first_s, f64::NEG_INFINITY, first_s);
    for k in 1..=i {
        arrival_s = dispatch_s(k, interval_s, first_s);
        ends.retain(|&(end_s, server)| {
            let done = end_s <= arrival_s;
            if done && up.len() > 1 {
                turns.finish(server);
            }
            !done
        });
        // A single server gets every task, be it later, when it asks for it.
        let server = match up[..] {
            [only] => only,
            _ => turns
                .pick(&Task::default(), eligible)
                .ok_or_else(|| Reason::new("nobody"))?,
        };
        before_s = free_s[server];
        start_s = before_s.max(arrival_s);
        free_s[server] = start_s + scenario.sizes.mean / scenario.servers[server].speed;
        ends.push((free_s[server], server));
    }
    let filled = if before_s.is_finite() {
        format!("B_{i} = max({}, {})", show(arrival_s), show(before_s))
    } else {
        format!("B_{i} = A_{i}")
    };
    Ok(Answer::number(
        "B_i = max(A_i, C_k), k: the task before i at its server",
        filled,
        start_s,
    ))
}

/// Tasks of one size are served one at a time in order of arrival, and none is delayed or turned
/// away before.
fn in_order(scenario: &Scenario) -> Result<(), Reason> {
    holds(scenario.sizes.cv() == 0.0, || Reason::new("constant-only"))?;
    conditions::unlimited_balancer(scenario)?;
    conditions::every_server(scenario, "one-slot", |s| s.slots == 1)?;
    conditions::every_server(scenario, "processor-sharing", |s| {
        s.service == Service::FirstCome
    })?;
    conditions::every_server(scenario, "bounded-queue", |s| s.queue.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const R: f64 = 2.0;
    const T: f64 = 10.0;

    fn close(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-9, "{got} against {expected}");
    }

    /// theory_tables.json, `article_formulas`: n = 3, R = 2, T = 10, S = 9.
    #[test]
    fn round_robin_as_printed_and_as_it_starts() {
        let printed: Vec<f64> = (1..=7).map(|i| round_robin_printed_s(i, R, T)).collect();
        assert_eq!(printed, [10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0]);
        let starts = round_robin_starts_s(9, 3, R, T, 9.0);
        assert_eq!(
            starts,
            [10.0, 12.0, 14.0, 19.0, 21.0, 23.0, 28.0, 30.0, 32.0]
        );
        assert_eq!(
            (1..=4)
                .map(|i| round_robin_server(i, 3))
                .collect::<Vec<_>>(),
            [0, 1, 2, 0]
        );
    }

    /// theory.md §1: a drift of S/n − R = 1 s per task.
    #[test]
    fn starts_drift_by_s_over_n_less_r() {
        let starts = round_robin_starts_s(3001, 3, R, T, 9.0);
        close(
            (starts[3000] - dispatch_s(3001, R, T)) / 3000.0,
            9.0 / 3.0 - R,
        );
        // Stable if S < n·R: nothing waits.
        assert_eq!(
            round_robin_starts_s(50, 3, R, T, 5.9).last(),
            Some(&dispatch_s(50, R, T))
        );
    }

    /// theory_tables.json, `article_formulas`: `WRR_literal`, `WRR_cumulative`,
    /// `WRR_equal_weights`.
    #[test]
    fn weighted_as_printed_ends_after_n() {
        let of = |weights: &[u32]| {
            (1..=4)
                .map(|i| weighted_printed_s(i, weights, R, T))
                .collect::<Vec<_>>()
        };
        assert_eq!(of(&[3, 2, 1]), [Some(14.0), Some(13.0), Some(14.0), None]);
        assert_eq!(of(&[1, 1, 1]), [Some(16.0), Some(13.0), Some(12.0), None]);
        let read: Vec<_> = (0..=4)
            .map(|i| weighted_cumulative_s(i, &[3, 2, 1], R, T))
            .collect();
        assert_eq!(read, [None, Some(14.0), Some(12.4), Some(12.0), None]);
        assert_eq!(weighted_printed_s(0, &[1], R, T), None);
    }

    /// theory.md §1: mean gaps 4, 6, 12 s for W = (3, 2, 1) and R = 2; capacity min_j
    /// μ_j·ΣW/W_j.
    #[test]
    fn weights_set_shares_and_gaps() {
        let w = [3, 2, 1];
        assert_eq!(
            [0, 1, 2].map(|j| weighted_gap_s(&w, j, R)),
            [4.0, 6.0, 12.0]
        );
        assert_eq!(
            [0, 1, 2].map(|j| weighted_tasks(12, &w, j)),
            [6.0, 4.0, 2.0]
        );
        assert_eq!(weighted_capacity_per_s(&w, &[1.0, 1.0, 1.0]), 2.0);
        assert_eq!(
            (1..=6).map(|i| dispatch_s(i, R, T)).collect::<Vec<_>>(),
            [10.0, 12.0, 14.0, 16.0, 18.0, 20.0]
        );
    }

    /// theory_tables.json, `least_load_S9`: arrival, min L, formula, start.
    #[test]
    fn least_load_as_printed_lies_before_the_arrival() {
        let expected = [
            (10.0, 0, 10.0, 10.0),
            (12.0, 0, 10.0, 12.0),
            (14.0, 0, 10.0, 14.0),
            (16.0, 1, 12.0, 19.0),
            (18.0, 1, 12.0, 21.0),
            (20.0, 1, 12.0, 28.0),
            (22.0, 1, 12.0, 30.0),
            (24.0, 0, 10.0, 24.0),
        ];
        let rows = least_load(8, 3, R, T, 9.0);
        for (row, (arrival_s, least, printed_s, start_s)) in rows.iter().zip(expected) {
            assert_eq!(
                (row.arrival_s, row.least_load, row.printed_s, row.start_s),
                (arrival_s, least, printed_s, start_s)
            );
            assert_eq!(
                least_load_printed_s(&[f64::from(least), 7.0], R, T),
                Some(printed_s)
            );
        }
        assert_eq!(least_load_printed_s(&[], R, T), None);
    }

    /// theory_tables.json, `jsq_mean_wait_given_minL_mu1` (simulated, n = 3, ρ = .9, μ = 1):
    /// within 1 %, where the article's slope is R = .370.
    #[test]
    fn the_wait_behind_l_tasks_is_l_over_mu() {
        for (ahead, simulated) in [(1, 0.996), (2, 2.007), (3, 3.005), (4, 4.007), (5, 4.98)] {
            assert!((wait_behind_s(ahead, 1.0) / simulated - 1.0).abs() < 0.01);
        }
    }

    #[test]
    fn the_band_of_poisson_arrivals_widens_with_the_root() {
        close(poisson_half_width_s(1, R), 0.0);
        close(poisson_half_width_s(101, R), 1.96 * 2.0 * 10.0);
        let (low, high) = poisson_dispatch_s(100, R, T);
        close((low + high) / 2.0, 210.0);
        close(high - low, 2.0 * 1.96 * 2.0 * 10.0);
    }
}
