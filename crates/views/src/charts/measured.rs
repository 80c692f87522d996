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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Measured;
    use equipoise_engine::scenario::{Script, presets};
    use std::rc::Rc;

    /// Three requests run from 1 s on, one of them to 4 s.
    struct Three;

    impl Measured for Three {
        fn between(&self, _: Quantity, from_s: f64, to_s: f64) -> Vec<(f64, f64)> {
            let all = [(1.0, 3.0), (4.0, 2.0)];
            let known = all.into_iter().filter(|(at_s, _)| *at_s <= to_s);
            let behind = all.iter().filter(|(at_s, _)| *at_s < from_s).count();
            known.skip(behind.saturating_sub(1)).collect()
        }
    }

    fn values(run: &Run, from_s: f64, to_s: f64) -> Vec<(f64, f64)> {
        let name = |key: &str| key.to_string();
        let series = running(run, from_s, to_s, &name).expect("was measured");
        series.points.iter().map(|p| (p.x, p.y)).collect()
    }

    #[test]
    fn what_ran_is_known_from_the_beginning_of_the_window_to_its_end() {
        let scenario = presets::find("weights").expect("preset");
        let mut run = Run::new(Script::new(scenario));
        assert!(running(&run, 0.0, 1.0, &|key| key.to_string()).is_none());
        run.measured = Some(Rc::new(Three));
        assert_eq!(values(&run, 0.0, 2.0), [(0.0, 0.0), (1.0, 3.0), (2.0, 3.0)]);
        assert_eq!(values(&run, 2.0, 9.0), [(2.0, 3.0), (4.0, 2.0), (9.0, 2.0)]);
        assert_eq!(values(&run, 5.0, 9.0), [(5.0, 2.0), (9.0, 2.0)]);
    }
}
