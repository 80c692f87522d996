//! The published numbers, and the scenarios that they are about. To add a table: its numbers, and a line in [`rows`].

use super::Row;
use equipoise::balance::{StrategyConfig, StrategyId};
use equipoise::measure::Observed;
use equipoise::scenario::{Arrivals, Balancer, Pattern, Scenario, ServerConfig, SizeLaw, Sizes};

/// What cannot be held against a run, and why.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("SRPT, SJF, PSJF", "servers work first come, first served, or share; none serves small tasks first"),
    ("M/H2/c", "there is no hyperexponential law of sizes"),
    ("balls and bins, consistent hashing", "shares of keys, not runs: the library's own tests hold them"),
    ("LPT and list schedules", "jobs that are known beforehand: the library's own tests hold them"),
];

/// All rows.
pub fn rows() -> Vec<Row> {
    let response = |o: &Observed| o.response_mean_s;
    let mut rows = Vec::new();
    for &(c, load, published) in M_M_C {
        let mut s = poisson(load * f64::from(c), StrategyId::RoundRobin, &[1.0]);
        s.servers[0].slots = c;
        rows.push(row("M/M/c: mean response (Erlang 1917)", format!("c = {c}, ρ = {load}"), s, response, published));
    }
    for &(n, load, published) in E_N_M_1 {
        let s = poisson(load * n as f64, StrategyId::RoundRobin, &vec![1.0; n]);
        let table = "Round robin, E_n/M/1 at each server: mean response (Kleinrock 1975)";
        rows.push(row(table, format!("n = {n}, ρ = {load}"), s, response, published));
    }
    for &(load, published) in SHORTEST_OF_2 {
        let s = poisson(load * 2.0, StrategyId::LeastConnections, &[1.0; 2]);
        let table = "Shortest of two queues: mean response (Markov chain, solved)";
        rows.push(row(table, format!("ρ = {load}"), s, response, published));
    }
    for (speeds, weights, rate, published) in SPLITS {
        let mut s = poisson(*rate, StrategyId::WeightedRandom, speeds);
        s.servers.iter_mut().zip(*weights).for_each(|(server, weight)| server.weight = *weight);
        let table = "Random split over unequal servers: mean response (Buzen and Chen 1974)";
        rows.push(row(
            table,
            format!("μ = {speeds:?}, Λ = {rate}, w = {weights:?}"),
            s,
            response,
            published.to_owned(),
        ));
    }
    for &(c, load, published) in M_D_C {
        let mut s = poisson(load * f64::from(c), StrategyId::RoundRobin, &[1.0]);
        (s.servers[0].slots, s.sizes.law) = (c, SizeLaw::Constant);
        let wait = |o: &Observed| o.wait_mean_s;
        let row = row("M/D/c: mean wait (simulated elsewhere)", format!("c = {c}, ρ = {load}"), s, wait, published);
        rows.push(Row { uncertainty: 0.02, predicted_by: "wait", ..row });
    }
    let step = |o: &Observed| o.round_mean_s;
    for &(n, published) in LONGEST_EXPONENTIAL {
        let row =
            row("Training step, exponential times: mean of the longest", format!("n = {n}"), steps(n), step, published);
        rows.push(Row { predicted_by: "step", tasks: 4000 * n as u64, ..row });
    }
    for &(sigma, n, published) in LONGEST_LOGNORMAL {
        let mut s = steps(n);
        s.sizes = Sizes { law: SizeLaw::Lognormal, mean: 1.0, spread: libm::expm1(sigma * sigma).sqrt() };
        let table = "Training step, lognormal times: mean of the longest";
        let row = row(table, format!("σ = {sigma}, n = {n}"), s, step, published);
        rows.push(Row { predicted_by: "step", tasks: 4000 * n as u64, ..row });
    }
    if let Ok(id) = "two-choices".parse() {
        for &(load, published) in TWO_CHOICES_OF_100 {
            let s = poisson(load * 100.0, id, &[1.0; 100]);
            let table = "Two choices of a hundred: mean response (Mitzenmacher 2001, recalled)";
            let row = row(table, format!("ρ = {load}"), s, response, published);
            rows.push(Row { uncertainty: 0.003, predicted_by: "if-two-choices", ..row });
        }
    }
    rows
}

/// A row whose number is exact up to its rounding. At high load a run needs more tasks to say as much, and so it does
/// with many servers, each of which sees few.
fn row(table: &'static str, case: String, scenario: Scenario, of: fn(&Observed) -> f64, published: f64) -> Row {
    let tasks = if scenario.utilisation().is_some_and(|load| load > 0.85) { 400_000 } else { 100_000 };
    let tasks = tasks * scenario.servers.len().div_ceil(20) as u64;
    Row { table, case, scenario, tasks, of, predicted_by: "response", published, uncertainty: 1e-5 }
}

/// Poisson arrivals, exponential sizes of mean 1, and servers of these speeds.
fn poisson(rate_per_s: f64, id: StrategyId, speeds: &[f64]) -> Scenario {
    Scenario {
        arrivals: Arrivals { pattern: Pattern::Poisson, rate_per_s, ..Arrivals::default() },
        sizes: Sizes { law: SizeLaw::Exponential, mean: 1.0, spread: 1.0 },
        balancer: Balancer { strategy: StrategyConfig { id, ..StrategyConfig::default() }, ..Balancer::default() },
        servers: speeds.iter().map(|&speed| ServerConfig { speed, ..ServerConfig::default() }).collect(),
        ..Scenario::default()
    }
}

