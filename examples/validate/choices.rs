//! Several servers drawn for each task: published simulations and limits.

use crate::queues::{Runs, poisson, response};
use crate::row::{Predicted, Row, Seen};
use crate::tables::{GAST, SUPERMARKET_LIMIT, TWO_CHOICES, TWO_CHOICES_PUBLISHED};
use equipoise::balance::{Draw, StrategyId};
use equipoise::measure::Observed;
use equipoise::scenario::Scenario;
use equipoise::theory::supermarket;

/// d of n servers drawn for each task.
fn choices(n: usize, d: u32, load: f64, draw: Draw) -> Scenario {
    let mut s = poisson(load * n as f64, StrategyId::TwoChoices, &vec![1.0; n]);
    s.balancer.strategy.choices = d;
    s.balancer.strategy.draw = draw;
    s
}

fn choices_runs(d: u32, load: f64, draw: Draw) -> Runs {
    let tasks = if load > 0.95 {
        6_000_000
    } else if load > 0.85 {
        2_000_000
    } else {
        600_000
    };
    Runs::new(&choices(100, d, load, draw), tasks)
}

fn limit(d: u32, load: f64) -> Predicted {
    supermarket::response_s(d, load, 1.0).map_or(Predicted::Nothing, Predicted::Near)
}

pub(crate) fn published_choices_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(d, load, published) in TWO_CHOICES_PUBLISHED {
        rows.push(choices_runs(d, load, Draw::Distinct).row(
            format!("d = {d}, ρ = {load}"),
            limit(d, load),
            published,
            0.003 * published,
            response,
        ));
    }
    rows
}

pub(crate) fn choices_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(d, load, distinct, replaced) in TWO_CHOICES {
        let tolerance = if load > 0.95 { 0.015 } else { 0.003 };
        let mut add = |name, draw, predicted, published| {
            let case = format!("d = {d}, ρ = {load}, {name}");
            rows.push(choices_runs(d, load, draw).row(
                case,
                predicted,
                published,
                tolerance * published,
                response,
            ));
        };
        add("distinct", Draw::Distinct, limit(d, load), distinct);
        let draw = supermarket::Sampling::WithReplacement;
        let corrected = supermarket::known_response_s(d, draw, 100, load, 1.0)
            .map_or(limit(d, load), Predicted::Near);
        add("with replacement", Draw::Envoy, corrected, replaced);
    }
    rows
}

pub(crate) fn limit_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(d, load, published) in SUPERMARKET_LIMIT {
        let predicted = supermarket::response_s(d, load, 1.0);
        let case = format!("d = {d}, ρ = {load}");
        rows.push(Row::formula(case, predicted, published, 5));
    }
    rows
}

pub(crate) fn gast_rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for &(n, published) in GAST {
        let case = format!("n = {n}");
        let give = 0.003 * published;
        let corrected = supermarket::two_with_replacement_response_s(n, 0.9, 1.0);
        let predicted = corrected.map_or(Predicted::Nothing, |response_s| {
            Predicted::Near(0.9 * response_s)
        });
        rows.push(if n <= 100 {
            let runs = Runs::new(&choices(n as usize, 2, 0.9, Draw::Envoy), 1_000_000);
            let share = match n {
                10 => |o: &Observed| o.present_mean_tasks / 10.0,
                50 => |o: &Observed| o.present_mean_tasks / 50.0,
                _ => |o: &Observed| o.present_mean_tasks / 100.0,
            };
            runs.row(case, predicted, published, give, share)
        } else {
            Row::number(case, predicted, published, give, &Seen::Nothing)
        });
    }
    let response_s = supermarket::response_s(2, 0.9, 1.0);
    rows.push(Row::formula(
        "n → ∞",
        response_s.map(|x| 0.9 * x),
        2.352_651_639_591_488,
        12,
    ));
    rows
}
