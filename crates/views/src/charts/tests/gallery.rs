//! A page with all charts in both themes and languages, to look at: `cargo test -p equipoise-views
//! chart_gallery -- --ignored` writes `target/charts.html`.

use super::texts::text;
use super::*;
use crate::charts::assignment::{assignment, residual};
use crate::charts::responses::responses;
use crate::charts::shares::shares;
use crate::palette::Theme;
use crate::plot::{legend, svg, svg_document, swatch};
use equipoise_engine::balance::StrategyId;
use std::fmt::Write as _;

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
];

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
    let formula = chart.formula.clone().unwrap_or_default();
    let picture = svg(chart, theme, width, height);
    let title = format!("<b>{}</b> <small>{formula}</small>", chart.title);
    let below = format!("<div style='font-size:11px'>{key}<br>{notes}</div>");
    let _ = write!(
        page,
        "<div style='width:{width}px'>{title}<br>{picture}{below}</div>"
    );
}

#[test]
#[ignore = "writes target/charts.html, to look at"]
fn chart_gallery() {
    let mut runs = Vec::new();
    for &(preset, seconds) in RUNS {
        runs.push(if seconds > 0.0 {
            played(preset, seconds)
        } else {
            opened(preset)
        });
    }
    let mut other = presets::find("inference").expect("preset");
    other.balancer.strategy.id = StrategyId::LeastConnections;
    let mut other = Run::new(Script::new(other));
    other.timeline.play(100.0, u64::MAX);
    let a = &runs[4].timeline;
    let b = &other.timeline;

    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><body style='margin:0;font:13px sans-serif'>",
    );
    for (theme, language) in [(Theme::Light, "en"), (Theme::Dark, "zh-CN")] {
        let t = |key: &str| text(key, language).unwrap_or_else(|| key.to_string());
        let ground = theme.card().css();
        let ink = theme.ink().css();
        let layout = "display:flex;flex-wrap:wrap;gap:14px;padding:12px;width:1080px";
        let _ = write!(
            page,
            "<div style='background:{ground};color:{ink};{layout}'>"
        );
        for run in &runs {
            for kind in for_scenario(run.scenario()) {
                show(&mut page, &build(kind, run, &t), theme, SMALL);
            }
        }
        show(&mut page, &residual(&runs[5], &t), theme, SMALL);
        show(&mut page, &assignment(&runs[5], &t), theme, SMALL);
        show(&mut page, &response_difference(a, b, &t), theme, SMALL);
        show(&mut page, &present_pair(a, b, &t), theme, LARGE);
        show(&mut page, &assignment(&runs[0], &t), theme, LARGE);
        page.push_str(&svg_document(&shares(&runs[0], &t), theme, 700, 260));
        page.push_str(&svg_document(&responses(&runs[4], &t), theme, 700, 260));
        page.push_str("</div>");
    }
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target");
    std::fs::create_dir_all(target).expect("target");
    std::fs::write(format!("{target}/charts.html"), page).expect("written");
}
