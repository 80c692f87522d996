//! What must hold of every chart, and of each of them.

mod gallery;

use super::*;
use crate::palette::Theme;
use crate::plot::{Kind, MAX_POINTS, Role, Series, Ticks, legend, read, svg, svg_document, table};
use equipoise_engine::balance::StrategyConfig;
use equipoise_engine::scenario::{Script, presets};
use std::collections::BTreeSet;

fn timeline(preset: &str) -> Timeline {
    Timeline::new(Script::new(presets::find(preset).expect(preset)))
}

fn steps(preset: &str, decisions: usize) -> Timeline {
    let mut run = timeline(preset);
    for _ in 0..decisions {
        run.step_forward();
        run.finish();
    }
    run
}

fn played(preset: &str, seconds: f64) -> Timeline {
    let mut run = timeline(preset);
    run.play(seconds, u64::MAX);
    run
}

/// Keys instead of texts.
fn key(key: &str) -> String {
    key.to_string()
}

fn series<'a>(chart: &'a Chart, name: &str) -> &'a Series {
    chart
        .series
        .iter()
        .find(|s| s.name == name)
        .unwrap_or_else(|| panic!("{name} in {}", chart.id))
}

fn every_chart(run: &Timeline) -> Vec<Chart> {
    let mut charts: Vec<Chart> = ChartKind::ALL
        .into_iter()
        .map(|kind| build(kind, run, &key))
        .collect();
    charts.push(response_difference(run, run, &key));
    charts.push(present_pair(run, run, &key));
    charts
}

#[test]
fn every_chart_of_every_preset_can_be_drawn_at_any_time() {
    for preset in presets::ids() {
        for run in [timeline(preset), steps(preset, 1), played(preset, 30.0)] {
            for chart in every_chart(&run) {
                let what = format!("{preset} {} at {}", chart.id, run.engine().now_s());
                assert!(
                    chart.x.from < chart.x.to && chart.y.from < chart.y.to,
                    "{what}: {:?} {:?}",
                    chart.x,
                    chart.y
                );
                for s in &chart.series {
                    assert!(
                        s.points.len() <= MAX_POINTS,
                        "{what}: {} has {}",
                        s.name,
                        s.points.len()
                    );
                }
                let picture = svg(&chart, Theme::Dark, 330, 150);
                assert!(
                    picture.ends_with("</svg>") && !picture.contains("NaN"),
                    "{what}"
                );
                let table = table(&chart);
                assert!(
                    table.rows.iter().all(|row| row.len() == table.header.len()),
                    "{what}"
                );
                assert!(
                    read(&chart, 0.5).iter().all(|r| !r.y_text.is_empty()),
                    "{what}"
                );
                assert_eq!(
                    svg_document(&chart, "L = λ·W", Theme::Light, 700, 260)
                        .matches("<svg")
                        .count(),
                    2 + legend(&chart).len()
                );
            }
        }
    }
}

#[test]
fn before_the_first_decision_there_is_nothing_to_see() {
    for preset in presets::ids() {
        for chart in every_chart(&timeline(preset)) {
            let observed = chart.series.iter().filter(|s| s.role == Role::Observation);
            let points: usize = observed
                .map(|s| s.points.iter().filter(|p| p.y.is_finite()).count())
                .sum();
            assert!(points <= 2, "{preset} {}: {points}", chart.id);
        }
    }
}

/// The log holds the future; after a way back it holds what was once the past, too.
#[test]
fn nothing_from_the_future_is_shown() {
    for preset in presets::ids() {
        let mut back = played(preset, 40.0);
        back.seek(9.0);
        back.finish();
        let ahead = played(preset, 9.0);
        for (a, b) in every_chart(&back).iter().zip(&every_chart(&ahead)) {
            assert_eq!(a.series, b.series, "{preset} {}", a.id);
        }
    }
}

