//! The hash functions of the programs, and the hashes of blocks.

use twox_hash::XxHash3_64;

/// The seed of Dynamo's hashes of blocks.
const BLOCK_SEED: u64 = 1337;

/// A prompt's tokens as bytes, four each, the lowest first.
pub(crate) fn bytes(tokens: &[u32]) -> Vec<u8> {
    tokens.iter().flat_map(|t| t.to_le_bytes()).collect()
}

/// The symbols as text: characters where they are, the replacement character where they are none.
pub(crate) fn text(symbols: &[u32]) -> String {
    let chars = symbols.iter().map(|&s| char::from_u32(s));
    chars
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// A 64-bit number as a share of all, from 0 to 1: a distance on a ring, or a hash.
pub(crate) fn share(number: u64) -> f64 {
    number as f64 / (u64::MAX as f64 + 1.0)
}

/// The first eight bytes of BLAKE3, the lowest first: where SGLang's router puts a text on its
/// ring.
pub(crate) fn blake3_64(text: &str) -> u64 {
    let hash = blake3::hash(text.as_bytes());
    let first = hash.as_bytes().first_chunk().copied();
    u64::from_le_bytes(first.unwrap_or_default())
}

/// XXH3 with 64 bits, of the tokens as bytes.
pub(crate) fn xxh3_64(tokens: &[u32]) -> u64 {
    XxHash3_64::oneshot(&bytes(tokens))
}

/// The hashes of a prompt's whole blocks: each of the hash before it and of its own tokens, so that
/// two are equal only if all tokens up to the ends of both blocks are. A block's own hash is
/// Dynamo's, XXH3 of its tokens with seed 1337. A `block_size` of 0 gives none.
pub fn block_hashes(tokens: &[u32], block_size: usize) -> Vec<u64> {
    let mut hashes: Vec<u64> = Vec::new();
    for block in tokens.chunks_exact(block_size.max(1)) {
        if block_size == 0 {
            break;
        }
        let own = block_hash(block);
        let chained = match hashes.last() {
            Some(before) => {
                let both = [before.to_le_bytes(), own.to_le_bytes()].concat();
                XxHash3_64::oneshot_with_seed(BLOCK_SEED, &both)
            }
            None => own,
        };
        hashes.push(chained);
    }
    hashes
}

fn block_hash(tokens: &[u32]) -> u64 {
    XxHash3_64::oneshot_with_seed(BLOCK_SEED, &bytes(tokens))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_blocks_are_those_that_dynamo_prints() {
        let tokens: Vec<u32> = (0..64).collect();
        let hashes: Vec<u64> = tokens.chunks(16).map(block_hash).collect();
        assert_eq!(
            hashes,
            [
                15_310_707_395_893_867_146,
                15_292_316_782_987_903_195,
                5_532_946_206_955_930_018,
                14_928_757_266_181_269_122
            ]
        );
    }

    #[test]
    fn a_hash_says_all_tokens_up_to_its_block() {
        let whole = block_hashes(&[1, 2, 3, 4, 5], 2);
        assert_eq!(whole.len(), 2);
        assert_eq!(whole[..1], block_hashes(&[1, 2, 9, 9], 2)[..1]);
        assert_ne!(whole[1], block_hashes(&[0, 2, 3, 4], 2)[1]);
        assert!(block_hashes(&[1, 2], 0).is_empty());
    }
}
