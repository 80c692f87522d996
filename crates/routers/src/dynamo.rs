//! NVIDIA Dynamo's cost of a worker (`ai-dynamo-runtime` 1.6.1, `DefaultWorkerSelector`).
//!
//! Everything is counted in blocks. A worker's cost is `scale · max(0, P − credit · O) + B +
//! weight · A`: P the tokens to prefill, of this prompt and of those sent there whose prefill is
//! not complete, as blocks and parts of blocks; O the blocks of this prompt that it holds; B the
//! different whole blocks of all requests there, this one included; A its requests. The least cost
//! wins, ties at random. A request makes its own cache dearer for the next one, so that a hot
//! prefix spreads over idle workers.
//!
//! Left out: tiers of the cache beyond the device, which engine events here do not name.

use crate::blocks::Blocks;
use crate::choose::{any_of, eligible, least, weighted};
use crate::every::Every;
use crate::index::Index;
use crate::router::{CacheEvent, Chance, Knows, Request, Router, Worker};
use crate::why::Why;
use std::collections::BTreeMap;

/// How long a prompt that was sent is taken for cached, without engine events (s).
const SENT_TTL_S: f64 = 120.0;

/// Settings, with the program's defaults (`DYN_ROUTER_…`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KvCostSettings {
    /// Tokens a block of the engines.
    pub block_size: usize,
    /// What a block counts that the worker holds (`KV_OVERLAP_SCORE_CREDIT`).
    pub credit: f64,
    /// How fast the credit falls for a worker with more to prefill than another
    /// (`KV_OVERLAP_SCORE_CREDIT_DECAY`).
    pub credit_decay: f64,
    /// What a block counts that must be prefilled (`PREFILL_LOAD_SCALE`).
    pub prefill_scale: f64,
    /// What a request counts (`DECODE_ACTIVE_REQUEST_WEIGHT`).
    pub request_weight: f64,
    /// 0 takes the least cost; above, workers are drawn with weights e^(−cost/(range · T))
    /// (`TEMPERATURE`).
    pub temperature: f64,
    /// Whether engines say what they have cached (`USE_KV_EVENTS`). If not, what was sent to a
    /// worker is taken for cached there for two minutes.
    pub uses_events: bool,
}

impl Default for KvCostSettings {
    fn default() -> Self {
        Self {
            block_size: 16,
            credit: 1.0,
            credit_decay: 0.0,
            prefill_scale: 1.0,
            request_weight: 0.0,
            temperature: 0.0,
            uses_events: true,
        }
    }
}

/// Memory of a block that counts as cached, in a sorted map (bytes).
const BYTES_SENT: usize = 40;

/// The router.
#[derive(Clone, Debug)]
pub struct KvCost {
    settings: KvCostSettings,
    index: Index,
    /// Until when each worker's blocks count as cached, without events.
    sent: BTreeMap<(usize, u64), f64>,
    expiry: Every,
    loads: Vec<Load>,
    requests: BTreeMap<u64, Booked>,
}

/// What a worker has to do.
#[derive(Clone, Debug, Default)]
struct Load {
    prefill_tokens: usize,
    requests: u32,
    /// The blocks of its requests, each counted as often as it is in one.
    blocks: Blocks,
}

#[derive(Clone, Debug)]
struct Booked {
    worker: usize,
    /// Tokens to prefill; 0 once they are.
    prefill_tokens: usize,
    blocks: Vec<u64>,
}

/// The terms of one worker's cost.
#[derive(Clone, Copy, Debug)]
struct Terms {
    overlap: usize,
    prefill: f64,
    decode: f64,
    requests: f64,
    cost: f64,
}

impl KvCost {
    /// A router that has sent nothing.
    pub fn new(settings: KvCostSettings) -> Self {
        Self {
            settings,
            index: Index::default(),
            sent: BTreeMap::new(),
            expiry: Every::new(SENT_TTL_S),
            loads: Vec::new(),
            requests: BTreeMap::new(),
        }
    }

    fn overlap(&self, request: &Request, worker: usize) -> usize {
        if self.settings.uses_events {
            return self.index.overlap(worker, request.blocks);
        }
        // Blocks are sent with all before them, so that none lasts longer than one before it.
        request.blocks.partition_point(|&block| {
            let until_s = self.sent.get(&(worker, block));
            until_s.is_some_and(|&until_s| until_s > request.now_s)
        })
    }

