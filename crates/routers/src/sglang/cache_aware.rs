//! The worker that made the longest matching beginning, unless loads are too far apart.
//!
//! `cache_aware`, the router's default. It does not ask the engines what they have cached: it
//! remembers in one tree which worker was sent what. Ties go to the first worker, so that with
//! nothing in flight every miss goes to the same one; and above the thresholds a hot prefix spreads
//! until loads are even, whatever that costs in caches.

use crate::choose::{eligible, least_in_flight};
use crate::every::Every;
use crate::imbalance::Thresholds;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::tree::Tree;
use crate::why::Why;

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
    /// Symbols that a worker may keep in the tree when it is cut back (`--max-tree-size`).
    pub max_tree_size: usize,
}

impl Default for CacheAwareSettings {
    fn default() -> Self {
        Self {
            cache_threshold: 0.3,
            balance: Thresholds::default(),
            eviction_interval_s: 60.0,
            max_tree_size: 1 << 26,
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
            tree: Tree::new(1),
            eviction: Every::new(settings.eviction_interval_s),
        }
    }

    /// Symbols of prompts that the tree holds for a worker.
    pub fn tree_size(&self, worker: usize) -> usize {
        self.tree.size(worker)
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
            self.tree.evict(self.settings.max_tree_size);
        }
        let among = eligible(workers);
        let first = *among.first()?;
        let least = least_in_flight(workers, &among)?;
        let loads = among.iter().map(|&i| workers[i].in_flight);
        let [min, max] = [workers[least].in_flight, loads.max().unwrap_or(0)];
        let imbalanced = self.settings.balance.are_exceeded(min, max);
        why.record(|why| explain_loads(why, workers, &among, [min, max], self.settings.balance));
        if imbalanced {
            why.record(|why| why.rule = "sglang-imbalanced");
            self.tree.insert(request.prompt, least);
            return Some(least);
        }
        let found = self.tree.longest(request.prompt);
        let owner = self.tree.owner(found);
        let rate = match request.prompt.len() {
            0 => 0.0,
            length => found.symbols as f32 / length as f32,
        };
        let hit = rate > self.settings.cache_threshold;
        why.record(|why| {
            why.rule = if hit { "sglang-hit" } else { "sglang-miss" };
            why.values.push(("matched", found.symbols as f64));
            why.values.push(("length", request.prompt.len() as f64));
            why.values.push(("rate", f64::from(rate)));
            why.values
                .push(("threshold", f64::from(self.settings.cache_threshold)));
            let holders: Vec<usize> = self.tree.holders(found).collect();
            for (row, worker) in why.workers.iter().enumerate() {
                why.cells[row * COLUMNS.len() + 1] = f64::from(u8::from(holders.contains(worker)));
            }
            if hit {
                why.tie([], "");
            }
        });
        let Some(owner) = owner.filter(|_| hit) else {
            self.tree.insert(request.prompt, least);
            return Some(least);
        };
        if !workers.get(owner).is_some_and(|w| w.eligible) {
            why.record(|why| why.rule = "sglang-owner-gone");
            self.tree.remove(owner);
            return Some(first);
        }
        self.tree.insert(request.prompt, owner);
        Some(owner)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }

    fn bytes(&self) -> usize {
        self.tree.bytes()
    }
}

/// Requests in flight, and whether a worker holds the node where the match ended.
const COLUMNS: [&str; 2] = ["in-flight", "holds-match"];

fn explain_loads(
    why: &mut Why,
    workers: &[Worker],
    among: &[usize],
    [min, max]: [u32; 2],
    balance: Thresholds,
) {
    why.table("sglang-miss", &COLUMNS);
    for &i in among {
        why.row(i, &[f64::from(workers[i].in_flight), f64::NAN]);
    }
    let least = among
        .iter()
        .copied()
        .filter(|&i| workers[i].in_flight == min);
    why.tie(least, "first-declared");
    why.values.extend([
        ("min", f64::from(min)),
        ("max", f64::from(max)),
        ("absolute", f64::from(balance.absolute)),
        ("relative", f64::from(balance.relative)),
    ]);
}
