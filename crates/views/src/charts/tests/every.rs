//! What must hold of every chart.

use super::*;
use crate::palette::Theme;
use crate::plot::{MAX_POINTS, Role, legend, read, svg, svg_document, table};
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::ServerState;

#[test]
fn every_chart_of_every_preset_can_be_drawn_at_any_time() {
    for preset in presets::ids() {
        for run in [opened(preset), steps(preset, 1), played(preset, 30.0)] {
            for chart in every_chart(&run) {
                let what = format!("{preset} {} at {}", chart.id, run.timeline.engine().now_s());
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

/// No server can be picked, by its state or for want of a weight.
#[test]
fn every_chart_of_every_strategy_can_be_drawn_when_no_server_can_be_picked() {
    equipoise_serving::install();
    let mut asked = 0;
    for &id in StrategyId::ALL {
        for (state, weight) in [(ServerState::Down, 1), (ServerState::Up, 0)] {
            let mut scenario = presets::find("hot-key").expect("it ships");
            scenario.balancer.strategy.id = id;
            for server in &mut scenario.servers {
                server.state = state;
                server.weight = weight;
            }
            if scenario.validate().is_err() {
                continue;
            }
            let mut run = Run::new(Script::new(scenario));
            run.timeline.play(5.0, 1000);
            for chart in every_chart(&run) {
                let picture = svg(&chart, Theme::Light, 330, 150);
                let whole = picture.ends_with("</svg>") && !picture.contains("NaN");
                assert!(whole, "{id}, {state:?}, weight {weight}: {}", chart.id);
            }
            asked += 1;
        }
    }
    assert!(asked > 80, "{asked}");
}

#[test]
fn before_the_first_decision_there_is_nothing_to_see() {
    for preset in presets::ids() {
        for chart in every_chart(&opened(preset)) {
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
        seek(&mut back, 9.0);
        let ahead = played(preset, 9.0);
        for (a, b) in every_chart(&back).iter().zip(&every_chart(&ahead)) {
            assert_eq!(a.series, b.series, "{preset} {}", a.id);
        }
    }
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

#[test]
fn a_run_does_not_differ_from_itself() {
    let run = played("distributed", 30.0);
    let chart = response_difference(&run.timeline, &run.timeline, &key);
    let points = &series(&chart, "charts.difference.task").points;
    assert!(points.len() > 50 && points.iter().all(|p| p.y == 0.0));
}
