//! How many requests a replica serves at once.
//!
//! Two things limit it: the slots (`max_num_seqs`), and the KV cache, which must hold all their
//! tokens until the last of them is computed. With more, a replica admits as long as prompts fit,
//! and then preempts. Blocks of a shared prefix are held once.

use super::{Replica, Requests};

/// The largest n of which `blocks` blocks hold n times `own` and, once for each of at most
/// `prefixes` prefixes in use, `shared`. All are numbers of blocks but `prefixes`.
pub fn held_by_kv(blocks: f64, own: f64, shared: f64, prefixes: f64) -> f64 {
    let all_differ = libm::floor(blocks / (own + shared));
    match all_differ < prefixes {
        true => all_differ,
        false => libm::floor((blocks - prefixes * shared) / own),
    }
}

/// What a replica holds of requests of mean size to their end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Most {
    /// Requests that it has slots for.
    pub slots: f64,
    /// Requests that the KV cache holds to their end.
    pub by_kv: f64,
}

impl Most {
    /// That of a replica which batches continuously; of `prefixes` prefixes.
    pub fn of(replica: &Replica, requests: &Requests, prefixes: f64) -> Self {
        let shared = replica.blocks(replica.shared_tokens(requests));
        let own = replica.blocks(requests.held_at_end()) - shared;
        let blocks = replica.settings.num_blocks as f64 - 1.0;
        Self {
            slots: replica.settings.max_num_seqs as f64,
            by_kv: held_by_kv(blocks, own, shared, prefixes),
        }
    }

    /// That of a replica with static batches, which has no prefix cache and counts tokens.
    pub fn of_static(replica: &Replica, requests: &Requests) -> Self {
        let each = requests.prompt() + requests.output;
        Self {
            slots: replica.settings.max_num_seqs as f64,
            by_kv: libm::floor(replica.kv_tokens() / each).max(1.0),
        }
    }

    /// The lesser of the two.
    pub fn requests(&self) -> f64 {
        self.slots.min(self.by_kv)
    }
}
