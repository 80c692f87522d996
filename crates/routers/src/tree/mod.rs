//! A radix tree of the prompts that were sent, shared by all workers: `tree.rs` of the routers of
//! SGLang and vLLM.
//!
//! An edge holds a run of symbols, and every node the workers that were sent a prompt through it.
//! A node costs the same however long its run is: runs are slices of shared buffers, so that
//! splitting a node copies no text.
//!
//! Symbols are tokens, or digits of tokens: vLLM's router writes a token as eight hexadecimal
//! digits, so that its tree splits within tokens. The digits are read from the tokens where they
//! are, eight at a time.

mod evict;
mod run;

use run::Run;

/// The place of the root among the nodes.
const ROOT: usize = 0;

/// A tree for workers that are named by their places.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// Symbols a token: 1 or 8.
    digits: usize,
    nodes: Vec<Node>,
    /// Places of nodes that are not used.
    unused: Vec<usize>,
    /// The next number of a use. Numbers stand for times.
    epoch: u64,
    /// Symbols that each worker holds.
    sizes: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Node {
    run: Run,
    parent: usize,
    /// By first symbol, in order.
    children: Vec<(u32, usize)>,
    /// Workers with the number of their last use, in order of workers.
    holders: Vec<(usize, u64)>,
    /// Who is taken for the owner: the worker that made the node.
    owner: Option<usize>,
}

/// How much of a prompt the tree knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// Symbols.
    pub symbols: usize,
    /// The last node that was reached, also if only a part of it matches.
    node: usize,
}

impl Tree {
    /// About how much memory a copy takes (bytes): the tokens are shared.
    pub(crate) fn bytes(&self) -> usize {
        let lists = self.nodes.iter().map(|node| {
            size_of_val(node.children.as_slice()) + size_of_val(node.holders.as_slice())
        });
        size_of_val(self.nodes.as_slice()) + lists.sum::<usize>()
    }

    /// An empty tree, whose prompts have `digits` symbols a token: 1 or 8.
    pub(crate) fn new(digits: usize) -> Self {
        let root = Node {
            run: Run::default(),
            parent: ROOT,
            children: Vec::new(),
            holders: Vec::new(),
            owner: None,
        };
        Self {
            digits,
            nodes: vec![root],
            unused: Vec::new(),
            epoch: 0,
            sizes: Vec::new(),
        }
    }

    /// Makes room for workers, with an empty prompt each, as the programs register theirs.
    pub(crate) fn register(&mut self, workers: usize) {
        for worker in self.sizes.len()..workers {
            self.sizes.push(0);
            self.insert(&[], worker);
        }
    }

    /// Symbols that a worker holds.
    pub(crate) fn size(&self, worker: usize) -> usize {
        self.sizes.get(worker).copied().unwrap_or(0)
    }

    /// The longest beginning of a prompt that any worker was sent.
    pub(crate) fn longest(&self, prompt: &[u32]) -> Match {
        let mut found = Match {
            symbols: 0,
            node: ROOT,
        };
        while let Some((child, shared)) = self.next(found.node, prompt, found.symbols) {
            found.symbols += shared;
            found.node = child;
            if shared < self.nodes[child].run.len {
                break;
            }
        }
        found
    }

    /// The longest beginning that any of some workers was sent.
    pub(crate) fn longest_among(&self, prompt: &[u32], among: &[usize]) -> Match {
        let longest = self.longest_of_each(prompt);
        let symbols = among.iter().map(|&i| longest[i]).max().unwrap_or(0);
        self.longest(&prompt[..symbols / self.digits])
    }

    /// The longest beginning that each worker was sent itself.
    pub(crate) fn longest_of_each(&self, prompt: &[u32]) -> Vec<usize> {
        let mut longest = vec![0; self.sizes.len()];
        let mut still = vec![true; self.sizes.len()];
        let mut node = ROOT;
        let mut at = 0;
        while let Some((child, shared)) = self.next(node, prompt, at) {
            let holders = &self.nodes[child].holders;
            for (worker, still) in still.iter_mut().enumerate() {
                *still &= has(holders, worker);
                if *still {
                    longest[worker] += shared;
                }
            }
            at += shared;
            node = child;
            if shared < self.nodes[child].run.len || !still.contains(&true) {
                break;
            }
        }
        longest
    }

    /// The workers that hold the node where a match ended, in order.
    pub(crate) fn holders(&self, found: Match) -> impl Iterator<Item = usize> {
        self.nodes[found.node].holders.iter().map(|h| h.0)
    }

