//! The beginning's place on a ring of workers, unless the worker there has too much to do.
//!
//! `prefix_hash`: the first 256 tokens, hashed, on the ring of `consistent_hashing`. A worker above
//! 1.25 times the mean load is passed over for the least loaded. It needs token ids: over HTTP the
//! router of 0.3.2 has none and refuses every request, as this one does one without a prompt.

use super::consistent_hashing::update;
use crate::choose::{eligible, least_in_flight};
use crate::hash::{blake3_64, xxh3_64};
use crate::ring::Ring;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;

/// Settings, with the defaults of the program's binding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrefixHashSettings {
    /// Tokens that are hashed.
    pub prefix_tokens: usize,
    /// The load that a worker may have, as a multiple of the mean.
    pub load_factor: f64,
}

impl Default for PrefixHashSettings {
    fn default() -> Self {
        Self {
            prefix_tokens: 256,
            load_factor: 1.25,
        }
    }
}

/// The router.
#[derive(Clone, Debug, Default)]
pub struct PrefixHash {
    settings: PrefixHashSettings,
    ring: Ring,
}

impl PrefixHash {
    /// A router with these settings.
    pub fn new(settings: PrefixHashSettings) -> Self {
        Self {
            settings,
            ring: Ring::default(),
        }
    }
}

impl Router for PrefixHash {
    fn knows(&self) -> Knows {
        Knows {
            in_flight: true,
            prompt: true,
            ..Knows::NOTHING
        }
    }

    fn pick(
        &mut self,
        request: &Request,
        workers: &[Worker],
        _: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        if request.prompt.is_empty() {
            why.record(|why| why.table("no-tokens", &[]));
            return None;
        }
        let among = eligible(workers);
        let hashed = request.prompt.len().min(self.settings.prefix_tokens);
        let key = format!("{:016x}", xxh3_64(&request.prompt[..hashed]));
        let hash = blake3_64(&key);
        update(&mut self.ring, workers);
        let mut points = self.ring.from(hash);
        let first = points.find(|p| workers[p.1].eligible)?.1;
        let total: u64 = among.iter().map(|&i| u64::from(workers[i].in_flight)).sum();
        let limit = limit(total, among.len(), self.settings.load_factor);
        let allowed: Vec<usize> = among
            .into_iter()
            .filter(|&i| f64::from(workers[i].in_flight) <= limit)
            .collect();
        let passed_over = !allowed.contains(&first);
        why.record(|why| {
            why.rule = match passed_over {
                true => "prefix-ring-too-loaded",
                false => "prefix-ring",
            };
            self.ring.explain(why, &key, hash, workers, first);
            why.values.push(("hashed", hashed as f64));
            why.values.push(("total", total as f64));
            why.values.push(("limit", limit));
            why.values
                .push(("load", f64::from(workers[first].in_flight)));
        });
        match passed_over {
            true => least_in_flight(workers, &allowed).or(Some(first)),
            false => Some(first),
        }
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }
}

/// The most requests that a worker may have in flight; no limit if none are.
fn limit(total: u64, workers: usize, factor: f64) -> f64 {
    match total {
        0 => f64::INFINITY,
        total => (total + 1) as f64 / workers as f64 * factor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_on_four_thirty_is_allowed_and_thirty_five_is_not() {
        let limit = limit(100, 4, 1.25);
        assert!((30.0..35.0).contains(&limit));
        assert_eq!(limit, 31.5625);
    }
}
