//! The charts of the page, one a file: each reads a timeline and returns a [`Chart`].
//!
//! The log of a timeline reaches beyond its position; a chart shows nothing of that. So every
//! builder here goes through `past`, which knows where the present is.

mod assignment;
mod check;
mod difference;
mod key_moves;
mod laws;
mod little;
mod load;
mod mean;
mod past;
mod responses;
mod rounds;
mod shares;
mod sweep;

pub use assignment::{assignment, residual, starts};
pub use check::check;
pub use difference::{present_pair, response_difference};
pub use key_moves::key_moves;
pub use little::little;
pub use load::load;
pub use mean::mean;
pub use responses::responses;
pub use rounds::rounds;
pub use shares::shares;
pub use sweep::{Curve, curves, scene_name, sweep, way_name};

use crate::plot::{Chart, Words};
use equipoise_engine::balance::{Share, StrategyId};
use equipoise_engine::scenario::{Pattern, Scenario};
use equipoise_engine::sim::timeline::Timeline;
use equipoise_engine::stats::TooShort;
use equipoise_theory::{Prediction, PredictionId, Reason};
use std::cell::RefCell;

/// Gives the text of a key in the reader's language, with placeholders as they stand in the file:
/// `%{name}`.
pub type Translate<'a> = &'a dyn Fn(&str) -> String;

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Share of the tasks that each server got.
    Shares,
    /// When each task was assigned, T_i.
    Assignment,
    /// When each task was assigned, and when it began service, B_i.
    Starts,
    /// How far T_i is from the law.
    Residual,
    /// Tasks in each server over time.
    Load,
    /// The distribution of response times.
    Responses,
    /// L against λW.
    Little,
    /// How long steps, or a batch, took.
    Rounds,
    /// Keys that move when a server leaves.
    KeyMoves,
    /// The mean response, its interval and its warm-up.
    Mean,
    /// What the run observed against what the formulas say.
    Check,
}

impl ChartKind {
    /// All kinds that show one run.
    pub const ALL: [Self; 11] = [
        Self::Shares,
        Self::Assignment,
        Self::Starts,
        Self::Residual,
        Self::Load,
        Self::Responses,
        Self::Little,
        Self::Rounds,
        Self::KeyMoves,
        Self::Mean,
        Self::Check,
    ];

    /// Its id, for files and elements; its title's key is `charts.<id>.title`.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Shares => "shares",
            Self::Assignment => "assignment",
            Self::Starts => "starts",
            Self::Residual => "residual",
            Self::Load => "load",
            Self::Responses => "responses",
            Self::Little => "little",
            Self::Rounds => "rounds",
            Self::KeyMoves => "key-moves",
            Self::Mean => "mean",
            Self::Check => "check",
        }
    }

    /// Whether the chart says something about such a run.
    pub fn applies_to(self, scenario: &Scenario) -> bool {
        match self {
            Self::Rounds => scenario.has_rounds(),
            Self::Residual => {
                matches!(scenario.arrivals.pattern, Pattern::Fixed | Pattern::Poisson)
            }
            Self::Little | Self::Mean => !scenario.has_rounds(),
            Self::KeyMoves => {
                scenario.servers.len() > 1 && scenario.balancer.strategy.knows().key.is_some()
            }
            _ => true,
        }
    }
}

/// The chart of this kind for the run at its position.
pub fn build(kind: ChartKind, timeline: &Timeline, t: Translate) -> Chart {
    let chart = match kind {
        ChartKind::Shares => shares(timeline, t),
        ChartKind::Assignment => assignment(timeline, t),
        ChartKind::Starts => starts(timeline, t),
        ChartKind::Residual => residual(timeline, t),
        ChartKind::Load => load(timeline, t),
        ChartKind::Responses => responses(timeline, t),
        ChartKind::Little => little(timeline, t),
        ChartKind::Rounds => rounds(timeline, t),
        ChartKind::KeyMoves => key_moves(timeline, t),
        ChartKind::Mean => mean(timeline, t),
        ChartKind::Check => check(timeline, t),
    };
    Chart {
        words: words(t),
        ..chart
    }
}

/// What tables call servers and the ends of bands.
fn words(t: Translate) -> Words {
    Words {
        server: t("charts.server"),
        low: t("charts.low"),
        high: t("charts.high"),
    }
}

/// From so many URLs on, shares of keys say something.
const MANY_KEYS: u32 = 200;

