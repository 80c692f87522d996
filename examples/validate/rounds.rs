//! Rounds: the longest of many tasks, and schedules.

use crate::Table;
use crate::queues::{Runs, poisson};
use crate::row::{Predicted, Row, Seen, rounding};
use crate::tables::{LONGEST, LPT};
use equipoise::balance::StrategyId;
use equipoise::scenario::{Arrivals, Pattern, Scenario, SizeLaw, Sizes};
use equipoise::theory::{PredictionId, barrier, schedules};

/// The tables of this file.
pub(crate) const TABLES: &[Table] = &[
    Table {
        title: "A training step: the longest of n times of mean 1",
        about: "H_n for exponential times, quadrature by other code for lognormal ones, with σ \
            of the logarithm. A scenario has at most 256 servers, so that n = 1024 is not run.",
        rows: longest_rows,
    },
    Table {
        title: "Schedules",
        about: "Graham (1969): the constructions are his. Predicted is the bound that they reach, \
            4/3 − 1/(3m) for the longest first and 2 − 1/m for a list times the best; or the \
            bounds for any list. Observed is what the library's schedulers do. Sizes in the \
            engine are drawn by chance, so that no run has these.",
        rows: schedule_rows,
    },
];

/// Training steps of `n` shards on `n` servers, one each.
fn steps(n: usize, sigma: Option<f64>) -> Scenario {
    let mut s = poisson(1.0, StrategyId::RoundRobin, &vec![1.0; n]);
    s.arrivals = Arrivals {
        pattern: Pattern::Steps,
        tasks: n as u32,
        ..Arrivals::default()
    };
    if let Some(sigma) = sigma {
        s.sizes = Sizes {
            law: SizeLaw::Lognormal,
            mean: 1.0,
            spread: libm::expm1(sigma * sigma).sqrt(),
        };
    }
    s
}

fn longest_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(sigma, places, published) in LONGEST {
        for (i, &published) in published.iter().enumerate() {
            let n = [1, 2, 4, 8, 16, 32, 64, 128, 256, 1024][i];
            let law = sigma.map_or("exponential".to_string(), |sigma| format!("σ = {sigma}"));
            let case = format!("{law}, n = {n}");
            rows.push(if n <= 256 {
                let scenario = steps(n, sigma);
                let runs = Runs::new(&scenario, (4000 * n as u64).min(256_000));
                runs.row(
                    case,
                    Predicted::of(&scenario, PredictionId::Step),
                    published,
                    rounding(places),
                    |o| o.round_mean_s,
                )
            } else {
                let n = n as u32;
                let predicted = sigma.map_or(barrier::exponential_s(n, 0.0, 1.0), |sigma| {
                    barrier::lognormal_s(n, 1.0, sigma)
                });
                Row::formula(case, Some(predicted), published, places)
            });
        }
    }
    rows
}

fn schedule_rows() -> Vec<Row> {
    let exact = |case: String, predicted, published, seen| {
        Row::number(
            case,
            Predicted::Exact(predicted),
            published,
            rounding(9),
            &Seen::Always(seen),
        )
    };
    let mut rows = Vec::new();
    for &(machines, jobs, longest_first, best) in LPT {
        let m = machines as f64;
        let seen = schedules::longest_first(jobs, machines);
        let case = format!("{} jobs, m = {machines}: longest first", jobs.len());
        rows.push(exact(
            case,
            (4.0 / 3.0 - 1.0 / (3.0 * m)) * best,
            longest_first,
            seen,
        ));
        let least = schedules::least_makespan(jobs, machines);
        rows.push(Row::formula(
            format!("{} jobs, m = {machines}: best", jobs.len()),
            Some(least),
            best,
            9,
        ));
    }
    for machines in [2, 3, 10] {
        let m = machines as f64;
        let mut jobs = vec![1.0; machines * (machines - 1)];
        jobs.push(m);
        let seen = schedules::list_schedule(&jobs, machines);
        let case = format!(
            "{} jobs of 1, then one of {m}, m = {machines}: list",
            jobs.len() - 1
        );
        rows.push(exact(case, (2.0 - 1.0 / m) * m, 2.0 * m - 1.0, seen));
    }
    for (machines, published) in [(2, 18.0), (3, 13.0)] {
        let jobs = [4.0, 5.0, 6.0, 7.0, 8.0];
        let (low, high) = schedules::list_schedule_bounds(30.0, 8.0, 1.0, 1.0, machines as f64);
        let seen = Seen::Always(schedules::list_schedule(&jobs, machines));
        let case = format!("4, 5, 6, 7, 8, m = {machines}: list");
        rows.push(Row::number(
            case,
            Predicted::Between(low, high),
            published,
            0.0,
            &seen,
        ));
    }
    rows
}