/// Training steps of `n` shards on `n` servers, one each.
fn steps(n: usize) -> Scenario {
    let mut s = poisson(1.0, StrategyId::RoundRobin, &vec![1.0; n]);
    s.arrivals = Arrivals { pattern: Pattern::Steps, tasks: n as u32, ..Arrivals::default() };
    s
}

/// Servers c at one queue, ρ, W at μ = 1.
const M_M_C: &[(u32, f64, f64)] = &[
    (1, 0.5, 2.0),
    (1, 0.8, 5.0),
    (1, 0.95, 20.0),
    (2, 0.5, 1.333333),
    (2, 0.8, 2.777778),
    (2, 0.95, 10.25641),
    (3, 0.5, 1.157895),
    (3, 0.8, 2.078652),
    (3, 0.95, 7.046723),
    (4, 0.5, 1.086957),
    (4, 0.8, 1.745541),
    (4, 0.95, 5.457095),
    (5, 0.5, 1.052149),
    (5, 0.8, 1.554113),
    (5, 0.95, 4.511196),
    (8, 0.5, 1.014761),
    (8, 0.8, 1.286028),
    (8, 0.95, 3.110422),
    (10, 0.5, 1.007221),
    (10, 0.8, 1.20459),
    (10, 0.95, 2.651171),
    (16, 0.5, 1.001127),
    (16, 0.8, 1.095276),
    (16, 0.95, 1.975241),
    (20, 0.5, 1.000373),
    (20, 0.8, 1.064019),
    (20, 0.95, 1.755401),
    (50, 0.5, 1.0),
    (50, 0.8, 1.008695),
    (50, 0.95, 1.251638),
    (100, 0.5, 1.0),
    (100, 0.8, 1.000982),
    (100, 0.95, 1.101291),
];

/// Servers n, ρ, W at μ = 1.
const E_N_M_1: &[(usize, f64, f64)] = &[
    (2, 0.5, 1.61803),
    (2, 0.8, 3.84398),
    (2, 0.95, 15.08573),
    (3, 0.5, 1.49373),
    (3, 0.8, 3.45942),
    (3, 0.95, 13.4478),
    (4, 0.5, 1.43252),
    (4, 0.8, 3.26738),
    (4, 0.95, 12.62888),
    (5, 0.5, 1.3962),
    (5, 0.8, 3.15226),
    (5, 0.95, 12.13755),
    (8, 0.5, 1.34237),
    (8, 0.8, 2.97973),
    (8, 0.95, 11.40059),
    (10, 0.5, 1.32464),
    (10, 0.8, 2.92227),
    (10, 0.95, 11.15495),
    (20, 0.5, 1.28954),
    (20, 0.8, 2.80744),
    (20, 0.95, 10.66368),
    (50, 0.5, 1.26874),
    (50, 0.8, 2.7386),
    (50, 0.95, 10.36893),
    (100, 0.5, 1.26186),
    (100, 0.8, 2.71566),
    (100, 0.95, 10.27068),
];

/// ρ, W at μ = 1.
const SHORTEST_OF_2: &[(f64, f64)] =
    &[(0.1, 1.01771), (0.3, 1.14403), (0.5, 1.42632), (0.7, 2.1082), (0.8, 2.95574), (0.9, 5.47491), (0.95, 10.48664)];

/// Speeds, weights, rate Λ, W: in proportion to the speeds, evenly, and as is best.
type Split = (&'static [f64], &'static [u32], f64, f64);
const SPLITS: &[Split] = &[
    (&[4.0, 1.0], &[4, 1], 1.0, 0.5),
    (&[4.0, 1.0], &[1, 1], 1.0, 1.14286),
    (&[4.0, 1.0], &[4, 1], 2.5, 0.8),
    (&[4.0, 1.0], &[14, 1], 2.5, 0.64),
    (&[4.0, 1.0], &[4, 1], 4.0, 2.0),
    (&[4.0, 1.0], &[5, 1], 4.0, 1.75),
    (&[4.0, 2.0, 1.0, 1.0], &[4, 2, 1, 1], 4.0, 1.0),
    (&[4.0, 2.0, 1.0, 1.0], &[966, 366, 100, 100], 4.0, 0.83211),
];

/// Servers c at one queue, ρ, mean wait.
const M_D_C: &[(u32, f64, f64)] = &[(5, 0.8, 0.2888), (10, 0.9, 0.335)];

/// Servers, H_n.
const LONGEST_EXPONENTIAL: &[(usize, f64)] =
    &[(2, 1.5), (4, 2.08333), (8, 2.71786), (16, 3.38073), (32, 4.0585), (64, 4.74389), (128, 5.43315), (256, 6.12434)];

/// σ of the logarithm, servers, the mean of the longest of as many with mean 1.
const LONGEST_LOGNORMAL: &[(f64, usize, f64)] = &[
    (0.1, 2, 1.0564),
    (0.1, 8, 1.1494),
    (0.1, 32, 1.2253),
    (0.1, 128, 1.2909),
    (0.25, 2, 1.1403),
    (0.25, 8, 1.4001),
    (0.25, 32, 1.6387),
    (0.25, 128, 1.8645),
    (0.5, 2, 1.2763),
    (0.5, 8, 1.8876),
    (0.5, 32, 2.5638),
    (0.5, 128, 3.3046),
    (1.0, 2, 1.5205),
    (1.0, 8, 3.0838),
    (1.0, 32, 5.4902),
    (1.0, 128, 8.9498),
];

/// ρ, W.
const TWO_CHOICES_OF_100: &[(f64, f64)] = &[(0.5, 1.2673), (0.8, 1.9585), (0.9, 2.6454)];
