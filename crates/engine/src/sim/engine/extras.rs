//! What few scenarios ask of the engine: passive health by a program's rule, planned changes of
//! fields, retries with growing pauses or elsewhere, and autoscalers. The page loads it later, so
//! the engine reaches it through this table only.

use super::Engine;
use super::passive::{self, Failure, Outliers};
use super::plan::Plan;
use super::resend::{self, Elsewhere};
use super::scaler::Scaler;
use super::schedule::Timer;
use crate::balance::Mask;
use crate::scenario::{self, Scenario};
use crate::sim::scaling::ScaleEvent;
use crate::workload::{Task, TaskIndex};
use std::sync::OnceLock;

/// The functions, by what they are called for.
pub(super) struct Extras {
    pub(super) outliers: fn(&Scenario) -> Option<Box<Outliers>>,
    pub(super) failed: fn(&mut Engine, TaskIndex, Failure),
    pub(super) succeeded: fn(&mut Engine, TaskIndex),
    pub(super) picked: fn(&mut Engine, usize),
    pub(super) swept: fn(&mut Engine),
    pub(super) panics: fn(usize, usize, f64) -> bool,
    pub(super) plan: fn(&Scenario, f64) -> Option<Box<Plan>>,
    pub(super) changed: fn(&mut Engine) -> Option<Scenario>,
    pub(super) pause_s: fn(&mut Engine, u32) -> f64,
    pub(super) elsewhere: fn(&Scenario) -> Option<Box<Elsewhere>>,
    pub(super) tried: fn(&Elsewhere, TaskIndex, &Task) -> Mask,
    pub(super) keep: fn(&mut Elsewhere, TaskIndex, Mask),
    pub(super) untried: fn(&Elsewhere, TaskIndex, Mask) -> Mask,
    pub(super) scaler: fn(&Scenario) -> Option<Box<Scaler>>,
    pub(super) rescale: fn(&Scenario, f64, &mut Scaler),
    pub(super) scaled: fn(&mut Engine) -> Vec<ScaleEvent>,
}

const EXTRAS: &Extras = &Extras {
    outliers: Outliers::new,
    failed: Engine::failed,
    succeeded: Engine::succeeded,
    picked: Engine::picked,
    swept: Engine::swept,
    panics: passive::envoy_panics,
    plan: Plan::new,
    changed: Engine::changed,
    pause_s: resend::pause_s,
    elsewhere: Elsewhere::new,
    tried: Elsewhere::tried,
    keep: Elsewhere::keep,
    untried: Elsewhere::untried,
    scaler: Scaler::new,
    rescale: Scaler::rescale,
    scaled: Engine::scaled,
};

static INSTALLED: OnceLock<&Extras> = OnceLock::new();

/// From now on scenarios may ask for it. Natively it is there without it.
pub fn install() {
    scenario::install_extras();
    // Hidden from the optimiser, which would otherwise call the functions directly.
    INSTALLED.get_or_init(|| std::hint::black_box(EXTRAS));
}

/// The functions, if they are there.
pub(super) fn get() -> Option<&'static Extras> {
    #[cfg(not(target_family = "wasm"))]
    return Some(EXTRAS);
    #[cfg(target_family = "wasm")]
    INSTALLED.get().copied()
}

impl Engine {
    /// Plans what is to come in a run that is about to begin.
    pub(super) fn start_extras(&mut self, scenario: &Scenario) {
        if let Some(extras) = get() {
            self.plan = (extras.plan)(scenario, 0.0);
            self.elsewhere = (extras.elsewhere)(scenario);
        }
        if self.plan.is_some() {
            self.arm_change();
        }
        if let Some(scaler) = &self.scaler {
            self.schedule.arm(Timer::Scale, scaler.next_s());
        }
    }
}
