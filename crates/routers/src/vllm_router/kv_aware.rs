//! The least product of tokens to compute and requests at a worker.
//!
//! `kv_aware`: cost = (tokens of this prompt that the worker has not cached + tokens of prompts
//! that it has yet to compute) · (requests in flight + 1). What is cached the engines say
//! themselves. The product weighs a cache hit the less the longer the queue; the first of equal
//! costs wins.
//!
//! Left out: tiers of the cache beyond the device, which engine events here do not name, and the
//! affinity of sessions, which is off unless it is asked for.

use crate::choose::{eligible, least, weighted};
use crate::index::Index;
use crate::router::{CacheEvent, Chance, Knows, Request, Router, Worker};
use crate::why::Why;
use std::collections::BTreeMap;

/// Settings, with the defaults of the command line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KvAwareSettings {
    /// 0 takes the least cost; above, workers are drawn with weights e^(−(cost − least)/T)
    /// (`--router-temperature`).
    pub temperature: f64,
    /// Tokens a block of the engines (`--kv-event-block-size`).
    pub block_size: usize,
}

impl Default for KvAwareSettings {
    fn default() -> Self {
        Self {
            temperature: 0.0,
            block_size: 16,
        }
    }
}

/// The router.
#[derive(Clone, Debug)]
pub struct KvAware {
    settings: KvAwareSettings,
    index: Index,
    /// Tokens that each worker has yet to compute.
    waiting: Vec<u64>,
    /// Requests without a first token, with their workers and tokens.
    prefills: BTreeMap<u64, (usize, u64)>,
}

impl KvAware {
    /// A router that has sent nothing.
    pub fn new(settings: KvAwareSettings) -> Self {
        Self {
            settings,
            index: Index::default(),
            waiting: Vec::new(),
            prefills: BTreeMap::new(),
        }
    }

    /// Tokens of a prompt that a worker would have to compute. The last one always is.
    fn new_tokens(&self, request: &Request, worker: usize) -> u64 {
        let length = request.prompt.len();
        let whole = length.saturating_sub(1) / self.settings.block_size.max(1);
        let blocks = self.index.overlap(worker, request.blocks).min(whole);
        (length - blocks * self.settings.block_size) as u64
    }
}

impl Router for KvAware {
    fn knows(&self) -> Knows {
        Knows {
            in_flight: true,
            cache_events: true,
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
        self.waiting
            .resize(self.waiting.len().max(workers.len()), 0);
        let among = eligible(workers);
        if among.is_empty() {
            return None;
        }
        let new: Vec<u64> = among.iter().map(|&i| self.new_tokens(request, i)).collect();
        let costs: Vec<f64> = among
            .iter()
            .zip(&new)
            .map(|(&i, new)| {
                (new + self.waiting[i]) as f64 * (f64::from(workers[i].in_flight) + 1.0)
            })
            .collect();
        let least = least(&costs);
        let lowest = costs[least[0]];
        let temperature = self.settings.temperature;
        // An empty prompt costs nothing where nothing waits: then the fewest requests decide.
        let place = if lowest == 0.0 && (temperature <= 0.0 || least.len() == costs.len()) {
            let free = least.iter().copied();
            free.min_by_key(|&k| workers[among[k]].in_flight)?
        } else if temperature > 0.0 {
            let above = costs.iter().map(|cost| (lowest - cost) / temperature);
            weighted(&above.map(libm::exp).collect::<Vec<f64>>(), chance)
        } else {
            least[0]
        };
        why.record(|why| {
            why.table(
                "kv-product",
                &["new-tokens", "waiting-tokens", "in-flight", "kv-cost"],
            );
            for ((&i, &new), &cost) in among.iter().zip(&new).zip(&costs) {
                let in_flight = f64::from(workers[i].in_flight);
                why.row(i, &[new as f64, self.waiting[i] as f64, in_flight, cost]);
            }
            why.numbers_of(among[place]);
            why.values.push(("length", request.prompt.len() as f64));
            why.values.push(("temperature", temperature));
            if temperature <= 0.0 {
                why.tie(least.iter().map(|&k| among[k]), "first-declared");
            }
        });
        let picked = among[place];
        self.waiting[picked] += new[place];
        self.prefills.insert(request.id, (picked, new[place]));
        Some(picked)
    }

    fn first_token(&mut self, request: u64) {
        if let Some((worker, tokens)) = self.prefills.remove(&request) {
            self.waiting[worker] -= tokens;
        }
    }

    fn finished(&mut self, request: u64) {
        self.first_token(request);
    }

    fn cache_changed(&mut self, worker: usize, event: CacheEvent) {
        self.index.change(worker, event);
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }

    fn bytes(&self) -> usize {
        self.index.bytes()
    }
}
