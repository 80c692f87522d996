//! The discrete-event simulator, from the bottom up: the event queue, tasks, servers, the engine,
//! and the timeline that steps it forward and back.

pub mod answer;
pub mod engine;
pub mod log;
pub mod probe;
mod recorder;
pub mod scaling;
pub mod server;
pub mod tasks;
pub mod timeline;
pub mod timers;

pub use engine::{Engine, MAX_IN_SYSTEM};
pub use probe::{Probe, Rejection, TraceHash};
pub use timeline::Timeline;
