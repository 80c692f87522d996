//! The queue of free blocks.

/// Free blocks in the order in which they will be handed out: a doubly linked list over two arrays,
/// so that a block in the middle leaves it in constant time.
///
/// Block 0, which vLLM never hands out (its "null block"), is the ring's fixed point here: what
/// follows it is the front, what precedes it the tail. Source: `FreeKVCacheBlockQueue` in
/// `kv_cache_utils.py`.
///
/// Blocks that were never handed out stand in one row, and the ring holds only the first of them,
/// which is the last that the arrays have: a replica takes memory for what it has used.
#[derive(Clone, Debug)]
pub(crate) struct FreeQueue {
    next: Vec<u32>,
    previous: Vec<u32>,
    /// How many blocks there are, block 0 included.
    blocks: usize,
    len: usize,
}

/// The block that is not in the queue but closes its ring.
const NULL: u32 = 0;

impl FreeQueue {
    /// Blocks 1, 2, … `blocks` − 1, all free, in that order.
    pub(crate) fn new(blocks: usize) -> Self {
        let mut queue = Self {
            next: vec![NULL],
            previous: vec![NULL],
            blocks,
            len: blocks - 1,
        };
        queue.reach(1);
        queue
    }

    /// How many blocks there are, block 0 included.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks
    }

    /// About how much memory a copy takes (bytes).
    pub(crate) fn bytes(&self) -> usize {
        2 * size_of_val(self.next.as_slice())
    }

    /// Lets the arrays have this block, if there is one: the last that they had stands only for
    /// itself then.
    fn reach(&mut self, block: usize) {
        for new in self.next.len()..self.blocks.min(block + 1) {
            self.next.push(NULL);
            self.previous.push(NULL);
            self.link_after(new as u32 - 1, new as u32);
        }
    }

    /// The free block after another; [`NULL`] after the last.
    fn after(&self, block: u32) -> u32 {
        let row = self.next.len() - 1;
        match block as usize {
            at if at >= row && at + 1 < self.blocks => block + 1,
            at => self.next[at.min(row)],
        }
    }

    /// How many blocks are free.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The block that will be handed out next leaves the queue.
    pub(crate) fn pop_front(&mut self) -> Option<u32> {
        let block = self.next[NULL as usize];
        if block == NULL {
            return None;
        }
        self.remove(block);
        Some(block)
    }

    /// A block that will be handed out last.
    pub(crate) fn push_back(&mut self, block: u32) {
        self.insert_after(self.previous[NULL as usize], block);
    }

    /// Blocks that will be handed out before all others, in the order given.
    pub(crate) fn prepend(&mut self, blocks: &[u32]) {
        for &block in blocks.iter().rev() {
            self.insert_after(NULL, block);
        }
    }

    /// Takes a block out of the queue, wherever in it it is.
    pub(crate) fn remove(&mut self, block: u32) {
        self.reach(block as usize + 1);
        let before = self.previous[block as usize];
        let after = self.next[block as usize];
        self.next[before as usize] = after;
        self.previous[after as usize] = before;
        self.len -= 1;
    }

    /// The free blocks from the front.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let front = Some(self.next[NULL as usize]).filter(|&block| block != NULL);
        std::iter::successors(front, |&block| {
            Some(self.after(block)).filter(|&after| after != NULL)
        })
    }

    fn insert_after(&mut self, before: u32, block: u32) {
        self.link_after(before, block);
        self.len += 1;
    }

    fn link_after(&mut self, before: u32, block: u32) {
        let after = self.next[before as usize];
        self.next[before as usize] = block;
        self.previous[block as usize] = before;
        self.next[block as usize] = after;
        self.previous[after as usize] = block;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    #[test]
    fn blocks_are_handed_out_in_order_and_the_null_block_never() {
        let mut queue = FreeQueue::new(4);
        let handed_out: Vec<u32> = std::iter::from_fn(|| queue.pop_front()).collect();
        assert_eq!(handed_out, [1, 2, 3]);
        assert_eq!(queue.len(), 0);
    }

    proptest! {
        #[test]
        fn it_is_a_queue_from_which_any_block_can_leave(
            moves in prop::collection::vec((0..4_u8, 0..8_usize), 1..60),
        ) {
            let mut queue = FreeQueue::new(8);
            let mut model: VecDeque<u32> = (1..8).collect();
            let mut held = Vec::new();
            for (kind, choice) in moves {
                match kind {
                    0 => {
                        prop_assert_eq!(queue.pop_front(), model.front().copied());
                        held.extend(model.pop_front());
                    }
                    1 if !model.is_empty() => {
                        let block = model.remove(choice % model.len()).expect("in range");
                        queue.remove(block);
                        held.push(block);
                    }
                    2 if !held.is_empty() => {
                        let block = held.remove(choice % held.len());
                        queue.push_back(block);
                        model.push_back(block);
                    }
                    _ => {
                        queue.prepend(&held);
                        held.drain(..).rev().for_each(|block| model.push_front(block));
                    }
                }
                prop_assert_eq!(queue.iter().collect::<VecDeque<_>>(), model.clone());
                prop_assert_eq!(queue.len(), model.len());
            }
        }
    }
}
