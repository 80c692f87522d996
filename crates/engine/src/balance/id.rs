//! The ids of strategies.

use super::list::for_each_strategy;
use serde::{Deserialize, Serialize};

/// Generates [`StrategyId`] from the list of strategies.
macro_rules! ids {
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
        }
    };
}

for_each_strategy!(ids);

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
