//! The scenes that the page and the command line offer, each with its own numbers and units.
//!
//! A preset is a function and a row of its file, and its name and purpose in
//! `locales/presets.yml`.

mod models;
mod production;
mod scaling;
mod strategies;
mod textbook;
mod workloads;

use super::*;
use crate::balance::{StrategyConfig, StrategyId};

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

/// Presets that a list shows together.
pub struct Group {
    /// Its text key is `preset-group.<id>`.
    pub id: &'static str,
    files: &'static [&'static [Preset]],
}

impl Group {
    /// Its presets in teaching order.
    pub fn presets(&self) -> impl Iterator<Item = &'static Preset> + use<> {
        self.files.iter().copied().flatten()
    }
}

/// All groups. The first preset of the first is what a visitor sees.
pub const GROUPS: &[Group] = &[
    Group {
        id: "article",
        files: &[strategies::PRESETS, workloads::PRESETS],
    },
    Group {
        id: "production",
        files: &[production::PRESETS, scaling::PRESETS],
    },
    Group {
        id: "models",
        files: &[models::PRESETS],
    },
    Group {
        id: "textbook",
        files: &[textbook::PRESETS],
    },
];

/// All presets in teaching order.
pub fn all() -> impl Iterator<Item = &'static Preset> {
    GROUPS.iter().flat_map(Group::presets)
}

/// The ids of all presets.
pub fn ids() -> impl Iterator<Item = &'static str> {
    all().map(|preset| preset.id)
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
