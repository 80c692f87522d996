//! The article's three formulas for T_i, as printed in its §3.4, and beside each the law that
//! holds.
//!
//! Tasks are counted from i = 1 and servers from 0. R = `interval_s` is the time between arrivals
//! and T = `first_s` the time of the first arrival, both in seconds. The laws that hold assume a
//! balancer that decides without delay.

mod answers;

pub(crate) use answers::{least_load_answer, round_robin_answer, start_answer, weighted_answer};

/// A_i = T + (i − 1)·R (s): when the i-th task arrives and is dispatched, if arrivals are
/// exactly R apart.
///
/// It holds for every strategy; the article prints it as round robin's.
pub fn dispatch_s(i: u64, interval_s: f64, first_s: f64) -> f64 {
    first_s + (i as f64 - 1.0) * interval_s
}

/// The article's formula for round robin as printed: T_i = (i − 1)·R + T (s).
pub fn round_robin_printed_s(i: u64, interval_s: f64, first_s: f64) -> f64 {
    (i as f64 - 1.0) * interval_s + first_s
}

/// (i − 1) mod n: the server of the i-th task under round robin over n = `servers` servers, from
/// 0.
pub fn round_robin_server(i: u64, servers: usize) -> usize {
    ((i - 1) % servers as u64) as usize
}

/// 1.96·R·√(i − 1) (s): the half-width of the 95 % band around T_i = T + (i − 1)·R for
/// Poisson arrivals whose first was observed at T. The sum of i − 1 exponential gaps has standard
/// deviation R·√(i − 1); the normal approximation is good from about i = 10 on.
pub fn poisson_half_width_s(i: u64, interval_s: f64) -> f64 {
    1.96 * interval_s * (i as f64 - 1.0).sqrt()
}

/// B_i = max(A_i, completion of the task before it on the same server) (s): when tasks begin
/// service, on servers with one slot that serve in order of arrival. Lindley's recursion, server by
/// server.
///
/// `picks` are the servers in order of arrival; `service_s` is each task's service time on its
/// server (s).
pub fn starts_s(arrivals_s: &[f64], picks: &[usize], service_s: &[f64]) -> Vec<f64> {
    let mut free_s = vec![f64::NEG_INFINITY; picks.iter().max().map_or(0, |m| m + 1)];
    arrivals_s
        .iter()
        .zip(picks)
        .zip(service_s)
        .map(|((&arrival_s, &server), &service_s)| {
            let start_s = free_s[server].max(arrival_s);
            free_s[server] = start_s + service_s;
            start_s
        })
        .collect()
}

/// What holds for round robin over n = `servers` equal servers when every task takes
/// S = `service_s`: B_i = max(A_i, B_(i−n) + S) (s), for the first `tasks` tasks. Each server's
/// gap is n·R, so that the starts keep up if S < n·R; else they fall behind the formula by
/// S/n − R per task.
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

/// The article's formula for weighted round robin as printed (s):
/// T_i = (Σ_(j=1..n) W_j / Σ_(j=1..i) W_i)·R + T.
///
/// The lower sum adds the same W_i i times, so it is i·W_i; i is both task and server, so that
/// there is no W_i and no value for i > n.
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

/// What holds for least load over equal servers when every task takes `service_s` and arrivals are
/// exactly R apart: dispatch at A_i to j* = argmin_j L_j(A_i⁻), start at A_i plus the work left
/// at j*.
///
/// A task that ends just as another arrives no longer counts. Ties go to the first server; the
/// simulator's least connections breaks them in turn, so that after the first n tasks its servers
/// and starts may differ from these.
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

/// ℓ/μ (s): the mean wait of a task that finds ℓ tasks at its server, with exponential service
/// at rate μ in order of arrival. The article's slope would be R; the two agree only if R = 1/μ.
pub fn wait_behind_s(tasks_ahead: u32, service_rate_per_s: f64) -> f64 {
    f64::from(tasks_ahead) / service_rate_per_s
}

fn total(weights: &[u32]) -> f64 {
    weights.iter().map(|&w| f64::from(w)).sum()
}

#[cfg(test)]
mod tests;
