//! A scene as SVG, where it is to be printed rather than painted.

use crate::palette::{Theme, server_colour, text_on};
use crate::plot::svg::{XMLNS, escape, text_width};
use crate::scene::{Anchor, Block, Font, Paint, Rect, Scene, Shape, Stroke, controls};
use std::fmt::Write as _;

/// The whole scene, of this size (px), with a name for those who do not see it.
pub fn svg(scene: &Scene, (width, height): (f64, f64), theme: Theme, name: &str) -> String {
    let name = escape(name);
    let mut svg = format!(
        r#"<svg xmlns="{XMLNS}" viewBox="0 0 {width} {height}" role="img" aria-label="{name}">"#
    );
    for shape in scene.base.0.iter().chain(&scene.live.0) {
        svg.push_str(&element(shape, theme));
    }
    for block in &scene.blocks {
        svg.push_str(&task(block, theme));
    }
    svg + "</svg>"
}

fn element(shape: &Shape, theme: Theme) -> String {
    match shape {
        Shape::Box {
            rect,
            radius,
            fill,
            stroke,
        } => {
            let fill = fill.map_or("none".to_string(), |paint| css(paint, theme));
            boxed(rect, *radius, &fill, &stroked(stroke.as_ref(), theme))
        }
        Shape::Text {
            x,
            y,
            text,
            font,
            paint,
            anchor,
            room,
        } => {
            let fill = css(*paint, theme);
            lettering((*x, *y), &fitted(text, *font, *room), *font, *anchor, &fill)
        }
        Shape::Curve {
            from,
            to,
            upright,
            stroke,
        } => {
            let (a, b) = controls(*from, *to, *upright);
            let curve = format!("C{} {} {} {} {} {}", a.0, a.1, b.0, b.1, to.0, to.1);
            path(*from, &curve, stroke, theme)
        }
        Shape::Line { from, to, stroke } => {
            path(*from, &format!("L{} {}", to.0, to.1), stroke, theme)
        }
    }
}

fn lettering((x, y): (f64, f64), text: &str, font: Font, anchor: Anchor, fill: &str) -> String {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let weight = if font.bold { 650 } else { 400 };
    let size = font.size;
    let text = escape(text);
    let look = format!(r#"font-size="{size}" font-weight="{weight}" fill="{fill}""#);
    format!(r#"<text x="{x}" y="{y}" dy=".35em" text-anchor="{anchor}" {look}>{text}</text>"#)
}

/// The text, shortened with an ellipsis if it is about wider than `room`.
fn fitted(text: &str, font: Font, room: f64) -> String {
    if text_width(text, font.size) <= room {
        return text.to_string();
    }
    let mut letters: Vec<char> = text.chars().collect();
    while letters.pop().is_some() {
        let shorter = format!("{}…", letters.iter().collect::<String>().trim_end());
        if text_width(&shorter, font.size) <= room {
            return shorter;
        }
    }
    String::new()
}

fn path((x, y): (f64, f64), rest: &str, stroke: &Stroke, theme: Theme) -> String {
    let stroke = stroked(Some(stroke), theme);
    format!(r#"<path d="M{x} {y}{rest}" fill="none" {stroke}/>"#)
}

/// A task as the page paints it: what is left of it is filled, from below.
fn task(block: &Block, theme: Theme) -> String {
    let Block {
        rect, paint, left, ..
    } = *block;
    let colour = css(paint, theme);
    let soft = match paint {
        Paint::Server(server) => css(Paint::Soft(server), theme),
        _ => css(Paint::Faint, theme),
    };
    let radius = (rect.w * 0.16).min(4.0);
    let filled = Rect::new(rect.x, rect.bottom() - rect.h * left, rect.w, rect.h * left);
    let mut svg = match left < 1.0 {
        true => {
            let frame = format!(r#"stroke="{colour}" stroke-width="1.5""#);
            boxed(&rect, radius, &soft, "")
                + &boxed(&filled, 0.0, &colour, "")
                + &boxed(&rect, radius, "none", &frame)
        }
        false => boxed(&rect, radius, &colour, ""),
    };
    if let Some(number) = block.number {
        let text = number.to_string();
        let most = (rect.w * 0.42).min(12.0);
        let font = crate::scene::bold(most.min(rect.w * 1.45 / text.len() as f64));
        // On a task that is mostly done, the number is on the light part.
        let ink = match paint {
            Paint::Server(_) if left < 0.5 => css(Paint::Ink, theme),
            Paint::Server(server) => text_on(server_colour(server.into())).css(),
            _ => css(Paint::OnTask, theme),
        };
        let middle = (rect.centre(), rect.middle());
        svg += &lettering(middle, &text, font, Anchor::Middle, &ink);
    }
    svg
}

fn boxed(rect: &Rect, radius: f64, fill: &str, stroke: &str) -> String {
    let Rect { x, y, w, h } = rect;
    format!(
        r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{radius}" fill="{fill}" {stroke}/>"#
    )
}

fn stroked(stroke: Option<&Stroke>, theme: Theme) -> String {
    let mut css_text = String::new();
    if let Some(stroke) = stroke {
        let colour = css(stroke.paint, theme);
        let _ = write!(
            css_text,
            r#"stroke="{colour}" stroke-width="{}""#,
            stroke.width
        );
        if stroke.dashed {
            css_text.push_str(r#" stroke-dasharray="4 3""#);
        }
    }
    css_text
}

fn css(paint: Paint, theme: Theme) -> String {
    paint.colour(theme).css()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{Drawing, font};

    #[test]
    fn everything_on_a_scene_is_in_its_svg() {
        let mut scene = Scene::default();
        scene
            .base
            .fill(Rect::new(1.0, 2.0, 30.0, 20.0), 4.0, Paint::Card);
        let style = font(12.0).start(Paint::Ink);
        scene
            .base
            .text_in((5.0, 6.0), "a <long> heading", style, 60.0);
        let mut live = Drawing::default();
        let dashed = Stroke {
            paint: Paint::Line,
            width: 1.0,
            dashed: true,
        };
        live.line((0.0, 0.0), (9.0, 9.0), dashed);
        live.curve((0.0, 0.0), (9.0, 9.0), true, dashed);
        scene.live = live;
        scene.blocks.push(Block {
            rect: Rect::new(0.0, 0.0, 30.0, 20.0),
            paint: Paint::Server(0),
            left: 0.25,
            number: Some(12),
        });
        let svg = svg(&scene, (100.0, 50.0), Theme::Light, "a & b");
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        assert!(svg.contains(r#"aria-label="a &amp; b""#));
        assert!(
            svg.contains(">a &lt;long…<") && !svg.contains("heading"),
            "{svg}"
        );
        assert!(svg.contains(r#"y="15" width="30" height="5""#), "{svg}");
        assert!(svg.contains(">12</text>"));
        assert_eq!(svg.matches("stroke-dasharray").count(), 2);
        assert_eq!(svg.matches("<path").count(), 2);
    }
}
