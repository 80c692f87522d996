//! What is under the pointer.

use super::svg::{MARGIN_RIGHT, margin_left};
use super::{Axis, Chart, Form, Hue, Point, Role, Series};

/// One series' value at the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The series' name.
    pub name: String,
    /// What it says.
    pub role: Role,
    /// Its colour: of the point, if its series mixes servers.
    pub hue: Hue,
    /// Where the value is.
    pub x: f64,
    /// The value.
    pub y: f64,
    /// Both as text, with units.
    pub x_text: String,
    /// See `x_text`; of a band, both edges.
    pub y_text: String,
}

/// The pointer's place across the plot, from 0 to 1, when it is `pointer_px` from the left edge of
/// the chart, which is `width_px` wide. Outside the plot the nearest edge.
pub fn plot_fraction(chart: &Chart, pointer_px: f64, width_px: f64) -> f64 {
    let left = f64::from(margin_left(chart));
    let right = f64::from(MARGIN_RIGHT);
    ((pointer_px - left) / (width_px - left - right).max(1.0)).clamp(0.0, 1.0)
}

/// The value of each series at a place across the plot, from 0 to 1. Where there are marks that are
/// read by themselves, such as points and bars, the place is that of the nearest one, so that all
/// that is read belongs together. Lines and bands are read between their points too; step lines
/// give the value that holds there; lines that do not reach there, and marks at other places, give
/// none.
pub fn read(chart: &Chart, x_fraction: f64) -> Vec<Reading> {
    let width = chart.x.to - chart.x.from;
    let pointer = chart.x.from + width * x_fraction;
    let named: Vec<&Series> = chart
        .series
        .iter()
        .filter(|s| !s.name.is_empty() && s.role != Role::Guide)
        .collect();
    let mut x = pointer;
    let mut distance = f64::INFINITY;
    for series in named.iter().filter(|s| is_read_alone(s.form)) {
        let Some(mark) = nearest(series, pointer) else {
            continue;
        };
        let away = (mark.x - pointer).abs();
        if away <= reach(series.form, width) && away < distance {
            x = mark.x;
            distance = away;
        }
    }
    named
        .into_iter()
        .filter_map(|series| {
            let point = value_at(series, x, width)?;
            Some(reading(chart, series, point))
        })
        .collect()
}

/// Whether marks of this form are read by themselves, not as parts of a line.
fn is_read_alone(form: Form) -> bool {
    match form {
        Form::Points | Form::Rings | Form::Bars(_) | Form::Levels(_) | Form::Boxes(_) => true,
        Form::Line | Form::Step | Form::Band | Form::HorizontalMark | Form::VerticalMark => false,
    }
}

/// How far from a mark it can be read, on an axis of this width.
fn reach(form: Form, width: f64) -> f64 {
    match form {
        Form::Bars(w) | Form::Levels(w) | Form::Boxes(w) => w.max(width * 0.02) * 0.75,
        Form::VerticalMark => width * 0.02,
        _ => width * 0.05,
    }
}

/// What a series has at `x`, on an axis of this width.
fn value_at(series: &Series, x: f64, width: f64) -> Option<Point> {
    match series.form {
        Form::Step => {
            let last = drawn(series).next_back()?;
            drawn(series)
                .rfind(|p| p.x <= x)
                .filter(|_| x <= last.x + width * 0.03)
                .map(|p| Point { x, ..p })
        }
        Form::HorizontalMark => drawn(series).next().map(|p| Point { x, ..p }),
        Form::Line | Form::Band => between(series, x)
            .or_else(|| nearest(series, x).filter(|p| (p.x - x).abs() <= width * 0.01)),
        form => nearest(series, x).filter(|p| (p.x - x).abs() <= reach(form, width)),
    }
}

fn reading(chart: &Chart, series: &Series, point: Point) -> Reading {
    let x_text = with_unit(&chart.x, point.x);
    let y_text = match (series.form, point.low) {
        (Form::VerticalMark, _) => x_text.clone(),
        (_, Some(low)) => {
            let low = chart.y.value_text(low);
            format!("{low} … {}", with_unit(&chart.y, point.y))
        }
        (_, None) => with_unit(&chart.y, point.y),
    };
    Reading {
        name: series.name.clone(),
        role: series.role,
        hue: point.server.map_or(series.hue, Hue::Server),
        x: point.x,
        y: point.y,
        x_text,
        y_text,
    }
}

