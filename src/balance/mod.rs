//! Strategies: the rules that pick a server for a task.
//!
//! Each strategy is one file, with its source, its state, how it breaks ties and where it fails. It
//! implements [`Strategy`] and has one line in the registry below; its names and explanations stand
//! in `locales/`. Measuring the load is not a strategy's business: it picks by what [`Cluster`]
//! shows it.
//!
//! A pick explains itself: the code that decides also fills the [`Explanation`], in the same call.
//! Where nobody looks, the explanation's type is `()` and the compiler removes it.

mod article_program;
mod bounded_load;
mod cluster;
mod draws;
mod edf;
mod envoy_ring;
mod expanded_wrr;
mod explain;
mod first_fit;
mod groups;
mod haproxy_leastconn;
mod haproxy_map;
mod haproxy_ring;
mod haproxy_wrr;
mod hash;
mod idle_queue;
mod ketama;
mod keyed;
mod least_connections;
mod least_request;
mod least_response_time;
mod maglev;
pub mod moves;
mod peak_ewma;
mod picture;
mod prequal;
mod pull;
mod random;
mod rendezvous;
mod ring;
mod round_robin;
pub mod rules;
pub mod sequence;
mod shortest_queue;
mod smooth_wrr;
mod static_map;
mod static_stride;
mod two_choices;
mod work_stealing;
mod xxh64;

pub use article_program::Policy;
pub use cluster::{Cluster, Mask};
pub use edf::EdfVariant;
pub use explain::{Explain, Explanation};
pub use hash::{ip_hash, modulo_hash};
pub use least_response_time::Knowledge;
pub use picture::Picture;
pub use static_map::gcd;
pub use two_choices::Draw;

use crate::scenario::KeySource;
use crate::sim::rng::Rng;
use crate::sim::task::Task;
use crate::workload::clients::Population;
use serde::{Deserialize, Serialize};

/// What a strategy is told when it is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// The servers' weights; as many as there are servers.
    pub weights: &'a [u32],
    /// The servers' addresses, `host:port`, as hashes name them; as many as there are servers.
    pub addresses: &'a [String],
    /// Everything that can stand in a task's key fields.
    pub population: &'a Population,
    /// The strategy's own settings.
    pub config: &'a StrategyConfig,
}

/// What a balancer hears when a task that it sent has left its server.
#[derive(Clone, Copy, Debug)]
pub struct Done {
    /// The server.
    pub server: usize,
    /// When (s).
    pub now_s: f64,
    /// Time since the decision (s).
    pub response_s: f64,
    /// Tasks of this balancer that were in progress at the server when it was picked, this one
    /// included.
    pub rank: u32,
    /// Tasks of this balancer in progress there now, without this one.
    pub active: u32,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a task that was sent to a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was served.
    Served,
    /// It got no answer: its server was full or went down.
    Lost,
    /// It was answered with an error. Who does not look at the answer takes it for one that came
    /// fast.
    Failed,
}

/// What a strategy decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// This server.
    Server(usize),
    /// None yet: the task waits at the balancer until a server asks for it.
    Wait,
    /// No server is eligible.
    Nobody,
    /// The strategy's program failed.
    Crash,
}

/// What share of the tasks a strategy gives to each server in the long run, as far as it follows
/// from the rule alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Equal, in strict turn.
    EqualTurns,
    /// In proportion to the weights, in strict turn.
    WeightedTurns,
    /// Nearly in proportion to the weights, which the rule rounds and bounds.
    Rounded,
    /// Equal, by chance.
    EqualChance,
    /// In proportion to the weights, by chance.
    WeightedChance,
    /// The popularity of the keys that hash to the server.
    ByKey,
    /// It depends on the load, so the rule alone does not tell.
    ByLoad,
    /// Of the article's program: it depends on the policy of its first server.
    ByListing,
}

/// A rule that picks servers.
pub trait Strategy: Sized {
    /// The shares it gives.
    const SHARE: Share;
    /// Whether it may leave a task at the balancer until any server is free. Neither rules nor a
    /// hybrid go with that: one queue feeds all servers.
    const POOLS: bool = false;

    /// What it looks at in a task, if anything.
    fn looks_at(_: &StrategyConfig) -> Option<KeySource> {
        None
    }
    /// Whether a server that runs idle takes tasks that wait at others.
    const STEALS: bool = false;

    /// The strategy in its first state.
    fn new(setup: &Setup) -> Self;

    /// Picks a server for `task` among the eligible ones, and tells `why`.
    fn pick<X: Explain>(
        &mut self,
        task: &Task,
        cluster: &Cluster,
        rng: &mut Rng,
        why: &mut X,
    ) -> Pick;

    /// Told of each task that has left the server it was sent to.
    fn finished(&mut self, _done: &Done) {}

