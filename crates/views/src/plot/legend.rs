//! What a chart's marks mean: names with small samples of the same encoding.

use super::{Chart, Form, Hue, Role};
use crate::palette::{Marker, Theme, server_marker};
use std::fmt::Write as _;

/// A name and how its marks look.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendItem {
    /// The series' name.
    pub name: String,
    /// Its form.
    pub form: Form,
    /// What it says.
    pub role: Role,
    /// Its colour.
    pub hue: Hue,
}

/// The named series, in order; series of the same name and look count once. An observed mark whose
/// name is written beside it needs no other.
pub fn legend(chart: &Chart) -> Vec<LegendItem> {
    let mut items: Vec<LegendItem> = Vec::new();
    for s in &chart.series {
        let labelled =
            s.label.is_some() && s.form == Form::VerticalMark && s.role == Role::Observation;
        let named = !s.name.is_empty() && s.role != Role::Guide && !s.points.is_empty();
        let known = items.iter().any(|i| i.name == s.name && i.hue == s.hue);
        if named && !labelled && !known {
            items.push(LegendItem {
                name: s.name.clone(),
                form: s.form,
                role: s.role,
                hue: s.hue,
            });
        }
    }
    items
}

/// Width of a sample (px).
pub(super) const SWATCH_WIDTH: u32 = 18;
/// Height of a sample (px).
pub(super) const SWATCH_HEIGHT: u32 = 10;

/// A sample of an item's marks, as an SVG element for the page; it carries no text.
pub fn swatch(item: &LegendItem, theme: Theme) -> String {
    let colour = item.hue.colour(theme).css();
    let w = SWATCH_WIDTH;
    let h = SWATCH_HEIGHT;
    let size = format!(r#"width="{w}" height="{h}" viewBox="0 0 {w} {h}""#);
    let mut svg = format!(r#"<svg {size} xmlns="http://www.w3.org/2000/svg" aria-hidden="true">"#);
    let predicted = item.role == Role::Prediction;
    match item.form {
        Form::Bars(_) if predicted => {
            svg.push_str(r#"<rect x="2.75" y="1.75" width="12.5" height="6.5" fill="none""#);
            let _ = write!(
                svg,
                r#" stroke="{colour}" stroke-width="1.5" stroke-dasharray="3 2"/>"#
            );
        }
        Form::Bars(_) => {
            let _ = write!(
                svg,
                r#"<rect x="2" y="1" width="14" height="8" rx="2" fill="{colour}"/>"#
            );
        }
        Form::Boxes(_) | Form::Band => {
            svg.push_str(r#"<rect x="1" width="16" height="10" rx="2" fill-opacity="0.16""#);
            let _ = write!(svg, r#" fill="{colour}"/>"#);
        }
        Form::Points | Form::Rings => {
            let shape = if let Hue::Server(s) = item.hue {
                server_marker(s)
            } else {
                Marker::Circle
            };
            let fill = if item.form == Form::Rings {
                "none"
            } else {
                &colour
            };
            push_marker(&mut svg, shape, 4.0, fill, &colour);
        }
        _ => {
            let dash = if predicted {
                r#" stroke-dasharray="5 3""#
            } else {
                ""
            };
            let _ = write!(
                svg,
                r#"<path d="M0 5H18" fill="none" stroke="{colour}" stroke-width="2"{dash}/>"#
            );
            if let (Hue::Server(s), false) = (item.hue, predicted) {
                push_marker(&mut svg, server_marker(s), 3.6, &colour, "none");
            }
        }
    }
    svg.push_str("</svg>");
    svg
}

/// A shape in the middle of a sample.
fn push_marker(svg: &mut String, shape: Marker, radius: f64, fill: &str, stroke: &str) {
    let corners: Vec<String> = shape
        .outline()
        .into_iter()
        .map(|(x, y)| format!("{:.1},{:.1}", 9.0 + x * radius, 5.0 + y * radius))
        .collect();
    let corners = corners.join(" ");
    let _ = write!(
        svg,
        r#"<polygon points="{corners}" fill="{fill}" stroke="{stroke}" stroke-width="1.2"/>"#
    );
}

#[cfg(test)]
mod tests {
    use super::super::{Point, Series};
    use super::*;

    #[test]
    fn a_prediction_is_dashed_and_an_observation_is_not() {
        let points = vec![Point::at(0.0, 0.0)];
        for form in [
            Form::Line,
            Form::Levels(1.0),
            Form::Bars(1.0),
            Form::VerticalMark,
        ] {
            for (role, dashed) in [(Role::Prediction, true), (Role::Observation, false)] {
                let series = Series::new("s", form, role, Hue::Accent, points.clone());
                let chart = Chart {
                    series: vec![series],
                    ..Chart::default()
                };
                assert_eq!(
                    swatch(&legend(&chart)[0], Theme::Light).contains("dasharray"),
                    dashed
                );
            }
        }
    }
}
