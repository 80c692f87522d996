//! Strategies: the rules that pick a server for a task.
//!
//! Each strategy is one file, with its source, its state, how it breaks ties and where it fails. It implements
//! [`Strategy`] and has one line in the registry below; its names and explanations stand in `locales/`. Measuring the
//! load is not a strategy's business: it picks by what [`Cluster`] shows it.
//!
//! A pick explains itself: the code that decides also fills the [`Explanation`], in the same call. Where nobody looks,
//! the explanation's type is `()` and the compiler removes it.

mod article_program;
mod cluster;
mod expanded_wrr;
mod explain;
mod hash;
mod least_connections;
mod least_response_time;
mod picture;
mod pull;
mod random;
mod round_robin;
pub mod rules;
pub mod sequence;
mod smooth_wrr;
mod work_stealing;

pub use article_program::Policy;
pub use cluster::{Cluster, Mask};
pub use explain::{Explain, Explanation};
pub use hash::{ip_hash, modulo_hash};
pub use least_response_time::Knowledge;
pub use picture::Picture;

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
    /// Tasks of this balancer that were in progress at the server when it was picked, this one included.
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
    /// It was answered with an error. Who does not look at the answer takes it for one that came fast.
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

/// What share of the tasks a strategy gives to each server in the long run, as far as it follows from the rule alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Equal, in strict turn.
    EqualTurns,
    /// In proportion to the weights, in strict turn.
    WeightedTurns,
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
    /// What it looks at in a task, if anything.
    const LOOKS_AT: Option<KeySource> = None;
    /// The shares it gives.
    const SHARE: Share;
    /// Whether a server that runs idle takes tasks that wait at others.
    const STEALS: bool = false;

    /// The strategy in its first state.
    fn new(setup: &Setup) -> Self;

    /// Picks a server for `task` among the eligible ones, and tells `why`.
    fn pick<X: Explain>(&mut self, task: &Task, cluster: &Cluster, rng: &mut Rng, why: &mut X) -> Pick;

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
    /// The article's program: use the server it finds, where the printed listing takes it for an index and fails.
    pub listing_mended: bool,
}

impl Default for StrategyConfig {
    fn default() -> Self {
        Self {
            id: StrategyId::SmoothWrr,
            knowledge: Knowledge::Learnt,
            listing: vec![Policy::Random, Policy::LeastConnections, Policy::ShortestJobFirst],
            listing_mended: true,
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

            /// What the strategy looks at in a task, if anything.
            pub fn looks_at(self) -> Option<KeySource> {
                match self { $(Self::$variant => <$state>::LOOKS_AT),* }
            }

            /// The shares it gives in the long run.
            pub fn share(self) -> Share {
                match self { $(Self::$variant => <$state>::SHARE),* }
            }
        }

        /// One of the strategies. An enum and not a trait object, so that a pick inlines into the engine.
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
        Self::ALL.iter().copied().find(|id| id.as_str() == text).ok_or_else(|| {
            let all: Vec<_> = Self::ALL.iter().map(|id| id.as_str()).collect();
            format!("{text:?} is no strategy; there are {}", all.join(", "))
        })
    }
}
