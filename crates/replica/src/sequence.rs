//! A request in a replica: its tokens, and which of them the KV cache holds.

use crate::blocks::BlockPool;
use crate::hash::{SEED, chained};
use crate::request::{Request, RequestId};

/// A request that waits or runs. Source: `Request` in `vllm/v1/request.py`.
#[derive(Clone, Debug)]
pub struct Sequence {
    id: RequestId,
    pub(crate) priority: i32,
    pub(crate) arrival_s: f64,
    prompt_tokens: usize,
    max_tokens: usize,
    /// Ids of the prompt's tokens, then of the outputs.
    tokens: Vec<u32>,
    /// The chained hash of each block that these tokens fill; none if caching is off.
    hashes: Vec<u64>,
    /// The blocks held, from the first tokens to the last.
    table: Vec<u32>,
    /// How many of them are known by their hashes.
    known: usize,
    computed: usize,
    decodes: bool,
    preemptions: usize,
    /// Tokens whose keys and values come from another replica, until it is first admitted.
    loaded: usize,
}

impl Sequence {
    /// A request that has just arrived.
    pub(crate) fn new(request: Request) -> Self {
        Self {
            id: request.id,
            priority: request.priority,
            arrival_s: request.arrival_s,
            prompt_tokens: request.prompt.len(),
            max_tokens: request.max_tokens,
            tokens: request.prompt,
            hashes: Vec::new(),
            table: Vec::new(),
            known: 0,
            computed: 0,
            decodes: false,
            preemptions: 0,
            loaded: 0,
        }
    }

    /// The keys and values of its first `tokens` tokens come from another replica. The last token
    /// of the prompt is computed here all the same, since it yields the first output token.
    pub(crate) fn load(&mut self, tokens: usize) {
        self.loaded = tokens.min(self.tokens.len() - 1);
    }

    /// By what the request is known.
    pub fn id(&self) -> RequestId {
        self.id
    }

    /// Tokens of the prompt.
    pub fn prompt_tokens(&self) -> usize {
        self.prompt_tokens
    }

    /// Tokens of the prompt and of the outputs so far.
    pub fn tokens(&self) -> usize {
        self.tokens.len()
    }

    /// How much memory it takes (bytes).
    pub fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.tokens.capacity() * size_of::<u32>()
            + self.hashes.capacity() * size_of::<u64>()
            + self.table.capacity() * size_of::<u32>()
    }

    /// Output tokens so far. A preempted request keeps them.
    pub fn output_tokens(&self) -> usize {
        self.tokens.len() - self.prompt_tokens
    }

    /// Tokens whose keys and values the request's blocks hold, or will hold after the step that has
    /// been scheduled.
    pub fn computed_tokens(&self) -> usize {
        self.computed
    }

    /// Whether the request, since it was last admitted, has yielded an output token: each step then
    /// computes that one token and yields the next.
    pub fn decodes(&self) -> bool {
        self.decodes
    }

    /// How often the request has been preempted.
    pub fn preemptions(&self) -> usize {
        self.preemptions
    }

    /// The blocks held, from the first tokens to the last.
    pub fn blocks(&self) -> &[u32] {
        &self.table
    }

    /// How many tokens are yet to be computed before the next output token.
    pub(crate) fn wanted(&self) -> usize {
        self.tokens.len() - self.computed
    }

    /// Whether the request ends here, by its own limit or by the model's.
    pub(crate) fn is_complete(&self, max_model_len: usize) -> bool {
        self.output_tokens() >= self.max_tokens || self.tokens.len() >= max_model_len
    }

    /// Appends an output token.
    pub(crate) fn push(&mut self, token: u32) {
        self.tokens.push(token);
        self.decodes = true;
    }

    /// Hashes the blocks that have become full.
    pub(crate) fn hash_blocks(&mut self, block_size: usize) {
        let full = self.tokens.len() / block_size;
        for block in self.hashes.len()..full {
            let previous = self.hashes.last().copied().unwrap_or(SEED);
            let tokens = &self.tokens[block * block_size..(block + 1) * block_size];
            self.hashes.push(chained(previous, tokens));
        }
    }

    /// The hashes to look up on admission: of all full blocks but one that would leave nothing to
    /// compute, since the last token must be computed to yield the next.
    pub(crate) fn hashes_to_find(&self, block_size: usize) -> &[u64] {
        let most = (self.tokens.len() - 1) / block_size;
        &self.hashes[..self.hashes.len().min(most)]
    }

    /// Tokens that need not be computed on admission, with this many cached ones.
    pub(crate) fn ready(&self, cached_tokens: usize) -> usize {
        self.loaded.max(cached_tokens)
    }

    /// Begins with cached blocks, and with what comes from another replica.
    pub(crate) fn start_with(&mut self, cached: Vec<u32>, block_size: usize) {
        self.known = cached.len();
        self.computed = self.ready(cached.len() * block_size);
        self.loaded = 0;
        self.table = cached;
    }

    /// How many blocks a request that holds `held` of them lacks for its first `tokens` tokens.
    pub(crate) fn lacks(tokens: usize, held: usize, block_size: usize) -> usize {
        tokens.div_ceil(block_size).saturating_sub(held)
    }

    /// Takes the blocks for the next `tokens` tokens, of which the pool must have enough, and makes
    /// those known that will be full: before they are computed, so that a request admitted later in
    /// the same step finds them. Source: `KVCacheManager.allocate_slots`.
    pub(crate) fn advance(
        &mut self,
        tokens: usize,
        block_size: usize,
        pool: &mut BlockPool,
        evicted: &mut Vec<u32>,
    ) {
        self.computed += tokens;
        let lacks = Self::lacks(self.computed, self.table.len(), block_size);
        let taken = (0..lacks).filter_map(|_| pool.take(evicted));
        self.table.extend(taken);
        let full = self.hashes.len().min(self.computed / block_size);
        for block in self.known..full {
            pool.enter(self.table[block], self.hashes[block]);
        }
        self.known = self.known.max(full);
    }

    /// Gives all blocks back.
    pub(crate) fn release(&mut self, pool: &mut BlockPool) {
        pool.give_back(&self.table);
        self.table.clear();
        self.known = 0;
    }

    /// Loses its blocks and its place: all tokens must be computed again, but for those that are
    /// still cached when it resumes.
    pub(crate) fn preempt(&mut self, pool: &mut BlockPool) {
        self.release(pool);
        self.computed = 0;
        self.decodes = false;
        self.preemptions += 1;
    }
}
