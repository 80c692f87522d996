//! A chart as SVG, drawn with plotters.
//!
//! Plotters draws in whole units, so the picture is drawn [`FINE`] times as large as it is shown:
//! curves keep quarters of a pixel, and the view box scales it back. Texts inherit the page's font.

mod marks;

use super::legend::{LegendItem, SWATCH_HEIGHT, SWATCH_WIDTH, legend, swatch};
use super::{Chart, Kind, Ticks};
use crate::palette::{Rgb, Theme};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::fmt::Write as _;

/// Right of the plot (px).
pub const MARGIN_RIGHT: u32 = 14;
/// Above the plot (px).
pub const MARGIN_TOP: u32 = 10;
/// Below the plot (px): the ticks of the x axis.
pub const MARGIN_BOTTOM: u32 = 22;

/// Left of the plot (px): the ticks of the y axis, which may be long.
pub fn margin_left(chart: &Chart) -> u32 {
    let texts = chart
        .y
        .tick_marks(MOST_TICKS)
        .into_iter()
        .map(|(_, text)| with_unit(text, chart.y.unit));
    let widest = texts
        .map(|text| text_width(&text, TEXT))
        .fold(0.0, f64::max);
    (widest as u32 + 14).max(46)
}

/// The most ticks of a y axis that a margin reckons with.
const MOST_TICKS: usize = 8;

fn with_unit(text: String, unit: &str) -> String {
    if unit.is_empty() {
        text
    } else {
        format!("{text} {unit}")
    }
}

const XMLNS: &str = "http://www.w3.org/2000/svg";
/// A saved chart cannot inherit the page's font.
const FONTS: &str =
    "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";

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
    let (width_px, height_px) = (width_px.max(120), height_px.max(60));
    let mut body = String::new();
    {
        let (width, height) = (width_px * FINE as u32, height_px * FINE as u32);
        let area = SVGBackend::with_string(&mut body, (width, height)).into_drawing_area();
        // Writing to a string cannot fail; were it to, an empty plot is the right answer.
        let _ = draw(chart, theme, &area);
        let _ = area.present();
    }
    let inside = body.split_once('>').map_or("", |(_, rest)| rest);
    let inside = inside
        .replace(" font-family=\"sans-serif\"", "")
        .replace("dy=\"0.5ex\"", "dy=\".35em\"");
    let inside = inside.replace(" opacity=\"1\"", "").replace('\n', "");
    let (fine_width, fine_height) = (width_px * FINE as u32, height_px * FINE as u32);
    let size = format!(
        r#"width="{width_px}" height="{height_px}" viewBox="0 0 {fine_width} {fine_height}""#
    );
    let name = format!(r#"role="img" aria-label="{}""#, escape(&chart.title));
    format!(
        r#"<svg {size} xmlns="{XMLNS}" {name} style="font-variant-numeric:tabular-nums">{inside}"#
    )
}

