//! The trie of prompts in chunks of 128 symbols.

use crate::hash::block_hashes;
use std::collections::BTreeMap;

/// Symbols of a chunk.
pub(super) const CHUNK: usize = 128;

/// Which workers were sent which chunks, each after the same ones. A chunk with all before it has
/// one hash, so that a trie is a map. Nothing is ever forgotten.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunks {
    workers: BTreeMap<u64, Vec<usize>>,
}

impl Chunks {
    /// How many chunks are remembered.
    pub(super) fn len(&self) -> usize {
        self.workers.len()
    }

    /// The longest beginning that any of some workers was sent: its chunks, and the workers. None
    /// of it leaves all of them.
    pub(super) fn longest(&self, chunks: &[u64], among: &[usize]) -> (usize, Vec<usize>) {
        let mut found = (0, among.to_vec());
        for (k, chunk) in chunks.iter().enumerate() {
            let workers = self.workers.get(chunk).map_or(&[][..], Vec::as_slice);
            let here: Vec<usize> = among
                .iter()
                .copied()
                .filter(|i| workers.contains(i))
                .collect();
            if here.is_empty() {
                break;
            }
            found = (k + 1, here);
        }
        found
    }

    /// How many of the first chunks a worker was sent.
    pub(super) fn of(&self, worker: usize, chunks: &[u64]) -> usize {
        self.longest(chunks, &[worker]).0
    }

    /// Remembers what a worker was sent.
    pub(super) fn insert(&mut self, chunks: &[u64], worker: usize) {
        for &chunk in chunks {
            let workers = self.workers.entry(chunk).or_default();
            if !workers.contains(&worker) {
                workers.push(worker);
            }
        }
    }
}

/// The chunks of a prompt. What is left over at the end is one too.
pub(super) fn chunks(prompt: &[u32]) -> Vec<u64> {
    let mut hashes = block_hashes(prompt, CHUNK);
    let rest = prompt.len() % CHUNK;
    if rest > 0 {
        // Its length tells it from a whole chunk, whose beginning it may be.
        let mut last = hashes
            .last()
            .map_or(Vec::new(), |h| vec![*h as u32, (*h >> 32) as u32]);
        last.extend(&prompt[prompt.len() - rest..]);
        hashes.extend(block_hashes(&last, last.len()));
    }
    hashes
}
