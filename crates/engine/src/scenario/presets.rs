//! The scenes that the page and the command line offer, each with its own numbers and units.
//!
//! A preset is a function and a row of its file, and its name and purpose in
//! `locales/presets.yml`.

mod models;
mod production;
mod scaling;
mod strategies;
mod surroundings;
mod textbook;
mod workloads;

use super::*;
use crate::balance::{StrategyConfig, StrategyId};
use std::sync::OnceLock;

/// A scene with its id.
#[derive(Clone, Copy)]
pub struct Preset {
    /// Its text keys are `preset.<id>.name` and `.about`.
    pub id: &'static str,
    make: fn() -> Scenario,
    /// Where the scene shows something that goes wrong: the change that puts it right, which can
    /// be made while it runs. Its text key is `fix.<id>`.
    pub fix: Option<fn(&mut Scenario)>,
}

impl Preset {
    const fn new(id: &'static str, make: fn() -> Scenario) -> Self {
        Self {
            id,
            make,
            fix: None,
        }
    }

    const fn put_right_by(self, fix: fn(&mut Scenario)) -> Self {
        Self {
            fix: Some(fix),
            ..self
        }
    }

    /// The scenario, under the preset's id as its name.
    pub fn scenario(&self) -> Scenario {
        Scenario {
            name: self.id.to_string(),
            ..(self.make)()
        }
    }
}

/// The presets of a file.
enum File {
    /// They are there from the start.
    Here(&'static [Preset]),
    /// They need programs that the page loads later, and come with these: their place in
    /// [`late_files`], and their ids.
    Late(usize, &'static [&'static str]),
}

impl File {
    fn presets(&self) -> &'static [Preset] {
        match *self {
            Self::Here(presets) => presets,
            Self::Late(place, _) => late().map_or(&[], |files| files()[place]),
        }
    }

    fn ids(&self) -> impl Iterator<Item = &'static str> + use<> {
        let here: &[Preset] = match *self {
            Self::Here(presets) => presets,
            Self::Late(..) => &[],
        };
        let late = self.late_ids().iter().copied();
        here.iter().map(|preset| preset.id).chain(late)
    }

    fn late_ids(&self) -> &'static [&'static str] {
        match *self {
            Self::Here(_) => &[],
            Self::Late(_, ids) => ids,
        }
    }
}

/// The files of presets that come later.
fn late_files() -> [&'static [Preset]; 3] {
    [surroundings::PRESETS, scaling::PRESETS, models::PRESETS]
}

const SURROUNDINGS: &[&str; surroundings::PRESETS.len()] = &ids_of(surroundings::PRESETS);
const SCALING: &[&str; scaling::PRESETS.len()] = &ids_of(scaling::PRESETS);
const MODELS: &[&str; models::PRESETS.len()] = &ids_of(models::PRESETS);

const fn ids_of<const N: usize>(presets: &[Preset]) -> [&'static str; N] {
    let mut ids = [""; N];
    let mut i = 0;
    while i < N {
        ids[i] = presets[i].id;
        i += 1;
    }
    ids
}

type Files = fn() -> [&'static [Preset]; 3];

static LATE: OnceLock<Files> = OnceLock::new();

/// From now on the presets that come later are there. Natively they are without it.
pub(crate) fn install() {
    // Hidden from the optimiser, which would otherwise call it directly.
    LATE.get_or_init(|| std::hint::black_box(late_files));
}

fn late() -> Option<Files> {
    #[cfg(not(target_family = "wasm"))]
    return Some(late_files);
    #[cfg(target_family = "wasm")]
    LATE.get().copied()
}

/// Whether this preset waits for programs that are not there yet.
pub fn waits(id: &str) -> bool {
    late().is_none() && ids().any(|known| known == id) && find(id).is_none()
}

/// Presets that a list shows together.
pub struct Group {
    /// Its text key is `preset-group.<id>`.
    pub id: &'static str,
    files: &'static [File],
}

impl Group {
    /// The ids of its presets in teaching order.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.files.iter().flat_map(File::ids)
    }

    /// The ids of those that come later.
    pub fn late_ids(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.files.iter().flat_map(File::late_ids).copied()
    }
}

/// All groups. The first preset of the first is what a visitor sees.
pub const GROUPS: &[Group] = &[
    Group {
        id: "article",
        files: &[
            File::Here(strategies::PRESETS),
            File::Here(workloads::PRESETS),
        ],
    },
    Group {
        id: "production",
        files: &[
            File::Here(production::PRESETS),
            File::Late(0, SURROUNDINGS),
            File::Late(1, SCALING),
        ],
    },
    Group {
        id: "models",
        files: &[File::Late(2, MODELS)],
    },
    Group {
        id: "textbook",
        files: &[File::Here(textbook::PRESETS)],
    },
];

/// All presets that are there, in teaching order.
pub fn all() -> impl Iterator<Item = &'static Preset> {
    let files = GROUPS.iter().flat_map(|group| group.files);
    files.flat_map(File::presets)
}

/// The ids of all presets.
pub fn ids() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(Group::ids)
}

/// The preset with this id.
pub fn find(id: &str) -> Option<Scenario> {
    all().find(|preset| preset.id == id).map(Preset::scenario)
}

/// The change that puts this scene right, if it goes wrong.
pub fn fix(id: &str) -> Option<fn(&mut Scenario)> {
    all().find(|preset| preset.id == id)?.fix
}

fn strategy(id: StrategyId) -> Balancer {
    Balancer {
        strategy: StrategyConfig {
            id,
            ..StrategyConfig::default()
        },
        ..Balancer::default()
    }
}

fn servers(weights_and_speeds: &[(u32, f64)]) -> Vec<ServerConfig> {
    weights_and_speeds
        .iter()
        .map(|&(weight, speed)| ServerConfig {
            weight,
            speed,
            ..ServerConfig::default()
        })
        .collect()
}

fn equal_servers(n: usize) -> Vec<ServerConfig> {
    servers(&vec![(1, 1.0); n])
}

fn every(interval_s: f64) -> Arrivals {
    Arrivals {
        rate_per_s: 1.0 / interval_s,
        ..Arrivals::default()
    }
}

fn poisson(rate_per_s: f64) -> Arrivals {
    Arrivals {
        pattern: Pattern::Poisson,
        rate_per_s,
        ..Arrivals::default()
    }
}

fn sizes(law: SizeLaw, mean: f64, spread: f64) -> Sizes {
    Sizes { law, mean, spread }
}

fn constant(mean: f64) -> Sizes {
    sizes(SizeLaw::Constant, mean, 0.5)
}

fn faults(planned: &[(f64, u16, ServerState)]) -> Vec<Fault> {
    planned
        .iter()
        .map(|&(at_s, server, state)| Fault {
            at_s,
            server,
            state,
        })
        .collect()
}
