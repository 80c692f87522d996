//! What few scenarios ask of the engine: passive health by a program's rule, planned changes of
//! fields, retries with growing pauses or elsewhere, connections, zones and levels, copies of
//! tasks, who hears of clients that give up, links, autoscalers, and daily curves. The page loads
//! it later, so the engine reaches it through this table only.

use super::Engine;
use super::cancel::{self, TakenOut};
use super::connections::{self, Connections, Route};
use super::hedge::{self, Hedges};
use super::instance::Instance;
use super::locality::{self, Places};
use super::passive::{self, Failure, Outliers};
use super::plan::{Before, Plan};
use super::resend::{self, Elsewhere};
use super::scaler::Scaler;
use super::schedule::Timer;
use super::transfer;
use crate::balance::{Explanation, Mask, Share, Ways};
use crate::rng::{Purpose, Rng};
use crate::scenario::{self, Scenario};
use crate::sim::scaling::ScaleEvent;
use crate::workload::{RateCurve, Task, TaskIndex, Workload};
use std::sync::OnceLock;

/// The functions, by what they are called for.
pub(super) struct Extras {
    pub(super) outliers: fn(&Scenario) -> Option<Box<Outliers>>,
    pub(super) failed: fn(&mut Engine, TaskIndex, Failure),
    pub(super) succeeded: fn(&mut Engine, TaskIndex),
    pub(super) picked: fn(&mut Engine, usize),
    pub(super) swept: fn(&mut Engine),
    pub(super) panics: fn(usize, usize, f64) -> bool,
    pub(super) plan: fn(&Scenario, f64, Before) -> Option<Box<Plan>>,
    pub(super) changed: fn(&mut Engine) -> Option<Scenario>,
    pub(super) pause_s: fn(&mut Engine, u32) -> f64,
    pub(super) elsewhere: fn(&Scenario) -> Option<Box<Elsewhere>>,
    pub(super) tried: fn(&Elsewhere, TaskIndex, &Task) -> Mask,
    pub(super) keep: fn(&mut Elsewhere, TaskIndex, Mask),
    pub(super) untried: fn(&Elsewhere, TaskIndex, Mask) -> Mask,
    pub(super) scaler: fn(&Scenario) -> Option<Box<Scaler>>,
    pub(super) rescale: fn(&mut Engine),
    pub(super) scaled: fn(&mut Engine) -> Vec<ScaleEvent>,
    pub(super) connections: fn(&Scenario, usize) -> Option<Box<Connections>>,
    pub(super) route: fn(&mut Engine, usize, TaskIndex, Option<&mut Explanation>) -> Route,
    pub(super) connection: fn(&mut Engine) -> bool,
    pub(super) server_changed: fn(&mut Engine, usize),
    pub(super) reset_connections: fn(&mut Engine),
    pub(super) patience_s: fn(&Engine, TaskIndex, f64) -> f64,
    pub(super) places: fn(&Scenario) -> Option<Box<Places>>,
    pub(super) near: fn(&mut Engine, usize, &Task, Mask) -> Mask,
    pub(super) serves: fn(&Engine, usize, usize) -> bool,
    pub(super) ways: fn(&Scenario) -> Ways,
    pub(super) send: fn(&mut Engine, usize, TaskIndex) -> bool,
    pub(super) arrived: fn(&mut Engine) -> Option<(TaskIndex, bool)>,
    pub(super) answer: fn(&mut Engine, TaskIndex) -> bool,
    pub(super) links_differ: fn(&Scenario, &Scenario) -> bool,
    pub(super) relink: fn(&mut Engine),
    pub(super) hedges: fn(&Scenario) -> Option<Box<Hedges>>,
    pub(super) hedge_sent: fn(&mut Engine, TaskIndex) -> bool,
    pub(super) hedge_due: fn(&mut Engine) -> Option<(TaskIndex, f64)>,
    pub(super) hedge_ended: fn(&mut Engine, TaskIndex, bool) -> bool,
    pub(super) start: fn(&mut Engine),
    pub(super) bytes: fn(&Engine) -> usize,
    pub(super) take_out: fn(&mut Engine, TaskIndex) -> Option<TakenOut>,
    pub(super) part_of_peak: fn(&RateCurve, f64) -> f64,
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
    connections: Connections::new,
    route: connections::route,
    connection: connections::due,
    server_changed: connections::server_changed,
    reset_connections: connections::reset,
    patience_s: cancel::patience_s,
    places: Places::new,
    near: locality::near,
    serves: locality::serves,
    ways: transfer::ways,
    send: transfer::send,
    arrived: transfer::arrived,
    answer: transfer::answer,
    links_differ: transfer::links_differ,
    relink: transfer::relink,
    hedges: Hedges::new,
    hedge_sent: hedge::sent,
    hedge_due: hedge::due,
    hedge_ended: hedge::ended,
    start: start_anywhere,
    bytes,
    take_out: cancel::take_out,
    part_of_peak: RateCurve::part_of_peak,
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

/// The tasks of a scenario at rates that follow its daily curve, if it has one.
pub(super) fn along(workload: Workload, scenario: &Scenario) -> Workload {
    match get() {
        Some(extras) if scenario.has_curve() => {
            let seed = u64::from(scenario.seed);
            let curve = &scenario.rate_curve;
            workload.along(curve, extras.part_of_peak, &scenario.arrivals, seed)
        }
        _ => workload,
    }
}

impl Engine {
    /// Plans what is to come in a run that is about to begin.
    pub(super) fn start_extras(&mut self, scenario: &Scenario) {
        if let Some(extras) = get() {
            self.plan = (extras.plan)(scenario, 0.0, Vec::new());
            self.elsewhere = (extras.elsewhere)(scenario);
            self.connections = (extras.connections)(scenario, self.instances.len());
            self.places = (extras.places)(scenario);
            self.hedges = (extras.hedges)(scenario);
            (extras.start)(self);
        }
        if self.plan.is_some() {
            self.arm_change();
        }
        if self.connections.is_some() {
            self.arm_connections();
        }
        if let Some(scaler) = &self.scaler {
            self.schedule.arm(Timer::Scale, scaler.next_s());
        }
    }
}

/// About how much memory a copy of it takes (bytes).
fn bytes(engine: &Engine) -> usize {
    engine.hedges.as_ref().map_or(0, |hedges| hedges.bytes())
        + engine
            .elsewhere
            .as_ref()
            .map_or(0, |elsewhere| elsewhere.bytes())
        + engine
            .connections
            .as_ref()
            .map_or(0, |connections| connections.bytes())
        + engine
            .places
            .as_ref()
            .map_or(0, |places| places.transfers.bytes())
}

/// Lets each instance pick a number of times by chance, so that it is anywhere in its turns.
fn start_anywhere(engine: &mut Engine) {
    let share = engine.scenario.balancer.strategy.id.share();
    if !engine.scenario.balancer.random_start
        || !matches!(share, Share::EqualTurns | Share::WeightedTurns)
    {
        return;
    }
    let seed = u64::from(engine.scenario.seed);
    let weights: u64 = engine.known.weights.iter().map(|w| u64::from(*w)).sum();
    let turn = weights.clamp(1, LONGEST_TURN);
    let of_rules = engine.rules.groups().map(Some);
    let groups: Vec<_> = std::iter::once(None).chain(of_rules).collect();
    for (number, instance) in engine.instances.iter_mut().enumerate() {
        let turns = Rng::new(seed, Purpose::Start(number as u32)).below(turn);
        let Instance {
            strategies,
            own,
            choices,
            ..
        } = instance;
        for (strategy, group) in strategies.all_mut().zip(&groups) {
            if let Some(group) = group {
                engine.known.narrow(*group);
            }
            let healthy = engine.known.healthy;
            let eligible = group.map_or(healthy, |group| healthy.and(group));
            let known = &engine.known;
            let cluster = known.cluster(0.0, &eligible, group.is_some(), own, None);
            for _ in 0..turns {
                strategy.pick(&Task::default(), &cluster, choices, &mut ());
            }
        }
    }
}

/// Picks after which any place in the turns is about as likely as any other.
const LONGEST_TURN: u64 = 100_000;
