//! The charts of the page, one a file: each reads a run and returns a [`Chart`].
//!
//! The log of a timeline reaches beyond its position; a chart shows nothing of that. So every
//! builder here goes through `so_far`, which knows where the present is.

mod assignment;
mod axes;
mod check;
mod difference;
mod key_moves;
mod laws;
mod little;
mod load;
mod mean;
mod measured;
mod regret;
mod replicas;
mod responses;
mod rounds;
mod scaling;
mod shares;
mod size;
mod so_far;
mod steps;
mod sweep;
mod text;
mod tokens;
mod trade;

pub use difference::{present_pair, response_difference};
pub use size::size;
pub use sweep::{Curve, arm_name, curves, scene_name, sweep};
pub use text::{Translate, runs_too_short, too_short};
pub use trade::{Measured, trade};

use crate::Run;
use crate::plot::{Chart, TableWords};
use equipoise_engine::scenario::{Pattern, Scenario};

/// A chart of one run.
struct ChartRow {
    /// For files and elements; the title's key is `charts.<id>.title`.
    id: &'static str,
    /// Whether it says something about such a run.
    applies: fn(&Scenario) -> bool,
    /// Which of the page's three places it takes unless the reader picks another: 0, 1 or 2.
    place: fn(&Scenario) -> Option<usize>,
}

/// Makes two tables of one list: the page chooses among charts before it has loaded what draws
/// them, so [`CHARTS`] must not lead to the builders.
macro_rules! charts {
    ($(ChartRow {
        id: $id:expr,
        applies: $applies:expr,
        place: $place:expr,
        build: $build:expr,
    },)*) => {
        const CHARTS: &[ChartRow] = &[$(ChartRow { id: $id, applies: $applies, place: $place }),*];
        const BUILDERS: &[fn(&Run, Translate) -> Chart] = &[$($build),*];
    };
}

// All charts of one run, in the order of the menu. Where several take the same place the last of
// them has it, so those that suit any scene come first and those of replicas last; in scenes with
// replicas the menu begins with these.
charts! {
    ChartRow {
        id: "shares",
        applies: always,
        place: shares::place,
        build: shares::shares,
    },
    ChartRow {
        id: "load",
        applies: always,
        place: |_| Some(2),
        build: load::load,
    },
    ChartRow {
        id: "responses",
        applies: always,
        place: responses::place,
        build: responses::responses,
    },
    ChartRow {
        id: "little",
        applies: |s| !s.has_rounds(),
        place: little::place,
        build: little::little,
    },
    ChartRow {
        id: "key-moves",
        applies: key_moves::applies,
        place: key_moves::place,
        build: key_moves::key_moves,
    },
    ChartRow {
        id: "assignment",
        applies: always,
        place: assignment::place,
        build: assignment::assignment,
    },
    ChartRow {
        id: "starts",
        applies: always,
        place: assignment::place_of_starts,
        build: assignment::starts,
    },
    ChartRow {
        id: "residual",
        applies: laws::has_interval,
        place: |_| None,
        build: assignment::residual,
    },
    ChartRow {
        id: "rounds",
        applies: Scenario::has_rounds,
        place: rounds::place,
        build: rounds::rounds,
    },
    ChartRow {
        id: "mean",
        applies: |s| !s.has_rounds(),
        place: |s| is_about_means(s).then_some(0),
        build: mean::mean,
    },
    ChartRow {
        id: "check",
        applies: always,
        place: |s| is_about_means(s).then_some(1),
        build: check::check,
    },
    ChartRow {
        id: "regret",
        applies: regret::applies,
        place: regret::place,
        build: regret::regret,
    },
    ChartRow {
        id: "scaling",
        applies: |s| s.autoscaler.is_on(),
        place: scaling::place,
        build: scaling::scaling,
    },
    ChartRow {
        id: FIRST_OF_REPLICAS,
        applies: Scenario::has_replicas,
        place: tokens::place_of_first,
        build: tokens::first_token,
    },
    ChartRow {
        id: "per-token",
        applies: Scenario::has_replicas,
        place: tokens::place_of_others,
        build: tokens::per_token,
    },
    ChartRow {
        id: "end-to-end",
        applies: Scenario::has_replicas,
        place: |_| None,
        build: tokens::end_to_end,
    },
    ChartRow {
        id: "replicas",
        applies: Scenario::has_replicas,
        place: replicas::place,
        build: replicas::replicas,
    },
    ChartRow {
        id: "kv-cache",
        applies: Scenario::has_replicas,
        place: replicas::place_of_kv,
        build: replicas::kv_cache,
    },
}

/// The first of the charts that only scenes with replicas have.
const FIRST_OF_REPLICAS: &str = "first-token";

fn always(_: &Scenario) -> bool {
    true
}

/// A scene made for long runs is about its means.
fn is_about_means(scenario: &Scenario) -> bool {
    scenario.arrivals.pattern == Pattern::Poisson && scenario.duration_s > 1000.0
}

/// Which chart: a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartKind(usize);

impl ChartKind {
    /// All kinds that show one run, in the order of the menu.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CHARTS.len()).map(Self)
    }

    /// Its id, for files and elements; its title's key is `charts.<id>.title`.
    pub fn id(self) -> &'static str {
        CHARTS[self.0].id
    }

    /// Whether the chart says something about such a run.
    pub fn applies_to(self, scenario: &Scenario) -> bool {
        (CHARTS[self.0].applies)(scenario)
    }
}

/// The chart of this kind for the run at its position, with the run's predictions as they are.
pub fn build(kind: ChartKind, run: &Run, t: Translate) -> Chart {
    Chart {
        words: words(t),
        ..BUILDERS[kind.0](run, t)
    }
}

/// The three charts that a scenario shows unless the reader picks others.
pub fn for_scenario(scenario: &Scenario) -> [ChartKind; 3] {
    let mut shown = [ChartKind(0); 3];
    for kind in ChartKind::all().filter(|kind| kind.applies_to(scenario)) {
        if let Some(place) = (CHARTS[kind.0].place)(scenario) {
            shown[place] = kind;
        }
    }
    shown
}

/// All kinds that say something about such a run, those of replicas first.
pub fn applicable(scenario: &Scenario) -> Vec<ChartKind> {
    let mut kinds: Vec<ChartKind> = ChartKind::all()
        .filter(|kind| kind.applies_to(scenario))
        .collect();
    let of_replicas = kinds.iter().position(|kind| kind.id() == FIRST_OF_REPLICAS);
    kinds.rotate_left(of_replicas.unwrap_or(0));
    kinds
}

/// What tables call servers and the ends of bands.
fn words(t: Translate) -> TableWords {
    TableWords {
        server: t("charts.server"),
        low: t("charts.low"),
        high: t("charts.high"),
    }
}

#[cfg(test)]
mod tests;
