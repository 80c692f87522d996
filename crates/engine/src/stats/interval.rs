//! Means and shares with 95 % confidence intervals, and when not to trust them.

use super::TooShort;
use super::quantile::{quantile, quantiles};

/// A mean and the half width of its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// Half the width of the interval: mean ± half_width; infinite with one value.
    pub half_width: f64,
    /// Why the interval may not be relied on; None if the method's conditions hold.
    pub too_short: Option<TooShort>,
}

impl Interval {
    /// The same, but not to be relied on for this reason, unless there is another already.
    pub fn or_doubt(self, doubt: Option<TooShort>) -> Self {
        Self {
            too_short: self.too_short.or(doubt),
            ..self
        }
    }
}

/// The fewest batches from which an interval is made.
pub const BATCHES_MIN: usize = 20;
/// The fewest replications from which an interval is trusted.
pub const REPLICATIONS_MIN: usize = 10;

/// The mean of independent runs, one value a run, with Student's t; None without values. A
/// quantile's interval is that of the runs' quantiles.
///
/// Ten runs are needed, but many runs do not mend short ones: each is biased by the same empty
/// beginning. So the interval is not relied on either when more than half of the runs were too
/// short by themselves (`short`). A single one says little, as the test of correlation gives a
/// false alarm in one run of twenty.
pub fn of_replications(values: &[f64], short: usize) -> Option<Interval> {
    let (have, short) = (values.len() as u64, short as u64);
    let too_short = if values.len() < REPLICATIONS_MIN {
        Some(TooShort::Few {
            have,
            need: REPLICATIONS_MIN as u64,
        })
    } else {
        (2 * short > have).then_some(TooShort::Runs { short, of: have })
    };
    Some(Interval {
        too_short,
        ..student(values)?
    })
}

/// The mean of one run's observations in order, by batch means: `batches` (20 at least) batches of
/// equal length, with Student's t on their means; what is left over at the beginning is dropped.
/// None if there is not one observation per batch.
///
/// Not to be relied on if the means of neighbouring batches are correlated: if the lag-1
/// autocorrelation r₁ is above 1.645/√k, the one-sided 5 % limit for independent ones (Law
/// 2015, §9.5.3; Fishman 1978).
pub fn of_batches(observations: &[f64], batches: usize) -> Option<Interval> {
    let means = batch_means(observations, batches)?;
    let (lag_1, limit) = (lag_1(&means), 1.645 / (means.len() as f64).sqrt());
    let too_short = (lag_1 > limit).then_some(TooShort::Correlated { lag_1, limit });
    Some(Interval {
        too_short,
        ..student(&means)?
    })
}

/// A number read off a run, and its 95 % confidence interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Why the interval may not be relied on.
    pub too_short: Option<TooShort>,
}

impl From<Interval> for Estimate {
    fn from(i: Interval) -> Self {
        Self {
            value: i.mean,
            low: i.mean - i.half_width,
            high: i.mean + i.half_width,
            too_short: i.too_short,
        }
    }
}

/// The `p`-quantile of one run's observations in order. Its interval is that of the part of
/// observations below it, by batch means, carried back to the observations: from the quantile of p
/// − h to that of p + h, cut at 0 and 1. None as in [`of_batches`].
///
/// Source: Law (2015), §9.5.3, for the batch means; Serfling (1980), §2.6.3, for an interval
/// between order statistics.
pub fn quantile_of_batches(observations: &[f64], p: f64, batches: usize) -> Option<Estimate> {
    let value = quantile(observations, p)?;
    let below: Vec<f64> = observations
        .iter()
        .map(|x| f64::from(u8::from(*x <= value)))
        .collect();
    let Interval {
        half_width: h,
        too_short,
        ..
    } = of_batches(&below, batches)?;
    let ends = quantiles(observations, &[(p - h).max(0.0), (p + h).min(1.0)])?;
    Some(Estimate {
        value,
        low: ends[0],
        high: ends[1],
        too_short,
    })
}

/// The lag-1 autocorrelation of a run's batch means, batches as in [`of_batches`]; None as there.
pub fn batch_lag_1(observations: &[f64], batches: usize) -> Option<f64> {
    batch_means(observations, batches).map(|means| lag_1(&means))
}

/// Whether independent runs were too short although hardly one of them shows it: their batches'
/// lag-1 autocorrelations, each of `batches` batches, together. A run of a few relaxation times is
/// biased, and its mean is skewed, so that even many such runs give intervals that are too narrow.
///
/// Independent values have r₁ = −1/k on average, with a variance of about 1/k (Kendall 1954),
/// so the mean over n runs is held against 1.645/√(nk) − 1/k, the one-sided 5 % limit. NaN, of
/// runs without an interval, is left out.
pub fn correlated_runs(lags: impl IntoIterator<Item = f64>, batches: usize) -> Option<TooShort> {
    let lags: Vec<f64> = lags.into_iter().filter(|r| r.is_finite()).collect();
    let (n, k) = (lags.len() as f64, batches as f64);
    let lag_1 = lags.iter().sum::<f64>() / n;
    let limit = 1.645 / (n * k).sqrt() - 1.0 / k;
    (lag_1 > limit).then_some(TooShort::Correlated { lag_1, limit })
}

