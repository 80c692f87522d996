//! A chart as SVG, drawn with plotters.
//!
//! Plotters draws in whole units, so the picture is drawn [`FINE`] times as large as it is shown:
//! curves keep quarters of a pixel, and the view box scales it back. Texts inherit the page's font.

mod document;
mod labels;
mod marks;

pub use document::svg_document;

use super::{Axis, Chart, Form, Ticks};
use crate::palette::{Rgb, Theme};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

/// Right of the plot (px).
pub const MARGIN_RIGHT: u32 = 14;
/// Above the plot (px).
pub const MARGIN_TOP: u32 = 10;
/// Below the plot (px): the ticks of the x axis.
pub const MARGIN_BOTTOM: u32 = 22;

/// Left of the plot (px): the ticks of the y axis, which may be long.
pub fn margin_left(chart: &Chart) -> u32 {
    let widest = chart
        .y
        .tick_marks(MOST_TICKS)
        .into_iter()
        .map(|(_, text)| text_width(&with_unit(text, chart.y.unit), TEXT))
        .fold(0.0, f64::max);
    (widest as u32 + 14).max(46)
}

/// The most ticks of a y axis.
const MOST_TICKS: usize = 8;

fn with_unit(text: String, unit: &str) -> String {
    if unit.is_empty() {
        text
    } else {
        format!("{text} {unit}")
    }
}

pub(crate) const XMLNS: &str = "http://www.w3.org/2000/svg";

