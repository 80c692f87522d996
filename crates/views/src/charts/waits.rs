//! How long the latest tasks waited.

use super::so_far::SoFar;
use super::text::Translate;
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks};

/// A dot for each of the latest decisions: from arrival to decision.
pub(super) fn waits(run: &Run, t: Translate) -> Chart {
    let past = SoFar::of(&run.timeline);
    let dots: Vec<_> = past
        .latest(50)
        .map(|a| Point::at(a.decision as f64, a.decided_s - a.arrival_s))
        .collect();
    let first = dots.first().map_or(0.0, |p| p.x);
    Chart {
        id: "waits",
        title: t("charts.waits.title"),
        x: Axis {
            label: t("charts.waits.decision"),
            unit: "",
            from: first,
            to: first + 50.0,
            ticks: Ticks::Whole,
        },
        y: Axis::fit(
            t("charts.waits.axis"),
            "s",
            Ticks::Numbers,
            0.0,
            dots.iter().map(|p| p.y),
            0.1,
        ),
        series: vec![Series::observed(
            t("charts.waits.axis"),
            Form::Points,
            Hue::Ink,
            dots,
        )],
        ..Chart::default()
    }
}
