//! The registry: one line a strategy, in teaching order.

use super::{
    Cluster, Done, Explain, Pick, Picture, Setup, Share, Strategy, StrategyConfig, keyed,
    strategies,
};
use crate::rng::Rng;
use crate::workload::{KeySource, Task};
use serde::{Deserialize, Serialize};

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

            /// The ids of all strategies, in the same order.
            pub const WORDS: &[&str] = &[$($id),*];

            /// The id, as on the command line.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id),* }
            }

            /// Whether it may leave tasks at the balancer: see [`Strategy::POOLS`].
            pub fn pools(self) -> bool {
                match self { $(Self::$variant => <$state>::POOLS),* }
            }

            /// The fields of [`StrategyConfig`] that it reads.
            pub fn fields(self) -> &'static [&'static str] {
                match self { $(Self::$variant => <$state>::FIELDS),* }
            }

            /// Whether it reads this field of [`StrategyConfig`].
            pub fn reads(self, field: &str) -> bool {
                self.fields().contains(&field)
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
    RoundRobin = "round-robin" => strategies::round_robin::RoundRobin;
    SmoothWrr = "smooth-wrr" => strategies::smooth_wrr::SmoothWrr;
    ExpandedWrr = "expanded-wrr" => strategies::expanded_wrr::ExpandedWrr;
    Random = "random" => strategies::random::Random<false>;
    WeightedRandom = "weighted-random" => strategies::random::Random<true>;
    LeastConnections = "least-connections" => strategies::least_connections::LeastConnections;
    LeastResponseTime = "least-response-time" => strategies::least_response_time::LeastResponseTime;
    IpHash = "ip-hash" => strategies::nginx_hash::IpHash;
    UriHash = "uri-hash" => strategies::nginx_hash::ModuloHash<{ strategies::nginx_hash::URL }>;
    HeaderHash = "header-hash" => strategies::nginx_hash::ModuloHash<{ strategies::nginx_hash::HEADER }>;
    Pull = "pull" => strategies::pull::Pull;
    ArticleProgram = "article-program" => strategies::article_program::ArticleProgram;
    Ketama = "ketama" => keyed::Ketama;
    HaproxyRing = "haproxy-ring" => keyed::HaproxyRing;
    HaproxyMap = "haproxy-map" => keyed::HaproxyMap;
    EnvoyRing = "envoy-ring" => keyed::EnvoyRing;
    Maglev = "maglev" => keyed::Maglev;
    Rendezvous = "rendezvous" => keyed::Rendezvous;
    BoundedLoad = "bounded-load" => keyed::BoundedLoad;
    HaproxyWrr = "haproxy-wrr" => strategies::haproxy_wrr::HaproxyWrr;
    StaticMap = "static-map" => strategies::static_map::StaticMap;
    EdfWrr = "edf-wrr" => strategies::edf::EdfWrr;
    StaticStride = "static-stride" => strategies::static_stride::StaticStride;
    HaproxyLeastconn = "haproxy-leastconn" => strategies::haproxy_leastconn::HaproxyLeastconn;
    FirstFit = "first-fit" => strategies::first_fit::FirstFit;
    TwoChoices = "two-choices" => strategies::two_choices::TwoChoices;
    LeastRequest = "least-request" => strategies::least_request::LeastRequest;
    ShortestQueue = "shortest-queue" => strategies::shortest_queue::ShortestQueue;
    IdleQueue = "idle-queue" => strategies::idle_queue::IdleQueue;
    PeakEwma = "peak-ewma" => strategies::peak_ewma::PeakEwma;
    Prequal = "prequal" => strategies::prequal::Prequal;
    WorkStealing = "work-stealing" => strategies::work_stealing::WorkStealing;
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
