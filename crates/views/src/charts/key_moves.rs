//! Which share of the keys moves when a server leaves, by strategy: with nothing run, from the
//! rules alone.

use super::past::Past;
use super::{Translate, fill};
use crate::plot::{Axis, Chart, Kind, Paint, Point, Role, Series, Ticks};
use equipoise_engine::balance::{Mask, StrategyId};
use equipoise_engine::scenario::{KeySource, Scenario, ServerState, letter};
use equipoise_engine::sim::timeline::Timeline;
use equipoise_theory::key_moves::{Moves, moves};
use std::cell::RefCell;

/// The server that leaves: the first that is not up, or else the last.
fn leaver(scenario: &Scenario) -> usize {
    let gone = scenario
        .servers
        .iter()
        .position(|s| s.state != ServerState::Up);
    gone.unwrap_or(scenario.servers.len() - 1)
}

type Compared = Vec<(StrategyId, Moves)>;

/// The strategies that look at the same part of a request as the scenario's, with what moves under
/// them. The latest scenario's are kept, since their tables take milliseconds.
fn compared(scenario: &Scenario, source: KeySource) -> Compared {
    thread_local! {
        static LATEST: RefCell<Option<(Scenario, Compared)>> = const { RefCell::new(None) };
    }
    LATEST.with_borrow_mut(|latest| {
        if let Some((of, found)) = latest
            && of == scenario
        {
            return found.clone();
        }
        let n = scenario.servers.len();
        let (all, left) = (
            Mask::of(n, |_| true),
            Mask::of(n, |s| s != leaver(scenario)),
        );
        let mut other = scenario.clone();
        other.balancer.strategy.key = source;
        let mut found = Vec::new();
        for &id in StrategyId::ALL {
            other.balancer.strategy.id = id;
            if other.balancer.strategy.knows().key == Some(source) {
                found.push((id, moves(&other, all, left)));
            }
        }
        *latest = Some((scenario.clone(), found.clone()));
        found
    })
}

/// Outlined bars: all keys that move, and in front of them those that had to, since their server
/// left. Level: the share of keys that the weights give the server.
pub fn key_moves(timeline: &Timeline, t: Translate) -> Chart {
    let scenario = Past::of(timeline).scenario;
    let source = scenario
        .balancer
        .strategy
        .knows()
        .key
        .unwrap_or(KeySource::Url);
    let found = compared(scenario, source);
    let gone = leaver(scenario);
    let bars = |count: fn(&Moves) -> usize| {
        let share = |m: &Moves| count(m) as f64 / m.keys.max(1) as f64;
        found
            .iter()
            .enumerate()
            .map(|(i, (_, m))| Point::at(i as f64, share(m)))
            .collect()
    };
    let series =
        |key, paint, points| Series::new(t(key), Kind::Bars(0.6), Role::Prediction, paint, points);
    let weights: u32 = scenario.servers.iter().map(|s| s.weight).sum();
    let ideal = vec![Point::at(
        -0.6,
        f64::from(scenario.servers[gone].weight) / f64::from(weights),
    )];
    let name = |(i, (id, _)): (usize, &(StrategyId, Moves))| {
        (i as f64, t(&format!("charts.key-moves.{id}")))
    };
    Chart {
        id: "key-moves",
        title: t("charts.key-moves.title"),
        x: Axis {
            label: t("charts.key-moves.strategy"),
            unit: "",
            from: -0.6,
            to: found.len() as f64 - 0.4,
            ticks: Ticks::Names(found.iter().enumerate().map(name).collect()),
        },
        y: Axis {
            label: t("charts.key-moves.share"),
            from: 0.0,
            to: 1.0,
            ticks: Ticks::Percent,
            ..Axis::default()
        },
        series: vec![
            series(
                "charts.key-moves.all",
                Paint::Warning,
                bars(|m| m.due + m.needless),
            ),
            series("charts.key-moves.due", Paint::Ink, bars(|m| m.due)),
            Series::new(
                t("charts.key-moves.ideal"),
                Kind::HorizontalMark,
                Role::Prediction,
                Paint::Accent,
                ideal,
            ),
        ],
        notes: vec![fill(
            t,
            "charts.key-moves.note",
            &[
                ("server", letter(gone)),
                ("keys", found.first().map_or(0, |f| f.1.keys).to_string()),
            ],
        )],
        ..Chart::default()
    }
}