    /// The cost of a worker, whose prefill is compared with the least of any.
    fn terms(&self, request: &Request, worker: usize, least_waiting: usize) -> Terms {
        let settings = self.settings;
        let load = &self.loads[worker];
        let block = settings.block_size.max(1) as f64;
        let length = request.prompt.len() as f64;
        let overlap = self.overlap(request, worker);
        let prefill = (load.prefill_tokens as f64 + length) / block;
        let ahead = (load.prefill_tokens - least_waiting) as f64 / block;
        let decay = settings.credit_decay * ahead / libm::ceil(length / block).max(1.0);
        let credit = settings.credit / (1.0 + decay);
        let new = request
            .blocks
            .iter()
            .filter(|&&block| !load.blocks.has(block));
        let decode = (load.blocks.len() + new.count()) as f64;
        let requests = f64::from(load.requests);
        Terms {
            overlap,
            prefill,
            decode,
            requests,
            cost: settings.prefill_scale * (prefill - credit * overlap as f64).max(0.0)
                + decode
                + settings.request_weight * requests,
        }
    }

    fn book(&mut self, request: &Request, worker: usize, overlap: usize) {
        let cached = overlap * self.settings.block_size;
        let prefill_tokens = request.prompt.len().saturating_sub(cached);
        let load = &mut self.loads[worker];
        load.prefill_tokens += prefill_tokens;
        load.requests += 1;
        for &block in request.blocks {
            load.blocks.add(block);
        }
        if !self.settings.uses_events {
            let until_s = request.now_s + SENT_TTL_S;
            let sent = request
                .blocks
                .iter()
                .map(|&block| ((worker, block), until_s));
            self.sent.extend(sent);
        }
        let booked = Booked {
            worker,
            prefill_tokens,
            blocks: request.blocks.to_vec(),
        };
        self.requests.insert(request.id, booked);
    }
}

impl Router for KvCost {
    fn knows(&self) -> Knows {
        Knows {
            in_flight: true,
            cache_events: self.settings.uses_events,
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
        let most = self.loads.len().max(workers.len());
        self.loads.resize_with(most, Load::default);
        if self.expiry.is_due(request.now_s) {
            self.sent.retain(|_, until_s| *until_s > request.now_s);
        }
        let among = eligible(workers);
        let waiting = among.iter().map(|&i| self.loads[i].prefill_tokens);
        let least_waiting = waiting.min()?;
        let terms: Vec<Terms> = among
            .iter()
            .map(|&i| self.terms(request, i, least_waiting))
            .collect();
        let costs: Vec<f64> = terms.iter().map(|t| t.cost).collect();
        let least = least(&costs);
        let highest = costs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let range = highest - costs[least[0]];
        let temperature = self.settings.temperature;
        let drawn = temperature > 0.0 && range > 0.0;
        let place = if drawn {
            let lowest = costs[least[0]];
            let scaled = costs
                .iter()
                .map(|cost| (lowest - cost) / (range * temperature));
            weighted(&scaled.map(libm::exp).collect::<Vec<f64>>(), chance)
        } else {
            any_of(&least, chance)?
        };
        why.record(|why| {
            let columns = ["overlap", "prefill-blocks", "blocks", "requests", "kv-cost"];
            why.table(if drawn { "kv-cost-drawn" } else { "kv-cost" }, &columns);
            for (&i, t) in among.iter().zip(&terms) {
                why.row(
                    i,
                    &[t.overlap as f64, t.prefill, t.decode, t.requests, t.cost],
                );
            }
            why.numbers_of(among[place]);
            why.values.extend([
                ("length", request.prompt.len() as f64),
                ("credit", self.settings.credit),
                ("scale", self.settings.prefill_scale),
                ("weight", self.settings.request_weight),
                ("temperature", temperature),
            ]);
            if !drawn {
                why.tie(least.iter().map(|&k| among[k]), "by-chance");
            }
        });
        self.book(request, among[place], terms[place].overlap);
        Some(among[place])
    }

    fn first_token(&mut self, request: u64) {
        if let Some(booked) = self.requests.get_mut(&request) {
            self.loads[booked.worker].prefill_tokens -= booked.prefill_tokens;
            booked.prefill_tokens = 0;
        }
    }

    fn finished(&mut self, request: u64) {
        let Some(booked) = self.requests.remove(&request) else {
            return;
        };
        let load = &mut self.loads[booked.worker];
        load.prefill_tokens -= booked.prefill_tokens;
        load.requests -= 1;
        for block in booked.blocks {
            load.blocks.remove(block);
        }
    }

    fn cache_changed(&mut self, worker: usize, event: CacheEvent) {
        self.index.change(worker, event);
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }

    fn bytes(&self) -> usize {
        let loads = self.loads.iter().map(|load| load.blocks.bytes());
        self.index.bytes() + self.sent.len() * BYTES_SENT + loads.sum::<usize>()
    }
}
