//! Everything that a run needs, as plain data: what arrives, who balances, who serves, and the
//! seed.
//!
//! A scenario from outside (a link, a file, stored settings) goes through [`Scenario::validate`];
//! the engine may then rely on every number being in its range.

#[cfg(feature = "cli")]
pub mod json;
pub mod limits;
pub mod link;
pub mod presets;
pub mod script;
mod surroundings;
mod validate;

pub use script::{Edit, Script};
pub use surroundings::{Fault, Health, Patience};
pub use validate::FieldError;

use crate::balance::StrategyConfig;
use serde::{Deserialize, Serialize};

/// A whole experiment. Two equal scenarios give the same run, event for event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// The preset it began as, or a name of the reader's own.
    pub name: String,
    /// Seed of all random streams.
    pub seed: u32,
    /// How long a run lasts when nothing else is said (s); the page goes on beyond it.
    pub duration_s: f64,
    /// What a unit of work is called.
    pub unit: WorkUnit,
    /// When tasks arrive.
    pub arrivals: Arrivals,
    /// How large they are.
    pub sizes: Sizes,
    /// Who sends them.
    pub clients: Clients,
    /// Who picks a server for them.
    pub balancer: Balancer,
    /// Who serves them.
    pub servers: Vec<ServerConfig>,
    /// Which servers fail and recover by plan, and when.
    pub faults: Vec<Fault>,
    /// How long clients wait, and whether they try again.
    pub patience: Patience,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            name: String::from("custom"),
            seed: 7,
            duration_s: 60.0,
            unit: WorkUnit::Seconds,
            arrivals: Arrivals::default(),
            sizes: Sizes::default(),
            clients: Clients::default(),
            balancer: Balancer::default(),
            servers: vec![ServerConfig::default(); 3],
            faults: Vec::new(),
            patience: Patience::default(),
        }
    }
}

/// What a unit of work is called; a speed is in these units per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkUnit {
    /// Seconds on a server of speed 1.
    #[default]
    Seconds,
    /// Training samples.
    Samples,
    /// Megabytes of files.
    Megabytes,
    /// Tokens of a language model.
    Tokens,
}

/// How arrivals follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pattern {
    /// One task every R = 1/λ, the first at T: the article's.
    #[default]
    Fixed,
    /// Exponential gaps.
    Poisson,
    /// Poisson in bursts, silence between them.
    Bursty,
    /// A finite set, all at once.
    Batch,
    /// A batch, and when all of it is done the next one: synchronous training.
    Steps,
    /// So many users, each with one task in the system at most: a closed loop.
    Closed,
}

impl Pattern {
    /// Whether tasks come by number, in answer to others that left, and not by a rate.
    pub fn counts_tasks(self) -> bool {
        matches!(self, Self::Batch | Self::Steps | Self::Closed)
    }
}

/// When tasks arrive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Arrivals {
    /// The pattern; it tells which of the numbers below matter.
    pub pattern: Pattern,
    /// λ, in the long run (tasks/s). For fixed, Poisson, bursty.
    pub rate_per_s: f64,
    /// T, when the first task (batch, step, all users) comes (s); the random patterns begin there.
    pub start_s: f64,
    /// Mean length of a burst (s).
    pub burst_on_s: f64,
    /// Mean length of the silence between bursts (s).
    pub burst_off_s: f64,
    /// Tasks in a batch; shards in a training step; users of a closed loop.
    pub tasks: u32,
    /// Time between the end of a step and the next one, for the exchange of gradients (s). Closed:
    /// between the end of a user's task, good or bad, and the next.
    pub pause_s: f64,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self {
            pattern: Pattern::Fixed,
            rate_per_s: 1.0,
            start_s: 0.0,
            burst_on_s: 2.0,
            burst_off_s: 6.0,
            tasks: 24,
            pause_s: 0.0,
        }
    }
}

/// The distribution of task sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SizeLaw {
    /// All equal.
    #[default]
    Constant,
    /// Even between two bounds.
    Uniform,
    /// Exponential; its spread is 1.
    Exponential,
    /// Lognormal.
    Lognormal,
    /// Pareto with a largest value: most tasks small, a few enormous.
    Pareto,
}

/// How large tasks are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sizes {
    /// The distribution.
    pub law: SizeLaw,
    /// Mean (units of work).
    pub mean: f64,
    /// Standard deviation over mean, for the laws that leave it open.
    pub spread: f64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            law: SizeLaw::Constant,
            mean: 1.0,
            spread: 0.5,
        }
    }
}

impl Sizes {
    /// The coefficient of variation that the law really has: standard deviation over mean.
    pub fn cv(&self) -> f64 {
        match self.law {
            SizeLaw::Constant => 0.0,
            SizeLaw::Exponential => 1.0,
            SizeLaw::Uniform | SizeLaw::Lognormal | SizeLaw::Pareto => self.spread,
        }
    }
}

/// Who sends tasks and what they ask for. Popularity follows Zipf's law with the given skew: 0 is
/// even.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clients {
    /// How many clients, each with an address.
    pub clients: u32,
    /// How unevenly they send.
    pub client_skew: f64,
    /// How many URLs.
    pub urls: u32,
    /// How unevenly they are asked for.
    pub url_skew: f64,
    /// How many values of the `X-Tenant` header.
    pub tenants: u32,
    /// How unevenly they occur.
    pub tenant_skew: f64,
}

