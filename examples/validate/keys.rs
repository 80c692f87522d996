//! Shares by chance: balls into bins, and rings.

use crate::row::{Predicted, Row, Seen, rounding};
use crate::tables::{BALLS_EXACTLY, BALLS_MEAN, BALLS_TWO, RING_LARGEST, RING_POINTS};
use crate::{Table, each_seed};
use equipoise::balance::bare::{Bare, Case};
use equipoise::balance::{AnyStrategy, Draw, Explanation, Pick, Setup, StrategyConfig, StrategyId};
use equipoise::rng::{Purpose, Rng};
use equipoise::scenario::Clients;
use equipoise::theory::{balls, ring};
use equipoise::workload::Task;
use equipoise::workload::clients::Population;

/// The tables of this file.
pub(crate) const TABLES: &[Table] = &[
    Table {
        title: "As many balls as bins: the fullest bin",
        about: "One choice: the exact law, computed apart from this code. Two choices, with \
            replacement: Monte Carlo elsewhere, of 100,000, 20,000 and 10,000 trials, taken to be \
            within 3.3 standard errors; predicted from the fluid limit. Observed are the \
            library's strategies `random` and `two-choices` (draw `envoy`) with 256 servers and \
            256 tasks that do not end, 10,000 times; there are no more servers.",
        rows: balls_rows,
    },
    Table {
        title: "Consistent hashing: the largest share over the mean",
        about: "E[max of n Gamma(V, 1)]/V by other code, for V points to each of n servers. \
            Observed are 1000 rings of ten servers and 100 of a hundred, with addresses drawn by \
            chance, as nginx (`ketama`) and Envoy (`envoy-ring`) place the points; there are at \
            most 256 servers. With addresses in sequence (10.0.0.1 to 10.0.0.10) and V = 1, \
            ketama comes to 5.55 ± 0.10 in place of 2.93: CRC-32 is a checksum, and sets \
            addresses that differ by a digit at distances that are always the same.",
        rows: ring_rows,
    },
];

/// The number of tasks of the fullest of 256 servers after 256 tasks, 500 times.
fn fullest(config: &StrategyConfig, seed: u32) -> Vec<u32> {
    let weights = [1; 256];
    let fullest = |trial| {
        let seed = seed * 500 + trial;
        let case = Case {
            config: config.clone(),
            hold: true,
            seed,
            ..Case::new(config.id, &weights, 256)
        };
        let mut counts = [0; 256];
        for pick in case.picks().unwrap_or_default() {
            if let Pick::Server(server) = pick {
                counts[server] += 1;
            }
        }
        counts.into_iter().max().unwrap_or(0)
    };
    (0..500).map(fullest).collect()
}

/// For each seed the mean of something over its trials.
fn means(trials: &[Vec<u32>], of: impl Fn(u32) -> f64) -> Vec<f64> {
    trials
        .iter()
        .map(|t| t.iter().map(|&x| of(x)).sum::<f64>() / t.len() as f64)
        .collect()
}

fn balls_rows() -> Vec<Row> {
    let one = StrategyConfig {
        id: StrategyId::Random,
        ..StrategyConfig::default()
    };
    let two = StrategyConfig {
        id: StrategyId::TwoChoices,
        draw: Draw::Envoy,
        ..StrategyConfig::default()
    };
    let one = each_seed(|seed| fullest(&one, seed));
    let two = each_seed(|seed| fullest(&two, seed));
    let mut rows = Vec::new();
    for &(n, from, published) in BALLS_EXACTLY {
        for (k, &published) in (from..).zip(published) {
            let predicted = Predicted::Exact(balls::at_most(n, n, k) - balls::at_most(n, n, k - 1));
            let seen = means(&one, |x| f64::from(u8::from(x == k)));
            // The interval is Student's, which holds for a share that is seen often.
            let runs = if n == 256 && published > 0.01 {
                Seen::Runs(&seen, 0)
            } else {
                Seen::Nothing
            };
            rows.push(Row::number(
                format!("d = 1, n = {n}: P({k})"),
                predicted,
                published,
                rounding(4),
                &runs,
            ));
        }
    }
    for &(n, published) in BALLS_MEAN {
        let predicted = Predicted::Exact(balls::mean_largest(n, n));
        let seen = means(&one, f64::from);
        let runs = if n == 256 {
            Seen::Runs(&seen, 0)
        } else {
            Seen::Nothing
        };
        rows.push(Row::number(
            format!("d = 1, n = {n}: mean"),
            predicted,
            published,
            rounding(3),
            &runs,
        ));
    }
    let fluid = balls::fluid(2, 1.0);
    for &(n, trials, k, published) in BALLS_TWO {
        let give = 3.3 * (published * (1.0 - published) / trials).sqrt();
        let predicted = Predicted::Near(-libm::expm1(-f64::from(n) * fluid[k as usize]));
        let seen = means(&two, |x| f64::from(u8::from(x >= k)));
        let runs = if n == 256 {
            Seen::Runs(&seen, 0)
        } else {
            Seen::Nothing
        };
        rows.push(Row::number(
            format!("d = 2, n = {n}: P(at least {k})"),
            predicted,
            published,
            give,
            &runs,
        ));
    }
    rows
}

/// The largest share of the hashes that one of `n` servers has, over the mean.
fn largest_over_mean(config: &StrategyConfig, n: usize, cluster: u32) -> f64 {
    let mut rng = Rng::new(u64::from(cluster), Purpose::Choices(0));
    let mut address = || {
        let [a, b, c] = [(); 3].map(|()| rng.below(256));
        format!("10.{a}.{b}.{c}:8080")
    };
    let weights = vec![1; n];
    let addresses: Vec<String> = (0..n).map(|_| address()).collect();
    let population = Population::new(&Clients {
        clients: 1,
        urls: 1,
        tenants: 1,
        ..Clients::default()
    });
    let setup = Setup {
        weights: &weights,
        addresses: &addresses,
        population: &population,
        config,
        ways: None,
    };
    let bare = Bare::new(&weights);
    // The explanation of a pick lists each server's share.
    let mut why = Explanation::default();
    AnyStrategy::new(&setup).pick(&Task::default(), &bare.cluster(), &mut rng, &mut why);
    let shares = why
        .cells
        .iter()
        .skip(why.columns.len() - 1)
        .step_by(why.columns.len());
    n as f64 * shares.copied().fold(0.0, f64::max)
}

fn ring_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (n, published) in RING_LARGEST {
        for (&points, &published) in RING_POINTS.iter().zip(published) {
            let predicted = Some(ring::largest_over_mean(*n, points));
            let case = format!("n = {n}, V = {points}");
            if *n > 256 {
                rows.push(Row::formula(case, predicted, published, 4));
                continue;
            }
            let clusters = 500 / n;
            let of = |id| StrategyConfig {
                id,
                virtual_nodes: points,
                ring_size: points * n,
                ..StrategyConfig::default()
            };
            for config in [of(StrategyId::Ketama), of(StrategyId::EnvoyRing)] {
                let mean = |seed| {
                    let each = (0..clusters)
                        .map(|i| largest_over_mean(&config, *n as usize, seed * clusters + i));
                    each.sum::<f64>() / f64::from(clusters)
                };
                let case = format!("{case}: {}", config.id);
                let seen = each_seed(mean);
                let runs = Seen::Runs(&seen, 0);
                rows.push(Row::number(
                    case,
                    Predicted::exactly(predicted),
                    published,
                    rounding(4),
                    &runs,
                ));
            }
        }
    }
    rows
}