    /// Its state, to be drawn inside the balancer.
    fn picture(&self, cluster: &Cluster) -> Picture;
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

/// Generates [`StrategyId`] and [`AnyStrategy`] from the list of strategies.
macro_rules! registry {
    ($($variant:ident = $id:literal => $state:ty;)*) => {
        /// Names a strategy.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum StrategyId {
            $(#[doc = concat!("`", $id, "`")] #[serde(rename = $id)] $variant,)*
        }

        impl StrategyId {
            /// All strategies, in teaching order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The id, as on the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }

            /// Whether it may leave tasks at the balancer: see [`Strategy::POOLS`].
            pub fn pools(self) -> bool {
                match self { $(Self::$variant => <$state>::POOLS),* }
            }

            /// The shares it gives in the long run.
            pub fn share(self) -> Share {
                match self { $(Self::$variant => <$state>::SHARE),* }
            }
        }

        impl StrategyConfig {
            /// What the strategy looks at in a task, if anything.
            pub fn looks_at(&self) -> Option<KeySource> {
                match self.id { $(StrategyId::$variant => <$state>::looks_at(self)),* }
            }
        }

        /// One of the strategies. An enum and not a trait object, so that a pick inlines into the
        /// engine.
        #[derive(Clone, Debug)]
        pub enum AnyStrategy {
            $(#[doc = concat!("`", $id, "`")] $variant($state),)*
        }

        impl AnyStrategy {
            /// The strategy that the setup's configuration names, in its first state.
            pub fn new(setup: &Setup) -> Self {
                match setup.config.id { $(StrategyId::$variant => Self::$variant(<$state>::new(setup))),* }
            }

            /// See [`Strategy::pick`].
            #[inline]
            pub fn pick<X: Explain>(&mut self, task: &Task, cluster: &Cluster, rng: &mut Rng, why: &mut X) -> Pick {
                match self { $(Self::$variant(s) => s.pick(task, cluster, rng, why)),* }
            }

            /// See [`Strategy::STEALS`].
            pub fn steals(&self) -> bool {
                fn of<S: Strategy>(_: &S) -> bool {
                    S::STEALS
                }
                match self { $(Self::$variant(s) => of(s)),* }
            }

            /// See [`Strategy::finished`].
            #[inline]
            pub fn finished(&mut self, done: &Done) {
                match self { $(Self::$variant(s) => s.finished(done)),* }
            }

            /// See [`Strategy::picture`].
            pub fn picture(&self, cluster: &Cluster) -> Picture {
                match self { $(Self::$variant(s) => s.picture(cluster)),* }
            }
        }
    };
}

registry! {
    RoundRobin = "round-robin" => round_robin::RoundRobin;
    SmoothWrr = "smooth-wrr" => smooth_wrr::SmoothWrr;
    ExpandedWrr = "expanded-wrr" => expanded_wrr::ExpandedWrr;
    Random = "random" => random::Random<false>;
    WeightedRandom = "weighted-random" => random::Random<true>;
    LeastConnections = "least-connections" => least_connections::LeastConnections;
    LeastResponseTime = "least-response-time" => least_response_time::LeastResponseTime;
    IpHash = "ip-hash" => hash::IpHash;
    UriHash = "uri-hash" => hash::ModuloHash<{ hash::URL }>;
    HeaderHash = "header-hash" => hash::ModuloHash<{ hash::HEADER }>;
    Pull = "pull" => pull::Pull;
    ArticleProgram = "article-program" => article_program::ArticleProgram;
    Ketama = "ketama" => keyed::Ketama;
    HaproxyRing = "haproxy-ring" => keyed::HaproxyRing;
    HaproxyMap = "haproxy-map" => keyed::HaproxyMap;
    EnvoyRing = "envoy-ring" => keyed::EnvoyRing;
    Maglev = "maglev" => keyed::Maglev;
    Rendezvous = "rendezvous" => keyed::Rendezvous;
    BoundedLoad = "bounded-load" => keyed::BoundedLoad;
    HaproxyWrr = "haproxy-wrr" => haproxy_wrr::HaproxyWrr;
    StaticMap = "static-map" => static_map::StaticMap;
    EdfWrr = "edf-wrr" => edf::EdfWrr;
    StaticStride = "static-stride" => static_stride::StaticStride;
    HaproxyLeastconn = "haproxy-leastconn" => haproxy_leastconn::HaproxyLeastconn;
    FirstFit = "first-fit" => first_fit::FirstFit;
    TwoChoices = "two-choices" => two_choices::TwoChoices;
    LeastRequest = "least-request" => least_request::LeastRequest;
    ShortestQueue = "shortest-queue" => shortest_queue::ShortestQueue;
    IdleQueue = "idle-queue" => idle_queue::IdleQueue;
    PeakEwma = "peak-ewma" => peak_ewma::PeakEwma;
    Prequal = "prequal" => prequal::Prequal;
    WorkStealing = "work-stealing" => work_stealing::WorkStealing;
}

impl std::fmt::Display for StrategyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for StrategyId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|id| id.as_str() == text)
            .ok_or_else(|| {
                let all: Vec<_> = Self::ALL.iter().map(|id| id.as_str()).collect();
                format!("{text:?} is no strategy; there are {}", all.join(", "))
            })
    }
}
