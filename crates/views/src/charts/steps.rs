//! A value of each server over time, as step lines.

use super::text::Translate;
use crate::plot::{Form, Hue, Point, Role, Series, thin_steps};
use equipoise_engine::scenario::letter;

/// With more servers than this their lines cannot be distinguished: a chart shows the span from
/// least to most, and the mean.
pub(super) const LINES: usize = 8;

/// A value that has changed: when (s), of which server, and what it is from then on.
pub(super) type Change = (f64, u16, f64);

/// For each server its value from `from_s` to `now_s` (s), by the changes in order of time and the
/// values that hold now.
pub(super) fn steps(
    changes: impl DoubleEndedIterator<Item = Change>,
    now: &[f64],
    from_s: f64,
    now_s: f64,
) -> Vec<Vec<Point>> {
    let mut begin: Vec<Option<f64>> = vec![None; now.len()];
    let mut steps: Vec<Vec<Point>> = vec![Vec::new(); now.len()];
    let mut missing = now.len();
    for (time_s, server, value) in changes.rev() {
        let server = usize::from(server);
        if time_s > from_s {
            steps[server].push(Point::at(time_s, value));
        } else if begin[server].is_none() {
            begin[server] = Some(value);
            missing -= 1;
            if missing == 0 {
                break;
            }
        }
    }
    for (server, points) in steps.iter_mut().enumerate() {
        points.push(Point::at(from_s, begin[server].unwrap_or(0.0)));
        points.reverse();
        points.push(Point::at(now_s, now[server]));
    }
    steps
}

/// A line for each server, or the least, the mean and the most of many.
pub(super) fn lines(steps: Vec<Vec<Point>>, t: Translate) -> Vec<Series> {
    if steps.len() > LINES {
        return summary(&steps, t).into();
    }
    let mut lines = Vec::with_capacity(steps.len());
    for (j, points) in steps.into_iter().enumerate() {
        let points = thin_steps(points);
        lines.push(Series::observed(
            letter(j),
            Form::Step,
            Hue::Server(j),
            points,
        ));
    }
    lines
}

/// The sum of the values of all servers, each time that one changes.
pub(super) fn total(steps: &[Vec<Point>]) -> Vec<Point> {
    let mut changes = Vec::new();
    for points in steps {
        let mut before = 0.0;
        for point in points {
            changes.push(Point::at(point.x, point.y - before));
            before = point.y;
        }
    }
    changes.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut sum = 0.0;
    for change in &mut changes {
        sum += change.y;
        change.y = sum;
    }
    changes
}

/// The present moment, where the lines end.
pub(super) fn present(now_s: f64) -> Series {
    let now = vec![Point::at(now_s, 0.0)];
    Series::new("", Form::VerticalMark, Role::Guide, Hue::Muted, now)
}

/// The least, the mean and the most over many servers, at evenly spaced times.
pub(super) fn summary(steps: &[Vec<Point>], t: Translate) -> [Series; 2] {
    const TIMES: usize = 120;
    let from = steps[0].first().map_or(0.0, |p| p.x);
    let to = steps[0].last().map_or(0.0, |p| p.x);
    let mut next = vec![0; steps.len()];
    let mut span = Vec::with_capacity(TIMES + 1);
    let mut mean = Vec::with_capacity(TIMES + 1);
    for k in 0..=TIMES {
        let time_s = if k == TIMES {
            to
        } else {
            from + (to - from) * k as f64 / TIMES as f64
        };
        let mut low = f64::INFINITY;
        let mut high = 0.0_f64;
        let mut sum = 0.0;
        for (points, next) in steps.iter().zip(&mut next) {
            while points.get(*next + 1).is_some_and(|p| p.x <= time_s) {
                *next += 1;
            }
            let value = points[*next].y;
            low = low.min(value);
            high = high.max(value);
            sum += value;
        }
        span.push(Point::span(time_s, low, high));
        mean.push(Point::at(time_s, sum / steps.len() as f64));
    }
    [
        Series::observed(t("charts.load.span"), Form::Band, Hue::Ink, span),
        Series::observed(t("charts.load.mean"), Form::Line, Hue::Ink, mean),
    ]
}
