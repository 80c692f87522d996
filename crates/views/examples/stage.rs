//! A page with stages of scenes with replicas, at the levels of detail of their cards and in both
//! themes, to look at: `target/stage.html`.

use equipoise_engine::scenario::{Script, presets};
use equipoise_engine::sim::Timeline;
use equipoise_views::palette::{Rgb, Theme, server_colour, text_colour};
use equipoise_views::scene::{Anchor, Block, Paint, Rect, Scene, Shape, Stroke, controls};
use equipoise_views::stage::{Inside, Layout, Look, base, live};
use serde_yaml_ng::Value;
use std::fmt::Write as _;

const TEXTS: &str = include_str!("../../../locales/page.yml");

/// Presets, moments (s), how many servers in place of the preset's, and sizes (px).
const STAGES: &[(&str, f64, usize, (f64, f64))] = &[
    ("continuous-batching", 21.0, 1, (1068.0, 400.0)),
    ("kv-wall", 60.0, 1, (1068.0, 270.0)),
    ("prefix-cache", 20.0, 2, (1068.0, 540.0)),
    ("session-affinity", 40.0, 4, (1068.0, 540.0)),
    ("kv-wall", 60.0, 1, (360.0, 420.0)),
    ("session-affinity", 40.0, 4, (360.0, 420.0)),
    ("kv-wall", 60.0, 12, (860.0, 540.0)),
    ("kv-wall", 60.0, 24, (860.0, 540.0)),
    ("kv-wall", 60.0, 64, (860.0, 540.0)),
];

fn main() {
    equipoise_serving::install();
    let texts: Value = serde_yaml_ng::from_str(TEXTS).expect("YAML");
    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><body style='margin:0;font-family:system-ui'>",
    );
    for (theme, language) in [(Theme::Light, "en"), (Theme::Dark, "zh-CN")] {
        let ground = theme.background().css();
        let _ = write!(page, "<div style='background:{ground};padding:8px'>");
        for &(preset, time_s, servers, size) in STAGES {
            let timeline = played(preset, time_s, servers);
            let t = |key: &str| text(&texts, key, language);
            page.push_str(&stage(&timeline, size, theme, &t));
        }
        page.push_str("</div>");
    }
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target");
    std::fs::create_dir_all(target).expect("target");
    std::fs::write(format!("{target}/stage.html"), page).expect("written");
}

fn played(preset: &str, time_s: f64, servers: usize) -> Timeline {
    let mut scenario = presets::find(preset).expect(preset);
    scenario.arrivals.rate_per_s *= servers as f64 / scenario.servers.len() as f64;
    scenario.servers = vec![scenario.servers[0].clone(); servers];
    let mut timeline = Timeline::new(Script::new(scenario));
    timeline.play(time_s, u64::MAX);
    timeline
}

/// The text of a key; the key where there is none.
fn text(texts: &Value, key: &str, language: &str) -> String {
    let node = key.split('.').try_fold(texts, |node, part| node.get(part));
    let text = node.and_then(|node| node.get(language)?.as_str());
    text.unwrap_or(key).to_string()
}

fn stage(
    timeline: &Timeline,
    (width, height): (f64, f64),
    theme: Theme,
    t: &dyn Fn(&str) -> String,
) -> String {
    let look = Look {
        travel_s: 0.2,
        flight: 1.0,
        predicted_busy: None,
        selected: None,
        inside: Inside::Now,
        t,
    };
    let layout = Layout::new(width, height, timeline.engine());
    let mut scene = Scene::default();
    base(timeline, &layout, &look, &mut scene);
    live(timeline, &layout, &look, &mut scene);
    let mut svg = format!(r#"<svg width="{width}" height="{height}" style="margin:6px">"#);
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
            ..
        } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let weight = if font.bold { 650 } else { 400 };
            let size = font.size;
            let fill = css(*paint, theme);
            format!(
                r#"<text x="{x}" y="{y}" dy=".35em" font-size="{size}" font-weight="{weight}"
                    text-anchor="{anchor}" fill="{fill}">{text}</text>"#
            )
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

fn path((x, y): (f64, f64), rest: &str, stroke: &Stroke, theme: Theme) -> String {
    let stroke = stroked(Some(stroke), theme);
    format!(r#"<path d="M{x} {y}{rest}" fill="none" {stroke}/>"#)
}

/// A task as the page paints it: what is left of it is filled, from below.
fn task(block: &Block, theme: Theme) -> String {
    let colour = css(block.paint, theme);
    let soft = match block.paint {
        Paint::Server(server) => css(Paint::Soft(server), theme),
        _ => css(Paint::Faint, theme),
    };
    let radius = (block.rect.w * 0.16).min(4.0);
    let mut left = block.rect;
    left.h *= block.left;
    left.y = block.rect.bottom() - left.h;
    let frame = match block.left < 1.0 {
        true => format!(r#"stroke="{colour}" stroke-width="1.5""#),
        false => String::new(),
    };
    boxed(&block.rect, radius, &soft, "")
        + &boxed(&left, 0.0, &colour, "")
        + &boxed(&block.rect, radius, "none", &frame)
}

fn boxed(rect: &Rect, radius: f64, fill: &str, stroke: &str) -> String {
    let Rect { x, y, w, h } = rect;
    format!(
        r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{radius}" fill="{fill}" {stroke}/>"#
    )
}

fn stroked(stroke: Option<&Stroke>, theme: Theme) -> String {
    let Some(stroke) = stroke else {
        return String::new();
    };
    let dash = if stroke.dashed { "4 3" } else { "" };
    let colour = css(stroke.paint, theme);
    let width = stroke.width;
    format!(r#"stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dash}""#)
}

fn css(paint: Paint, theme: Theme) -> String {
    colour(paint, theme).css()
}

fn colour(paint: Paint, theme: Theme) -> Rgb {
    match paint {
        Paint::Ink => theme.ink(),
        Paint::Muted | Paint::Task => theme.ink2(),
        Paint::Line => theme.line(),
        Paint::Faint => theme.grid(),
        Paint::Card | Paint::OnTask => theme.card(),
        Paint::Ground => theme.background(),
        Paint::Accent => theme.accent(),
        Paint::Alarm => theme.warning(),
        Paint::Server(server) => server_colour(server.into()),
        Paint::Soft(server) => server_colour(server.into()).mix(theme.card(), 0.75),
        Paint::Label(server) => text_colour(server.into(), theme),
    }
}
