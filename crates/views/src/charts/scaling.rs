//! How many servers an autoscaler wanted, ordered and had.

use super::so_far::SoFar;
use super::steps::present;
use super::text::{Translate, fill};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks, thin_steps};
use equipoise_engine::number::significant;
use equipoise_engine::scenario::Scenario;
use equipoise_engine::sim::scaling::ScaleEvent;

/// The first place.
pub(super) fn place(scenario: &Scenario) -> Option<usize> {
    scenario.autoscaler.is_on().then_some(0)
}

/// Step lines: what the load asked for, what was ordered, and what took tasks. The axis ends soon
/// above the number of servers, since a queue may ask for hundreds. The notes say why the latest
/// decision was what it was, and what has been paid for.
pub(super) fn scaling(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let events = past.scales();
    let now_s = past.now_s;
    let from_s = events.first().map_or(0.0, |event| event.time_s).min(now_s);
    let most = past.scenario.servers.len() as f64;
    let mut chart = Chart {
        id: "scaling",
        title: t("charts.scaling.title"),
        x: Axis {
            label: t("charts.time"),
            unit: "s",
            from: from_s,
            to: if now_s > from_s { now_s } else { from_s + 1.0 },
            ticks: Ticks::Numbers,
        },
        y: Axis {
            label: t("charts.scaling.axis"),
            to: most * 1.15,
            ticks: Ticks::Whole,
            ..Axis::default()
        },
        series: vec![present(now_s)],
        ..Chart::default()
    };
    let Some(latest) = events.last().filter(|_| past.latest(1).next().is_some()) else {
        return chart;
    };
    let numbers: [(&str, Hue, fn(&ScaleEvent) -> u32); 3] = [
        ("wanted", Hue::Faint, |event| event.wanted),
        ("ordered", Hue::Second, |event| event.counts.ordered),
        ("useful", Hue::Ink, |event| event.counts.useful),
    ];
    for (id, hue, of) in numbers {
        let steps = events.iter().map(|e| (e.time_s, of(e)));
        let until_now = steps.chain([(now_s, of(latest))]);
        let points = until_now.map(|(time_s, count)| Point::at(time_s, f64::from(count)));
        let name = t(&format!("charts.scaling.{id}"));
        let points = thin_steps(points.collect());
        chart
            .series
            .push(Series::observed(name, Form::Step, hue, points));
    }
    let why = t(&format!("charts.scaling.reason-{}", latest.reason.as_str()));
    let values = [
        ("time", significant(latest.time_s, 4)),
        ("wanted", latest.wanted.to_string()),
        ("ordered", latest.counts.ordered.to_string()),
        ("useful", latest.counts.useful.to_string()),
        ("why", why),
    ];
    chart.notes.push(fill(t, "charts.scaling.latest", &values));
    let paid_s = past.server_s();
    let values = [
        ("paid", significant(paid_s / 3600.0, 3)),
        ("all", significant(most * now_s / 3600.0, 3)),
    ];
    chart.notes.push(fill(t, "charts.scaling.cost", &values));
    chart
}
