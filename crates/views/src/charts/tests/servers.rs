//! Charts of what each server got, and when.

use super::*;
use crate::charts::assignment::{assignment, residual, starts};
use crate::charts::load::load;
use crate::charts::shares::shares;
use crate::plot::{Form, Role, Ticks, legend, table};
use equipoise_engine::balance::{StrategyConfig, StrategyId};

/// A batch decides 24 times at the same moment: the time alone does not tell what is past.
#[test]
fn decisions_of_the_same_moment_are_told_apart() {
    let run = steps("preprocessing", 5);
    let chart = assignment(&run, &key);
    assert_eq!(series(&chart, "charts.observed").points.len(), 5);
    let chart = load(&run, &key);
    let last: f64 = chart
        .series
        .iter()
        .filter(|s| s.form == Form::Step)
        .filter_map(|s| Some(s.points.last()?.y))
        .sum();
    assert_eq!(last, 5.0);
}

#[test]
fn shares_are_bars_with_dashed_predictions() {
    let chart = shares(&steps("weights", 7), &key);
    let shares: Vec<f64> = series(&chart, "charts.observed")
        .points
        .iter()
        .map(|p| p.y)
        .collect();
    assert_eq!(shares, [5.0 / 7.0, 1.0 / 7.0, 1.0 / 7.0]);
    assert_eq!(series(&chart, "charts.predicted").points.len(), 3);
    assert_eq!(chart.no_prediction, None);
    assert_eq!(table(&chart).rows.len(), 3);
}

#[test]
fn shares_after_a_change_count_from_the_change() {
    let mut run = played("weights", 10.0);
    let mut scenario = run.scenario().clone();
    scenario.balancer.strategy = StrategyConfig {
        id: StrategyId::RoundRobin,
        ..StrategyConfig::default()
    };
    run.timeline.change(scenario);
    run.predict();
    run.timeline.play(6.0, u64::MAX);
    let chart = shares(&run, &key);
    let shares: Vec<f64> = series(&chart, "charts.observed")
        .points
        .iter()
        .map(|p| p.y)
        .collect();
    assert!(
        shares.iter().all(|s| (s - 1.0 / 3.0).abs() < 1e-9),
        "{shares:?}"
    );
    assert_eq!(chart.notes, ["charts.shares.since_change"]);
}

#[test]
fn where_the_load_decides_there_is_a_reason_instead_of_a_share() {
    let chart = shares(&played("least-response-time", 10.0), &key);
    assert!(
        chart.no_prediction.is_some() && chart.series.iter().all(|s| s.role == Role::Observation)
    );
}

#[test]
fn fixed_arrivals_are_assigned_as_the_article_says() {
    let run = steps("article-formulas", 9);
    let chart = assignment(&run, &key);
    let law = series(&chart, "charts.assignment.law");
    for p in &series(&chart, "charts.observed").points {
        assert!(
            law.points
                .iter()
                .any(|q| q.x == p.x && (q.y - p.y).abs() < 1e-9)
        );
    }
    let begun: Vec<f64> = series(&starts(&run, &key), "charts.starts.observed")
        .points
        .iter()
        .map(|p| p.y)
        .collect();
    assert_eq!(begun[..5], [10.0, 12.0, 14.0, 19.0, 21.0]);
}

#[test]
fn the_weighted_formula_ends_at_the_last_server() {
    let chart = assignment(&steps("weights", 9), &key);
    let printed = series(&chart, "charts.assignment.weighted");
    assert_eq!(
        printed.points.iter().map(|p| p.x).collect::<Vec<_>>(),
        [1.0, 2.0, 3.0]
    );
    assert_eq!(
        printed.label.as_deref(),
        Some("charts.assignment.undefined")
    );
}

/// Task 4 arrives at 16 to a task on every server; the formula says 12, before the task exists.
#[test]
fn the_least_load_formula_puts_task_4_before_its_arrival() {
    let chart = assignment(&steps("article-least-load", 6), &key);
    let printed = series(&chart, "charts.assignment.least_load");
    let at = |i: f64| printed.points.iter().find(|p| p.x == i).map(|p| p.y);
    assert_eq!(
        [at(1.0), at(3.0), at(4.0)],
        [Some(10.0), Some(10.0), Some(12.0)]
    );
}

#[test]
fn poisson_residuals_lie_in_a_band_that_opens_like_a_root() {
    let chart = residual(&played("random", 1.0), &key);
    assert!(
        chart.series.iter().all(|s| s.form != Form::Band),
        "fixed arrivals need none"
    );
    let chart = residual(&played("distributed", 9.0), &key);
    let band = &series(&chart, "charts.band").points;
    assert_eq!((band[0].y, band[0].low), (0.0, Some(-0.0)));
    assert!((band[16].y - 1.96 / 3.2 * 4.0).abs() < 1e-9);
    let points = &series(&chart, "charts.observed").points;
    assert_eq!(points[0].y, 0.0);
}

#[test]
fn many_servers_become_a_span() {
    let mut scenario = presets::find("distributed").expect("preset");
    scenario.servers = vec![scenario.servers[0].clone(); 40];
    scenario.arrivals.rate_per_s = 30.0;
    let mut run = Run::new(Script::new(scenario));
    run.timeline.play(10.0, u64::MAX);
    let chart = load(&run, &key);
    assert_eq!(
        legend(&chart)
            .iter()
            .map(|i| i.name.as_str())
            .take(2)
            .collect::<Vec<_>>(),
        ["charts.load.span", "charts.load.mean"]
    );
    let Ticks::Names(names) = shares(&run, &key).x.ticks else {
        panic!("names")
    };
    assert_eq!((names.len(), names[39].1.as_str()), (40, "an"));
}
