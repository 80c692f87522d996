//! Which blocks each engine holds.

use crate::blocks::Blocks;
use crate::router::CacheEvent;

/// The blocks of each engine, by their hashes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    held: Vec<Blocks>,
}

impl Index {
    /// Takes in what an engine says.
    pub(crate) fn change(&mut self, worker: usize, event: CacheEvent) {
        if self.held.len() <= worker {
            self.held.resize_with(worker + 1, Blocks::default);
        }
        let held = &mut self.held[worker];
        match event {
            CacheEvent::Stored(blocks) => blocks.iter().for_each(|&block| held.hold(block)),
            CacheEvent::Removed(blocks) => blocks.iter().for_each(|&block| held.remove(block)),
            CacheEvent::Cleared => held.clear(),
        }
    }

    /// About how much memory a copy takes (bytes).
    pub(crate) fn bytes(&self) -> usize {
        self.held.iter().map(Blocks::bytes).sum()
    }

    /// How many of the first blocks of a prompt an engine holds without a gap.
    pub(crate) fn overlap(&self, worker: usize, blocks: &[u64]) -> usize {
        let Some(held) = self.held.get(worker) else {
            return 0;
        };
        blocks.iter().take_while(|&&block| held.has(block)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_count_from_the_first_up_to_a_gap() {
        let mut index = Index::default();
        index.change(1, CacheEvent::Stored(&[1, 2, 3, 4]));
        assert_eq!(index.overlap(1, &[1, 2, 9, 4]), 2);
        assert_eq!(index.overlap(0, &[1]), 0);
        index.change(1, CacheEvent::Removed(&[2]));
        assert_eq!(index.overlap(1, &[1, 2, 3]), 1);
        index.change(1, CacheEvent::Cleared);
        assert_eq!(index.overlap(1, &[1]), 0);
    }
}
