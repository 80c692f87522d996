//! Where a run's beginning ends: an empty system makes the first responses too short, and counting
//! them in would bias every mean.

use super::TooShort;

/// Values in a batch.
pub const BATCH: usize = 5;
/// The fewest batches in which a warm-up is looked for.
const BATCHES_MIN: usize = 20;

/// How many of a run's observations, in order, belong to its warm-up, by MSER-5: the means of
/// batches of five are cut at the d that makes the standard error of the rest smallest,
/// Σ_{j>d}(Z_j − Z̄_d)²/(m − d)².
///
/// The cut is looked for in the first three quarters: further on few batches are left, and chance
/// alone makes their spread small. What is left over behind the last full batch counts as observed.
///
/// # Errors
/// [`TooShort`] if there are fewer than 20 batches, or the best cut lies beyond half.
///
/// Source: White, Cobb and Spratt (2000), "A comparison of five steady-state truncation heuristics
/// for simulation".
pub fn mser_5(observations: &[f64]) -> Result<usize, TooShort> {
    let batches = observations.len() / BATCH;
    if batches < BATCHES_MIN {
        return Err(TooShort::Few {
            have: observations.len() as u64,
            need: (BATCHES_MIN * BATCH) as u64,
        });
    }
    let mut best = f64::INFINITY;
    let mut cut = 0;
    let mut mean = 0.0;
    let mut square = 0.0;
    // From the end, so that one pass gives the spread behind every cut (Welford 1962).
    for (d, batch) in observations.chunks_exact(BATCH).enumerate().rev() {
        let z = batch.iter().sum::<f64>() / BATCH as f64;
        let n = (batches - d) as f64;
        let off = z - mean;
        mean += off / n;
        square += off * (z - mean);
        let error = square / (n * n);
        // Of equal ones the earlier cut, which keeps more.
        if d <= batches * 3 / 4 && error <= best {
            best = error;
            cut = d;
        }
    }
    if 2 * cut > batches {
        Err(TooShort::WarmUp)
    } else {
        Ok(cut * BATCH)
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The warm-up of a run that began with an empty system, as [`mser_5`] has it: but a beginning that
/// lies above the rest is no warm-up, and is kept.
///
/// Where values are skewed and depend on each other for long, the rule as it is written also cuts
/// beginnings that happen to be high, and what is left is low. For the mean response of M/M/1 at ρ
/// = 0.8 after 8,192 tasks that was 2.3 %, and of the intervals by batch means 83 of 100 held the
/// mean; with this condition it is 0.2 % the other way, and 90 of 100 (600 runs, computed for this
/// project).
///
/// # Errors
/// As [`mser_5`].
pub fn from_empty(observations: &[f64]) -> Result<usize, TooShort> {
    let cut = mser_5(observations)?;
    let (begin, rest) = observations.split_at(cut);
    Ok(if cut > 0 && mean(begin) > mean(rest) {
        0
    } else {
        cut
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Rng};

    /// The rule as it is written down, term by term.
    fn by_the_book(observations: &[f64]) -> usize {
        let z: Vec<f64> = observations
            .chunks_exact(5)
            .map(|b| b.iter().sum::<f64>() / 5.0)
            .collect();
        let mut cut = 0;
        for d in 1..=z.len() / 2 {
            if error(&z[d..]) < error(&z[cut..]) {
                cut = d;
            }
        }
        5 * cut
    }

    fn error(kept: &[f64]) -> f64 {
        let mean = mean(kept);
        let squares: f64 = kept.iter().map(|x| (x - mean) * (x - mean)).sum();
        squares / (kept.len() * kept.len()) as f64
    }

    /// Noise of standard deviation 1 about 10, below which the first `warm` values rise from 0 in a
    /// line.
    fn rising(warm: usize, length: usize, seed: u64) -> Vec<f64> {
        let mut rng = Rng::new(seed, Purpose::Sizes);
        (0..length)
            .map(|i| 10.0 * (i as f64 / warm.max(1) as f64).min(1.0) + rng.normal())
            .collect()
    }

    /// Seeds 1 to 20: a beginning of 300 values, of which the last few hide in the noise.
    #[test]
    fn a_rising_beginning_is_cut() {
        for seed in 1..=20 {
            let values = rising(300, 3000, seed);
            let cut = mser_5(&values).expect("is long enough");
            assert!((200..=400).contains(&cut), "seed {seed}: {cut}");
            assert_eq!(cut, by_the_book(&values), "seed {seed}");
        }
    }

    /// Seeds 1 to 20: the same rise is a warm-up; upside down it is none.
    #[test]
    fn a_high_beginning_is_no_warm_up() {
        for seed in 1..=20 {
            let values = rising(300, 3000, seed);
            assert_eq!(from_empty(&values), mser_5(&values));
            let falling: Vec<f64> = values.iter().map(|x| 20.0 - x).collect();
            assert!(
                mser_5(&falling).is_ok_and(|cut| cut > 0) && from_empty(&falling) == Ok(0),
                "seed {seed}"
            );
        }
        assert_eq!(
            from_empty(&[1.0; 99]),
            Err(TooShort::Few {
                have: 99,
                need: 100
            })
        );
    }

    #[test]
    fn what_never_settles_is_too_short() {
        assert_eq!(mser_5(&rising(1000, 1000, 1)), Err(TooShort::WarmUp));
        assert_eq!(
            mser_5(&[1.0; 99]),
            Err(TooShort::Few {
                have: 99,
                need: 100
            })
        );
        assert_eq!(mser_5(&[1.0; 100]), Ok(0));
    }
}
