//! The least loaded of those with the longest match, unless loads are too far apart.
//!
//! `cache_aware`, the router's default. Like SGLang's it remembers in one tree which worker was
//! sent what, but it asks for each worker's own longest match, in whole tokens, and of equal ones
//! takes the one with the fewest requests in flight. So a prefix that several workers hold is
//! shared by them; a worker with the slightest bit more of it still gets all.

use crate::choose::{eligible, least_in_flight};
use crate::every::Every;
use crate::imbalance::Thresholds;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::tree::Tree;
use crate::why::Why;

/// Hexadecimal digits of a token in the tree.
const DIGITS: usize = 8;
/// Characters before the digits of a prompt, which count as part of it.
const MARK: usize = 6;

/// Settings, with the defaults of the command line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CacheAwareSettings {
    /// The share of the prompt that must match, for more than which the match decides
    /// (`--cache-threshold`).
    pub cache_threshold: f32,
    /// When loads decide instead.
    pub balance: Thresholds,
    /// How often the tree is cut back (s); 0 for never (`--eviction-interval-secs`).
    pub eviction_interval_s: f64,
    /// Characters that a worker may keep in the tree when it is cut back, eight a token
    /// (`--max-tree-size`).
    pub max_tree_size: usize,
}

impl Default for CacheAwareSettings {
    fn default() -> Self {
        Self {
            cache_threshold: 0.3,
            balance: Thresholds::default(),
            eviction_interval_s: 120.0,
            max_tree_size: 1 << 25,
        }
    }
}

/// The router.
#[derive(Clone, Debug)]
pub struct CacheAware {
    settings: CacheAwareSettings,
    tree: Tree,
    eviction: Every,
}

impl CacheAware {
    /// A router that has sent nothing.
    pub fn new(settings: CacheAwareSettings) -> Self {
        Self {
            settings,
            tree: Tree::new(DIGITS),
            eviction: Every::new(settings.eviction_interval_s),
        }
    }

    /// Tokens of prompts that the tree holds for a worker.
    pub fn tree_size(&self, worker: usize) -> usize {
        self.tree.size(worker) / DIGITS
    }
}

impl Router for CacheAware {
    fn knows(&self) -> Knows {
        Knows {
            in_flight: true,
            sent_prompts: true,
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
        self.tree.register(workers.len());
        if self.eviction.is_due(request.now_s) {
            self.tree
                .evict(self.settings.max_tree_size.saturating_sub(MARK));
        }
        let among = eligible(workers);
        let least = least_in_flight(workers, &among)?;
        let loads = among.iter().map(|&i| workers[i].in_flight);
        let [min, max] = [workers[least].in_flight, loads.max().unwrap_or(0)];
        let balance = self.settings.balance;
        let imbalanced = balance.are_exceeded(min, max);
        let matched = self.tree.longest_of_each(request.prompt);
        let rates: Vec<f64> = matched
            .iter()
            .map(|digits| match request.prompt.len() {
                0 => 0.0,
                length => (digits / DIGITS) as f64 / length as f64,
            })
            .collect();
        let best = among.iter().map(|&i| rates[i]).fold(0.0, f64::max);
        let hit = !imbalanced && best > f64::from(self.settings.cache_threshold);
        let candidates: Vec<usize> = match hit {
            true => among
                .iter()
                .copied()
                .filter(|&i| rates[i] == best)
                .collect(),
            false => among.clone(),
        };
        let picked = least_in_flight(workers, &candidates)?;
        why.record(|why| {
            why.table(rule(imbalanced, hit), &["matched", "rate", "in-flight"]);
            for &i in &among {
                let tokens = (matched[i] / DIGITS) as f64;
                why.row(i, &[tokens, rates[i], f64::from(workers[i].in_flight)]);
            }
            let fewest = workers[picked].in_flight;
            let tied = candidates.iter().copied();
            why.tie(
                tied.filter(|&i| workers[i].in_flight == fewest),
                "first-declared",
            );
            why.values.extend([
                ("length", request.prompt.len() as f64),
                ("best", best),
                ("threshold", f64::from(self.settings.cache_threshold)),
                ("min", f64::from(min)),
                ("max", f64::from(max)),
                ("absolute", f64::from(balance.absolute)),
                ("relative", f64::from(balance.relative)),
            ]);
        });
        if !request.prompt.is_empty() {
            self.tree.insert(request.prompt, picked);
        }
        Some(picked)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }

    fn bytes(&self) -> usize {
        self.tree.bytes()
    }
}

fn rule(imbalanced: bool, hit: bool) -> &'static str {
    match (imbalanced, hit) {
        (true, _) => "vllm-imbalanced",
        (false, true) => "vllm-hit",
        (false, false) => "vllm-miss",
    }
}
