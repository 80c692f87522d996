//! Queues, compared with formulas and runs.

use crate::row::{Predicted, Row, Seen, rounding};
use crate::tables::{E_N_M_1, M_D_C, M_M_C, SHORTEST_OF_2, SPLITS, WAIT_BEHIND};
use crate::{Table, choices, each_seed};
use equipoise::balance::{StrategyConfig, StrategyId};
use equipoise::measure::{Observed, observe};
use equipoise::scenario::{Arrivals, Balancer, Pattern, Scenario, ServerConfig, SizeLaw, Sizes};
use equipoise::sim::{Engine, Probe};
use equipoise::theory::article::wait_behind_s;
use equipoise::theory::{PredictionId, gim1, jsq, mmc, splits, two_moments};
use equipoise::workload::Task;

/// The tables of this file.
pub(crate) const TABLES: &[Table] = &[
    Table {
        title: "M/M/c",
        about: "Erlang (1917). The numbers were computed apart from this code, to six decimals, \
            μ = 1. B, C and L_q stand in one row: B, as nothing is lost here, and C are not \
            observed.",
        rows: mmc_rows,
    },
    Table {
        title: "Round robin: E_n/M/1 at each server",
        about: "Kleinrock (1975), vol. I, §6.4. Roots computed apart from this code, μ = 1.",
        rows: turns_rows,
    },
    Table {
        title: "Join the shortest of two queues",
        about: "The Markov chain, cut off and solved by other code, μ = 1.",
        rows: shortest_rows,
    },
    Table {
        title: "A random split over unequal servers",
        about: "Buzen and Chen (1974): mean response if split in proportion to the speeds, \
            evenly, and as is best. The closed form was checked against a Nelder–Mead search.",
        rows: split_rows,
    },
    Table {
        title: "Allen and Cunneen's approximation",
        about: "Mean wait, μ = 1. The waits were simulated elsewhere, 1.35 million tasks each, \
            and are taken to be within 2 %. M/H2/10 is not run: there is no hyperexponential law \
            of sizes.",
        rows: allen_cunneen_rows,
    },
    Table {
        title: "The supermarket model at n = 100, as published",
        about: "Mitzenmacher (2001), Table 1: mean response with d distinct servers drawn, μ = \
            1. **Recalled**: these numbers are quoted from memory, as the original could not be \
            read; they agree with simulations made elsewhere. The prediction is the limit for n \
            → ∞. Tolerance 0.3 %.",
        rows: choices::published_choices_rows,
    },
    Table {
        title: "The supermarket model at n = 100, simulated elsewhere",
        about: "Mean response, d drawn distinct or with replacement. Tolerance 0.3 % up to ρ = \
            0.95, 1.5 % at 0.99. The prediction is the limit for n → ∞, with Gast's \
            correction for n at d = 2 with replacement.",
        rows: choices::choices_rows,
    },
    Table {
        title: "The supermarket model, limit for n → ∞",
        about: "T_d = Σ ρ^((d^i − d)/(d − 1)), summed by other code.",
        rows: choices::limit_rows,
    },
    Table {
        title: "Two choices at ρ = 0.9: tasks at a server",
        about: "Gast (2017), Table 1, from the output of the author's notebook; drawn with \
            replacement. Simulated there, and taken to be within 0.3 %. A scenario has at most \
            256 servers, so that larger n are not run. The correction is 1.7 % low at n = 10.",
        rows: choices::gast_rows,
    },
    Table {
        title: "Wait behind ℓ tasks, least connections",
        about: "Three servers, ρ = 0.9, μ = 1: mean wait of the tasks that found ℓ at their \
            server. Simulated elsewhere, taken to be within 1 %. The article's formula would have \
            a slope of 0.37 s a task.",
        rows: wait_rows,
    },
];

/// Poisson arrivals, exponential sizes of mean 1, and servers of these speeds.
pub(crate) fn poisson(rate_per_s: f64, id: StrategyId, speeds: &[f64]) -> Scenario {
    Scenario {
        arrivals: Arrivals {
            pattern: Pattern::Poisson,
            rate_per_s,
            ..Arrivals::default()
        },
        sizes: Sizes {
            law: SizeLaw::Exponential,
            mean: 1.0,
            spread: 1.0,
        },
        balancer: Balancer {
            strategy: StrategyConfig {
                id,
                ..StrategyConfig::default()
            },
            ..Balancer::default()
        },
        servers: speeds
            .iter()
            .map(|&speed| ServerConfig {
                speed,
                ..ServerConfig::default()
            })
            .collect(),
        ..Scenario::default()
    }
}

