//! The cached blocks, by their hashes.

/// The cached blocks, found by the hashes of their contents.
///
/// Blocks of equal low bits of their hashes, which are well mixed, are in one bucket: a ring from
/// the block entered first to the one entered last. So of several blocks with one hash the first is
/// found, each operation takes constant time but for crowded buckets, and nothing depends on
/// addresses or chance. A copy, for a checkpoint, is four plain lists, as long as what was cached
/// so far asks for.
#[derive(Clone, Debug)]
pub(crate) struct Cached {
    /// The hash of each block, if it is cached.
    hashes: Vec<Option<u64>>,
    /// How many are.
    len: usize,
    /// The first block of each bucket, or [`NONE`]. There are a power of two of them, at least as
    /// many as cached blocks.
    first: Vec<u32>,
    /// The block after each in its bucket; after the last the first.
    next: Vec<u32>,
    /// The block before each in its bucket; before the first the last.
    previous: Vec<u32>,
}

/// No block: that of this number is never handed out.
const NONE: u32 = 0;

impl Cached {
    /// No block is cached.
    pub(crate) fn new() -> Self {
        Self {
            hashes: Vec::new(),
            len: 0,
            first: vec![NONE],
            next: Vec::new(),
            previous: Vec::new(),
        }
    }

    /// About how much memory a copy takes (bytes).
    pub(crate) fn bytes(&self) -> usize {
        let blocks = size_of_val(self.hashes.as_slice()) + 2 * size_of_val(self.next.as_slice());
        blocks + size_of_val(self.first.as_slice())
    }

    /// Whether a block is cached.
    pub(crate) fn has(&self, block: u32) -> bool {
        self.hashes.get(block as usize).is_some_and(Option::is_some)
    }

    /// Of the blocks with this hash the one that was entered first.
    pub(crate) fn find(&self, hash: u64) -> Option<u32> {
        let first = self.first[self.bucket(hash)];
        let mut block = first;
        while block != NONE {
            if self.hashes[block as usize] == Some(hash) {
                return Some(block);
            }
            let after = self.next[block as usize];
            block = if after == first { NONE } else { after };
        }
        None
    }

    /// Enters a block that is not cached, behind all others of its bucket.
    pub(crate) fn enter(&mut self, block: u32, hash: u64) {
        if self.len == self.first.len() {
            self.double();
        }
        let length = self.hashes.len().max(block as usize + 1);
        self.hashes.resize(length, None);
        self.next.resize(length, NONE);
        self.previous.resize(length, NONE);
        self.len += 1;
        self.link(block, hash);
    }

    /// Makes twice as many buckets. Blocks with one hash stay in order.
    #[cold]
    fn double(&mut self) {
        let first = vec![NONE; 2 * self.first.len()];
        let next = self.next.clone();
        for start in std::mem::replace(&mut self.first, first) {
            let mut block = start;
            while block != NONE {
                if let Some(hash) = self.hashes[block as usize] {
                    self.link(block, hash);
                }
                let after = next[block as usize];
                block = if after == start { NONE } else { after };
            }
        }
    }

    /// Puts a block into its bucket, behind all others.
    fn link(&mut self, block: u32, hash: u64) {
        let bucket = self.bucket(hash);
        let first = match self.first[bucket] {
            NONE => block,
            first => first,
        };
        self.first[bucket] = first;
        self.hashes[block as usize] = Some(hash);
        // Alone it follows itself.
        let last = match first == block {
            true => block,
            false => self.previous[first as usize],
        };
        self.next[last as usize] = block;
        self.previous[block as usize] = last;
        self.next[block as usize] = first;
        self.previous[first as usize] = block;
    }

    /// Forgets a block, if it was cached; the hash that it had.
    pub(crate) fn forget(&mut self, block: u32) -> Option<u64> {
        let hash = self.hashes.get_mut(block as usize)?.take()?;
        self.len -= 1;
        let bucket = self.bucket(hash);
        let before = self.previous[block as usize];
        let after = self.next[block as usize];
        self.next[before as usize] = after;
        self.previous[after as usize] = before;
        if self.first[bucket] == block {
            self.first[bucket] = if after == block { NONE } else { after };
        }
        Some(hash)
    }

    fn bucket(&self, hash: u64) -> usize {
        hash as usize & (self.first.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_finds_of_equal_hashes_the_block_that_was_entered_first(
            moves in prop::collection::vec((1..9_u32, 0..20_u64), 1..80),
        ) {
            let mut cached = Cached::new();
            let mut model: Vec<(u32, u64)> = Vec::new();
            for (block, hash) in moves {
                match cached.has(block) {
                    true => {
                        let place = model.iter().position(|(other, _)| *other == block);
                        let (_, hash) = model.remove(place.expect("the model has it"));
                        prop_assert_eq!(cached.forget(block), Some(hash));
                        prop_assert_eq!(cached.forget(block), None);
                    }
                    false => {
                        cached.enter(block, hash);
                        model.push((block, hash));
                    }
                }
                for hash in 0..20 {
                    let first = model.iter().find(|(_, other)| *other == hash);
                    prop_assert_eq!(cached.find(hash), first.map(|(block, _)| *block));
                }
            }
        }
    }
}
