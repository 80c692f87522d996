//! A whole chart as a file: title, plot, legend and notes.

use super::{MARGIN_RIGHT, XMLNS, escape, svg, text_width};
use crate::palette::{Rgb, Theme};
use crate::plot::Chart;
use crate::plot::legend::{LegendItem, SWATCH_HEIGHT, SWATCH_WIDTH, legend, swatch};
use std::fmt::Write as _;

/// A saved chart cannot inherit the page's font.
const FONTS: &str =
    "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif";
/// Around everything (px).
const PAD: f64 = 16.0;
/// Above the plot (px).
const HEAD: f64 = 44.0;

/// The whole chart as a file of its own, `width_px` wide: title, plot of `height_px`, legend and
/// notes on the theme's ground, and `formula`, its formula in one line.
pub fn svg_document(
    chart: &Chart,
    formula: &str,
    theme: Theme,
    width_px: u32,
    height_px: u32,
) -> String {
    let items = legend(chart);
    let plot_end = HEAD + f64::from(height_px);
    let (key, lines) = key(&items, theme, plot_end + 22.0, f64::from(width_px) - PAD);
    let notes: Vec<&String> = chart.no_prediction.iter().chain(&chart.notes).collect();
    let below = plot_end + 22.0 + 18.0 * lines as f64;
    let height = below + 16.0 * notes.len() as f64 + 4.0;
    let size = format!(r#"width="{width_px}" height="{height}" viewBox="0 0 {width_px} {height}""#);
    let ground = theme.card().css();
    let mut out = format!(r#"<svg {size} xmlns="{XMLNS}" font-family="{FONTS}">"#);
    let _ = write!(out, r#"<rect width="100%" height="100%" fill="{ground}"/>"#);
    let heading = Lettering {
        size: 14.0,
        colour: theme.ink(),
        more: r#" font-weight="600""#,
    };
    heading.write(&mut out, PAD, 22.0, &chart.title);
    let right = f64::from(width_px - MARGIN_RIGHT);
    let words = Lettering {
        size: 12.0,
        colour: theme.ink2(),
        more: r#" text-anchor="end""#,
    };
    words.write(&mut out, right, 22.0, formula);
    let mut axis = Lettering {
        size: 10.5,
        colour: theme.ink3(),
        more: "",
    };
    axis.write(&mut out, PAD, HEAD - 4.0, &chart.y.head());
    axis.more = r#" text-anchor="end""#;
    axis.write(&mut out, right, plot_end + 6.0, &chart.x.head());
    for (i, note) in notes.into_iter().enumerate() {
        let words = Lettering {
            size: 11.0,
            colour: theme.ink2(),
            more: "",
        };
        words.write(&mut out, PAD, below + 16.0 * i as f64, note);
    }
    out.push_str(&key);
    let plot = svg(chart, theme, width_px, height_px);
    out.push_str(&plot.replacen("<svg ", &format!("<svg y=\"{HEAD}\" "), 1));
    out.push_str("</svg>\n");
    out
}

/// How a text of the document looks.
struct Lettering {
    size: f64,
    colour: Rgb,
    /// More attributes.
    more: &'static str,
}

impl Lettering {
    fn write(&self, out: &mut String, x: f64, y: f64, text: &str) {
        let Self { size, more, .. } = self;
        let colour = self.colour.css();
        let text = escape(text);
        let _ = write!(
            out,
            r#"<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{more}>{text}</text>"#
        );
    }
}

/// The legend as text and samples from `y` on, and how many lines it takes.
fn key(items: &[LegendItem], theme: Theme, y: f64, right: f64) -> (String, usize) {
    let mut out = String::new();
    let mut x = PAD;
    let mut line = 0;
    let colour = theme.ink2().css();
    for item in items {
        let wide = f64::from(SWATCH_WIDTH) + 6.0 + text_width(&item.name, 11.0) + 16.0;
        if x > PAD && x + wide > right {
            x = PAD;
            line += 1;
        }
        let at = y + 18.0 * line as f64;
        let top = at - f64::from(SWATCH_HEIGHT) + 1.0;
        let place = format!("<svg x=\"{x:.1}\" y=\"{top:.1}\" ");
        out.push_str(&swatch(item, theme).replacen("<svg ", &place, 1));
        let text_x = x + f64::from(SWATCH_WIDTH) + 6.0;
        let name = escape(&item.name);
        let _ = write!(
            out,
            r#"<text x="{text_x:.1}" y="{at:.1}" font-size="11" fill="{colour}">{name}</text>"#
        );
        x += wide;
    }
    (out, if items.is_empty() { 0 } else { line + 1 })
}
