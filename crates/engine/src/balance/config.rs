//! The settings of strategies.

use super::StrategyId;
use crate::workload::KeySource;
use serde::{Deserialize, Serialize};

/// What the strategy knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Knowledge {
    /// The size of every task and the work that each server has left.
    Sizes,
    /// Nothing but the response times it saw.
    #[default]
    Learnt,
}

/// A policy that a server of the listing may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// `"random"`.
    Random,
    /// `"least_connections"`.
    LeastConnections,
    /// `"shortest_job_first"`.
    ShortestJobFirst,
    /// `"round_robin"`, which the article describes and its listing does not know.
    RoundRobin,
}

impl Policy {
    /// All policies.
    pub const ALL: [Self; 4] = [
        Self::Random,
        Self::LeastConnections,
        Self::ShortestJobFirst,
        Self::RoundRobin,
    ];

    /// The word in the listing.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::LeastConnections => "least_connections",
            Self::ShortestJobFirst => "shortest_job_first",
            Self::RoundRobin => "round_robin",
        }
    }
}

/// How candidates are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Draw {
    /// Different servers.
    #[default]
    Distinct,
    /// With replacement.
    Envoy,
    /// Different servers, by weight.
    Nginx,
}

/// How ties and the first picks go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdfVariant {
    /// A server that goes back in stands behind its equals.
    #[default]
    Envoy,
    /// The same, begun at a random place.
    EnvoySeeded,
    /// Equals keep the order of declaration.
    GrpcGo,
}

/// The settings of strategies. Each strategy reads its own; the others keep theirs meanwhile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StrategyConfig {
    /// Which strategy.
    pub id: StrategyId,
    /// Least response time: what it knows of sizes.
    pub knowledge: Knowledge,
    /// The article's program: the policies of its servers, in turn.
    pub listing: Vec<Policy>,
    /// The article's program: use the server it finds, where the printed listing takes it for an
    /// index and fails.
    pub listing_mended: bool,
    /// Strategies by key, but for nginx's modulo hashes: what the key is.
    pub key: KeySource,
    /// Ketama: points on the ring for each unit of weight; 160 in nginx and Pingora.
    pub virtual_nodes: u32,
    /// Envoy's ring: the points on it, at least; Envoy's `minimum_ring_size`.
    pub ring_size: u32,
    /// Bounded load: a server's tasks over its share of all (%); HAProxy's `hash-balance-factor`.
    pub balance_factor: u32,
    /// Two choices, peak EWMA, least request: how many servers are drawn.
    pub choices: u32,
    /// Two choices: how they are drawn.
    pub draw: Draw,
    /// Turns by deadline: how ties and the first picks go.
    pub edf: EdfVariant,
    /// Least request: the power of the tasks in progress that a weight is divided by.
    pub least_request_bias: f64,
    /// Peak EWMA: the time in which an estimate falls to 1/e (s).
    pub ewma_decay_s: f64,
    /// Prequal: probes sent at each pick.
    pub probes: u32,
    /// Prequal: how long an answer is used (s).
    pub probe_ttl_s: f64,
    /// Prequal: above which quantile of the tasks in flight a server is hot.
    pub hot_quantile: f64,
}

impl Default for StrategyConfig {
    fn default() -> Self {
        Self {
            id: StrategyId::SmoothWrr,
            knowledge: Knowledge::Learnt,
            listing: vec![
                Policy::Random,
                Policy::LeastConnections,
                Policy::ShortestJobFirst,
            ],
            listing_mended: true,
            key: KeySource::Url,
            virtual_nodes: 160,
            ring_size: 1024,
            balance_factor: 125,
            choices: 2,
            draw: Draw::Distinct,
            edf: EdfVariant::Envoy,
            least_request_bias: 1.0,
            ewma_decay_s: 10.0,
            probes: 3,
            probe_ttl_s: 1.0,
            hot_quantile: 0.84,
        }
    }
}
