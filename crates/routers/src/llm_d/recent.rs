//! The approximate prefix index: which blocks were sent to a server lately.

use std::collections::BTreeMap;
use twox_hash::XxHash64;

/// The latest blocks of one server.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent {
    /// The number of each block's last use.
    uses: BTreeMap<u64, u64>,
    /// The block of each use.
    blocks: BTreeMap<u64, u64>,
    next: u64,
}

impl Recent {
    /// How many of the first blocks of a prompt are here without a gap.
    pub(super) fn leading(&self, blocks: &[u64]) -> usize {
        let here = blocks
            .iter()
            .take_while(|block| self.uses.contains_key(block));
        here.count()
    }

    /// How many blocks are remembered.
    pub(super) fn len(&self) -> usize {
        self.uses.len()
    }

    /// Counts blocks as used, and forgets those that were not used for longest beyond `most`.
    pub(super) fn sent(&mut self, blocks: &[u64], most: usize) {
        for &block in blocks {
            if let Some(before) = self.uses.insert(block, self.next) {
                self.blocks.remove(&before);
            }
            self.blocks.insert(self.next, block);
            self.next += 1;
        }
        while self.uses.len() > most
            && let Some((_, oldest)) = self.blocks.pop_first()
        {
            self.uses.remove(&oldest);
        }
    }
}

/// The hashes of a prompt's first blocks: XXH64 of a block's bytes and the hash before. What is
/// left over at the end is a block too, but a prompt shorter than a block has none.
pub(super) fn blocks(prompt: &[u32], size: usize, most: usize) -> Vec<u64> {
    let mut hashes = Vec::new();
    if prompt.len() < size {
        return hashes;
    }
    let mut before = 0_u64;
    for block in prompt.chunks(size).take(most) {
        let mut bytes = crate::hash::bytes(block);
        bytes.extend(before.to_le_bytes());
        before = XxHash64::oneshot(0, &bytes);
        hashes.push(before);
    }
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_prompt_has_no_block_and_a_remainder_is_one() {
        assert!(blocks(&[1, 2, 3], 4, 256).is_empty());
        assert_eq!(blocks(&[1, 2, 3, 4, 5], 4, 256).len(), 2);
        assert_eq!(blocks(&[1; 100], 4, 3).len(), 3);
    }

    #[test]
    fn the_blocks_not_used_for_longest_are_forgotten() {
        let mut recent = Recent::default();
        recent.sent(&[1, 2, 3], 3);
        recent.sent(&[1, 9], 3);
        assert_eq!(recent.leading(&[1, 2]), 1);
        assert_eq!(recent.leading(&[3, 9, 1]), 3);
    }
}