fn with_unit(axis: &Axis, value: f64) -> String {
    let mut text = axis.value_text(value);
    if !axis.unit.is_empty() {
        text.push(' ');
        text.push_str(axis.unit);
    }
    text
}

fn drawn(series: &Series) -> impl DoubleEndedIterator<Item = Point> {
    series
        .points
        .iter()
        .copied()
        .filter(|p| p.x.is_finite() && p.y.is_finite())
}

fn nearest(series: &Series, x: f64) -> Option<Point> {
    drawn(series).min_by(|a, b| (a.x - x).abs().total_cmp(&(b.x - x).abs()))
}

/// What a line or band has at `x` between two neighbouring points; None beyond its ends, or where
/// it is broken.
fn between(series: &Series, x: f64) -> Option<Point> {
    let after = series.points.partition_point(|p| p.x < x);
    let a = series.points.get(after.checked_sub(1)?)?;
    let b = series.points.get(after)?;
    let part = if b.x > a.x {
        (x - a.x) / (b.x - a.x)
    } else {
        1.0
    };
    let point = Point {
        x,
        y: mix(a.y, b.y, part),
        low: a.low.zip(b.low).map(|(a, b)| mix(a, b, part)),
        ..*b
    };
    point.y.is_finite().then_some(point)
}

/// `part` of the way from `a` to `b`; exactly `b` at its end, also where `a` is not finite.
fn mix(a: f64, b: f64, part: f64) -> f64 {
    if part >= 1.0 { b } else { a + (b - a) * part }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(form: Form) -> Chart {
        let points = vec![
            Point::at(0.0, 1.0),
            Point::at(5.0, f64::NAN),
            Point::at(6.0, 3.0),
            Point::at(10.0, 3.0),
        ];
        Chart {
            x: Axis {
                from: 0.0,
                to: 10.0,
                unit: "s",
                ..Axis::default()
            },
            series: vec![Series::new(
                "a",
                form,
                Role::Observation,
                Hue::Server(0),
                points,
            )],
            ..Chart::default()
        }
    }

    #[test]
    fn a_step_line_holds_its_value() {
        assert_eq!(read(&chart(Form::Step), 0.59)[0].y, 1.0);
        assert_eq!(read(&chart(Form::Step), 0.61)[0].y, 3.0);
    }

    #[test]
    fn the_nearest_drawn_point_is_read_and_a_far_one_is_not() {
        let reading = &read(&chart(Form::Points), 0.57)[0];
        assert_eq!(
            (reading.x, reading.y_text.as_str(), reading.x_text.as_str()),
            (6.0, "3", "6 s")
        );
        assert!(read(&chart(Form::Points), 0.3).is_empty());
    }

    #[test]
    fn the_pointer_maps_to_the_plot() {
        let chart = chart(Form::Line);
        assert_eq!(plot_fraction(&chart, 0.0, 330.0), 0.0);
        assert_eq!(plot_fraction(&chart, 330.0, 330.0), 1.0);
        let middle = (f64::from(margin_left(&chart)) + 330.0 - f64::from(MARGIN_RIGHT)) / 2.0;
        assert!((plot_fraction(&chart, middle, 330.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_line_is_read_between_its_points_and_not_across_a_gap() {
        assert_eq!(read(&chart(Form::Line), 0.8)[0].y, 3.0);
        assert!(read(&chart(Form::Line), 0.3).is_empty());
        let mut slope = chart(Form::Line);
        slope.series[0].points = vec![Point::at(0.0, 1.0), Point::at(10.0, 3.0)];
        assert_eq!(
            (read(&slope, 0.25)[0].x, read(&slope, 0.25)[0].y),
            (2.5, 1.5)
        );
    }

    /// A curve under points: what is read is the point and the curve at that point.
    #[test]
    fn all_that_is_read_belongs_together() {
        let mut chart = chart(Form::Points);
        let line = vec![Point::at(0.0, 0.0), Point::at(10.0, 100.0)];
        chart.series.push(Series::new(
            "b",
            Form::Line,
            Role::Prediction,
            Hue::Accent,
            line,
        ));
        let readings = read(&chart, 0.57);
        assert_eq!(
            [readings[0].x, readings[1].x, readings[1].y],
            [6.0, 6.0, 60.0]
        );
    }
}
