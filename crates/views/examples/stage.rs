//! A page with stages of scenes with replicas, at the levels of detail of their cards and in both
//! themes, to look at: `target/stage.html`.

use equipoise_engine::scenario::{Script, presets};
use equipoise_engine::sim::Timeline;
use equipoise_views::palette::Theme;
use equipoise_views::scene::Scene;
use equipoise_views::scene_svg::svg;
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
    let picture = svg(&scene, (width, height), theme, "");
    format!(r#"<div style="width:{width}px;margin:6px">{picture}</div>"#)
}
