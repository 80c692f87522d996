//! How a balancer hashes keys and lays out what hashes fall on.

use super::{Key, Table, TableInput};
use crate::balance::Share;

/// When the server that a key belongs to is passed over, at the pick itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipRule {
    /// Never: the table holds only servers that may be picked.
    Never,
    /// When it may not be picked. After this many tries smooth weighted turns decide.
    Unavailable {
        /// Tries in all.
        tries: u32,
    },
    /// When it has its share of the requests in flight.
    OverBound,
}

/// A balancer's way with keys, as data.
#[derive(Debug)]
pub struct Scheme {
    /// Its rule in explanations: a text key below `why.rule.`.
    pub rule: &'static str,
    /// The hash of a key.
    pub hash: fn(Key) -> u64,
    /// Lays out the table.
    pub table: fn(&TableInput) -> Table,
    /// Which servers it passes over.
    pub skip: SkipRule,
    /// The score of a server (its number) for a hash, if scores and not places decide.
    pub score: Option<fn(&TableInput, usize, u64) -> f64>,
}

/// Names a [`Scheme`] as a type, for the registry.
pub trait HashScheme: Clone + std::fmt::Debug {
    /// The scheme.
    const SCHEME: Scheme;
    /// The share it gives in the long run.
    const SHARE: Share = Share::ByKey;
}
