//! The chart of an autoscaler.

use super::*;

/// What a step line says at this time.
fn value(series: &Series, time_s: f64) -> f64 {
    let until = series.points.iter().take_while(|p| p.x <= time_s);
    until.last().map_or(f64::NAN, |p| p.y)
}

/// Ordered at 75 s, useful at 369 s, and nothing of it is known before.
#[test]
fn orders_and_servers_are_there_from_their_times_on() {
    let kind = ChartKind::all().find(|kind| kind.id() == "scaling");
    let kind = kind.expect("in the table");
    let late = build(kind, &at("cold-start", 400.0), &key);
    let named = |chart: &Chart, name: &str| {
        let key = format!("charts.scaling.{name}");
        let found = chart.series.iter().find(|series| series.name == key);
        found.cloned().expect("a line")
    };
    for (name, time_s, expected) in [
        ("ordered", 74.0, 2.0),
        ("ordered", 76.0, 6.0),
        ("useful", 368.0, 2.0),
        ("useful", 370.0, 6.0),
        ("useful", 400.0, 6.0),
    ] {
        assert_eq!(
            value(&named(&late, name), time_s),
            expected,
            "{name} {time_s}"
        );
    }
    let early = build(kind, &at("cold-start", 70.0), &key);
    assert_eq!(value(&named(&early, "ordered"), 70.0), 2.0);
    assert!(
        early
            .series
            .iter()
            .flat_map(|s| &s.points)
            .all(|p| p.x <= 70.0)
    );
    assert_eq!(
        for_scenario(&presets::find("cold-start").expect("it ships"))[0],
        kind
    );
}