impl Default for Clients {
    fn default() -> Self {
        Self {
            clients: 12,
            client_skew: 0.0,
            urls: 12,
            url_skew: 0.0,
            tenants: 6,
            tenant_skew: 0.0,
        }
    }
}

/// Where balancing happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A program that reads requests: it sees address, URL and headers.
    #[default]
    Software,
    /// A device that forwards connections: it sees addresses only.
    Hardware,
    /// A device in front of several programs, each of which sees only its own part of the load.
    Hybrid,
}

/// What a dispatcher can do, be it a device or a program.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dispatcher {
    /// Decisions it makes per second; none: without limit.
    pub decisions_per_s: Option<f64>,
    /// Time from its decision to the task's arrival at the server (s).
    pub latency_s: f64,
    /// Tasks in progress that it can keep; none: without limit.
    pub connections: Option<u32>,
}

/// Who picks a server, how and where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Balancer {
    /// The rule that picks.
    pub strategy: StrategyConfig,
    /// Looked through in order; the first that fits a task narrows its choice to a group of
    /// servers.
    pub rules: Vec<Rule>,
    /// Where it happens.
    pub place: Place,
    /// The balancer's limits; with a hybrid, those of each program.
    pub dispatcher: Dispatcher,
    /// Hybrid: the device in front.
    pub front: Dispatcher,
    /// Hybrid: how many programs stand behind it.
    pub programs: u32,
    /// How it learns who is well.
    pub health: Health,
    /// Every so many seconds the servers report how many tasks they have, to all balancers alike,
    /// and these go by the latest report; none: each knows at any time what it has sent, and
    /// nothing else.
    pub load_refresh_s: Option<f64>,
    /// A balancer that has so many tasks in progress turns new ones away at once; with a hybrid,
    /// each program. None: it takes all.
    pub shed_above: Option<u32>,
}

impl Default for Balancer {
    fn default() -> Self {
        Self {
            strategy: StrategyConfig::default(),
            rules: Vec::new(),
            place: Place::Software,
            dispatcher: Dispatcher::default(),
            front: Dispatcher::default(),
            programs: 3,
            health: Health::default(),
            load_refresh_s: None,
            shed_above: None,
        }
    }
}

/// The part of a task that a rule or a hash looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeySource {
    /// The client's address.
    Ip,
    /// The request path.
    Url,
    /// The `X-Tenant` header.
    Header,
}

/// A row of a rule table: tasks that fit `pattern` go to this group of servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What the pattern is held against.
    pub by: KeySource,
    /// `ip`: a network such as `10.0.3.0/24`. `url`: the beginning of a path. `header`: the whole
    /// value.
    pub pattern: String,
    /// The group, as server numbers from 0.
    pub servers: Vec<u16>,
}

/// The order in which a server works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// First come, first served.
    #[default]
    FirstCome,
    /// All present tasks at once, each more slowly.
    ProcessorSharing,
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
}

/// One server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Its weight for the strategies that heed weights.
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

impl Scenario {
    /// Work that arrives per second over work that the servers can do in their present state: ρ.
    /// None for patterns without a rate.
    pub fn utilisation(&self) -> Option<f64> {
        let up = self.servers.iter().filter(|s| s.state.serves());
        let capacity: f64 = up.map(|s| s.pace() * f64::from(s.slots)).sum();
        matches!(
            self.arrivals.pattern,
            Pattern::Fixed | Pattern::Poisson | Pattern::Bursty
        )
        .then(|| self.arrivals.rate_per_s * self.sizes.mean / capacity)
    }

    /// Whether tasks come in rounds that end: a batch, or training steps.
    pub fn has_rounds(&self) -> bool {
        matches!(self.arrivals.pattern, Pattern::Steps | Pattern::Batch)
    }

    /// The servers' addresses, as hashes name them.
    pub fn addresses(&self) -> Vec<String> {
        (0..self.servers.len()).map(server_address).collect()
    }

    /// Whether going over to `next` in the middle of a run is impossible, so that the run must
    /// begin anew.
    pub fn must_restart(&self, next: &Self) -> bool {
        self.seed != next.seed
            || self.unit != next.unit
            || self.clients != next.clients
            || self.servers.len() != next.servers.len()
            || self.balancer.place != next.balancer.place
            || self.balancer.programs != next.balancer.programs
            || (self.arrivals != next.arrivals
                && [self, next]
                    .iter()
                    .any(|s| s.arrivals.pattern.counts_tasks()))
    }
}

/// The address of server `i`, `host:port`.
pub fn server_address(i: usize) -> String {
    format!("10.1.{}.{}:8080", i / 250, i % 250 + 1)
}

/// A server's letter: a, b, … z, then aa, ab, …
pub fn letter(server: usize) -> String {
    let last = char::from(b'a' + (server % 26) as u8);
    if server < 26 {
        last.to_string()
    } else {
        letter(server / 26 - 1) + &last.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!(
            [0, 25, 26, 51, 52].map(letter),
            ["a", "z", "aa", "az", "ba"]
        );
    }
}
