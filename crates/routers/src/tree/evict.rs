//! Forgetting: least recently used leaves first, and workers that are gone.

use super::{Node, ROOT, Tree, has};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

impl Tree {
    /// Drops least recently used leaves of each worker that holds more than `most` symbols, until
    /// it does not. A worker's leaf is a node none of whose children it holds. Nodes within a
    /// prompt count as never used, so that once its leaf is gone the rest of it goes first.
    pub(crate) fn evict(&mut self, most: usize) {
        if self.sizes.iter().all(|&size| size <= most) {
            return;
        }
        let mut queue = BinaryHeap::new();
        for (place, node) in self.nodes.iter().enumerate().skip(ROOT + 1) {
            for &(worker, epoch) in &node.holders {
                if self.is_leaf(node, worker) {
                    queue.push(Reverse((epoch, worker, place)));
                }
            }
        }
        while let Some(Reverse((_, worker, place))) = queue.pop() {
            if self.sizes[worker] <= most {
                continue;
            }
            let parent = self.nodes[place].parent;
            self.drop_holder(place, worker);
            let above = &self.nodes[parent];
            if parent != ROOT && self.is_leaf(above, worker) {
                let epoch = above.holders.iter().find(|h| h.0 == worker);
                queue.extend(epoch.map(|h| Reverse((h.1, worker, parent))));
            }
        }
    }

    /// Forgets all that a worker was sent.
    pub(crate) fn remove(&mut self, worker: usize) {
        // A child can stand before its parent, so that only leaves are dropped, from below.
        let mut leaves: Vec<usize> = (ROOT + 1..self.nodes.len())
            .filter(|&place| self.is_leaf(&self.nodes[place], worker))
            .collect();
        while let Some(place) = leaves.pop() {
            let parent = self.nodes[place].parent;
            self.drop_holder(place, worker);
            if parent != ROOT && self.is_leaf(&self.nodes[parent], worker) {
                leaves.push(parent);
            }
        }
        self.nodes[ROOT].holders.retain(|h| h.0 != worker);
    }

    /// Drops a worker's least recently used nodes, all those of one use together, until at least
    /// `least` symbols are gone. Only for trees whose prompts were [`used`](Tree::used), so that no
    /// node is older than one below it.
    pub(crate) fn evict_oldest(&mut self, worker: usize, least: usize) {
        let mut held: Vec<(u64, usize)> = Vec::new();
        for (place, node) in self.nodes.iter().enumerate().skip(ROOT + 1) {
            let holder = node.holders.iter().find(|h| h.0 == worker);
            held.extend(holder.map(|h| (h.1, place)));
        }
        held.sort_unstable();
        let before = self.size(worker);
        for of_one_use in held.chunk_by(|a, b| a.0 == b.0) {
            if before - self.size(worker) >= least {
                break;
            }
            let mut rest: Vec<usize> = of_one_use.iter().map(|h| h.1).collect();
            while !rest.is_empty() {
                rest.retain(|&place| {
                    let leaf = self.is_leaf(&self.nodes[place], worker);
                    if leaf {
                        self.drop_holder(place, worker);
                    }
                    !leaf
                });
            }
        }
    }

    fn is_leaf(&self, node: &Node, worker: usize) -> bool {
        let mut below = node.children.iter().map(|c| &self.nodes[c.1].holders);
        has(&node.holders, worker) && !below.any(|holders| has(holders, worker))
    }

    /// Takes a leaf from a worker, and the node from the tree if it was the last that held it.
    fn drop_holder(&mut self, place: usize, worker: usize) {
        let node = &mut self.nodes[place];
        node.holders.retain(|h| h.0 != worker);
        self.sizes[worker] -= node.run.len;
        if node.holders.is_empty() && node.children.is_empty() {
            let parent = node.parent;
            node.run = super::Run::default();
            self.nodes[parent].children.retain(|c| c.1 != place);
            self.unused.push(place);
        }
    }
}