/// The means of `batches` (20 at least) batches of equal length; what is left over at the beginning
/// is dropped. None if there is not one observation per batch.
fn batch_means(observations: &[f64], batches: usize) -> Option<Vec<f64>> {
    let batches = batches.max(BATCHES_MIN);
    let length = (observations.len() / batches > 0).then_some(observations.len() / batches)?;
    let kept = &observations[observations.len() - length * batches..];
    Some(
        kept.chunks_exact(length)
            .map(|batch| batch.iter().sum::<f64>() / length as f64)
            .collect(),
    )
}

/// Two ways of doing the same tasks, compared run by run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// The second less the first, with Student's t on the differences of the pairs.
    pub difference: Interval,
    /// The half width that as many runs of each would have given without pairing: 1.96·√((s₁²
    /// + s₂²)/n).
    pub unpaired_half_width: f64,
    /// How many runs of each it would have taken to come to the paired half width without pairing.
    pub unpaired_runs: f64,
}

/// Compares runs on common random numbers: `first[i]` and `second[i]` saw the same arrivals and
/// sizes. `short` is how many of the pairs had a run that was too short. None without pairs.
///
/// Source: Law (2015), §10.2.1 and §11.2. The runs that unpaired ones would need are n·(s₁² +
/// s₂²)/s_d².
pub fn paired(first: &[f64], second: &[f64], short: usize) -> Option<Paired> {
    let n = first.len().min(second.len());
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
    let difference = of_replications(&differences, short)?;
    let apart = variance(&first[..n]) + variance(&second[..n]);
    Some(Paired {
        difference,
        unpaired_half_width: 1.959_964 * (apart / n as f64).sqrt(),
        unpaired_runs: (n as f64 * apart / variance(&differences)).ceil(),
    })
}

/// Compares two runs on common random numbers task by task, by batch means as in [`of_batches`]:
/// `first[i]` and `second[i]` are of the same task. Numbers of runs are here numbers of batches, so
/// that only their ratio says something. None if there is not one pair per batch.
pub fn paired_batches(first: &[f64], second: &[f64], batches: usize) -> Option<Paired> {
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
    let difference = of_batches(&differences, batches)?;
    Some(Paired {
        difference,
        ..paired(
            &batch_means(first, batches)?,
            &batch_means(second, batches)?,
            0,
        )?
    })
}

/// The lag-1 autocorrelation of values in order; 0 if they are all equal.
pub fn lag_1(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let square: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    let product: f64 = values
        .windows(2)
        .map(|w| (w[0] - mean) * (w[1] - mean))
        .sum();
    if square == 0.0 { 0.0 } else { product / square }
}

/// s², with n − 1 below; NaN with fewer than two values.
fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() as f64 - 1.0)
}

fn student(values: &[f64]) -> Option<Interval> {
    let n = values.len();
    let mean = (n > 0).then(|| values.iter().sum::<f64>() / n as f64)?;
    let half_width = if n == 1 {
        f64::INFINITY
    } else {
        t_975(n as u32 - 1) * (variance(values) / n as f64).sqrt()
    };
    // Values that differ by rounding alone do not differ.
    let half_width = if half_width < 1e-12 * mean.abs() {
        0.0
    } else {
        half_width
    };
    Some(Interval {
        mean,
        half_width,
        too_short: None,
    })
}

/// The 97.5 % point of Student's t with ν ≥ 1 degrees of freedom.
///
/// ν ≤ 4 from the table; above, the expansion about the normal point z = 1.959964 in powers of
/// 1/ν (Abramowitz and Stegun 26.7.5), right to 0.001.
pub fn t_975(degrees: u32) -> f64 {
    const TABLE: [f64; 4] = [12.7062, 4.3027, 3.1824, 2.7764];
    if let Some(&t) = degrees.checked_sub(1).and_then(|i| TABLE.get(i as usize)) {
        return t;
    }
    let z = 1.959_964_f64;
    let z2 = z * z;
    let g1 = z * (z2 + 1.0) / 4.0;
    let g2 = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
    let g3 = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
    let g4 = z * ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) / 92_160.0;
    let v = f64::from(degrees);
    z + (g1 + (g2 + (g3 + g4 / v) / v) / v) / v
}

#[cfg(test)]
mod tests;
