use super::*;
use crate::charts::{Measured, trade};
use crate::plot::{Form, table};
use equipoise_engine::stats::interval::Interval;
use equipoise_engine::sweep::gather::Cell;
use equipoise_engine::sweep::metric::Metric;
use equipoise_engine::sweep::{Param, SweepPlan};

/// Two servers to four, of one strategy.
fn plan() -> SweepPlan {
    SweepPlan {
        param: Param::Servers,
        from: 2.0,
        to: 4.0,
        points: 3,
        ..SweepPlan::default()
    }
}

fn cells(means: [f64; 3]) -> Vec<Cell> {
    let cell = |point| Cell {
        point,
        value: plan().value(point),
        arm: 0,
        runs: 10,
        mean: Some(Interval {
            mean: means[point as usize],
            half_width: 0.5,
            too_short: None,
        }),
        paired: None,
    };
    (0..3).map(cell).collect()
}

/// Points stand at their cost, the thin line at the one that is picked, and the table has them in
/// the order of what was changed.
#[test]
fn one_number_of_the_runs_stands_against_another() {
    let [up, across] =
        ["response_p99_s", "server_hours"].map(|id| Metric::named(id).expect("is a metric"));
    // The second costs less than the first.
    let costs = cells([3.0, 2.0, 4.0]);
    let tails = cells([9.0, 10.0, 1.0]);
    let across = Measured {
        metric: across,
        cells: &costs,
    };
    let up = Measured {
        metric: up,
        cells: &tails,
    };
    let chart = trade(&plan(), across, up, 2, &key);
    let points = &series(&chart, "strategy.smooth-wrr.name").points;
    let points: Vec<[f64; 2]> = points.iter().map(|p| [p.x, p.y]).collect();
    assert_eq!(points, [[2.0, 10.0], [3.0, 9.0], [4.0, 1.0]]);
    let marks = chart.series.iter().filter(|s| s.form == Form::VerticalMark);
    let marks: Vec<_> = marks.map(|s| (s.points[0].x, s.label.as_deref())).collect();
    assert_eq!(marks, [(4.0, Some("4"))]);
    assert!(chart.x.from > 1.0 && chart.x.from < 1.5 && chart.x.to > 4.5 && chart.x.to < 5.0);
    let rows = table(&chart).rows;
    assert_eq!(rows, [["2", "3", "9"], ["3", "2", "10"], ["4", "4", "1"]]);
    assert_eq!(chart.notes, ["charts.sweep.joined"]);
}
