//! Charts that compare a run with its formulas.

use super::*;
use crate::charts::check::check;
use crate::charts::little::little;
use crate::charts::mean::mean;
use crate::charts::responses::responses;
use crate::charts::so_far::SoFar;
use crate::plot::{Form, Role, table};
use equipoise_engine::balance::StrategyId;

/// M/M/1 at ρ = 0.8, seed 7, the last of 40,000 s: all that is observed lies within a fifth of
/// what is predicted, and at least six of eight intervals hold it.
#[test]
fn formulas_and_a_long_run_agree() {
    let run = at("little", 40_000.0);
    let chart = check(&run, &key);
    let rows = table(&chart).rows;
    let seen = &series(&chart, "charts.observed").points;
    assert!(
        (rows.len(), seen.len()) == (8, 8) && seen.iter().all(|p| p.y.abs() < 0.2),
        "{rows:?}"
    );
    let whiskers = &series(&chart, "charts.mean.interval").points;
    let held = whiskers
        .iter()
        .filter(|p| p.low.expect("a span") <= 0.0 && 0.0 <= p.y)
        .count();
    assert!(held >= 6, "{rows:?}");
}

/// M/M/1 at ρ = 0.8 for 5,000 s, then at 0.5 for 15,000: all charts that hold a formula against
/// the run speak of the second.
#[test]
fn after_a_change_only_what_came_since_is_held_against_the_formula() {
    let mut run = at("little", 5000.0);
    assert!(
        !series(&mean(&run, &key), "charts.mean.so-far")
            .points
            .is_empty()
    );
    let mut scenario = run.scenario().clone();
    scenario.arrivals.rate_per_s = 0.5;
    run.timeline.change(scenario);
    run.predict();
    assert!(
        series(&mean(&run, &key), "charts.mean.so-far")
            .points
            .is_empty(),
        "nothing came since"
    );
    assert!(
        check(&run, &key)
            .series
            .iter()
            .all(|s| s.role != Role::Observation)
    );
    seek(&mut run, 20_000.0);
    let chart = check(&run, &key);
    let seen = chart
        .series
        .iter()
        .filter(|s| matches!(s.form, Form::Points | Form::Rings))
        .flat_map(|s| &s.points);
    assert!(
        seen.clone().count() == 8 && seen.clone().all(|p| p.y.abs() < 0.2),
        "{:?}",
        table(&chart).rows
    );
    let last = series(&mean(&run, &key), "charts.mean.so-far")
        .points
        .last()
        .expect("points")
        .y;
    assert!((last - 2.0).abs() < 0.2, "{last}");
}

/// M/M/5 at ρ = 0.8, seed 7, the latest 2,000 responses of 20,000 s: bar by bar as predicted, up
/// to chance and correlation.
#[test]
fn response_times_fall_as_their_law_says() {
    let run = at("mmc", 20_000.0);
    let chart = responses(&run, &key);
    let bars = &series(&chart, "charts.responses.tasks").points;
    let law = &series(&chart, "charts.responses.law").points;
    assert_eq!(bars.len(), law.len());
    let off: f64 = bars
        .iter()
        .zip(law)
        .map(|(seen, due)| (seen.y - due.y).abs())
        .sum();
    assert!(off / 2000.0 < 0.15, "{}", off / 2000.0);
    // Under a strategy that looks at the load no law is known.
    assert!(
        responses(&played("two-choices", 30.0), &key)
            .series
            .iter()
            .all(|s| s.name != "charts.responses.law")
    );
}

/// Least connections on two servers: bounds for the mean, and the run lies between them.
#[test]
fn a_bounded_mean_is_a_box_with_the_run_in_it() {
    let mut s = presets::find("jsq").expect("preset");
    s.balancer.strategy.id = StrategyId::LeastConnections;
    let mut run = Run::new(Script::new(s));
    seek(&mut run, 20_000.0);
    let chart = check(&run, &key);
    let bounds = series(&chart, "charts.bounds").points[0];
    let seen = chart
        .series
        .iter()
        .filter(|s| matches!(s.form, Form::Points | Form::Rings));
    let seen = seen
        .flat_map(|s| &s.points)
        .find(|p| p.x == bounds.x)
        .expect("the mean response is observed");
    assert!(
        bounds.low.expect("a lower bound") < seen.y && seen.y < bounds.y,
        "{seen:?} in {bounds:?}"
    );
}

#[test]
fn a_run_that_is_too_short_gets_rings_and_the_reason() {
    let chart = check(&played("mm1", 100.0), &key);
    assert!(
        chart
            .series
            .iter()
            .all(|s| s.name != "charts.mean.interval" && s.name != "charts.observed")
    );
    assert!(!series(&chart, "charts.check.short").points.is_empty());
    assert!(
        chart
            .notes
            .iter()
            .any(|note| note.starts_with("charts.short.")),
        "{:?}",
        chart.notes
    );
}

#[test]
fn without_a_formula_the_reason_stands_in_its_place() {
    let mut s = presets::find("little").expect("preset");
    s.arrivals.rate_per_s = 2.0;
    s.arrivals.pattern = Pattern::Bursty;
    let run = Run::new(Script::new(s));
    let chart = check(&run, &key);
    assert!(
        table(&chart)
            .rows
            .iter()
            .all(|row| row[0].contains("utilisation")),
        "{:?}",
        table(&chart).rows
    );
}

/// L and λW of M/M/1 at ρ = 0.8 both come to about 4, and to each other.
#[test]
fn littles_law_comes_true() {
    let chart = little(&played("little", 3000.0), &key);
    let last = |name: &str| series(&chart, name).points.last().expect("points").y;
    let l = last("charts.little.l");
    let lw = last("charts.little.lw");
    assert!((l - lw).abs() / l < 0.02 && l > 2.0, "{l} {lw}");
}

/// The record begins long after the run: with the tasks that were there then, of which most have
/// left.
#[test]
fn a_record_that_begins_late_knows_who_was_there() {
    let run = at("hot-key", 6000.0);
    let steps = SoFar::of(&run.timeline).present();
    let (begin_s, number) = steps[0];
    assert!(begin_s > 100.0 && number > 100.0, "{begin_s} {number}");
    let then = at("hot-key", begin_s);
    assert_eq!(
        number,
        then.timeline.engine().tasks().len() as f64 - 1.0,
        "all but the task that arrives at this very moment"
    );
}
