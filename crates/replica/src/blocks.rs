//! The KV cache: blocks that requests hold, and what free blocks still remember.

use crate::cached::Cached;
use crate::free_queue::FreeQueue;

/// The blocks of a replica's KV cache. A block holds the keys and values of
/// [`Settings::block_size`](crate::Settings::block_size) tokens.
///
/// A block has a number of holders. Without holders it is *free* and stands in a queue; but a free
/// block that was full keeps its contents and its hash until it is handed out again, so the prefix
/// cache costs no room, and evicts the least recently used block only when it must. Source:
/// `BlockPool` in `block_pool.py`.
#[derive(Clone, Debug)]
pub struct BlockPool {
    free: FreeQueue,
    /// How many requests hold each block that was ever handed out.
    holders: Vec<u32>,
    /// The full blocks by hash, if caching is on. Blocks with the same hash are not merged; the one
    /// entered first is found.
    cached: Cached,
    /// What has changed since the latest step was scheduled.
    changes: Vec<CacheChange>,
}

/// What changed in the prefix cache: the events that vLLM publishes for routers (`BlockStored` and
/// `BlockRemoved` in `kv_events.py`). A block is named by the chained hash of its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheChange {
    /// A block can be found now.
    Stored(u64),
    /// A block can be found no more.
    Removed(u64),
}

impl BlockPool {
    /// A pool of `num_blocks` blocks, all free and empty. As in vLLM the number includes block 0,
    /// which is never handed out.
    pub(crate) fn new(num_blocks: usize) -> Self {
        Self {
            free: FreeQueue::new(num_blocks),
            holders: Vec::new(),
            cached: Cached::new(),
            changes: Vec::new(),
        }
    }

    /// How many blocks requests can hold at most: all but block 0.
    pub fn usable(&self) -> usize {
        self.free.blocks() - 1
    }

    /// About how much memory a copy takes (bytes).
    pub fn bytes(&self) -> usize {
        self.free.bytes() + size_of_val(self.holders.as_slice()) + self.cached.bytes()
    }

    /// How many blocks no request holds, whether or not they are cached.
    pub fn free(&self) -> usize {
        self.free.len()
    }

    /// The free blocks, in the order in which they will be handed out.
    pub fn free_blocks(&self) -> impl Iterator<Item = u32> + '_ {
        self.free.iter()
    }

    /// Whether a block can be found by its hash. Cached blocks may be free or held.
    pub fn is_cached(&self, block: u32) -> bool {
        self.cached.has(block)
    }

    /// How many requests hold a block.
    pub fn holders(&self, block: u32) -> u32 {
        self.holders.get(block as usize).copied().unwrap_or(0)
    }

    /// The share of the usable blocks that requests hold, from 0 to 1: the gauge
    /// `vllm:kv_cache_usage_perc`. An idle replica with a full prefix cache shows 0.
    pub fn usage(&self) -> f64 {
        1.0 - self.free() as f64 / self.usable() as f64
    }

    /// The cached blocks of the longest known prefix: one for each of the `hashes`, from the first
    /// to the last before one that is not cached.
    pub(crate) fn find(&self, hashes: &[u64]) -> Vec<u32> {
        let found = hashes.iter().map_while(|&hash| self.cached.find(hash));
        found.collect()
    }

    /// One more request holds these blocks, which may be free.
    pub(crate) fn share(&mut self, blocks: &[u32]) {
        for &block in blocks {
            let holders = &mut self.holders[block as usize];
            if *holders == 0 {
                self.free.remove(block);
            }
            *holders += 1;
        }
    }

    /// Hands out the free block at the front of the queue. If it was cached it is forgotten now,
    /// not before, and noted in `evicted`.
    pub(crate) fn take(&mut self, evicted: &mut Vec<u32>) -> Option<u32> {
        let block = self.free.pop_front()?;
        if let Some(hash) = self.cached.forget(block) {
            self.changes.push(CacheChange::Removed(hash));
            evicted.push(block);
        }
        let length = self.holders.len().max(block as usize + 1);
        self.holders.resize(length, 0);
        self.holders[block as usize] = 1;
        Some(block)
    }

    /// Makes a held block known by its hash.
    pub(crate) fn enter(&mut self, block: u32, hash: u64) {
        self.cached.enter(block, hash);
        self.changes.push(CacheChange::Stored(hash));
    }

    /// Forgets what has changed so far.
    pub(crate) fn forget_changes(&mut self) {
        self.changes.clear();
    }

    /// What the latest step has changed in the prefix cache, in order.
    pub fn changes(&self) -> &[CacheChange] {
        &self.changes
    }

    /// A request gives back its blocks, which are listed from its first tokens to its last.
    ///
    /// Those that no one else holds become free, the last first: cached ones at the tail of the
    /// queue, so that the end of a prompt is evicted before its beginning, and the others at the
    /// front, to be handed out next, since nothing can be found in them.
    pub(crate) fn give_back(&mut self, table: &[u32]) {
        let mut unknown = Vec::new();
        for &block in table.iter().rev() {
            let holders = &mut self.holders[block as usize];
            *holders -= 1;
            if *holders > 0 {
                continue;
            }
            match self.cached.has(block) {
                true => self.free.push_back(block),
                false => unknown.push(block),
            }
        }
        self.free.prepend(&unknown);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pool of which a request has taken `count` blocks.
    fn with_taken(num_blocks: usize, count: usize) -> (BlockPool, Vec<u32>) {
        let mut pool = BlockPool::new(num_blocks);
        let table = (0..count).filter_map(|_| pool.take(&mut Vec::new()));
        let table = table.collect();
        (pool, table)
    }

    #[test]
    fn of_two_blocks_with_one_hash_the_first_is_found_until_it_is_evicted() {
        let (mut pool, table) = with_taken(3, 2);
        pool.enter(2, 77);
        pool.enter(1, 77);
        assert_eq!(pool.find(&[77]), [2]);
        pool.give_back(&table);
        let mut evicted = Vec::new();
        assert_eq!(pool.take(&mut evicted), Some(2));
        assert_eq!(evicted, [2]);
        assert_eq!(pool.find(&[77]), [1]);
    }

    #[test]
    fn full_blocks_return_to_the_tail_last_first_and_the_partial_one_to_the_front() {
        let (mut pool, table) = with_taken(6, 3);
        pool.enter(1, 10);
        pool.enter(2, 20);
        pool.give_back(&table);
        assert_eq!(pool.free_blocks().collect::<Vec<_>>(), [3, 4, 5, 2, 1]);
    }

    #[test]
    fn a_shared_block_is_free_when_its_last_holder_has_given_it_back() {
        let (mut pool, table) = with_taken(4, 1);
        pool.enter(1, 10);
        pool.share(&[1]);
        pool.give_back(&table);
        assert_eq!((pool.free(), pool.holders(1)), (2, 1));
        pool.give_back(&table);
        assert_eq!((pool.free(), pool.usage()), (3, 0.0));
    }

    #[test]
    fn a_prefix_is_known_as_far_as_no_block_is_missing() {
        let (mut pool, _) = with_taken(5, 3);
        pool.enter(1, 10);
        pool.enter(3, 30);
        assert_eq!(pool.find(&[10, 20, 30]), [1]);
    }
}
