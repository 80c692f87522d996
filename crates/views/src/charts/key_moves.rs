//! Which share of the keys moves when a server leaves, by strategy: with nothing run, from the
//! rules alone.

use super::text::{Translate, fill};
use crate::Run;
use crate::plot::{Axis, Chart, Form, Hue, Point, Series, Ticks};
use equipoise_engine::balance::{Mask, StrategyId, late};
use equipoise_engine::scenario::{KeySource, Pattern, Scenario, ServerState, letter};
use equipoise_theory::key_moves::{Moves, moves};

/// The server that leaves: the first that is not up, or else the last.
fn leaver(scenario: &Scenario) -> usize {
    let gone = scenario
        .servers
        .iter()
        .position(|s| s.state != ServerState::Up);
    gone.unwrap_or(scenario.servers.len() - 1)
}

/// From this many URLs on, shares of keys say something.
const MANY_KEYS: u32 = 200;

/// Whether there is a key to hash and a server that can leave.
pub(super) fn applies(scenario: &Scenario) -> bool {
    let knows = scenario.balancer.strategy.knows();
    scenario.servers.len() > 1 && knows.key.is_some() && !knows.ways
}

/// The second place, where requests have many keys: what happens to these when a server leaves is
/// the first thing to ask of such a strategy.
pub(super) fn place(scenario: &Scenario) -> Option<usize> {
    let random = matches!(
        scenario.arrivals.pattern,
        Pattern::Poisson | Pattern::Bursty
    );
    (random && scenario.clients.urls >= MANY_KEYS).then_some(1)
}

/// They move the keys that others move, Envoy's ring and highest random weight, and are left out
/// so that all names fit, unless the scenario has one.
const LIKE_OTHERS: [StrategyId; 3] = [
    StrategyId::EnvoyBoundedLoad,
    StrategyId::CaddyHash,
    StrategyId::TraefikHrw,
];

/// The strategies that hash the same key as the scenario's and whose program is there, with what
/// moves under them.
fn compared(scenario: &Scenario, source: KeySource) -> Vec<(StrategyId, Moves)> {
    let n = scenario.servers.len();
    let gone = leaver(scenario);
    let all = Mask::of(n, |_| true);
    let left = Mask::of(n, |s| s != gone);
    let mut other = scenario.clone();
    other.balancer.strategy.key = source;
    let mut found = Vec::new();
    for &id in StrategyId::ALL {
        other.balancer.strategy.id = id;
        let knows = other.balancer.strategy.knows();
        let hashes = knows.key == Some(source) && !knows.ways;
        let own = scenario.balancer.strategy.id == id;
        if hashes && late::is_there(id) && (own || !LIKE_OTHERS.contains(&id)) {
            found.push((id, moves(&other, all, left)));
        }
    }
    found
}

/// Outlined bars: all keys that move, and in front of them those that had to, since their server
/// left. Level: the share of keys that the weights give the server.
pub(super) fn key_moves(run: &Run, t: Translate) -> Chart {
    let scenario = run.scenario();
    let source = scenario.balancer.strategy.knows().key;
    let found = run
        .key_moves
        .get_or_init(|| compared(scenario, source.unwrap_or(KeySource::Url)));
    let gone = leaver(scenario);
    let mut all = Vec::with_capacity(found.len());
    let mut due = Vec::with_capacity(found.len());
    let mut names = Vec::with_capacity(found.len());
    for (i, (id, moves)) in found.iter().enumerate() {
        let at = i as f64;
        let keys = moves.keys.max(1) as f64;
        all.push(Point::at(at, (moves.due + moves.needless) as f64 / keys));
        due.push(Point::at(at, moves.due as f64 / keys));
        names.push((at, t(&format!("charts.key-moves.{id}"))));
    }
    let weights: u32 = scenario.servers.iter().map(|s| s.weight).sum();
    let ideal = f64::from(scenario.servers[gone].weight) / f64::from(weights);
    let bars = Form::Bars(0.6);
    let values = [
        ("server", letter(gone)),
        ("keys", found.first().map_or(0, |f| f.1.keys).to_string()),
    ];
    Chart {
        id: "key-moves",
        title: t("charts.key-moves.title"),
        x: Axis {
            label: t("charts.key-moves.strategy"),
            unit: "",
            from: -0.6,
            to: found.len() as f64 - 0.4,
            ticks: Ticks::Names(names),
        },
        y: Axis {
            label: t("charts.key-moves.share"),
            from: 0.0,
            to: 1.0,
            ticks: Ticks::Percent,
            ..Axis::default()
        },
        series: vec![
            Series::predicted(t("charts.key-moves.all"), bars, Hue::Warning, all),
            Series::predicted(t("charts.key-moves.due"), bars, Hue::Ink, due),
            Series::predicted(
                t("charts.key-moves.ideal"),
                Form::HorizontalMark,
                Hue::Accent,
                vec![Point::at(-0.6, ideal)],
            ),
        ],
        notes: vec![fill(t, "charts.key-moves.note", &values)],
        ..Chart::default()
    }
}