/// The whole chart as a file of its own, `width_px` wide: title, plot of `height_px`, legend and
/// notes on the theme's ground, and `formula`, its formula in one line.
pub fn svg_document(
    chart: &Chart,
    formula: &str,
    theme: Theme,
    width_px: u32,
    height_px: u32,
) -> String {
    let pad = 16.0;
    let head = 44.0;
    let items = legend(chart);
    let (key, lines) = key(
        &items,
        theme,
        pad,
        head + f64::from(height_px) + 22.0,
        f64::from(width_px) - pad,
    );
    let notes: Vec<&String> = chart.no_prediction.iter().chain(&chart.notes).collect();
    let below = head + f64::from(height_px) + 22.0 + 18.0 * lines as f64;
    let height = below + 16.0 * notes.len() as f64 + 4.0;
    let size = format!(r#"width="{width_px}" height="{height}" viewBox="0 0 {width_px} {height}""#);
    let ground = theme.card().css();
    let mut out = format!(r#"<svg {size} xmlns="{XMLNS}" font-family="{FONTS}">"#);
    let _ = write!(out, r#"<rect width="100%" height="100%" fill="{ground}"/>"#);
    let mut text = |x: f64, y: f64, size: f64, colour: Rgb, more: &str, text: &str| {
        let (colour, text) = (colour.css(), escape(text));
        let _ = write!(
            out,
            r#"<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{more}>{text}</text>"#
        );
    };
    text(
        pad,
        22.0,
        14.0,
        theme.ink(),
        r#" font-weight="600""#,
        &chart.title,
    );
    let end = f64::from(width_px - MARGIN_RIGHT);
    text(
        end,
        22.0,
        12.0,
        theme.ink2(),
        r#" text-anchor="end""#,
        formula,
    );
    text(pad, head - 4.0, 10.5, theme.ink3(), "", &chart.y.head());
    text(
        end,
        head + f64::from(height_px) + 6.0,
        10.5,
        theme.ink3(),
        r#" text-anchor="end""#,
        &chart.x.head(),
    );
    for (i, note) in notes.into_iter().enumerate() {
        text(pad, below + 16.0 * i as f64, 11.0, theme.ink2(), "", note);
    }
    out.push_str(&key);
    let plot = svg(chart, theme, width_px, height_px);
    out.push_str(&plot.replacen("<svg ", &format!("<svg y=\"{head}\" "), 1));
    out.push_str("</svg>\n");
    out
}

/// The legend as text and samples from (`left`, `y`) on, and how many lines it takes.
fn key(items: &[LegendItem], theme: Theme, left: f64, y: f64, right: f64) -> (String, usize) {
    let (mut out, mut x, mut line) = (String::new(), left, 0);
    for item in items {
        let wide = f64::from(SWATCH_WIDTH) + 6.0 + text_width(&item.name, 11.0) + 16.0;
        if x > left && x + wide > right {
            (x, line) = (left, line + 1);
        }
        let at = y + 18.0 * line as f64;
        let place = format!(
            "<svg x=\"{x:.1}\" y=\"{:.1}\" ",
            at - f64::from(SWATCH_HEIGHT) + 1.0
        );
        out.push_str(&swatch(item, theme).replacen("<svg ", &place, 1));
        let (at_x, colour, name) = (
            x + f64::from(SWATCH_WIDTH) + 6.0,
            theme.ink2().css(),
            escape(&item.name),
        );
        let _ = write!(
            out,
            r#"<text x="{at_x:.1}" y="{at:.1}" font-size="11" fill="{colour}">{name}</text>"#
        );
        x += wide;
    }
    (out, if items.is_empty() { 0 } else { line + 1 })
}

/// About how wide a text is (px). There is no font to ask; Chinese characters are square.
fn text_width(text: &str, size: f64) -> f64 {
    text.chars()
        .map(|c| if (c as u32) < 0x2e80 { 0.56 } else { 1.0 })
        .sum::<f64>()
        * size
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn draw(chart: &Chart, theme: Theme, area: &Area) -> Drawn {
    let range = |axis: &super::Axis| {
        let (from, to) = (axis.from, axis.to);
        if from.is_finite() && to.is_finite() && from < to {
            from..to
        } else {
            0.0..1.0
        }
    };
    let plot: Plot = ChartBuilder::on(area)
        .margin_left(margin_left(chart) as i32 * FINE)
        .margin_right(MARGIN_RIGHT as i32 * FINE)
        .margin_top(MARGIN_TOP as i32 * FINE)
        .margin_bottom(MARGIN_BOTTOM as i32 * FINE)
        .build_cartesian_2d(range(&chart.x), range(&chart.y))?;
    axes(chart, theme, area, &plot)?;
    let marks = chart
        .series
        .iter()
        .filter(|s| matches!(s.kind, Kind::Points | Kind::Rings));
    let crowd = marks.map(|s| s.points.len()).max().unwrap_or(1);
    for series in &chart.series {
        marks::draw(series, crowd, theme, area, &plot)?;
    }
    marks::labels(chart, theme, area, &plot)
}

/// Horizontal grid lines, and ticks at both axes.
fn axes(chart: &Chart, theme: Theme, area: &Area, plot: &Plot) -> Drawn {
    let (xs, ys) = plot.plotting_area().get_pixel_range();
    let place = |x: f64, y: f64| plot.plotting_area().map_coordinate(&(x, y));
    for (value, text) in chart
        .y
        .tick_marks((ys.len() / (26 * FINE as usize)).clamp(3, MOST_TICKS))
    {
        let y = snap(place(chart.x.from, value).1);
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
    let room = if let Ticks::Names(names) = &chart.x.ticks {
        let wide = |name: &str| text_width(name, TEXT) + 8.0;
        let (widest, all) = names
            .iter()
            .map(|(_, name)| wide(name))
            .fold((0.0, 0.0), |(w, all), x| (x.max(w), all + x));
        let room_px = xs.len() as f64 / f64::from(FINE);
        if all <= room_px {
            names.len()
        } else {
            (room_px / widest) as usize
        }
    } else {
        xs.len() / (46 * FINE as usize)
    };
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
        let (x, right) = (
            place(value, chart.y.from).0,
            xs.end + MARGIN_RIGHT as i32 * FINE,
        );
        let x = x.min(right - half);
        write_text(
            area,
            &text,
            (x, ys.end + 6 * FINE),
            theme.ink3(),
            HPos::Center,
            VPos::Top,
        )?;
    }
    Ok(())
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
    use super::super::{Axis, Paint, Point, Role, Series};
    use super::*;

    fn points(ys: &[f64]) -> Vec<Point> {
        ys.iter()
            .enumerate()
            .map(|(x, &y)| Point::at(x as f64, y))
            .collect()
    }

    fn chart(kind: Kind, role: Role, ys: &[f64]) -> Chart {
        let axis = |to: f64| Axis {
            to,
            ..Axis::default()
        };
        let series = vec![Series::new("s", kind, role, Paint::Accent, points(ys))];
        Chart {
            title: "a < b & \"c\"".into(),
            x: axis(4.0),
            y: axis(3.0),
            series,
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
        assert_eq!(accents(&chart(Kind::Line, Role::Observation, &ys)), 1);
        assert!(accents(&chart(Kind::Line, Role::Prediction, &ys)) > 10);
    }

    #[test]
    fn every_bar_and_point_is_drawn_unless_it_is_undefined() {
        let ys = [1.0, f64::NAN, 2.0, f64::INFINITY, 3.0];
        assert_eq!(accents(&chart(Kind::Bars(0.5), Role::Observation, &ys)), 3);
        assert_eq!(accents(&chart(Kind::Points, Role::Observation, &ys)), 3);
    }

    #[test]
    fn a_line_breaks_where_it_is_undefined() {
        assert_eq!(
            accents(&chart(
                Kind::Line,
                Role::Observation,
                &[0.0, 1.0, f64::NAN, 1.0, 2.0]
            )),
            2
        );
    }

    #[test]
    fn the_plot_has_the_size_asked_for_and_the_pages_font() {
        let picture = svg(
            &chart(Kind::Line, Role::Observation, &[0.0, 1.0]),
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
        let mut chart = chart(Kind::Line, Role::Observation, &[f64::NAN; 5]);
        chart.x.to = f64::NAN;
        chart.y.to = chart.y.from;
        assert!(svg(&chart, Theme::Light, 330, 150).ends_with("</svg>"));
    }
}
