//! Formulas of which the engine has no model, and the article's.

use crate::Table;
use crate::row::{Predicted, Row, Seen};
use crate::tables::{BATCHING, SMALL_FIRST};
use equipoise::balance::bare::{Case, letters_for};
use equipoise::balance::{StrategyConfig, StrategyId};
use equipoise::scenario::presets;
use equipoise::sim::{Engine, Probe};
use equipoise::theory::replicas::Requests;
use equipoise::theory::replicas::oracle::Oracle;
use equipoise::theory::{article, batching, small_first};
use equipoise::workload::Task;

/// The tables of this file.
pub(crate) const TABLES: &[Table] = &[
    Table {
        title: "The article's formulas",
        about: "R = 2, T = 10, three servers, S = 9 where tasks take time; worked out by hand and \
            by other code. Observed is the scene `article-formulas`; in `article-least-load` ties \
            go by chance, so that its starts are others.",
        rows: article_rows,
    },
    Table {
        title: "Small tasks first: M/M/1 by SRPT, SJF and PSJF",
        about: "Schrage and Miller (1966): quadrature by other code; SRPT was simulated too. Not \
            run: servers work first come, first served, or share; none looks for the smallest \
            task.",
        rows: small_first_rows,
    },
    Table {
        title: "Dynamic batching",
        about: "Inoue (2021): a Markov chain solved by other code. Not run: a server takes tasks \
            one by one, not in batches.",
        rows: batching_rows,
    },
    Table {
        title: "A loop of users of a language model",
        about: "NVIDIA's closed form (aiconfigurator, queueing model), for one user with 1,024 \
            prompt and 64 output tokens and the timing of the source's own tests, in ms; worked \
            out by hand. Not run: no replica has that timing.",
        rows: closed_form_rows,
    },
    Table {
        title: "Prequal's defaults",
        about: "Wydrowski and others (2024), read at second hand, in reimplementations.",
        rows: prequal_rows,
    },
];

/// When tasks began.
#[derive(Default)]
struct Starts {
    seconds: Vec<f64>,
}

impl Probe for Starts {
    fn started(&mut self, task: &Task) {
        // In the order of the tasks, not of time.
        let place = task.number as usize;
        self.seconds
            .resize(self.seconds.len().max(place + 1), f64::NAN);
        self.seconds[place] = task.started_s;
    }
}

/// The first starts in the article's scene.
fn starts(tasks: usize) -> Vec<f64> {
    let mut starts = Starts::default();
    if let Some(scenario) = presets::find("article-formulas") {
        Engine::new(&scenario).run_until(60.0, &mut starts);
    }
    starts
        .seconds
        .into_iter()
        .filter(|s| !s.is_nan())
        .take(tasks)
        .collect()
}

