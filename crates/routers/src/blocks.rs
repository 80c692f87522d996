//! Blocks by their hashes, counted.

/// How often each block is held: a table in which a block has its place by the low bits of its
/// hash, which are well mixed, or else the next that is free. A thousand blocks enter and leave it
/// in the time that a sorted map takes for a hundred, and its copies are one plain list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blocks {
    /// A power of two of places, at most three in four of them taken.
    places: Vec<Place>,
    taken: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Place {
    hash: u64,
    /// 0 for a place that is free.
    count: u32,
}

impl Blocks {
    /// About how much memory a copy takes (bytes).
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.places.as_slice())
    }

    /// How many different blocks there are.
    pub(crate) fn len(&self) -> usize {
        self.taken
    }

    /// Whether a block is held.
    pub(crate) fn has(&self, hash: u64) -> bool {
        !self.places.is_empty() && self.places[self.place(hash)].count > 0
    }

    /// Holds a block, once more if it is held already.
    pub(crate) fn add(&mut self, hash: u64) {
        let place = self.enter(hash);
        place.count += 1;
    }

    /// Holds a block, at least once.
    pub(crate) fn hold(&mut self, hash: u64) {
        let place = self.enter(hash);
        place.count = place.count.max(1);
    }

    /// Holds a block once less; nothing if it is not held.
    pub(crate) fn remove(&mut self, hash: u64) {
        if self.places.is_empty() {
            return;
        }
        let place = self.place(hash);
        match self.places[place].count {
            0 => {}
            1 => {
                self.places[place].count = 0;
                self.taken -= 1;
                self.close(place);
            }
            _ => self.places[place].count -= 1,
        }
    }

    /// Holds nothing.
    pub(crate) fn clear(&mut self) {
        self.places.fill(Place::default());
        self.taken = 0;
    }

    /// The place of a block, which is taken for it if it has none.
    fn enter(&mut self, hash: u64) -> &mut Place {
        if 4 * (self.taken + 1) > 3 * self.places.len() {
            self.grow();
        }
        let place = self.place(hash);
        let place = &mut self.places[place];
        self.taken += usize::from(place.count == 0);
        place.hash = hash;
        place
    }

    /// Where a block is, or where it would enter. There is always a free place.
    fn place(&self, hash: u64) -> usize {
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        while self.places[at].count > 0 && self.places[at].hash != hash {
            at = (at + 1) & mask;
        }
        at
    }

    /// Moves blocks up that had to pass a place which is free now.
    fn close(&mut self, mut free: usize) {
        let mask = self.places.len() - 1;
        let mut at = (free + 1) & mask;
        while self.places[at].count > 0 {
            let first = self.places[at].hash as usize & mask;
            let passed = at.wrapping_sub(first) & mask;
            if passed >= at.wrapping_sub(free) & mask {
                self.places[free] = self.places[at];
                self.places[at].count = 0;
                free = at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let twice = vec![Place::default(); (2 * self.places.len()).max(16)];
        for held in std::mem::replace(&mut self.places, twice) {
            if held.count > 0 {
                let place = self.place(held.hash);
                self.places[place] = held;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// One of forty hashes with few low bits, so that many want the same place.
    fn crowded(number: u64) -> u64 {
        ((number / 8) << 32) + number % 8 * 17
    }

    proptest! {
        #[test]
        fn it_counts_as_a_map_does(moves in prop::collection::vec((0..3_u8, 0..40_u64), 1..300)) {
            let mut blocks = Blocks::default();
            let mut model: BTreeMap<u64, u32> = BTreeMap::new();
            for (step, hash) in moves {
                let hash = crowded(hash);
                match step {
                    2 => {
                        blocks.remove(hash);
                        if let Some(count) = model.get_mut(&hash) {
                            *count -= 1;
                        }
                        model.retain(|_, count| *count > 0);
                    }
                    1 => {
                        blocks.hold(hash);
                        model.entry(hash).or_insert(1);
                    }
                    _ => {
                        blocks.add(hash);
                        *model.entry(hash).or_default() += 1;
                    }
                }
                prop_assert_eq!(blocks.len(), model.len());
                for other in (0..40).map(crowded) {
                    prop_assert_eq!(blocks.has(other), model.contains_key(&other));
                }
            }
        }
    }

    #[test]
    fn cleared_it_holds_nothing() {
        let mut blocks = Blocks::default();
        assert!(!blocks.has(7));
        blocks.remove(7);
        (0..100).for_each(|hash| blocks.add(hash));
        assert!(blocks.has(7) && blocks.len() == 100);
        blocks.clear();
        assert!(!blocks.has(7) && blocks.len() == 0);
    }
}