    /// The owner of a match: who made its last node, while that worker still holds it, or else the
    /// first of those that do, who then stays the owner. One match in eight counts as a use.
    pub(crate) fn owner(&mut self, found: Match) -> Option<usize> {
        let epoch = self.next_epoch();
        let node = &mut self.nodes[found.node];
        let first = node.holders.first().map(|h| h.0);
        let owner = node.owner.filter(|&maker| has(&node.holders, maker));
        node.owner = owner.or(first);
        if let Some(owner) = node.owner
            && epoch.is_multiple_of(8)
        {
            set(&mut node.holders, owner, epoch);
        }
        node.owner
    }

    /// Remembers that a worker was sent a prompt.
    pub(crate) fn insert(&mut self, prompt: &[u32], worker: usize) {
        if self.sizes.len() <= worker {
            self.register(worker + 1);
        }
        let length = prompt.len() * self.digits;
        let mut node = ROOT;
        let mut at = 0;
        if !has(&self.nodes[ROOT].holders, worker) {
            set(&mut self.nodes[ROOT].holders, worker, 0);
        }
        while at < length {
            let Some((child, shared)) = self.next(node, prompt, at) else {
                return self.grow(node, prompt, at, worker);
            };
            node = match shared < self.nodes[child].run.len {
                true => self.split(child, shared),
                false => child,
            };
            at += shared;
            if !has(&self.nodes[node].holders, worker) {
                self.sizes[worker] += shared;
                set(&mut self.nodes[node].holders, worker, 0);
            }
        }
        let epoch = self.next_epoch();
        set(&mut self.nodes[node].holders, worker, epoch);
    }

    /// Counts a prompt that was inserted as used as a whole: all its nodes, at once.
    pub(crate) fn used(&mut self, prompt: &[u32], worker: usize) {
        let epoch = self.next_epoch();
        let mut node = ROOT;
        let mut at = 0;
        while let Some((child, shared)) = self.next(node, prompt, at) {
            set(&mut self.nodes[child].holders, worker, epoch);
            node = child;
            at += shared;
        }
    }

    /// The child with which a prompt continues, and how many of its symbols match: at least one.
    fn next(&self, node: usize, prompt: &[u32], at: usize) -> Option<(usize, usize)> {
        let symbol = run::symbol(prompt, at, self.digits)?;
        let children = &self.nodes[node].children;
        let place = children.binary_search_by_key(&symbol, |c| c.0).ok()?;
        let child = children[place].1;
        let shared = self.nodes[child].run.shared(prompt, at, self.digits);
        Some((child, shared))
    }

    /// A new leaf below a node, with what is left of a prompt.
    fn grow(&mut self, parent: usize, prompt: &[u32], at: usize, worker: usize) {
        let epoch = self.next_epoch();
        let run = Run::rest(prompt, at, self.digits);
        self.sizes[worker] += run.len;
        self.add(Node {
            run,
            parent,
            children: Vec::new(),
            holders: vec![(worker, epoch)],
            owner: Some(worker),
        });
    }

    /// Splits a node behind its first `shared` symbols; the place of the upper half. Both have the
    /// same holders and owner.
    fn split(&mut self, lower: usize, shared: usize) -> usize {
        let node = &mut self.nodes[lower];
        let mut upper = node.clone();
        upper.run.len = shared;
        upper.children.clear();
        node.run = node.run.without(shared);
        let symbol = node.run.first(self.digits);
        let place = self.add(upper);
        self.nodes[place].children.push((symbol, lower));
        self.nodes[lower].parent = place;
        place
    }

    /// Adds a node below its parent, in place of the child that begins alike.
    fn add(&mut self, node: Node) -> usize {
        let symbol = node.run.first(self.digits);
        let parent = node.parent;
        let place = match self.unused.pop() {
            Some(place) => {
                self.nodes[place] = node;
                place
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        };
        let children = &mut self.nodes[parent].children;
        match children.binary_search_by_key(&symbol, |c| c.0) {
            Ok(at) => children[at].1 = place,
            Err(at) => children.insert(at, (symbol, place)),
        }
        place
    }

    fn next_epoch(&mut self) -> u64 {
        let epoch = self.epoch;
        self.epoch += 1;
        epoch
    }
}

fn has(holders: &[(usize, u64)], worker: usize) -> bool {
    holders.binary_search_by_key(&worker, |h| h.0).is_ok()
}

fn set(holders: &mut Vec<(usize, u64)>, worker: usize, epoch: u64) {
    match holders.binary_search_by_key(&worker, |h| h.0) {
        Ok(at) => holders[at].1 = epoch,
        Err(at) => holders.insert(at, (worker, epoch)),
    }
}

#[cfg(test)]
mod tests;