/// The three charts that a scenario shows unless the reader picks others.
pub fn for_scenario(scenario: &Scenario) -> [ChartKind; 3] {
    use ChartKind::{
        Assignment, Check, KeyMoves, Little, Load, Mean, Responses, Rounds, Shares, Starts,
    };
    let by_load = scenario.balancer.strategy.id.share() == Share::ByLoad;
    match scenario.arrivals.pattern {
        Pattern::Steps | Pattern::Batch
            if scenario.balancer.strategy.id == StrategyId::ArticleProgram =>
        {
            [Shares, Starts, Load]
        }
        Pattern::Steps | Pattern::Batch => [Rounds, Shares, Load],
        // Overloaded on purpose: the gap between assignment and start is the point.
        Pattern::Fixed if scenario.utilisation().is_some_and(|rho| rho >= 1.0) => {
            [Shares, Starts, Load]
        }
        Pattern::Fixed => [Shares, Assignment, Load],
        // A scene made for long runs is about its means.
        Pattern::Poisson if scenario.duration_s > 1000.0 => [Mean, Check, Responses],
        // One server has all the tasks, and its queue is what there is to see.
        Pattern::Poisson | Pattern::Bursty if scenario.servers.len() == 1 => {
            [Little, Responses, Load]
        }
        Pattern::Poisson | Pattern::Bursty if by_load && scenario.sizes.cv() == 0.0 => {
            [Shares, Assignment, Load]
        }
        // What happens to the keys when a server goes is the first thing to ask of these
        // strategies.
        Pattern::Poisson | Pattern::Bursty
            if KeyMoves.applies_to(scenario) && scenario.clients.urls >= MANY_KEYS =>
        {
            [Shares, KeyMoves, Load]
        }
        Pattern::Poisson | Pattern::Bursty | Pattern::Closed => [Shares, Responses, Load],
    }
}

/// All kinds that say something about such a run.
pub fn applicable(scenario: &Scenario) -> Vec<ChartKind> {
    ChartKind::ALL
        .into_iter()
        .filter(|kind| kind.applies_to(scenario))
        .collect()
}

/// A text with its placeholders filled in.
fn fill(t: Translate, key: &str, values: &[(&str, String)]) -> String {
    let replace =
        |text: String, (name, value): &(&str, String)| text.replace(&format!("%{{{name}}}"), value);
    values.iter().fold(t(key), replace)
}

/// Over how many tasks a chart looks, where that is not the whole run.
fn window(t: Translate, shown: usize, of: u64) -> Option<String> {
    ((shown as u64) < of).then(|| {
        fill(
            t,
            "charts.window",
            &[("shown", shown.to_string()), ("of", of.to_string())],
        )
    })
}

/// "No formula: …".
fn no_formula(t: Translate, reason: &Reason) -> String {
    let reason = fill(t, &reason.key(), &reason.values());
    fill(t, "charts.no_formula", &[("reason", reason)])
}

/// Why a run, or several, say too little, in the reader's words.
pub fn too_short(t: Translate, why: &TooShort) -> String {
    let (key, values) = match *why {
        TooShort::Few { have, need } => (
            "few",
            vec![("have", have.to_string()), ("need", need.to_string())],
        ),
        TooShort::WarmUp => ("warm-up", Vec::new()),
        TooShort::Correlated { lag_1, limit } => (
            "correlated",
            vec![
                ("r", format!("{lag_1:.2}")),
                ("limit", format!("{limit:.2}")),
            ],
        ),
        TooShort::Runs { short, of } => (
            "runs",
            vec![("short", short.to_string()), ("of", of.to_string())],
        ),
    };
    fill(t, &format!("charts.short.{key}"), &values)
}

/// Why several runs say too little, in the reader's words.
pub fn runs_too_short(t: Translate, why: &TooShort) -> String {
    match why {
        TooShort::Correlated { .. } => t("charts.short.correlated-runs"),
        _ => too_short(t, why),
    }
}

/// The prediction with this id. The latest scenario's predictions are kept, since some take
/// milliseconds and the charts are drawn anew several times a second.
fn prediction(scenario: &Scenario, id: PredictionId) -> Option<Prediction> {
    thread_local! {
        static LATEST: RefCell<Option<(Scenario, Vec<Prediction>)>> = const { RefCell::new(None) };
    }
    LATEST.with_borrow_mut(|latest| {
        if latest.as_ref().is_none_or(|(of, _)| of != scenario) {
            *latest = Some((scenario.clone(), equipoise_theory::predict(scenario)));
        }
        latest.as_ref()?.1.iter().find(|p| p.id == id).cloned()
    })
}

#[cfg(test)]
mod tests;
