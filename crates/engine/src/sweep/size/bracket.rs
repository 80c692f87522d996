//! Which number of servers is tried next: between those that miss the goals and those that meet
//! them.

use super::Verdict;
use std::collections::BTreeMap;

/// The numbers that may be tried, and the first one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bracket {
    pub(super) least: u32,
    pub(super) most: u32,
    pub(super) start: u32,
}

/// The most servers that miss a goal, and the fewest above that meet all.
pub(super) fn ends(settled: &BTreeMap<u32, Verdict>) -> (Option<u32>, Option<u32>) {
    let missed = settled.iter().rev().find(|(_, v)| **v == Verdict::Missed);
    let missed = missed.map(|(&servers, _)| servers);
    let mut above = settled.range(missed.map_or(0, |servers| servers + 1)..);
    let met = above.find(|(_, v)| **v == Verdict::Met);
    (missed, met.map(|(&servers, _)| servers))
}

impl Bracket {
    /// The next number to try; None if both ends of what cannot be decided are known.
    ///
    /// While nothing meets the goals it goes up by half, while nothing misses them down to half;
    /// then it halves the gaps at both ends of the numbers of which runs cannot tell.
    pub(super) fn next(&self, settled: &BTreeMap<u32, Verdict>) -> Option<u32> {
        let (Some((&bottom, _)), Some((&top, _))) =
            (settled.first_key_value(), settled.last_key_value())
        else {
            return Some(self.start.clamp(self.least, self.most));
        };
        let (missed, met) = ends(settled);
        if met.is_none() && top < self.most {
            return Some((top + top.div_ceil(2)).min(self.most));
        }
        if missed.is_none() && bottom > self.least {
            return Some((bottom / 2).max(self.least));
        }
        let missed = missed.unwrap_or(self.least - 1);
        let met = met.unwrap_or(self.most + 1);
        let mut unsure = settled.range(missed + 1..met);
        let gaps = match (unsure.next(), unsure.next_back()) {
            (None, _) => [(missed, met); 2],
            (Some((&only, _)), None) => [(only, met), (missed, only)],
            (Some((&first, _)), Some((&last, _))) => [(last, met), (missed, first)],
        };
        let gap = gaps.into_iter().find(|(low, high)| high - low > 1);
        gap.map(|(low, high)| low + (high - low) / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every law by which numbers first miss, then leave in doubt, then meet the goals: both ends
    /// are found, in few tries.
    #[test]
    fn both_ends_are_found_in_few_tries() {
        const MOST: u32 = 24;
        for least in [1, 3] {
            for missed in least - 1..=MOST {
                for met in missed + 1..=MOST + 1 {
                    for start in [1, 2, 7, 24] {
                        let bracket = Bracket {
                            least,
                            most: MOST,
                            start,
                        };
                        let mut settled = BTreeMap::new();
                        while let Some(servers) = bracket.next(&settled) {
                            assert!((least..=MOST).contains(&servers));
                            let verdict = if servers <= missed {
                                Verdict::Missed
                            } else if servers >= met {
                                Verdict::Met
                            } else {
                                Verdict::Unsure
                            };
                            assert_eq!(settled.insert(servers, verdict), None, "tried twice");
                        }
                        let found = ends(&settled);
                        let expected_missed = (missed >= least).then_some(missed);
                        let expected_met = (met <= MOST).then_some(met);
                        assert_eq!(found, (expected_missed, expected_met), "{settled:?}");
                        assert!(settled.len() <= 16, "{settled:?}");
                    }
                }
            }
        }
    }

    /// A number that meets the goals below one that misses them is chance.
    #[test]
    fn what_meets_below_what_misses_does_not_count() {
        let settled = [(2, Verdict::Met), (3, Verdict::Missed), (5, Verdict::Met)];
        assert_eq!(ends(&BTreeMap::from(settled)), (Some(3), Some(5)));
    }
}