fn article_rows() -> Vec<Row> {
    let r = 2.0;
    let t = 10.0;
    let all = |of: &dyn Fn(u64) -> Option<f64>, n| (1..=n).filter_map(of).collect::<Vec<f64>>();
    let list =
        |case, predicted: &[f64], published: &[f64]| Row::list(case, predicted, published, 9, None);
    let printed = all(&|i| Some(article::round_robin_printed_s(i, r, t)), 7);
    let begun = article::round_robin_starts_s(9, 3, r, t, 9.0);
    let published = [10.0, 12.0, 14.0, 19.0, 21.0, 23.0, 28.0, 30.0, 32.0];
    let weights = [3, 2, 1];
    let literal = all(&|i| article::weighted_printed_s(i, &weights, r, t), 9);
    let cumulative = all(&|i| article::weighted_cumulative_s(i, &weights, r, t), 9);
    let equal = all(&|i| article::weighted_printed_s(i, &[1; 3], r, t), 9);
    let dispatch = all(&|i| Some(article::dispatch_s(i, r, t)), 6);
    let rows = article::least_load(8, 3, r, t, 9.0);
    let least: Vec<f64> = rows.iter().map(|row| f64::from(row.least_load)).collect();
    let formula: Vec<f64> = rows.iter().map(|row| row.printed_s).collect();
    let began: Vec<f64> = rows.iter().map(|row| row.start_s).collect();
    let least_load_starts = [10.0, 12.0, 14.0, 19.0, 21.0, 28.0, 30.0, 24.0];
    let picks = letters_for(&Case::new(StrategyId::SmoothWrr, &weights, 6));
    let picks: Vec<f64> = picks
        .bytes()
        .filter(u8::is_ascii_lowercase)
        .map(|b| f64::from(b - b'a' + 1))
        .collect();
    vec![
        list(
            "round robin: T_i as printed",
            &printed,
            &[10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0],
        ),
        Row::list(
            "round robin: starts",
            &begun,
            &published,
            9,
            Some(&starts(9)),
        ),
        list(
            "weights 3, 2, 1: T_i as printed",
            &literal,
            &[14.0, 13.0, 14.0],
        ),
        list(
            "weights 3, 2, 1: read as a cumulative sum",
            &cumulative,
            &[14.0, 12.4, 12.0],
        ),
        list(
            "weights 1, 1, 1: T_i as printed",
            &equal,
            &[16.0, 13.0, 12.0],
        ),
        list(
            "weights 3, 2, 1: dispatch",
            &dispatch,
            &[10.0, 12.0, 14.0, 16.0, 18.0, 20.0],
        ),
        list(
            "weights 3, 2, 1: servers in turn, smooth",
            &picks,
            &[1.0, 2.0, 1.0, 3.0, 2.0, 1.0],
        ),
        list(
            "least load: min L",
            &least,
            &[0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        ),
        list(
            "least load: T_i as printed",
            &formula,
            &[10.0, 10.0, 10.0, 12.0, 12.0, 12.0, 12.0, 10.0],
        ),
        list(
            "least load: starts, ties to the first",
            &began,
            &least_load_starts,
        ),
    ]
}

fn small_first_rows() -> Vec<Row> {
    use small_first::Order::{PreemptiveShortestJob, ShortestJob, ShortestRemaining};
    let row = |&(load, published): &(f64, [f64; 3])| {
        let orders = [ShortestRemaining, ShortestJob, PreemptiveShortestJob];
        let got: Vec<f64> = orders
            .iter()
            .filter_map(|&o| small_first::mm1_response_s(o, load, 1.0))
            .collect();
        Row::list(
            format!("ρ = {load}: SRPT, SJF, PSJF"),
            &got,
            &published,
            4,
            None,
        )
    };
    SMALL_FIRST.iter().map(row).collect()
}

fn batching_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &([each_s, setup_s, load], [response, batch, low, high]) in BATCHING {
        let time = batching::BatchTime { each_s, setup_s };
        let rate = load / each_s;
        let mean = time.mean_batch(rate);
        let case = format!("α = {each_s}, τ₀ = {setup_s}, λα = {load}");
        let (phi0, phi1) = time.response_bounds_s(rate).unwrap_or_default();
        let got = [
            mean.and_then(|mean| time.response_s(rate, mean))
                .unwrap_or_default(),
            phi0,
            phi1,
        ];
        rows.push(Row::list(
            format!("{case}: W, φ₀, φ₁"),
            &got,
            &[response, low, high],
            4,
            None,
        ));
        rows.push(Row::formula(format!("{case}: E[B]"), mean, batch, 3));
    }
    rows
}

fn prequal_rows() -> Vec<Row> {
    let c = StrategyConfig::default();
    let got = [f64::from(c.probes), c.probe_ttl_s, c.hot_quantile];
    vec![Row::list(
        "probes to a pick, s that an answer is used, hot quantile",
        &got,
        &[3.0, 1.0, 0.8409],
        2,
        None,
    )]
}

/// In ms: a prompt takes 12 + 0.016·t + 5·10⁻⁷·t², a decoding request 3.06 +
/// 0.0011·context.
fn closed_form_rows() -> Vec<Row> {
    let requests = Requests {
        own: 1024.0,
        own_cv: 0.0,
        prefix: 0.0,
        output: 64.0,
        output_cv: 0.0,
    };
    let form = Oracle::new(1.0, &requests, 1024.0, 8192.0, |prompt, decoding| {
        let context = 1024.0 + 32.0;
        let of_prompt = match prompt > 0.0 {
            true => 12.0 + 0.016 * prompt + 5e-7 * prompt * prompt,
            false => 0.0,
        };
        of_prompt + decoding * (3.06 + 0.0011 * context)
    });
    let latency = form.ttft_s() + 63.0 * form.itl_mean_s();
    [
        ("time to first token", form.ttft_s(), 28.908288),
        ("mean time between tokens", form.itl_mean_s(), 4.2216),
        ("to the last token", latency, 294.869088),
    ]
    .map(|(case, predicted, published)| {
        Row::number(
            case,
            Predicted::Exact(predicted),
            published,
            1e-6,
            &Seen::Nothing,
        )
    })
    .into()
}
