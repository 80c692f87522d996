//! The hash function of `consistent_hash`: mcrouter's furc hash below 2²³ − 1, mixed by
//! MurmurHash64A. Two texts in 8 million have the same.

/// The seed of both.
const SEED: u64 = 4_193_360_111;
/// The multiplier of MurmurHash64A.
const M: u64 = 0xc6a4_a793_5bd1_e995;
/// The shift of MurmurHash64A.
const R: u32 = 47;
/// Results of the furc hash are below it.
const MODULUS: u32 = (1 << 23) - 1;
/// The distance of the bits that one try reads.
const FURC_SHIFT: u32 = 23;
const MAX_TRIES: u32 = 32;

/// The hash of a text.
pub(super) fn fbi_hash(text: &str) -> u64 {
    murmur_hash_64a(&furc_hash(text.as_bytes()).to_le_bytes())
}

/// MurmurHash64A (Austin Appleby, public domain).
fn murmur_hash_64a(key: &[u8]) -> u64 {
    let mut hash = SEED ^ (key.len() as u64).wrapping_mul(M);
    let (chunks, rest) = key.as_chunks::<8>();
    for chunk in chunks {
        hash = mixed_in(hash, u64::from_le_bytes(*chunk));
    }
    if !rest.is_empty() {
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        hash = (hash ^ u64::from_le_bytes(last)).wrapping_mul(M);
    }
    hash = (hash ^ (hash >> R)).wrapping_mul(M);
    hash ^ (hash >> R)
}

fn mixed_in(hash: u64, word: u64) -> u64 {
    let word = word.wrapping_mul(M);
    let word = (word ^ (word >> R)).wrapping_mul(M);
    (hash ^ word).wrapping_mul(M)
}

/// The furc hash of mcrouter: a walk down a binary tree whose turns are bits of the key.
fn furc_hash(key: &[u8]) -> u32 {
    let mut bits = Bits {
        words: vec![murmur_hash_64a(key)],
    };
    let mut depth = u32::BITS - (MODULUS - 1).leading_zeros();
    let mut at = depth;
    for _ in 0..MAX_TRIES {
        while !bits.get(at) {
            if depth == 0 {
                return 0;
            }
            depth -= 1;
            at = depth;
        }
        at += FURC_SHIFT;
        let mut number = 1;
        for _ in 1..depth {
            number = number << 1 | u32::from(bits.get(at));
            at += FURC_SHIFT;
        }
        if number < MODULUS {
            return number;
        }
    }
    0
}

/// An endless row of bits: each word is the hash of the one before.
struct Bits {
    words: Vec<u64>,
}

impl Bits {
    fn get(&mut self, at: u32) -> bool {
        let word = (at / u64::BITS) as usize;
        while self.words.len() <= word {
            let last = self.words[self.words.len() - 1];
            self.words.push(murmur_hash_64a(&last.to_le_bytes()));
        }
        self.words[word] >> (at % u64::BITS) & 1 == 1
    }
}
