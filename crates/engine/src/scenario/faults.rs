//! Servers that fail and recover by plan.

use super::ServerState;
use serde::{Deserialize, Serialize};

/// A planned change of a server's state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// When (s). Faults at one time happen in the order of their list.
    pub at_s: f64,
    /// Which server, from 0.
    pub server: u16,
    /// Its state from then on.
    pub state: ServerState,
}
