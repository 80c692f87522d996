//! The number on a pupil's desk, which gives each pupil a run of their own.
//!
//! A desk's seed is the class's with the desk's number in front of its last five digits: at desk 7
//! a scene of seed 7 has seed 700007. So the number can be read off a seed, and a seed that has a
//! desk can be given another.

use crate::lesson::Stage;

/// The largest number of a desk. 0 is none: the run that the whole class sees.
pub const MOST_DESKS: u32 = 999;
/// Seeds of the class's runs lie below this.
const SEEDS: u32 = 100_000;

/// The seed of a desk's run of a scene.
pub fn seed_at(seed: u32, desk: u32) -> u32 {
    seed % SEEDS + desk.min(MOST_DESKS) * SEEDS
}

/// The desk whose seed this is; 0 if it is none's.
pub fn desk_of(seed: u32) -> u32 {
    match seed / SEEDS {
        desk @ 0..=MOST_DESKS => desk,
        _ => 0,
    }
}

/// The desk that a fragment of an address asks for by `desk=7`.
pub fn asked(fragment: &str) -> Option<u32> {
    let mut words = fragment.trim_start_matches('#').split('&');
    let desk = words.find_map(|word| word.strip_prefix("desk=")?.parse().ok());
    desk.filter(|desk| (1..=MOST_DESKS).contains(desk))
}

/// A lesson's place as a fragment names it, with the desk that it asks for.
pub fn named(lesson: &str, fragment: &str) -> String {
    match asked(fragment) {
        Some(desk) => format!("{lesson}&desk={desk}"),
        None => lesson.to_string(),
    }
}

impl Stage {
    /// The same stage with the run of a desk; of desk 0: as it is.
    #[must_use]
    pub fn at_desk(mut self, desk: u32) -> Self {
        if desk > 0 {
            self.scenario.seed = seed_at(self.scenario.seed, desk);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_desk_stands_before_the_seed() {
        assert_eq!(seed_at(7, 12), 1_200_007);
        assert_eq!((desk_of(1_200_007), desk_of(7)), (12, 0));
        assert_eq!(seed_at(1_200_007, 3), 300_007);
        assert_eq!(seed_at(1_200_007, 0), 7);
        assert_eq!(desk_of(u32::MAX), 0);
    }

    #[test]
    fn a_fragment_asks_for_a_desk() {
        assert_eq!(named("turns.3", "#lesson=turns.3&desk=7"), "turns.3&desk=7");
        assert_eq!(named("turns.3", "#desk=7&lesson=turns.3"), "turns.3&desk=7");
        for none in ["#lesson=turns.3", "#desk=x", "#desk=0", "#desk=1000", ""] {
            assert_eq!(named("turns.3", none), "turns.3", "{none}");
        }
    }

    proptest! {
        #[test]
        fn desks_have_seeds_of_their_own(seed: u32, a in 0..=MOST_DESKS, b in 0..=MOST_DESKS) {
            prop_assert_eq!(desk_of(seed_at(seed, a)), a);
            prop_assert_eq!(seed_at(seed_at(seed, a), b), seed_at(seed, b));
            prop_assert_eq!(a == b, seed_at(seed, a) == seed_at(seed, b));
        }
    }
}