/// A run of a scenario with each seed.
pub(crate) struct Runs(Vec<Observed>);

impl Runs {
    /// Runs that end when this many tasks have left the system.
    pub(crate) fn new(scenario: &Scenario, tasks: u64) -> Self {
        Self(each_seed(|seed| {
            observe(
                &Scenario {
                    seed,
                    ..scenario.clone()
                },
                tasks,
            )
        }))
    }

    /// At high load a run needs more tasks to say as much, and so it does with many servers, each
    /// of which sees few.
    fn of(scenario: &Scenario) -> Self {
        let tasks = if scenario.utilisation().is_some_and(|load| load > 0.85) {
            800_000
        } else {
            200_000
        };
        Self::new(scenario, tasks * scenario.servers.len().div_ceil(20) as u64)
    }

    /// A row of one of their numbers.
    pub(crate) fn row(
        &self,
        case: impl Into<String>,
        predicted: Predicted,
        published: f64,
        give: f64,
        of: fn(&Observed) -> f64,
    ) -> Row {
        let values: Vec<f64> = self.0.iter().map(of).collect();
        let short = self.0.iter().filter(|run| run.too_short.is_some()).count();
        Row::number(
            case,
            predicted,
            published,
            give,
            &Seen::Runs(&values, short),
        )
    }
}

/// The mean response of a run (s).
pub(crate) fn response(o: &Observed) -> f64 {
    o.response_mean_s
}

fn mmc_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(c, load, [b, chance, wait, mean, waiting, present]) in M_M_C {
        let rate = load * f64::from(c);
        let mut s = poisson(rate, StrategyId::RoundRobin, &[1.0]);
        s.servers[0].slots = c;
        let runs = Runs::of(&s);
        let case = |what: &str| format!("c = {c}, ρ = {load}: {what}");
        let mut add = |what, id, published, of| {
            rows.push(runs.row(
                case(what),
                Predicted::of(&s, id),
                published,
                rounding(6),
                of,
            ));
        };
        add("W", PredictionId::Response, mean, response);
        add("W_q", PredictionId::Wait, wait, |o| o.wait_mean_s);
        add("L", PredictionId::Present, present, |o| {
            o.present_mean_tasks
        });
        let got = mmc::Mmc::new(c, rate, 1.0)
            .map(|q| [mmc::erlang_b(c, rate), q.wait_chance, rate * q.wait_s()]);
        rows.push(Row::list(
            case("B, C, L_q"),
            &got.unwrap_or_default(),
            &[b, chance, waiting],
            6,
            None,
        ));
    }
    let got = [mmc::erlang_b(30, 25.0), mmc::erlang_b(10, 5.0)].into_iter();
    let got: Vec<f64> = got
        .chain(
            [(30, 25.0), (11, 10.0), (14, 10.0)]
                .iter()
                .filter_map(|&(c, a)| mmc::erlang_c(c, a)),
        )
        .collect();
    let published = [
        0.05260317222814062,
        0.01838457033664814,
        0.2498931668869066,
        0.6821182046893323,
        0.17413193359504991,
    ];
    rows.push(Row::list(
        "B(30, 25), B(10, 5), C(30, 25), C(11, 10), C(14, 10)",
        &got,
        &published,
        14,
        None,
    ));
    rows
}

fn turns_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(n, load, sigma, published) in E_N_M_1 {
        let s = poisson(load * n as f64, StrategyId::RoundRobin, &vec![1.0; n]);
        let predicted = Predicted::of(&s, PredictionId::Response);
        rows.push(Runs::of(&s).row(
            format!("n = {n}, ρ = {load}: W"),
            predicted,
            published,
            rounding(5),
            response,
        ));
        let gaps = gim1::Gaps::Poisson(load * n as f64);
        rows.push(Row::formula(
            format!("n = {n}, ρ = {load}: σ"),
            gim1::root(&gaps, n as u32, 1.0),
            sigma,
            6,
        ));
    }
    rows
}

fn shortest_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(load, published) in SHORTEST_OF_2 {
        let s = poisson(load * 2.0, StrategyId::LeastConnections, &[1.0; 2]);
        let predicted = Predicted::exactly(jsq::two_servers_response_s(2.0 * load, 1.0));
        let case = format!("ρ = {load}");
        rows.push(Runs::of(&s).row(case, predicted, published, rounding(5), response));
    }
    rows
}

