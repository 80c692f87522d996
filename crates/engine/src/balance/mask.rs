//! Sets of servers.

/// The most servers that a scenario may have.
pub const MAX_SERVERS: usize = 256;

/// Words of bits that hold a set.
const WORDS: usize = MAX_SERVERS / 64;

/// A set of servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mask([u64; WORDS]);

impl Mask {
    /// The first `servers` servers.
    pub fn all(servers: usize) -> Self {
        Self::of(servers, |_| true)
    }

    /// The servers for which `holds`.
    #[inline(always)]
    pub fn of(servers: usize, mut holds: impl FnMut(usize) -> bool) -> Self {
        let mut mask = Self::default();
        for (word, bits) in mask.0.iter_mut().enumerate() {
            // In a register and without branches: a strategy does this at every pick.
            let first = word * 64;
            let mut gathered = 0;
            for server in first..servers.min(first + 64) {
                gathered |= u64::from(holds(server)) << (server - first);
            }
            *bits = gathered;
        }
        mask
    }

    /// Whether `server` is in the set.
    #[inline(always)]
    pub fn has(&self, server: usize) -> bool {
        self.0[server / 64] >> (server % 64) & 1 == 1
    }

    /// The servers from 64 · `word` on, as bits.
    #[inline(always)]
    pub fn word(&self, word: usize) -> u64 {
        self.0[word]
    }

    /// Replaces the servers from 64 · `word` on.
    #[inline(always)]
    pub fn set_word(&mut self, word: usize, servers: u64) {
        self.0[word] = servers;
    }

    /// The servers in both sets.
    #[inline(always)]
    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }

    /// How many servers are in the set.
    #[inline(always)]
    pub fn len(&self) -> usize {
        let mut len = 0;
        for word in self.0 {
            len += word.count_ones() as usize;
        }
        len
    }

    /// Whether the set is empty.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; WORDS]
    }

    /// The `rank`-th server of the set in ascending order, counted from 0.
    #[inline(always)]
    pub fn nth(&self, mut rank: usize) -> Option<usize> {
        for (word, &bits) in self.0.iter().enumerate() {
            let here = bits.count_ones() as usize;
            if rank < here {
                // Usually all servers are in the set, and none need be skipped.
                let below = u64::MAX >> (63 - rank);
                if bits & below == below {
                    return Some(word * 64 + rank);
                }
                let rest = (0..rank).fold(bits, |rest, _| rest & (rest - 1));
                return Some(word * 64 + rest.trailing_zeros() as usize);
            }
            rank -= here;
        }
        None
    }

    /// The servers of the set in ascending order.
    #[inline(always)]
    pub fn iter(self) -> MaskIter {
        MaskIter {
            words: self.0,
            word: 0,
            left: self.0[0],
        }
    }
}

/// Iterates over a [`Mask`].
#[derive(Clone, Debug)]
pub struct MaskIter {
    words: [u64; WORDS],
    word: usize,
    /// The rest of this word, in a register of its own, since strategies iterate over all servers.
    left: u64,
}

impl Iterator for MaskIter {
    type Item = usize;
    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.word += 1;
            self.left = *self.words.get(self.word)?;
        }
        let server = self.word * 64 + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(server)
    }

    /// As by [`next`](Self::next), but with what is left of a word kept in a register.
    #[inline(always)]
    fn fold<T, F: FnMut(T, usize) -> T>(mut self, first: T, mut f: F) -> T {
        if let Some(begun) = self.words.get_mut(self.word) {
            *begun = self.left;
        }
        let mut result = first;
        for (word, &bits) in self.words.iter().enumerate().skip(self.word) {
            let mut left = bits;
            while left != 0 {
                result = f(result, word * 64 + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_a_set() {
        let odd = Mask::of(200, |s| s % 2 == 1);
        let large = Mask::of(200, |s| s > 190);
        assert_eq!(
            odd.and(large).iter().collect::<Vec<_>>(),
            [191, 193, 195, 197, 199]
        );
        for mask in [odd, large, Mask::of(130, |s| s != 3)] {
            for begun in [0, 1, 70, 256] {
                let mut rest = mask.iter();
                rest.by_ref().take(begun).for_each(drop);
                let mut folded = Vec::new();
                rest.clone().for_each(|s| folded.push(s));
                let mut stepped = Vec::new();
                for s in rest {
                    stepped.push(s);
                }
                assert_eq!(folded, stepped);
            }
            assert!((0..201).all(|i| mask.nth(i) == mask.iter().nth(i)));
        }
        assert_eq!(
            (
                odd.len(),
                odd.has(3),
                odd.has(4),
                Mask::default().is_empty()
            ),
            (100, true, false, true)
        );
    }
}
