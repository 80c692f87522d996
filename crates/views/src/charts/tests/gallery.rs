//! A page with all charts in both themes and languages, to look at: `cargo test --lib chart_gallery
//! -- --ignored` writes `target/charts.html`.

use super::super::*;
use super::{played, text, timeline};
use crate::palette::Theme;
use crate::plot::{legend, svg, svg_document, swatch};
use equipoise_engine::scenario::{Script, presets};
use equipoise_formulas::Formula;
use std::fmt::Write as _;

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
    let formula = chart.formula.map(Formula::plain).unwrap_or_default();
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
    let run = |&(preset, seconds): &(&str, f64)| {
        if seconds > 0.0 {
            played(preset, seconds)
        } else {
            timeline(preset)
        }
    };
    let runs: Vec<Timeline> = RUNS.iter().map(run).collect();
    let (weights, inference, distributed) = (&runs[0], &runs[4], &runs[5]);
    let mut other = presets::find("inference").expect("preset");
    other.balancer.strategy.id = StrategyId::LeastConnections;
    let mut other = Timeline::new(Script::new(other));
    other.play(100.0, u64::MAX);

    let mut page = String::from(
        "<!doctype html><meta charset=utf-8><body style='margin:0;font:13px sans-serif'>",
    );
    for (theme, language) in [(Theme::Light, "en"), (Theme::Dark, "zh-CN")] {
        let t = |key: &str| text(key, language).unwrap_or_else(|| key.to_string());
        let (ground, ink) = (theme.card().css(), theme.ink().css());
        let layout = "display:flex;flex-wrap:wrap;gap:14px;padding:12px;width:1080px";
        let _ = write!(
            page,
            "<div style='background:{ground};color:{ink};{layout}'>"
        );
        let (small, large) = ((330, 150), (700, 260));
        for run in &runs {
            for kind in for_scenario(run.engine().scenario()) {
                show(&mut page, &build(kind, run, &t), theme, small);
            }
        }
        show(&mut page, &residual(distributed, &t), theme, small);
        show(&mut page, &assignment(distributed, &t), theme, small);
        show(
            &mut page,
            &response_difference(inference, &other, &t),
            theme,
            small,
        );
        show(
            &mut page,
            &present_pair(inference, &other, &t),
            theme,
            large,
        );
        show(&mut page, &assignment(weights, &t), theme, large);
        page.push_str(&svg_document(&shares(weights, &t), "", theme, 700, 260));
        page.push_str(&svg_document(
            &responses(inference, &t),
            "",
            theme,
            700,
            260,
        ));
        page.push_str("</div>");
    }
    std::fs::create_dir_all("target").expect("target");
    std::fs::write("target/charts.html", page).expect("written");
}
