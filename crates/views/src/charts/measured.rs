//! What was measured, over what is simulated: hollow points and dashed lines in the accent colour.

use super::text::Translate;
use crate::plot::{Form, Hue, Point, Series, thin, thin_steps};
use crate::{Quantity, Run};

/// What was measured of a quantity from one time to another (s); values at `scale` times their own.
pub(super) fn points(
    run: &Run,
    quantity: Quantity,
    (from_s, to_s): (f64, f64),
    scale: f64,
) -> Vec<Point> {
    let measured = run.measured.iter();
    let values = measured.flat_map(|measured| measured.between(quantity, from_s, to_s));
    values.map(|(at_s, y)| Point::at(at_s, y * scale)).collect()
}

/// Measured points with their running median.
pub(super) fn requests(points: Vec<Point>, median: Vec<Point>, t: Translate) -> Vec<Series> {
    if points.is_empty() {
        return Vec::new();
    }
    let one = t("charts.measured.request");
    let p50 = t("charts.measured.p50");
    vec![
        Series::observed(one, Form::Rings, Hue::Accent, thin(points)),
        Series::predicted(p50, Form::Line, Hue::Accent, thin(median)),
    ]
}

/// How many requests ran, as a step line from `from_s` to `to_s`.
pub(super) fn running(run: &Run, from_s: f64, to_s: f64, t: Translate) -> Option<Series> {
    run.measured.as_ref()?;
    let mut points = points(run, Quantity::Running, (from_s, to_s), 1.0);
    let before = points.partition_point(|p| p.x < from_s);
    let at_start = before.checked_sub(1).map_or(0.0, |last| points[last].y);
    points.drain(..before);
    points.insert(0, Point::at(from_s, at_start));
    let last = points.last().map_or(at_start, |p| p.y);
    points.push(Point::at(to_s, last));
    let name = t("charts.measured.running");
    Some(Series::predicted(
        name,
        Form::Step,
        Hue::Accent,
        thin_steps(points),
    ))
}
