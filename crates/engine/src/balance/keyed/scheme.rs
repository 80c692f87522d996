//! How a balancer hashes keys, and which server owns which hashes.

use super::{Key, KeyTable, TableInput};
use crate::balance::Share;
use crate::workload::KeySource;

/// When a pick passes over the server that a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipRule {
    /// Never: the table has eligible servers only.
    Never,
    /// When it is not eligible. After `tries` tries smooth weighted turns decide.
    Unavailable {
        /// Tries in all.
        tries: u32,
    },
    /// When its requests in flight have reached its bound.
    OverBound,
}

/// A hashing scheme, as data.
#[derive(Debug)]
pub struct Scheme {
    /// Its rule in explanations: a text key below `why.rule.`.
    pub rule: &'static str,
    /// The settings that it reads.
    pub fields: &'static [&'static str],
    /// The hash of a key.
    pub hash: fn(Key) -> u64,
    /// Computes the table.
    pub table: fn(&TableInput) -> KeyTable,
    /// Which servers it passes over.
    pub skip: SkipRule,
    /// Whether the table follows weights that grow under slow start.
    pub warms: bool,
    /// The score of a server for a key, both by their indices, if scores decide and not places.
    pub score: Option<fn(&TableInput, usize, usize) -> f64>,
}

/// Names a [`Scheme`] as a type, for the registry.
pub trait HashScheme: Clone + std::fmt::Debug {
    /// The scheme.
    const SCHEME: Scheme;
    /// The long-run share of each server.
    const SHARE: Share = Share::ByKey;
    /// The only key that it can hash; none: the one that is set.
    const ONLY_KEY: Option<KeySource> = None;
    /// Whether weights matter.
    const WEIGHS: bool = true;
}
