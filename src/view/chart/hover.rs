//! What stands under the pointer.

use super::svg::{MARGIN_LEFT, MARGIN_RIGHT};
use super::{Chart, Kind, Paint, Point, Role};

/// One series' value at the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The series' name.
    pub name: String,
    /// What it says.
    pub role: Role,
    /// Its colour: of the point, if its series mixes servers.
    pub paint: Paint,
    /// Where the value stands.
    pub x: f64,
    /// The value.
    pub y: f64,
    /// Both as text, with units.
    pub x_text: String,
    /// See `x_text`; of a band, both edges.
    pub y_text: String,
}

/// The pointer's place across the plot, from 0 to 1, when it is `pointer_px` from the left edge of a chart that is
/// `width_px` wide. Outside the plot the nearest edge.
pub fn plot_fraction(pointer_px: f64, width_px: f64) -> f64 {
    let (left, right) = (f64::from(MARGIN_LEFT), f64::from(MARGIN_RIGHT));
    ((pointer_px - left) / (width_px - left - right).max(1.0)).clamp(0.0, 1.0)
}

/// The value of each series that is nearest to a place across the plot, from 0 to 1. Step lines give the value that
/// holds there; lines that do not reach there, and marks at other places, give none.
pub fn read(chart: &Chart, x_fraction: f64) -> Vec<Reading> {
    let width = chart.x.to - chart.x.from;
    let x = chart.x.from + width * x_fraction;
    let mut readings = Vec::new();
    for series in chart.series.iter().filter(|s| !s.name.is_empty() && s.role != Role::Guide) {
        let drawn = series.points.iter().filter(|p| p.x.is_finite() && p.y.is_finite());
        let found = match series.kind {
            Kind::Step => drawn.clone().rfind(|p| p.x <= x).copied(),
            Kind::HorizontalMark => drawn.clone().next().map(|p| Point { x, ..*p }),
            _ => nearest(drawn.clone(), x),
        };
        let reach = match series.kind {
            Kind::Bars(w) | Kind::Levels(w) | Kind::Boxes(w) => w.max(width * 0.02) * 0.75,
            Kind::HorizontalMark => f64::INFINITY,
            Kind::Step => drawn.clone().next_back().map_or(0.0, |last| if x > last.x { width * 0.03 } else { width }),
            Kind::VerticalMark => width * 0.02,
            _ => width * 0.05,
        };
        let Some(point) = found.filter(|p| (p.x - x).abs() <= reach) else { continue };
        let unit = |axis: &super::Axis| if axis.unit.is_empty() { String::new() } else { format!(" {}", axis.unit) };
        let y_text = |y: f64| format!("{}{}", chart.y.value_text(y), unit(&chart.y));
        readings.push(Reading {
            name: series.name.clone(),
            role: series.role,
            paint: point.server.map_or(series.paint, Paint::Server),
            x: point.x,
            y: point.y,
            x_text: format!("{}{}", chart.x.value_text(point.x), unit(&chart.x)),
            y_text: match series.kind {
                Kind::VerticalMark => format!("{}{}", chart.x.value_text(point.x), unit(&chart.x)),
                _ => {
                    point.low.map_or_else(String::new, |low| format!("{} … ", chart.y.value_text(low)))
                        + &y_text(point.y)
                }
            },
        });
    }
    readings
}

fn nearest<'a>(points: impl Iterator<Item = &'a Point>, x: f64) -> Option<Point> {
    points.min_by(|a, b| (a.x - x).abs().total_cmp(&(b.x - x).abs())).copied()
}

#[cfg(test)]
mod tests {
    use super::super::{Axis, Series};
    use super::*;

    fn chart(kind: Kind) -> Chart {
        let points = vec![Point::at(0.0, 1.0), Point::at(5.0, f64::NAN), Point::at(6.0, 3.0), Point::at(10.0, 3.0)];
        Chart {
            x: Axis { from: 0.0, to: 10.0, unit: "s", ..Axis::default() },
            series: vec![Series::new("a", kind, Role::Observation, Paint::Server(0), points)],
            ..Chart::default()
        }
    }

    #[test]
    fn a_step_line_holds_its_value() {
        assert_eq!(read(&chart(Kind::Step), 0.59)[0].y, 1.0);
        assert_eq!(read(&chart(Kind::Step), 0.61)[0].y, 3.0);
    }

    #[test]
    fn the_nearest_drawn_point_is_read_and_a_far_one_is_not() {
        let reading = &read(&chart(Kind::Points), 0.57)[0];
        assert_eq!((reading.x, reading.y_text.as_str(), reading.x_text.as_str()), (6.0, "3", "6 s"));
        assert!(read(&chart(Kind::Points), 0.3).is_empty());
    }

    #[test]
    fn the_pointer_maps_to_the_plot() {
        assert_eq!(plot_fraction(0.0, 330.0), 0.0);
        assert_eq!(plot_fraction(330.0, 330.0), 1.0);
        let middle = (f64::from(MARGIN_LEFT) + 330.0 - f64::from(MARGIN_RIGHT)) / 2.0;
        assert!((plot_fraction(middle, 330.0) - 0.5).abs() < 1e-12);
    }
}
