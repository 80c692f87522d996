//! The router of llm-d (`llm-d/llm-d-router`, `pkg/epp`): scorers with weights.
//!
//! Every scorer gives each server 0 to 1; the highest weighted sum wins, ties at random. The rules
//! of the scorers are plain functions in [`scorers`]. Since loads are reported, all routers that
//! look at one report pick the same server until the next.
//!
//! Left out: filters, LoRA adapters, latency predictors, and separate prefill.

mod recent;
pub mod scorers;

use crate::choose::{any_of, eligible};
use crate::router::{Chance, Knows, Report, Request, Router, Worker};
use crate::why::Why;
use recent::Recent;

/// Symbols a block of the approximate prefix index.
const BLOCK: usize = 16;
/// Blocks of a prompt that are looked at.
const BLOCKS_MAX: usize = 256;

/// Scorers of the default profile, which are explained even if they count nothing.
const EXPLAINED: [&str; 3] = ["queue-score", "kv-score", "prefix-score"];

/// How much each scorer counts; 0 for one that is not used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Requests that wait.
    pub queue: f64,
    /// The free share of the KV cache.
    pub kv_usage: f64,
    /// The share of the prompt's blocks that were sent there lately.
    pub prefix: f64,
    /// Requests that run.
    pub running: f64,
    /// Whether any wait, and how many.
    pub load_aware: f64,
    /// Tokens of the requests there.
    pub tokens: f64,
    /// This router's own requests in flight.
    pub active: f64,
}

impl Default for Weights {
    /// Those of the default profile: queue 2, KV cache 2, prefix 3.
    fn default() -> Self {
        Self {
            queue: 2.0,
            kv_usage: 2.0,
            prefix: 3.0,
            running: 0.0,
            load_aware: 0.0,
            tokens: 0.0,
            active: 0.0,
        }
    }
}

/// Settings, with the program's defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScorersSettings {
    /// How much each scorer counts.
    pub weights: Weights,
    /// Requests that wait at which the load-aware scorer gives 0.
    pub queue_threshold: f64,
    /// Tokens at which the token scorer gives 0.
    pub token_threshold: f64,
    /// Blocks that are remembered for a server, the latest.
    pub blocks_per_server: usize,
}

impl Default for ScorersSettings {
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            queue_threshold: 128.0,
            token_threshold: 4_194_304.0,
            blocks_per_server: 31_250,
        }
    }
}

/// The router.
#[derive(Clone, Debug)]
pub struct Scorers {
    settings: ScorersSettings,
    recent: Vec<Recent>,
}

impl Scorers {
    /// A router that has sent nothing.
    pub fn new(settings: ScorersSettings) -> Self {
        Self {
            settings,
            recent: Vec::new(),
        }
    }

    /// The scorers in use, and those that are explained in any case.
    fn scored(&self, workers: &[Worker], among: &[usize], blocks: &[u64]) -> Vec<Scored> {
        let weights = self.settings.weights;
        let reports = among.iter().map(|&i| workers[i].report.unwrap_or_default());
        let reports: Vec<Report> = reports.collect();
        let waiting = read(&reports, |r| r.waiting.into());
        let running = read(&reports, |r| r.running.into());
        let tokens = read(&reports, |r| r.tokens as f64);
        let own = among.iter().map(|&i| f64::from(workers[i].in_flight));
        let held = among.iter().map(|&i| self.recent[i].leading(blocks) as f64);
        let [most_waiting, most_tokens] =
            [self.settings.queue_threshold, self.settings.token_threshold];
        let scored = [
            Scored {
                names: ["queue-score", "queue-weight"],
                weight: weights.queue,
                scores: scorers::fewest(&waiting),
            },
            Scored {
                names: ["kv-score", "kv-weight"],
                weight: weights.kv_usage,
                scores: read(&reports, |r| 1.0 - r.kv_usage),
            },
            Scored {
                names: ["prefix-score", "prefix-weight"],
                weight: weights.prefix,
                scores: scorers::shares(held, blocks.len()),
            },
            Scored {
                names: ["running-score", "running-weight"],
                weight: weights.running,
                scores: scorers::fewest(&running),
            },
            Scored {
                names: ["load-score", "load-weight"],
                weight: weights.load_aware,
                scores: scorers::load_aware(&waiting, most_waiting),
            },
            Scored {
                names: ["tokens-score", "tokens-weight"],
                weight: weights.tokens,
                scores: scorers::token_load(&tokens, most_tokens),
            },
            Scored {
                names: ["active-score", "active-weight"],
                weight: weights.active,
                scores: scorers::active(&own.collect::<Vec<f64>>(), 0.0, 1.0),
            },
        ];
        let in_use = scored
            .into_iter()
            .filter(|scored| scored.weight != 0.0 || EXPLAINED.contains(&scored.names[0]));
        in_use.collect()
    }
}

/// Memory of a block that is remembered, in two sorted maps (bytes).
const BYTES_A_BLOCK: usize = 56;

/// What one scorer gives the eligible servers.
struct Scored {
    /// What an explanation calls its scores and its weight.
    names: [&'static str; 2],
    weight: f64,
    scores: Vec<f64>,
}

fn read(reports: &[Report], number: fn(&Report) -> f64) -> Vec<f64> {
    reports.iter().map(number).collect()
}

impl Router for Scorers {
    fn knows(&self) -> Knows {
        let weights = self.settings.weights;
        Knows {
            in_flight: weights.active != 0.0,
            reports: true,
            sent_prompts: weights.prefix != 0.0,
            prompt: weights.prefix != 0.0,
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
        let most = self.recent.len().max(workers.len());
        self.recent.resize_with(most, Recent::default);
        let among = eligible(workers);
        let blocks = recent::blocks(request.prompt, BLOCK, BLOCKS_MAX);
        let scored = self.scored(workers, &among, &blocks);
        let mut sums = vec![0.0; among.len()];
        for scorer in &scored {
            for (sum, score) in sums.iter_mut().zip(&scorer.scores) {
                *sum += scorer.weight * score.clamp(0.0, 1.0);
            }
        }
        let best = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let places = (0..among.len()).filter(|&k| sums[k] == best);
        let tied: Vec<usize> = places.map(|k| among[k]).collect();
        let picked = any_of(&tied, chance)?;
        why.record(|why| {
            why.table("weighted-scores", &[]);
            why.columns
                .extend(scored.iter().map(|scorer| scorer.names[0]));
            why.columns.push("sum");
            for (k, &i) in among.iter().enumerate() {
                let scores = scored.iter().map(|scorer| scorer.scores[k]);
                why.row(i, &scores.chain([sums[k]]).collect::<Vec<f64>>());
            }
            why.numbers_of(picked);
            let weights = scored.iter().map(|s| (s.names[1], s.weight));
            why.values.extend(weights);
            why.tie(tied.iter().copied(), "by-chance");
        });
        self.recent[picked].sent(&blocks, self.settings.blocks_per_server);
        Some(picked)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }

    fn bytes(&self) -> usize {
        self.recent.iter().map(Recent::len).sum::<usize>() * BYTES_A_BLOCK
    }
}
