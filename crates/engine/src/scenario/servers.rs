//! Who serves.

use super::{Bandwidth, later};
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
    /// It takes tasks and answers a share of them with an error, soon; the others it serves.
    Flaky,
    /// It takes tasks and works on none, until it has another state: its process is stopped, or the
    /// network swallows its answers.
    Paused,
}

/// How many times slower a paused server is, so that its tasks keep what they have left.
const PAUSED: f64 = 1e6;

impl ServerState {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::Up,
        Self::Draining,
        Self::Down,
        Self::Slow,
        Self::Failing,
        Self::Flaky,
        Self::Paused,
    ];

    /// Whether tasks sent there are served.
    pub fn serves(self) -> bool {
        matches!(self, Self::Up | Self::Slow | Self::Flaky)
    }

    /// Whether it is gone.
    pub fn is_down(self) -> bool {
        self == Self::Down
    }

    /// Whether a task that reaches it fails, or may.
    pub fn fails_tasks(self) -> bool {
        matches!(self, Self::Down | Self::Failing | Self::Flaky)
    }

    /// Whether it passes a health check. A flaky one does.
    pub fn passes_checks(self) -> bool {
        !matches!(self, Self::Down | Self::Failing | Self::Paused)
    }

    /// Whether a balancer may send it new tasks, which either hears at once that a server is down
    /// or does not.
    pub fn takes_tasks(self, hears_of_down: bool) -> bool {
        self != Self::Draining && !(hears_of_down && self.is_down())
    }
}

/// The share of tasks that a flaky server answers with an error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ErrorShare(pub f64);

impl Default for ErrorShare {
    fn default() -> Self {
        Self(0.05)
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
    /// When it is flaky: the share of tasks that it answers with an error.
    #[serde(with = "later")]
    pub error_share: ErrorShare,
    /// Whether it gets tasks only if no other server is eligible that is none (nginx's `backup`;
    /// HAProxy's with `option allbackups`).
    #[serde(with = "later")]
    pub backup: bool,
    /// Its level of priority; the first to be used is 0 (Envoy's `priority`).
    #[serde(with = "later")]
    pub priority: u32,
    /// Its zone.
    #[serde(with = "later")]
    pub zone: u32,
    /// What its link sends, one thing after the other (MB/s).
    #[serde(with = "later")]
    pub mb_per_s: Bandwidth,
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
            error_share: ErrorShare::default(),
            backup: false,
            priority: 0,
            zone: 0,
            mb_per_s: Bandwidth::default(),
        }
    }
}

impl ServerConfig {
    /// Units of work per second that one slot does in its present state, if it works.
    pub fn pace(&self) -> f64 {
        match self.state {
            ServerState::Slow => self.speed / self.slowdown,
            ServerState::Paused => self.speed / PAUSED,
            _ => self.speed,
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
