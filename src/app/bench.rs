//! The bench of the stage: the page opened at `#bench` shows 5,000 tasks, plays, and says how long
//! its frames took.

use crate::balance::{StrategyConfig, StrategyId};
use crate::link::PageLink;
use crate::page::Action;
use crate::page::action::Message;
use crate::scenario::Position;
use crate::scenario::{Balancer, Edit, Scenario, Script, ServerConfig};
use std::cell::RefCell;

/// Whether the address asks for the bench.
pub(crate) fn is_asked_for() -> bool {
    gloo::utils::window()
        .location()
        .hash()
        .is_ok_and(|hash| hash == "#bench")
}

const TASKS: f64 = 5000.0;

/// Eight servers that are flooded in the first second with 5,000 tasks, and from then on get as
/// many as they serve.
pub(crate) fn link() -> PageLink {
    let mut flood = Scenario {
        name: "bench".into(),
        balancer: Balancer {
            strategy: StrategyConfig {
                id: StrategyId::LeastConnections,
                ..StrategyConfig::default()
            },
            ..Balancer::default()
        },
        servers: vec![ServerConfig::default(); 8],
        ..Scenario::default()
    };
    flood.arrivals.rate_per_s = TASKS;
    let mut steady = flood.clone();
    steady.arrivals.rate_per_s = 8.0;
    let at = Position {
        event: 0,
        time_s: 1.0,
    };
    PageLink {
        script: Script {
            scenario: flood,
            edits: vec![Edit {
                at,
                scenario: steady,
            }],
        },
        at: Position {
            event: 5008,
            time_s: 1.1,
        },
        compare: None,
        sweep: None,
        sizing: None,
        trace: None,
    }
}

/// Frames before the first that counts, while the compiler warms up.
const WARM_UP: usize = 120;
/// Frames that count.
const FRAMES: usize = 300;

/// Gathers the times of frames.
#[derive(Debug, Default)]
pub(crate) struct FrameTimes {
    script_ms: RefCell<Vec<f64>>,
    began_ms: RefCell<Vec<f64>>,
}

impl FrameTimes {
    /// Takes down a frame that began and ended then (ms); when there are enough, the message that
    /// says what came out.
    pub(crate) fn add(&self, began_ms: f64, ended_ms: f64, tasks: usize) -> Option<Action> {
        let mut script = self.script_ms.borrow_mut();
        let mut began = self.began_ms.borrow_mut();
        script.push(ended_ms - began_ms);
        began.push(began_ms);
        if script.len() != WARM_UP + FRAMES {
            return None;
        }
        let gaps: Vec<f64> = began[WARM_UP..]
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .collect();
        let text = format!(
            "stage: {tasks} tasks, median of {FRAMES} frames: script {:.2} ms, \
             from frame to frame {:.2} ms",
            median(&script[WARM_UP..]),
            median(&gaps)
        );
        gloo::console::log!(&text);
        Some(Action::Say(Message::Measured(text)))
    }
}

/// The value in the middle. A sort would take room in the first visit, for the bench alone.
fn median(values: &[f64]) -> f64 {
    let mut all = values.iter().copied();
    all.find(|value| is_in_the_middle(*value, values))
        .unwrap_or(f64::NAN)
}

fn is_in_the_middle(value: f64, values: &[f64]) -> bool {
    let less = values.iter().filter(|other| **other < value).count();
    let not_more = values.iter().filter(|other| **other <= value).count();
    (less..not_more).contains(&(values.len() / 2))
}