fn split_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(speeds, weights, rate, published) in SPLITS {
        // A server that gets nothing is not there.
        let with = weights.iter().filter(|w| **w > 0).count();
        let mut s = poisson(rate, StrategyId::WeightedRandom, &speeds[..with]);
        s.servers
            .iter_mut()
            .zip(weights)
            .for_each(|(server, weight)| server.weight = *weight);
        let case = format!("μ = {speeds:?}, Λ = {rate}, weights {weights:?}");
        rows.push(Runs::of(&s).row(
            case,
            Predicted::of(&s, PredictionId::Response),
            published,
            rounding(5),
            response,
        ));
    }
    for (speeds, rate, published) in [
        (&[4.0, 1.0][..], 1.0, &[1.0, 0.0][..]),
        (&[4.0, 1.0], 2.5, &[2.33333, 0.16667]),
        (&[4.0, 1.0], 4.0, &[3.33333, 0.66667]),
    ] {
        let rates = splits::optimal(rate, speeds).unwrap_or_default().0;
        rows.push(Row::list(
            format!("μ = {speeds:?}, Λ = {rate}: best rates"),
            &rates,
            published,
            5,
            None,
        ));
    }
    let rates = splits::optimal(4.0, &[4.0, 2.0, 1.0, 1.0])
        .unwrap_or_default()
        .0;
    let published = [2.5224, 0.9552, 0.2612, 0.2612];
    rows.push(Row::list(
        "μ = [4.0, 2.0, 1.0, 1.0], Λ = 4: best rates",
        &rates,
        &published,
        4,
        None,
    ));
    rows
}

fn allen_cunneen_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(c, load, published) in M_D_C {
        let mut s = poisson(load * f64::from(c), StrategyId::RoundRobin, &[1.0]);
        s.servers[0].slots = c;
        s.sizes.law = SizeLaw::Constant;
        let case = format!("M/D/{c}, ρ = {load}: simulated");
        let predicted = Predicted::of(&s, PredictionId::Wait);
        rows.push(
            Runs::of(&s).row(case, predicted, published, 0.02 * published, |o| {
                o.wait_mean_s
            }),
        );
    }
    let formula =
        |c, load, cv2| two_moments::allen_cunneen_wait_s(c, load * f64::from(c), 1.0, 1.0, cv2);
    let near = formula(10, 0.8, 4.0).map_or(Predicted::Nothing, Predicted::Near);
    rows.push(Row::number(
        "M/H2/10, ρ = 0.8, C² = 4: simulated",
        near,
        0.4264,
        0.0,
        &Seen::Nothing,
    ));
    for (case, c, load, cv2, published) in [
        ("M/D/5, ρ = 0.8: approximation", 5, 0.8, 0.0, 0.2771),
        ("M/D/10, ρ = 0.9: approximation", 10, 0.9, 0.0, 0.3344),
        (
            "M/H2/10, ρ = 0.8, C² = 4: approximation",
            10,
            0.8,
            4.0,
            0.5115,
        ),
    ] {
        rows.push(Row::formula(case, formula(c, load, cv2), published, 4));
    }
    rows
}

/// Sums of waits by the number of tasks found.
#[derive(Default)]
struct Waits {
    sums: [(f64, u64); 6],
}

impl Probe for Waits {
    fn started(&mut self, task: &Task) {
        if let Some((sum, count)) = self.sums.get_mut(task.rank as usize - 1) {
            *sum += task.started_s - task.arrival_s;
            *count += 1;
        }
    }
}

fn wait_rows() -> Vec<Row> {
    let waits = each_seed(|seed| {
        let scenario = Scenario {
            seed,
            ..poisson(2.7, StrategyId::LeastConnections, &[1.0; 3])
        };
        let mut waits = Waits::default();
        Engine::new(&scenario).run_until(100_000.0, &mut waits);
        waits.sums
    });
    let mut rows = Vec::new();
    for &(found, published) in WAIT_BEHIND {
        let means: Vec<f64> = waits
            .iter()
            .map(|w| w[found as usize])
            .map(|(sum, count)| sum / count as f64)
            .collect();
        rows.push(Row::number(
            format!("ℓ = {found}"),
            Predicted::Exact(wait_behind_s(found, 1.0)),
            published,
            0.01 * published,
            &Seen::Runs(&means, 0),
        ));
    }
    rows
}
