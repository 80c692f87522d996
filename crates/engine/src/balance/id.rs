//! The ids of strategies.

use super::list::for_each_strategy;
use serde::{Deserialize, Serialize};

/// Generates [`StrategyId`] from the list of strategies.
macro_rules! ids {
    ($($variant:ident = $id:literal => $state:ty;)*) => {
        /// Names a strategy. It is written as its id everywhere, so that the order of the list is
        /// free.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(into = "&'static str", try_from = "String")]
        pub enum StrategyId {
            $(#[doc = concat!("`", $id, "`")] $variant,)*
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

impl From<StrategyId> for &'static str {
    fn from(id: StrategyId) -> Self {
        id.as_str()
    }
}

impl TryFrom<String> for StrategyId {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
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
