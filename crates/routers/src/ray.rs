//! Ray Serve's router by prefix (`ray` 2.60.0, `PrefixCacheAffinityRouter`).
//!
//! It remembers in one tree, by character, which replica was sent what. If enough of a prompt
//! matches, its candidates are all replicas that hold the last node matched; if not, those with the
//! fewest characters in the tree; of the candidates the shortest queue, the first of equals. Only
//! if queues differ by more than a threshold does it compare two random replicas; as shipped it
//! never does, since the threshold is infinite, so that a hot prefix stays on its replica.

use crate::choose::{eligible, least_in_flight, two_of};
use crate::every::Every;
use crate::router::{Chance, Knows, Request, Router, Worker};
use crate::tree::Tree;
use crate::why::Why;

/// Settings, with the program's defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrefixAwareSettings {
    /// The difference of queues above which two random replicas are compared instead.
    pub imbalanced_threshold: f64,
    /// The share of the prompt that must match, at least.
    pub match_rate_threshold: f64,
    /// Whether the tree is cut back (`do_eviction`).
    pub evicts: bool,
    /// Symbols of a replica above which its part of the tree is cut back.
    pub eviction_threshold: usize,
    /// Symbols that a replica then keeps at most.
    pub eviction_target: usize,
    /// How often the tree is looked at for that (s).
    pub eviction_interval_s: f64,
}

impl Default for PrefixAwareSettings {
    fn default() -> Self {
        Self {
            imbalanced_threshold: f64::INFINITY,
            match_rate_threshold: 0.1,
            evicts: false,
            eviction_threshold: 400_000,
            eviction_target: 360_000,
            eviction_interval_s: 10.0,
        }
    }
}

/// The router.
#[derive(Clone, Debug)]
pub struct PrefixAware {
    settings: PrefixAwareSettings,
    tree: Tree,
    eviction: Every,
}

impl PrefixAware {
    /// A router that has sent nothing.
    pub fn new(settings: PrefixAwareSettings) -> Self {
        Self {
            settings,
            tree: Tree::new(1),
            eviction: Every::new(settings.eviction_interval_s),
        }
    }

    /// Symbols of prompts that the tree holds for a replica.
    pub fn tree_size(&self, worker: usize) -> usize {
        self.tree.size(worker)
    }

    fn evict(&mut self, workers: usize) {
        for worker in 0..workers {
            let size = self.tree.size(worker);
            if size > self.settings.eviction_threshold {
                let excess = size - self.settings.eviction_target;
                self.tree.evict_oldest(worker, excess);
            }
        }
    }
}

impl Router for PrefixAware {
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
        chance: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize> {
        self.tree.register(workers.len());
        if self.settings.evicts && self.eviction.is_due(request.now_s) {
            self.evict(workers.len());
        }
        let among = eligible(workers);
        let shortest = workers[least_in_flight(workers, &among)?].in_flight;
        let queues = among.iter().map(|&i| workers[i].in_flight);
        let longest = queues.max().unwrap_or(shortest);
        let found = self.tree.longest_among(request.prompt, &among);
        let rate = match request.prompt.len() {
            0 => 0.0,
            length => found.symbols as f64 / length as f64,
        };
        let imbalanced = f64::from(longest - shortest) > self.settings.imbalanced_threshold;
        let hit = !imbalanced && rate >= self.settings.match_rate_threshold;
        let owners: Vec<usize> = self
            .tree
            .holders(found)
            .filter(|i| among.contains(i))
            .collect();
        let fewest = among.iter().map(|&i| self.tree.size(i)).min()?;
        let (rule, candidates) = if imbalanced && among.len() > 1 {
            ("ray-imbalanced", two_of(&among, chance).to_vec())
        } else if hit {
            ("ray-hit", owners.clone())
        } else {
            let smallest = among
                .iter()
                .copied()
                .filter(|&i| self.tree.size(i) == fewest);
            ("ray-smallest", smallest.collect())
        };
        let picked = least_in_flight(workers, &candidates)?;
        why.record(|why| {
            why.table(
                rule,
                &["holds-match", "tree-size", "in-flight", "candidate"],
            );
            for &i in &among {
                let [holds, candidate] =
                    [&owners, &candidates].map(|some| f64::from(u8::from(some.contains(&i))));
                let size = self.tree.size(i) as f64;
                why.row(
                    i,
                    &[holds, size, f64::from(workers[i].in_flight), candidate],
                );
            }
            let queue = workers[picked].in_flight;
            let tied = candidates.iter().copied();
            why.tie(
                tied.filter(|&i| workers[i].in_flight == queue),
                "first-declared",
            );
            why.numbers_of(picked);
            why.values.extend([
                ("matched", found.symbols as f64),
                ("length", request.prompt.len() as f64),
                ("rate", rate),
                ("threshold", self.settings.match_rate_threshold),
            ]);
        });
        self.tree.insert(request.prompt, picked);
        self.tree.used(request.prompt, picked);
        Some(picked)
    }

    fn clone_box(&self) -> Box<dyn Router> {
        Box::new(self.clone())
    }

    fn bytes(&self) -> usize {
        self.tree.bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Fixed, idle, request, symbols};

    #[test]
    fn what_another_replica_was_sent_the_beginning_of_goes_there_too() {
        let mut router = PrefixAware::new(PrefixAwareSettings::default());
        let prompts = ["Hello", "Hello world"].map(symbols);
        router.tree.register(2);
        router.tree.insert(&prompts[0], 1);
        let workers = idle(2);
        let mut why = Why::wanted();
        let picked = router.pick(&request(&prompts[1]), &workers, &mut Fixed(0), &mut why);
        assert_eq!(picked, Some(1));
        assert_eq!(why.rule, "ray-hit");
    }

    #[test]
    fn above_the_threshold_two_random_replicas_are_compared() {
        let mut router = PrefixAware::new(PrefixAwareSettings {
            imbalanced_threshold: 10.0,
            ..PrefixAwareSettings::default()
        });
        let prompt = symbols("Hello");
        router.tree.insert(&prompt, 1);
        let mut workers = idle(2);
        workers[1].in_flight = 11;
        let mut why = Why::wanted();
        let picked = router.pick(&request(&prompt), &workers, &mut Fixed(0), &mut why);
        assert_eq!(picked, Some(0));
        assert_eq!(why.rule, "ray-imbalanced");
    }
}
