//! Who serves.

use crate::balance::Facts;
use serde::{Deserialize, Serialize};

/// The order in which a server works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// First come, first served.
    #[default]
    FirstCome,
    /// All present tasks at once, each more slowly.
    ProcessorSharing,
    /// In steps, each on many requests at once, as a replica of a language model.
    Replica,
}

/// Whether a server takes part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServerState {
    /// It takes tasks.
    #[default]
    Up,
    /// It finishes what it has and takes nothing new.
    Draining,
    /// It lost what it had.
    Down,
    /// It takes tasks and serves them more slowly.
    Slow,
    /// It takes tasks and answers each with an error, soon; what it had before it still serves.
    Failing,
}

impl ServerState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Up,
        Self::Draining,
        Self::Down,
        Self::Slow,
        Self::Failing,
    ];

    /// Whether tasks sent there are served.
    pub fn serves(self) -> bool {
        matches!(self, Self::Up | Self::Slow)
    }

    /// Whether it is gone.
    pub fn is_down(self) -> bool {
        self == Self::Down
    }

    /// Whether a task that reaches it fails.
    pub fn fails_tasks(self) -> bool {
        matches!(self, Self::Down | Self::Failing)
    }

    /// Whether it passes a health check.
    pub fn passes_checks(self) -> bool {
        !self.fails_tasks()
    }

    /// Whether a balancer may send it new tasks, which either hears at once that a server is down
    /// or does not.
    pub fn takes_tasks(self, hears_of_down: bool) -> bool {
        self != Self::Draining && !(hears_of_down && self.is_down())
    }
}

/// One server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Its weight, for the strategies that use weights.
    pub weight: u32,
    /// Units of work per second that one slot does.
    pub speed: f64,
    /// Tasks served at the same time.
    pub slots: u32,
    /// Tasks that may wait; none: any number.
    pub queue: Option<u32>,
    /// The order of service.
    pub service: Service,
    /// Whether it takes part.
    pub state: ServerState,
    /// How many times slower it serves when it is slow.
    pub slowdown: f64,
    /// When it fails: the time from a task's delivery to the error (s). Errors take no slot.
    pub error_s: f64,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            weight: 1,
            speed: 1.0,
            slots: 1,
            queue: None,
            service: Service::FirstCome,
            state: ServerState::Up,
            slowdown: 5.0,
            error_s: 0.001,
        }
    }
}

impl ServerConfig {
    /// Units of work per second that one slot does in its present state, if it works.
    pub fn pace(&self) -> f64 {
        if self.state == ServerState::Slow {
            self.speed / self.slowdown
        } else {
            self.speed
        }
    }
}

impl From<&ServerConfig> for Facts {
    fn from(config: &ServerConfig) -> Self {
        Self {
            slots: config.slots,
            speed: config.pace(),
            shares: config.service == Service::ProcessorSharing,
        }
    }
}
