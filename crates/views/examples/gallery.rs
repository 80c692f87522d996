//! A page with all charts in both themes and languages, to look at: `target/charts.html`.

use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Script, presets};
use equipoise_formulas::Formula;
use equipoise_views::Run;
use equipoise_views::charts::{ChartKind, build, for_scenario, present_pair, response_difference};
use equipoise_views::palette::Theme;
use equipoise_views::plot::{Chart, legend, svg, svg_document, swatch};
use serde_yaml_ng::Value;
use std::fmt::Write as _;

const TEXTS: &str = include_str!("../../../locales/charts.yml");

/// The sizes of plots (px).
const SMALL: (u32, u32) = (330, 150);
const LARGE: (u32, u32) = (700, 260);

/// Presets and moments (s).
const RUNS: &[(&str, f64)] = &[
    ("weights", 4.0),
    ("weights", 19.0),
    ("article-least-load", 34.0),
    ("article-formulas", 34.0),
    ("inference", 100.0),
    ("distributed", 40.0),
    ("little", 500.0),
    ("training", 20.0),
    ("preprocessing", 80.0),
    ("least-response-time", 60.0),
    ("weights", 0.0),
    ("continuous-batching", 60.0),
    ("chunked-prefill", 60.0),
    ("kv-wall", 90.0),
    ("prefix-cache", 40.0),
    ("session-affinity", 60.0),
];

fn main() {
    equipoise_serving::install();
    let texts: Value = serde_yaml_ng::from_str(TEXTS).expect("YAML");
    let runs: Vec<Run> = RUNS.iter().map(|run| played(run.0, run.1)).collect();
    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><body style='margin:0;font:13px sans-serif'>",
    );
    for (theme, language) in [(Theme::Light, "en"), (Theme::Dark, "zh-CN")] {
        charts(&mut page, &runs, theme, &|key| text(&texts, key, language));
    }
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target");
    std::fs::create_dir_all(target).expect("target");
    std::fs::write(format!("{target}/charts.html"), page).expect("written");
}

fn played(preset: &str, seconds: f64) -> Run {
    let mut run = Run::new(Script::new(presets::find(preset).expect(preset)));
    if seconds > 0.0 {
        run.timeline.play(seconds, u64::MAX);
        run.predict();
    }
    run
}

/// The text of a key; the key where there is none.
fn text(texts: &Value, key: &str, language: &str) -> String {
    let node = key.split('.').try_fold(texts, |node, part| node.get(part));
    let text = node.and_then(|node| node.get(language)?.as_str());
    text.unwrap_or(key).to_string()
}

/// Writes all charts in a theme, with texts by `t`.
fn charts(page: &mut String, runs: &[Run], theme: Theme, t: &dyn Fn(&str) -> String) {
    let mut other = presets::find("inference").expect("preset");
    other.balancer.strategy.id = StrategyId::LeastConnections;
    let mut other = Run::new(Script::new(other));
    other.timeline.play(100.0, u64::MAX);
    let a = &runs[4].timeline;
    let b = &other.timeline;

    let ground = theme.card().css();
    let ink = theme.ink().css();
    let layout = "display:flex;flex-wrap:wrap;gap:14px;padding:12px;width:1080px";
    let _ = write!(
        page,
        "<div style='background:{ground};color:{ink};{layout}'>"
    );
    for run in runs {
        for kind in for_scenario(run.scenario()) {
            show(page, &build(kind, run, t), theme, SMALL);
        }
    }
    show(page, &chart("residual", &runs[5], t), theme, SMALL);
    show(page, &chart("assignment", &runs[5], t), theme, SMALL);
    show(page, &response_difference(a, b, t), theme, SMALL);
    show(page, &present_pair(a, b, t), theme, LARGE);
    show(page, &chart("assignment", &runs[0], t), theme, LARGE);
    for run in runs.iter().filter(|run| run.scenario().has_replicas()) {
        show(page, &chart("replicas", run, t), theme, LARGE);
        show(page, &chart("kv-cache", run, t), theme, SMALL);
    }
    for (id, run) in [("shares", &runs[0]), ("responses", &runs[4])] {
        page.push_str(&svg_document(&chart(id, run, t), "", theme, 700, 260));
    }
    page.push_str("</div>");
}

fn chart(id: &str, run: &Run, t: &dyn Fn(&str) -> String) -> Chart {
    let kind = ChartKind::all().find(|kind| kind.id() == id).expect(id);
    build(kind, run, t)
}

fn show(page: &mut String, chart: &Chart, theme: Theme, (width, height): (u32, u32)) {
    let key: String = legend(chart)
        .iter()
        .map(|i| format!("{} {} ", swatch(i, theme), i.name))
        .collect();
    let notes = chart
        .no_prediction
        .iter()
        .chain(&chart.notes)
        .cloned()
        .collect::<Vec<_>>()
        .join(" · ");
    let formula = chart.formula.map(Formula::plain).unwrap_or_default();
    let picture = svg(chart, theme, width, height);
    let title = format!("<b>{}</b> <small>{formula}</small>", chart.title);
    let below = format!("<div style='font-size:11px'>{key}<br>{notes}</div>");
    let _ = write!(
        page,
        "<div style='width:{width}px'>{title}<br>{picture}{below}</div>"
    );
}
