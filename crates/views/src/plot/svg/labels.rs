//! The words of labelled series: beside vertical marks, where no other mark crosses them, else a
//! line lower; above the right end of horizontal ones; low down to the right of a curve's end,
//! where a rising curve leaves room.

use super::{Area, Drawn, FINE, Plot, TEXT, rgb, text_width, write_text};
use crate::palette::Theme;
use crate::plot::{Chart, Form, Series};
use equipoise_engine::stats::order::by_first;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};
use std::ops::Range;

/// Height of a line of words, in the picture's units.
const LINE: i32 = 12 * FINE;
/// Between a mark and its word, in the picture's units.
const GAP: i32 = 4 * FINE;

/// A series' label and the place in the plot that it belongs to.
struct Label<'a> {
    series: &'a Series,
    text: &'a str,
    x: f64,
    y: f64,
}

pub(super) fn draw(chart: &Chart, theme: Theme, area: &Area, plot: &Plot) -> Drawn {
    let mut labels = Vec::new();
    for series in &chart.series {
        let last = series.points.iter().rfind(|p| p.y.is_finite());
        if let (Some(text), Some(point)) = (&series.label, last)
            && point.x.is_finite()
        {
            labels.push(Label {
                series,
                text,
                x: point.x,
                y: point.y,
            });
        }
    }
    // From left to right; of two at one place the later series first.
    let mut order: Vec<(f64, f64)> = labels
        .iter()
        .enumerate()
        .map(|(i, label)| (label.x, -(i as f64)))
        .collect();
    by_first(&mut order);
    let (xs, ys) = plot.plotting_area().get_pixel_range();
    let mut rows = Rows {
        plot: xs.clone(),
        marks: Vec::new(),
        taken: Vec::new(),
    };
    for series in &chart.series {
        if series.form == Form::VerticalMark {
            let pixels = plot.plotting_area();
            let marks = series.points.iter();
            rows.marks
                .extend(marks.map(|p| pixels.map_coordinate(&(p.x, 0.0)).0));
        }
    }
    for (_, i) in order {
        let Label { series, text, x, y } = labels[-i as usize];
        let colour = series.hue.text(theme);
        let wide = (text_width(text, TEXT) * f64::from(FINE)) as i32;
        let (x, y) = plot.plotting_area().map_coordinate(&(x, y));
        match series.form {
            Form::VerticalMark => {
                let (left, row) = rows.find(x, wide);
                let at = (left, ys.start + row as i32 * LINE);
                if rows.crosses(left, wide) {
                    // No side is free: the text covers the other mark's line rather than be struck
                    // through by it.
                    let corners = [(left - FINE, at.1), (left + wide + FINE, at.1 + LINE)];
                    area.draw(&Rectangle::new(corners, rgb(theme.card()).filled()))?;
                }
                write_text(area, text, at, colour, HPos::Left, VPos::Top)?;
            }
            Form::HorizontalMark => {
                let at = (xs.end, y.clamp(ys.start + LINE, ys.end) - 3 * FINE);
                write_text(area, text, at, colour, HPos::Right, VPos::Bottom)?;
            }
            _ => {
                let left = (x + 10 * FINE)
                    .max(xs.start + xs.len() as i32 * 3 / 10)
                    .min(xs.end - wide)
                    .max(xs.start);
                let at = (left, ys.end - 3 * FINE);
                write_text(area, text, at, colour, HPos::Left, VPos::Bottom)?;
            }
        }
    }
    Ok(())
}

/// The lines of words below the upper edge of a plot.
struct Rows {
    /// From the plot's left edge to its right.
    plot: Range<i32>,
    /// The vertical marks.
    marks: Vec<i32>,
    /// What is taken in each row: from, to.
    taken: Vec<Vec<(i32, i32)>>,
}

impl Rows {
    /// The left edge and the row for words of this width beside a mark, which are taken then.
    fn find(&mut self, mark: i32, wide: i32) -> (i32, usize) {
        let sides = [mark + GAP, mark - GAP - wide];
        let left = sides
            .into_iter()
            .find(|&left| self.holds(left, wide) && !self.crosses(left, wide))
            .or_else(|| sides.into_iter().find(|&left| self.holds(left, wide)))
            .unwrap_or(sides[0]);
        let row = self
            .taken
            .iter()
            .position(|row| {
                row.iter()
                    .all(|&(from, to)| left > to + GAP || left + wide + GAP < from)
            })
            .unwrap_or(self.taken.len());
        if row == self.taken.len() {
            self.taken.push(Vec::new());
        }
        self.taken[row].push((left, left + wide));
        (left, row)
    }

    /// Whether words are within the plot.
    fn holds(&self, left: i32, wide: i32) -> bool {
        self.plot.start <= left && left + wide <= self.plot.end + GAP
    }

    /// Whether a mark goes through words.
    fn crosses(&self, left: i32, wide: i32) -> bool {
        self.marks
            .iter()
            .any(|at| (left..=left + wide).contains(at))
    }
}
