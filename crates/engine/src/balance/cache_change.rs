//! What replicas of language models say about their prefix caches.

/// What changed in the prefix cache of a replica. Blocks are named by the hash of all tokens up to
/// their end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheChange {
    /// It holds this block now.
    Stored(u64),
    /// It holds this block no more.
    Removed(u64),
    /// It holds nothing.
    Cleared,
}
