//! What requests find in prefix caches, which depends on how many are in service, which depends on
//! what they find.

use super::cache::Cache;
use super::full::Full;
use super::load::at_rate;
use super::{Replica, Requests};

/// The most rounds in which the two come to agree.
const ROUNDS: u32 = 8;

/// Requests in service that make no difference.
const FEW: f64 = 1e-3;

/// What requests find.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Found {
    /// How many requests a block outlasts after its last one.
    pub reach: f64,
    /// Requests in service meanwhile.
    pub running: f64,
    /// The probability that a request finds its prefix.
    pub hits: f64,
    /// Tokens that it then finds.
    pub shared_tokens: f64,
}

impl Found {
    /// Tokens that a request finds on average.
    pub(crate) fn tokens(&self) -> f64 {
        self.hits * self.shared_tokens
    }
}

/// Equal replicas, of which as many as `together` are as one cache, since each prefix has a replica
/// of its own.
pub(crate) struct Caches<'a> {
    /// What they are.
    pub replica: &'a Replica,
    /// What is asked of them.
    pub requests: &'a Requests,
    /// The probability of each prefix.
    pub popularity: &'a [f64],
    /// How many are as one.
    pub together: f64,
}

impl Caches<'_> {
    /// With `running` requests in service at each.
    pub(crate) fn with(&self, running: f64) -> Found {
        let replica = self.replica;
        let requests = self.requests;
        let shared_tokens = replica.shared_tokens(requests);
        let shared = replica.blocks(shared_tokens);
        let middle = requests.prompt() + requests.decodes() / 2.0;
        let cache = Cache {
            popularity: self.popularity,
            shared,
            own: replica.blocks(requests.held_at_end()) - shared,
            own_in_service: replica.blocks(middle) - shared,
            room: self.together * (replica.settings.num_blocks as f64 - 1.0),
        };
        let running = self.together * running;
        let reach = cache.reach(running);
        Found {
            reach,
            running,
            hits: cache.hits(reach + running),
            shared_tokens,
        }
    }

    /// If they are kept full.
    pub(crate) fn kept_full(&self) -> Full {
        let mut full = Full::of(self.replica, self.requests, 0.0);
        for _ in 0..ROUNDS {
            let before = full.running();
            let found = self.with(before);
            full = Full::of(self.replica, self.requests, found.tokens());
            if (full.running() - before).abs() < FEW {
                break;
            }
        }
        full
    }

    /// At a rate (requests/s to each); beyond the largest they are full.
    pub(crate) fn at(&self, rate_per_s: f64) -> Found {
        let mut found = self.with(0.0);
        for _ in 0..ROUNDS {
            let cached = found.tokens();
            let running = match at_rate(self.replica, self.requests, cached, rate_per_s) {
                Ok(at) => at.running,
                Err(_) => Full::of(self.replica, self.requests, cached).running(),
            };
            let agree = (running - found.running / self.together).abs() < FEW;
            found = self.with(running);
            if agree {
                break;
            }
        }
        found
    }
}