/// M/M/1 at ρ = 0.8, seed 7, the last of 40,000 s: all that is observed lies within a fifth of
/// what is predicted, and at least six of eight intervals hold it.
#[test]
fn formulas_and_a_long_run_agree() {
    let mut run = timeline("little");
    run.seek(40_000.0);
    run.finish();
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
    let mut run = timeline("little");
    run.seek(5000.0);
    run.finish();
    assert!(
        !series(&mean(&run, &key), "charts.mean.so-far")
            .points
            .is_empty()
    );
    let mut scenario = run.engine().scenario().clone();
    scenario.arrivals.rate_per_s = 0.5;
    run.change(scenario);
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
    run.seek(20_000.0);
    run.finish();
    let chart = check(&run, &key);
    let seen = chart
        .series
        .iter()
        .filter(|s| matches!(s.kind, Kind::Points | Kind::Rings))
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
    let mut run = timeline("mmc");
    run.seek(20_000.0);
    run.finish();
    let chart = responses(&run, &key);
    let (bars, law) = (
        &series(&chart, "charts.responses.tasks").points,
        &series(&chart, "charts.responses.law").points,
    );
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
    let mut run = Timeline::new(Script::new(s));
    run.seek(20_000.0);
    run.finish();
    let chart = check(&run, &key);
    let bounds = series(&chart, "charts.bounds").points[0];
    let seen = chart
        .series
        .iter()
        .filter(|s| matches!(s.kind, Kind::Points | Kind::Rings));
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
    let run = Timeline::new(Script::new(s));
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
        .filter(|s| s.kind == Kind::Step)
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
    let mut scenario = run.engine().scenario().clone();
    scenario.balancer.strategy = StrategyConfig {
        id: StrategyId::RoundRobin,
        ..StrategyConfig::default()
    };
    run.change(scenario);
    run.play(6.0, u64::MAX);
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
        chart.series.iter().all(|s| s.kind != Kind::Band),
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
    let mut run = Timeline::new(Script::new(scenario));
    run.play(10.0, u64::MAX);
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

/// L and λW of M/M/1 at ρ = 0.8 both come to about 4, and to each other.
#[test]
fn littles_law_comes_true() {
    let chart = little(&played("little", 3000.0), &key);
    let last = |name: &str| series(&chart, name).points.last().expect("points").y;
    let (l, lw) = (last("charts.little.l"), last("charts.little.lw"));
    assert!((l - lw).abs() / l < 0.02 && l > 2.0, "{l} {lw}");
}

/// The record begins long after the run: with the tasks that were there then, of which most have
/// left.
#[test]
fn a_record_that_begins_late_knows_who_was_there() {
    let mut run = timeline("hot-key");
    run.seek(6000.0);
    run.finish();
    let steps = past::Past::of(&run).present();
    let (begin_s, number) = steps[0];
    assert!(begin_s > 100.0 && number > 100.0, "{begin_s} {number}");
    let mut then = timeline("hot-key");
    then.seek(begin_s);
    then.finish();
    assert_eq!(
        number,
        then.engine().tasks().len() as f64 - 1.0,
        "all but the task that arrives at this very moment"
    );
}

#[test]
fn a_run_does_not_differ_from_itself() {
    let run = played("distributed", 30.0);
    let chart = response_difference(&run, &run, &key);
    let points = &series(&chart, "charts.difference.task").points;
    assert!(points.len() > 50 && points.iter().all(|p| p.y == 0.0));
}

#[test]
fn each_scenario_shows_three_charts_that_apply() {
    for preset in presets::ids() {
        let scenario = presets::find(preset).expect(preset);
        let shown = for_scenario(&scenario);
        assert!(
            shown
                .iter()
                .all(|kind| applicable(&scenario).contains(kind)),
            "{preset}: {shown:?}"
        );
        assert!(shown[0] != shown[1] && shown[1] != shown[2] && shown[0] != shown[2]);
    }
}

const TEXTS: &str = include_str!("../../../../locales/charts.yml");

/// The text of a key of `locales/charts.yml`: enough of YAML for that one file.
fn text(key: &str, language: &str) -> Option<String> {
    let mut path: Vec<String> = Vec::new();
    let mut leaf: Vec<&str> = Vec::new();
    for line in TEXTS.lines().filter(|l| !l.starts_with(['#', '_'])) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let (name, value) = line.trim().split_once(':')?;
        path.truncate(depth);
        if path.join(".") == key && depth > 0 {
            leaf.push(line.trim());
        }
        path.push(name.to_string());
        if path.join(".") == key && value.contains('{') {
            let inside = value.trim().strip_prefix('{')?.strip_suffix('}')?;
            let (en, zh) = inside.split_once(", zh-CN: ")?;
            leaf.extend([en, inside.get(inside.len() - zh.len() - "zh-CN: ".len()..)?]);
        }
    }
    let found = leaf
        .into_iter()
        .find_map(|l| l.strip_prefix(language)?.strip_prefix(": "))?;
    Some(found.trim_matches('"').to_string())
}

#[test]
fn every_text_is_there_in_both_languages() {
    let asked = RefCell::new(BTreeSet::new());
    let note = |key: &str| {
        asked.borrow_mut().insert(key.to_string());
        key.to_string()
    };
    for preset in presets::ids() {
        let run = played(preset, 25.0);
        for kind in ChartKind::ALL {
            build(kind, &run, &note);
            note(&format!("charts.{}.title", kind.id()));
        }
        response_difference(&run, &run, &note);
        present_pair(&run, &run, &note);
    }
    let asked = asked.into_inner();
    assert!(asked.len() > 40);
    for key in asked.iter().filter(|key| key.starts_with("charts.")) {
        for language in ["en", "zh-CN"] {
            assert!(
                text(key, language).is_some_and(|t| !t.is_empty()),
                "{key} in {language}"
            );
        }
    }
}