/// Units drawn per pixel shown.
const FINE: i32 = 4;
/// Height of text (px).
const TEXT: f64 = 10.5;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plot<'a> = ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// The plot alone, `width_px` × `height_px`, without title and legend: for the page, which has the
/// fonts and the rest. Hidden from screen readers but for its name, since the page offers the
/// table.
pub fn svg(chart: &Chart, theme: Theme, width_px: u32, height_px: u32) -> String {
    let width_px = width_px.max(120);
    let height_px = height_px.max(60);
    let width = width_px * FINE as u32;
    let height = height_px * FINE as u32;
    let mut body = String::new();
    {
        let area = SVGBackend::with_string(&mut body, (width, height)).into_drawing_area();
        // Writing to a string cannot fail; were it to, an empty plot is the right answer.
        let _ = draw(chart, theme, &area);
        let _ = area.present();
    }
    let inside = body
        .split_once('>')
        .map_or("", |(_, rest)| rest)
        .replace(" font-family=\"sans-serif\"", "")
        .replace("dy=\"0.5ex\"", "dy=\".35em\"")
        .replace(" opacity=\"1\"", "")
        .replace('\n', "");
    let size = format!(r#"width="{width_px}" height="{height_px}" viewBox="0 0 {width} {height}""#);
    let name = format!(r#"role="img" aria-label="{}""#, escape(&chart.title));
    format!(r#"<svg {size} xmlns="{XMLNS}" {name} font-variant="tabular-nums">{inside}"#)
}

/// About how wide a text is (px). There is no font to ask; Chinese characters are square.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|c| if (c as u32) < 0x2e80 { 0.56 } else { 1.0 })
        .sum::<f64>()
        * size
}

pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn draw(chart: &Chart, theme: Theme, area: &Area) -> Drawn {
    let plot: Plot = ChartBuilder::on(area)
        .margin_left(margin_left(chart) as i32 * FINE)
        .margin_right(MARGIN_RIGHT as i32 * FINE)
        .margin_top(MARGIN_TOP as i32 * FINE)
        .margin_bottom(MARGIN_BOTTOM as i32 * FINE + second_row(chart, area))
        .build_cartesian_2d(range(&chart.x), range(&chart.y))?;
    axes(chart, theme, area, &plot)?;
    let crowd = chart
        .series
        .iter()
        .filter(|s| matches!(s.form, Form::Points | Form::Rings))
        .map(|s| s.points.len())
        .max()
        .unwrap_or(1);
    for series in &chart.series {
        marks::draw(series, crowd, theme, area, &plot)?;
    }
    labels::draw(chart, theme, area, &plot)
}

/// An axis's range, or 0 to 1 if it is none.
fn range(axis: &Axis) -> Range<f64> {
    if axis.from.is_finite() && axis.to.is_finite() && axis.from < axis.to {
        axis.from..axis.to
    } else {
        0.0..1.0
    }
}

/// Horizontal grid lines, and ticks at both axes.
fn axes(chart: &Chart, theme: Theme, area: &Area, plot: &Plot) -> Drawn {
    let (xs, ys) = plot.plotting_area().get_pixel_range();
    let pixels = plot.plotting_area();
    for (value, text) in chart
        .y
        .tick_marks((ys.len() / (26 * FINE as usize)).clamp(3, MOST_TICKS))
    {
        let y = snap(pixels.map_coordinate(&(chart.x.from, value)).1);
        let colour = if value == 0.0 {
            theme.line().mix(theme.ink3(), 0.35)
        } else {
            theme.grid()
        };
        line(area, vec![(xs.start, y), (xs.end, y)], solid(colour, 1.0))?;
        let at = (xs.start - 7 * FINE, y);
        write_text(
            area,
            &with_unit(text, chart.y.unit),
            at,
            theme.ink3(),
            HPos::Right,
            VPos::Center,
        )?;
    }
    let room = match &chart.x.ticks {
        Ticks::Names(names) if fits_two_rows(names, xs.len()) => names.len(),
        Ticks::Names(names) => names_with_room(names, xs.len() as f64 / f64::from(FINE)),
        _ => xs.len() / (46 * FINE as usize),
    };
    let lower = second_row(chart, area);
    let ticks = chart.x.tick_marks(room.max(2));
    let last = ticks.len().saturating_sub(1);
    for (i, (value, text)) in ticks.into_iter().enumerate() {
        let text = if i == last {
            with_unit(text, chart.x.unit)
        } else {
            text
        };
        let half = (text_width(&text, TEXT) * f64::from(FINE) / 2.0) as i32;
        // A text at the very edge is moved in rather than cut.
        let right = xs.end + MARGIN_RIGHT as i32 * FINE;
        let x = pixels.map_coordinate(&(value, chart.y.from)).0;
        let row = if i % 2 == 1 { lower } else { 0 };
        let at = (x.min(right - half), ys.end + 6 * FINE + row);
        write_text(area, &text, at, theme.ink3(), HPos::Center, VPos::Top)?;
    }
    Ok(())
}

/// How many of the names fit side by side into this width (px).
fn names_with_room(names: &[(f64, String)], room_px: f64) -> usize {
    let mut widest = 0.0_f64;
    let mut all = 0.0;
    for (_, name) in names {
        let wide = text_width(name, TEXT) + 8.0;
        widest = widest.max(wide);
        all += wide;
    }
    if all <= room_px {
        names.len()
    } else {
        (room_px / widest) as usize
    }
}

/// Whether names that do not fit side by side into this width (in the picture's units) do so in two
/// rows, every other one in the second.
fn fits_two_rows(names: &[(f64, String)], room: usize) -> bool {
    let room_px = room as f64 / f64::from(FINE);
    let widest = names.iter().map(|(_, name)| text_width(name, TEXT));
    let widest = widest.fold(0.0, f64::max) + 4.0;
    names_with_room(names, room_px) < names.len() && 2.0 * room_px / names.len() as f64 >= widest
}

/// How much lower a second row of names below the plot stands, in the picture's units; 0 without.
fn second_row(chart: &Chart, area: &Area) -> i32 {
    let sides = (margin_left(chart) + MARGIN_RIGHT) as usize * FINE as usize;
    let room = (area.dim_in_pixel().0 as usize).saturating_sub(sides);
    match &chart.x.ticks {
        Ticks::Names(names) if fits_two_rows(names, room) => 12 * FINE,
        _ => 0,
    }
}

/// To the middle of a pixel, so that a line of one pixel is sharp.
fn snap(at: i32) -> i32 {
    at.div_euclid(FINE) * FINE + FINE / 2
}

fn rgb(colour: Rgb) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

/// A stroke of this width (px).
fn solid(colour: Rgb, width_px: f64) -> ShapeStyle {
    ShapeStyle::from(rgb(colour)).stroke_width((width_px * f64::from(FINE)) as u32)
}

fn line(area: &Area, points: Vec<(i32, i32)>, style: ShapeStyle) -> Drawn {
    area.draw(&PathElement::new(points, style))
}

fn write_text(area: &Area, text: &str, at: (i32, i32), colour: Rgb, h: HPos, v: VPos) -> Drawn {
    // 1.24 is plotters' own ratio of its sizes to SVG's.
    let font = ("sans-serif", TEXT * 1.24 * f64::from(FINE)).into_font();
    let colour = rgb(colour);
    let style = TextStyle::from(font).color(&colour).pos(Pos::new(h, v));
    area.draw(&Text::new(text.to_string(), at, style))
}

#[cfg(test)]
mod tests {
    use super::super::{Hue, Point, Role, Series};
    use super::*;

    fn points(ys: &[f64]) -> Vec<Point> {
        ys.iter()
            .enumerate()
            .map(|(x, &y)| Point::at(x as f64, y))
            .collect()
    }

    fn chart(form: Form, role: Role, ys: &[f64]) -> Chart {
        Chart {
            title: "a < b & \"c\"".into(),
            x: Axis {
                to: 4.0,
                ..Axis::default()
            },
            y: Axis {
                to: 3.0,
                ..Axis::default()
            },
            series: vec![Series::new("s", form, role, Hue::Accent, points(ys))],
            ..Chart::default()
        }
    }

    /// How many elements of the plot have the accent's colour.
    fn accents(chart: &Chart) -> usize {
        let accent = Theme::Light.accent().css().to_uppercase();
        svg(chart, Theme::Light, 330, 150)
            .to_uppercase()
            .matches(&accent)
            .count()
    }

    #[test]
    fn an_observation_is_one_line_and_a_prediction_many_dashes() {
        let ys = [0.0, 1.0, 1.5, 2.0, 3.0];
        assert_eq!(accents(&chart(Form::Line, Role::Observation, &ys)), 1);
        assert!(accents(&chart(Form::Line, Role::Prediction, &ys)) > 10);
    }

    #[test]
    fn every_bar_and_point_is_drawn_unless_it_is_undefined() {
        let ys = [1.0, f64::NAN, 2.0, f64::INFINITY, 3.0];
        assert_eq!(accents(&chart(Form::Bars(0.5), Role::Observation, &ys)), 3);
        assert_eq!(accents(&chart(Form::Points, Role::Observation, &ys)), 3);
    }

    #[test]
    fn a_line_breaks_where_it_is_undefined() {
        assert_eq!(
            accents(&chart(
                Form::Line,
                Role::Observation,
                &[0.0, 1.0, f64::NAN, 1.0, 2.0]
            )),
            2
        );
    }

    #[test]
    fn the_plot_has_the_size_asked_for_and_the_pages_font() {
        let picture = svg(
            &chart(Form::Line, Role::Observation, &[0.0, 1.0]),
            Theme::Dark,
            330,
            150,
        );
        assert!(
            picture.starts_with(r#"<svg width="330" height="150" viewBox="0 0 1320 600""#),
            "{picture}"
        );
        assert!(
            !picture.contains("font-family") && picture.contains("a &lt; b &amp; &quot;c&quot;")
        );
    }

    #[test]
    fn an_impossible_range_gives_an_empty_plot() {
        let mut chart = chart(Form::Line, Role::Observation, &[f64::NAN; 5]);
        chart.x.to = f64::NAN;
        chart.y.to = chart.y.from;
        assert!(svg(&chart, Theme::Light, 330, 150).ends_with("</svg>"));
    }
}
