//! The discrete-event simulator, from the ground up: random numbers, the event queue, tasks,
//! servers, the engine, and the timeline that steps it forward and back.

pub mod engine;
pub mod log;
pub mod probe;
pub mod rng;
pub mod server;
pub mod task;
pub mod timeline;
pub mod timers;

pub use engine::{Engine, MAX_IN_SYSTEM};
pub use probe::{Probe, Rejection, TraceHash};
pub use timeline::Timeline;
