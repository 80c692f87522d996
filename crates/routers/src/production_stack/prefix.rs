//! One of those that were sent the longest beginning.
//!
//! `prefixaware`: a trie of the prompts in chunks of 128 symbols. Of the workers that were sent the
//! longest beginning one at random, whatever their load; as shipped also if nothing matches, when
//! all have been sent the same nothing.

use super::chunks::{CHUNK, Chunks, chunks};
use super::rates::{Rates, lowest};
use super::session::explain_rates;
use crate::choose::{any_of, eligible};
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::why::Why;

/// Settings, with the program's defaults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrefixSettings {
    /// Symbols that must match, in whole chunks; below, the fewest requests a second decide
    /// (`--prefix-min-match-length`).
    pub min_match: usize,
}

/// Memory of a chunk that is remembered, with a list of workers (bytes).
const BYTES_A_CHUNK: usize = 80;

/// The router.
#[derive(Clone, Debug, Default)]
pub struct Prefix {
    settings: PrefixSettings,
    sent: Chunks,
    rates: Rates,
}

impl Prefix {
    /// A router that has sent nothing.
    pub fn new(settings: PrefixSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }
}

impl Router for Prefix {
    fn knows(&self) -> Knows {
        Knows {
            sent_prompts: true,
            prompt: true,
            ..Knows::NOTHING
        }
    }

    fn pick(
        &mut self,
        request: &Request,
        workers: &[Worker],
        chance: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        let among = eligible(workers);
        let chunks = chunks(request.prompt);
        let (matched, candidates) = self.sent.longest(&chunks, &among);
        let enough = matched * CHUNK >= self.settings.min_match;
        let picked = if enough {
            why.record(|why| {
                let hit = matched > 0;
                why.table(if hit { "chunks-hit" } else { "chunks-miss" }, &["matched"]);
                for &i in &among {
                    let matched = covered(self.sent.of(i, &chunks), request);
                    why.row(i, &[matched]);
                }
                why.tie(candidates.iter().copied(), "by-chance");
            });
            any_of(&candidates, chance)?
        } else {
            let rates = self.rates.at(request.now_s, workers.len());
            why.record(|why| explain_rates(why, &rates, &among));
            lowest(&rates, &among)?
        };
        why.record(|why| {
            why.values.push(("length", request.prompt.len() as f64));
            why.values.push(("matched", covered(matched, request)));
        });
        self.sent.insert(&chunks, picked);
        self.rates.count(request.now_s, picked);
        Some(picked)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }

    fn bytes(&self) -> usize {
        self.sent.len() * BYTES_A_CHUNK
    }
}

/// Symbols of a prompt in its first chunks, of which the last may be short.
fn covered(chunks: usize, request: &Request) -> f64 {
    request.prompt.len().min(chunks * CHUNK) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixed, idle, request, symbols};

    #[test]
    fn a_miss_goes_to_the_lowest_rate_and_what_follows_stays_there() {
        let mut router = Prefix::new(PrefixSettings { min_match: 1 });
        for (worker, requests) in [(0, 5), (1, 10)] {
            for _ in 0..requests {
                router.rates.count(0.0, worker);
            }
        }
        let workers = idle(2);
        let mut why = Why::wanted();
        let first = symbols(&("x".repeat(128) + &"y".repeat(72)));
        let picked = router.pick(&request(&first), &workers, &mut Fixed(0), &mut why);
        assert_eq!((picked, why.rule), (Some(0), "lowest-rate"));
        for _ in 0..10 {
            router.rates.count(0.0, 0);
        }
        why.clear();
        let next = symbols(&("x".repeat(128) + &"z".repeat(72)));
        let picked = router.pick(&request(&next), &workers, &mut Fixed(0), &mut why);
        assert_eq!((picked, why.rule), (Some(0), "chunks-hit"));
    }

    #[test]
    fn as_shipped_a_miss_goes_anywhere() {
        let mut router = Prefix::default();
        let mut why = Why::wanted();
        let prompt = symbols("short");
        let picked = router.pick(&request(&prompt), &idle(3), &mut Fixed(2), &mut why);
        assert_eq!(picked, Some(2));
        assert_eq!((why.rule, why.tied.len()), ("chunks-miss", 3));
    }
}
