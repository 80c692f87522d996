//! The settings of strategies.

use super::StrategyId;
use super::list::for_each_setting;
use crate::workload::KeySource;
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

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

/// How a bandit explores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Learner {
    /// At random, in a share of the picks.
    EpsilonGreedy,
    /// By how good a server may still be.
    #[default]
    Ucb1,
    /// By draws from what is believed.
    Thompson,
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

/// Generates [`StrategyConfig`] from the list of settings.
macro_rules! config {
    ($(
        $(#[$doc:meta])*
        $name:ident: $type:ty = $default:expr $(, $label:literal, $kind:expr)?;
    )*) => {
        /// The settings of strategies. Each strategy reads its own; the others keep theirs
        /// meanwhile.
        ///
        /// It is written as a map. Where names cost room, as in a link, only what differs from the
        /// default is in it, so that a new setting changes no link.
        #[derive(Clone, Debug, PartialEq)]
        pub struct StrategyConfig {
            /// Which strategy.
            pub id: StrategyId,
            $($(#[$doc])* pub $name: $type,)*
        }

        impl Default for StrategyConfig {
            fn default() -> Self {
                Self {
                    id: StrategyId::SmoothWrr,
                    $($name: $default,)*
                }
            }
        }

        const NAMES: &[&str] = &["id", $(stringify!($name)),*];

        impl Serialize for StrategyConfig {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let usual = Self::default();
                let whole = serializer.is_human_readable();
                let written = [$(whole || self.$name != usual.$name),*];
                let count = 1 + written.iter().filter(|written| **written).count();
                let mut map = serializer.serialize_map(Some(count))?;
                map.serialize_entry("id", &self.id)?;
                $(if whole || self.$name != usual.$name {
                    map.serialize_entry(stringify!($name), &self.$name)?;
                })*
                map.end()
            }
        }

        impl<'de> Visitor<'de> for ConfigVisitor {
            type Value = StrategyConfig;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a strategy's settings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StrategyConfig, A::Error> {
                let mut config = StrategyConfig::default();
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "id" => config.id = map.next_value()?,
                        $(stringify!($name) => config.$name = map.next_value()?,)*
                        _ => return Err(de::Error::unknown_field(&name, NAMES)),
                    }
                }
                Ok(config)
            }
        }
    };
}

struct ConfigVisitor;

for_each_setting!(config);

impl<'de> Deserialize<'de> for StrategyConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConfigVisitor)
    }
}
