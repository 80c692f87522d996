//! The stage: clients, balancer and servers at one moment of a timeline, as a [`Scene`].

mod balancer;
mod clients;
mod grid;
mod layout;
mod motion;
mod picture;
mod server_places;
mod servers;

pub use layout::{Layout, ServerDetail};
pub use servers::standby;

use super::scene::Scene;
use equipoise_engine::scenario::Scenario;
use equipoise_engine::sim::Timeline;

/// What the stage shows beside the run itself.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Simulated seconds that a task takes, to the eye, from client to balancer and from balancer
    /// to server.
    pub travel_s: f64,
    /// How far the latest decision's task has got on its way, at least; 1 when nothing is in
    /// flight.
    pub flight: f64,
    /// The busy share predicted for each server, if a formula covers it.
    pub predicted_busy: Option<&'a [f64]>,
    /// The server that is selected.
    pub selected: Option<usize>,
    /// Of which moment the balancer's state is.
    pub inside: Inside,
    /// Translates a text key.
    pub t: &'a dyn Fn(&str) -> String,
}

/// Of which moment the state is that is drawn inside a balancer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inside {
    /// Of now, as time passes.
    #[default]
    Now,
    /// Of just after the latest decision.
    After,
    /// It is not shown, and neither is what was decided: the next decision is to be guessed.
    Hidden,
}

/// A task takes this long to the eye from balancer to server, in seconds of the viewer's.
const TRAVEL_S: f64 = 0.45;

/// How long a task is on its way (simulated s) at this speed. Fast time must not empty the queues
/// because all tasks are on their way, so none is there for longer than half of what its service
/// takes.
pub fn travel_s(speed: f64, scenario: &Scenario) -> f64 {
    let fastest = scenario
        .servers
        .iter()
        .map(|server| server.speed)
        .fold(0.0, f64::max);
    TRAVEL_S * speed.min((scenario.sizes.mean / fastest / 2.0 / TRAVEL_S).max(1.0))
}

/// A share as it is written beside a gauge, and read aloud: without decimals, which would flicker.
pub fn whole_percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// About the mean size of tasks, by which they are drawn. Of a session's turns each is longer than
/// the one before.
fn mean_size(scenario: &Scenario) -> f64 {
    let requests = &scenario.requests;
    match scenario.has_replicas() {
        true => {
            let turns = f64::from(requests.turns + 1) / 2.0;
            let prefix = requests.prefixes.min(1) * requests.prefix_tokens;
            (requests.prompt_tokens + requests.output_tokens) * turns + f64::from(prefix)
        }
        false => scenario.sizes.mean,
    }
}

/// Draws what keeps its place: everything but tasks and bars.
pub fn base(timeline: &Timeline, layout: &Layout, look: &Look, scene: &mut Scene) {
    scene.base.0.clear();
    clients::draw(timeline, layout, look, &mut scene.base);
    servers::draw(timeline, layout, look, &mut scene.base);
    balancer::draw(timeline, layout, look, &mut scene.base);
}

/// Draws what moves: tasks, and the bars that follow time.
pub fn live(timeline: &Timeline, layout: &Layout, look: &Look, scene: &mut Scene) {
    scene.live.0.clear();
    scene.blocks.clear();
    let flying = motion::flying(timeline, look);
    servers::draw_tasks(timeline, layout, look, &flying, scene);
    balancer::draw_tasks(timeline, layout, scene);
    motion::draw(timeline, layout, look, &flying, scene);
}

#[cfg(test)]
mod tests;
