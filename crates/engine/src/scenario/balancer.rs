//! Who picks a server, how and where.

use super::{Health, Locality, later};
use crate::balance::StrategyConfig;
use crate::balance::rules::Rule;
use serde::{Deserialize, Serialize};

/// Where balancing happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A program that reads requests: it sees address, URL and headers.
    #[default]
    Software,
    /// A device that forwards connections: it sees addresses only.
    Hardware,
    /// A device in front of several balancer instances, each of which sees only its own part of
    /// the load.
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
    /// Hybrid: how many balancer instances are behind it.
    #[serde(alias = "programs")]
    pub instances: u32,
    /// How it learns who is well.
    pub health: Health,
    /// Interval between load reports (s). Balancers then use the latest report, all of them the
    /// same. None: each balancer counts its own requests in flight.
    pub load_refresh_s: Option<f64>,
    /// Tasks that have come to a balancer, or to each instance of a hybrid, and have not left the
    /// system, above which new ones are turned away at once (load shedding). None: it takes all.
    pub shed_above: Option<u32>,
    /// How it uses levels of priority and zones.
    #[serde(with = "later")]
    pub locality: Locality,
    /// Hybrid: whether each instance begins anywhere in its turns, as programs do that have run for
    /// a while or begin by chance; if not, all begin with the first server.
    #[serde(with = "later")]
    pub random_start: bool,
    /// Hybrid: whether each instance has a slice of the servers for itself, as Knative's activators
    /// have.
    #[serde(with = "later")]
    pub subsets: bool,
}

impl Default for Balancer {
    fn default() -> Self {
        Self {
            strategy: StrategyConfig::default(),
            rules: Vec::new(),
            place: Place::Software,
            dispatcher: Dispatcher::default(),
            front: Dispatcher::default(),
            instances: 3,
            health: Health::default(),
            load_refresh_s: None,
            shed_above: None,
            locality: Locality::default(),
            random_start: false,
            subsets: false,
        }
    }
}
