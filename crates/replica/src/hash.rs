//! The chained hash of a block.

/// The hash before a request's first block. vLLM draws it by chance or takes it from
/// `PYTHONHASHSEED`; only that all chains begin alike matters.
pub(crate) const SEED: u64 = 0;

/// The hash of a full block: of the hash of the block before it, and of its token ids. So two
/// blocks have one hash only if all tokens up to their ends are the same.
///
/// vLLM takes sha256 (`hash_block_tokens` in `kv_cache_utils.py`). What it does depends only on
/// which hashes are equal, so any mix will do that does not collide in practice: here two tokens at
/// a time are mixed in with the finaliser of SplitMix64 (Steele, Lea and Flood 2014).
pub(crate) fn chained(previous: u64, tokens: &[u32]) -> u64 {
    let first = mixed(previous ^ tokens.len() as u64);
    tokens.chunks(2).fold(first, |hash, pair| {
        let bits = pair
            .iter()
            .fold(0, |bits, &token| bits << 32 | u64::from(token));
        mixed(hash ^ bits)
    })
}

/// The chained hashes of the blocks that these tokens fill, as [`CacheChange`](crate::CacheChange)
/// names them.
pub fn block_hashes(tokens: &[u32], block_size: usize) -> impl Iterator<Item = u64> + '_ {
    let blocks = tokens.chunks_exact(block_size);
    blocks.scan(SEED, |previous, tokens| {
        *previous = chained(*previous, tokens);
        Some(*previous)
    })
}

fn mixed(state: u64) -> u64 {
    let mut bits = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_tokens_after_different_ones_have_different_hashes() {
        let first = chained(SEED, &[1, 2]);
        let other = chained(SEED, &[1, 3]);
        assert_eq!(first, chained(SEED, &[1, 2]));
        assert_ne!(first, other);
        assert_ne!(chained(first, &[7, 8]), chained(other, &[7, 8]));
    }

    #[test]
    fn the_mix_is_that_of_splitmix64() {
        // The first two numbers of the published generator with seed 0.
        assert_eq!(mixed(0), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mixed(0x9e37_79b9_7f4a_7c15), 0x6e78_9e6a_a1b9_65f4);
    }
}
