//! Everything that a run needs, as plain data: what arrives, who balances, who serves, and the
//! seed.
//!
//! A scenario from outside (a link, a file, stored settings) goes through [`Scenario::validate`];
//! the engine may then rely on every number being in its range.

mod autoscaler;
mod balancer;
mod changes;
mod connections;
mod error;
mod extras;
mod faults;
pub mod fields;
mod health;
pub mod later;
pub mod limits;
mod locality;
mod network;
mod passive;
pub mod presets;
mod replicas;
mod retries;
pub mod script;
mod servers;
mod unless_default;
mod validate;

pub use crate::balance::rules::Rule;
pub use crate::names::{letter, server_address};
pub use crate::workload::{
    Arrivals, Clients, KeySource, Pattern, RateCurve, Requests, SizeLaw, Sizes,
};
pub use autoscaler::{Autoscaler, ScaleBy, ScaleMetric, ScaleSchedule, StartUp};
pub use balancer::{Balancer, Dispatcher, Place};
pub use changes::PlannedChange;
pub use connections::{Connections, PickPer};
pub use error::FieldError;
pub(crate) use extras::install as install_extras;
pub use faults::Fault;
pub use health::Health;
pub use locality::{Locality, ZonePreference};
pub use network::{Bandwidth, Network};
pub use passive::{OnError, Passive, PassiveRule};
pub use replicas::{Batching, Hardware, Replicas, SchedulingPolicy};
pub use retries::{Backoff, GiveUp, HeardBy, Hedge, Patience, Resend, RetryPolicy, RetryTo};
pub use script::{Edit, Position, Script};
pub use servers::{ErrorShare, ServerConfig, ServerState, Service};

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
    #[serde(alias = "patience")]
    pub retry_policy: RetryPolicy,
    /// What requests to replicas of a language model are like.
    #[serde(with = "unless_default")]
    pub requests: Requests,
    /// How replicas are set up.
    #[serde(with = "unless_default")]
    pub replicas: Replicas,
    /// Which numbers change by plan, and when.
    #[serde(with = "later")]
    pub changes: Vec<PlannedChange>,
    /// Who decides how many servers are on.
    #[serde(with = "later")]
    pub autoscaler: Autoscaler,
    /// Which connections clients hold.
    #[serde(with = "later")]
    pub connections: Connections,
    /// How the rate of arrivals rises and falls in the course of a day.
    #[serde(with = "later")]
    pub rate_curve: RateCurve,
    /// What goes over links.
    #[serde(with = "later")]
    pub network: Network,
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
            retry_policy: RetryPolicy::default(),
            requests: Requests::default(),
            replicas: Replicas::default(),
            changes: Vec::new(),
            autoscaler: Autoscaler::default(),
            connections: Connections::default(),
            rate_curve: RateCurve::default(),
            network: Network::default(),
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

impl Scenario {
    /// Work that arrives per second over work that the servers can do in their present state: ρ.
    /// None for patterns without a rate, and for replicas, whose work depends on their batches.
    pub fn utilisation(&self) -> Option<f64> {
        let up = self.servers.iter().filter(|s| s.state.serves());
        let capacity: f64 = up.map(|s| s.pace() * f64::from(s.slots)).sum();
        let has_rate = !self.arrivals.pattern.counts_tasks() && !self.has_replicas();
        has_rate.then(|| self.arrivals.rate_per_s * self.sizes.mean / capacity)
    }

    /// Whether a server is a replica of a language model, so that tasks are requests to one.
    pub fn has_replicas(&self) -> bool {
        self.servers.iter().any(|s| s.service == Service::Replica)
    }

    /// Whether a run needs a program that the page loads later: for its servers, its strategy, or
    /// what few scenarios ask of the engine.
    pub fn needs_models(&self) -> bool {
        self.has_replicas() || self.balancer.strategy.id.needs_later() || self.needs_extras()
    }

    /// Whether tasks come in rounds that end: a batch, or training steps.
    pub fn has_rounds(&self) -> bool {
        matches!(self.arrivals.pattern, Pattern::Steps | Pattern::Batch)
    }

    /// Whether tasks arrive by chance at a rate that rises and falls.
    pub fn has_curve(&self) -> bool {
        self.rate_curve.swing > 0.0
            && matches!(self.arrivals.pattern, Pattern::Poisson | Pattern::Bursty)
    }

    /// The servers' levels of priority and zones.
    fn places(&self) -> impl Iterator<Item = (u32, u32)> {
        self.servers.iter().map(|s| (s.priority, s.zone))
    }

    /// Whether servers are on several levels of priority or in several zones.
    pub fn has_places(&self) -> bool {
        self.places().any(|place| place != (0, 0))
    }

    /// Whether balancer instances divide the servers among them.
    pub fn has_subsets(&self) -> bool {
        self.balancer.subsets && self.balancer.place == Place::Hybrid
    }

    /// The servers' addresses, as hashes name them.
    pub fn addresses(&self) -> Vec<String> {
        (0..self.servers.len()).map(server_address).collect()
    }

    /// Whether going over to `next` in the middle of a run is impossible, so that the run must
    /// restart.
    pub fn must_restart(&self, next: &Self) -> bool {
        self.seed != next.seed
            || self.unit != next.unit
            || self.clients != next.clients
            || self.servers.len() != next.servers.len()
            || self.autoscaler.is_on() != next.autoscaler.is_on()
            || self.autoscaler.on_at_start != next.autoscaler.on_at_start
            || self.balancer.place != next.balancer.place
            || self.balancer.instances != next.balancer.instances
            || self.balancer.random_start != next.balancer.random_start
            || self.balancer.subsets != next.balancer.subsets
            || self.connections.per_client != next.connections.per_client
            || self.connections.at_start != next.connections.at_start
            || self.places().ne(next.places())
            || self.rate_curve != next.rate_curve
            || self.has_curve() != next.has_curve()
            || self.network.is_on() != next.network.is_on()
            || self.is_served_otherwise(next)
            || (self.arrivals != next.arrivals
                && [self, next]
                    .iter()
                    .any(|s| s.arrivals.pattern.counts_tasks()))
    }

    /// How many replicas only compute prompts, if prefill and decode are apart.
    pub fn prefill_servers(&self) -> Option<usize> {
        let count = self.replicas.prefill_servers as usize;
        (count > 0 && self.has_replicas()).then_some(count)
    }

    /// Whether replicas are others in `next`, or other servers are replicas there.
    fn is_served_otherwise(&self, next: &Self) -> bool {
        let replicas = |s: &ServerConfig| (s.service == Service::Replica).then_some(s.slots);
        let has_any = self.has_replicas() || next.has_replicas();
        has_any
            && (self.requests != next.requests
                || self.replicas != next.replicas
                || !self
                    .servers
                    .iter()
                    .map(replicas)
                    .eq(next.servers.iter().map(replicas)))
    }
}
