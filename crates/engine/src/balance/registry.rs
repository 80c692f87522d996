//! Any strategy of the list, as one type.

use super::late::{CacheChange, Late};
use super::list::for_each_strategy;
use super::{
    Cluster, Done, Explain, Knows, LateStrategy, Pick, Picture, Setup, Share, Strategy,
    StrategyConfig, StrategyId, keyed, strategies,
};
use crate::rng::Rng;
use crate::workload::Task;

/// Generates [`AnyStrategy`] and what depends on a strategy's type from the list of strategies.
macro_rules! registry {
    ($($variant:ident = $id:literal => $state:ty;)*) => {
        impl StrategyId {
            /// Whether it may leave tasks at the balancer: see [`Strategy::POOLS`].
            pub fn pools(self) -> bool {
                match self { $(Self::$variant => <$state>::POOLS),* }
            }

            /// Whether idle servers take tasks that wait at others: see [`Strategy::STEALS`].
            pub fn steals(self) -> bool {
                match self { $(Self::$variant => <$state>::STEALS),* }
            }

            /// Whether it is a router of language models: see [`Strategy::ROUTES_REQUESTS`].
            pub fn routes_requests(self) -> bool {
                match self { $(Self::$variant => <$state>::ROUTES_REQUESTS),* }
            }

            /// Whether the page loads its program later: see [`Strategy::LOADS_LATER`].
            pub fn loads_later(self) -> bool {
                match self { $(Self::$variant => <$state>::LOADS_LATER),* }
            }

            /// The fields of [`StrategyConfig`] that it reads.
            pub fn fields(self) -> &'static [&'static str] {
                match self { $(Self::$variant => <$state>::FIELDS),* }
            }

            /// Whether it reads this field of [`StrategyConfig`].
            pub fn reads(self, field: &str) -> bool {
                self.fields().contains(&field)
            }

            /// The long-run share of each server: see [`Strategy::SHARE`].
            pub fn share(self) -> Share {
                match self { $(Self::$variant => <$state>::SHARE),* }
            }
        }

        impl StrategyConfig {
            /// What the strategy reads: see [`Strategy::knows`].
            pub fn knows(&self) -> Knows {
                match self.id { $(StrategyId::$variant => <$state>::knows(self)),* }
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
                match setup.config.id {
                    $(StrategyId::$variant => Self::$variant(<$state>::new(setup)),)*
                }
            }

            /// See [`Strategy::late`].
            pub fn late(setup: &Setup) -> Option<Box<dyn LateStrategy>> {
                match setup.config.id {
                    $(StrategyId::$variant => <$state>::late(setup),)*
                }
            }

            /// See [`Strategy::pick`].
            #[inline]
            pub fn pick<X: Explain>(
                &mut self,
                task: &Task,
                cluster: &Cluster,
                rng: &mut Rng,
                why: &mut X,
            ) -> Pick {
                match self {
                    $(Self::$variant(s) => s.pick(task, cluster, rng, why),)*
                }
            }

            /// See [`Strategy::finished`].
            #[inline]
            pub fn finished(&mut self, done: &Done) {
                match self { $(Self::$variant(s) => s.finished(done)),* }
            }

            /// See [`Strategy::first_token`].
            pub fn first_token(&mut self, task: u64) {
                match self { $(Self::$variant(s) => s.first_token(task)),* }
            }

            /// See [`Strategy::cache_changed`].
            pub fn cache_changed(&mut self, server: usize, changes: &[CacheChange]) {
                match self { $(Self::$variant(s) => s.cache_changed(server, changes)),* }
            }

            /// See [`Strategy::bytes`].
            pub fn bytes(&self) -> usize {
                match self { $(Self::$variant(s) => s.bytes()),* }
            }

            /// See [`Strategy::picture`].
            pub fn picture(&self, cluster: &Cluster) -> Picture {
                match self { $(Self::$variant(s) => s.picture(cluster)),* }
            }
        }
    };
}

for_each_strategy!(registry);

impl StrategyId {
    /// Whether it reads weights and keeps a table, list or time line with places by weight, so that
    /// large ones would take much room.
    pub fn lays_weights_out(self) -> bool {
        let config = StrategyConfig {
            id: self,
            ..StrategyConfig::default()
        };
        let counts = matches!(
            self,
            Self::SmoothWrr
                | Self::EdfWrr
                | Self::WeightedRandom
                | Self::LeastConnections
                | Self::TwoChoices
                | Self::LeastRequest
                | Self::StaticStride
                | Self::Rendezvous
        );
        config.knows().weights && !counts
    }
}
