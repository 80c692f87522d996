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
        Self { too_short: self.too_short.or(doubt), ..self }
    }
}

/// The fewest batches from which an interval is made.
pub const BATCHES_MIN: usize = 20;
/// The fewest replications from which an interval is trusted.
pub const REPLICATIONS_MIN: usize = 10;

/// The mean of independent runs, one value a run, with Student's t; None without values. A quantile's interval is that
/// of the runs' quantiles.
///
/// Ten runs are needed, but many runs do not mend short ones: each is biased by the same empty beginning. So the
/// interval is not relied on either when more than half of the runs were too short by themselves (`short`). A single
/// one says little, as the test of correlation gives a false alarm in one run of twenty.
pub fn of_replications(values: &[f64], short: usize) -> Option<Interval> {
    let (have, short) = (values.len() as u64, short as u64);
    let too_short = if values.len() < REPLICATIONS_MIN {
        Some(TooShort::Few { have, need: REPLICATIONS_MIN as u64 })
    } else {
        (2 * short > have).then_some(TooShort::Runs { short, of: have })
    };
    Some(Interval { too_short, ..student(values)? })
}

/// The mean of one run's observations in order, by batch means: `batches` (20 at least) batches of equal length, with
/// Student's t on their means; what is left over at the beginning is dropped. None if there is not one observation per
/// batch.
///
/// Not to be relied on if the means of neighbouring batches are correlated: if the lag-1 autocorrelation r₁ is above
/// 1.645/√k, the one-sided 5 % limit for independent ones (Law 2015, §9.5.3; Fishman 1978).
pub fn of_batches(observations: &[f64], batches: usize) -> Option<Interval> {
    let means = batch_means(observations, batches)?;
    let (lag_1, limit) = (lag_1(&means), 1.645 / (means.len() as f64).sqrt());
    let too_short = (lag_1 > limit).then_some(TooShort::Correlated { lag_1, limit });
    Some(Interval { too_short, ..student(&means)? })
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
        Self { value: i.mean, low: i.mean - i.half_width, high: i.mean + i.half_width, too_short: i.too_short }
    }
}

/// The `p`-quantile of one run's observations in order. Its interval is that of the part of observations below it, by
/// batch means, carried back to the observations: from the quantile of p − h to that of p + h, cut at 0 and 1. None as in
/// [`of_batches`].
///
/// Source: Law (2015), §9.5.3, for the batch means; Serfling (1980), §2.6.3, for an interval between order statistics.
pub fn quantile_of_batches(observations: &[f64], p: f64, batches: usize) -> Option<Estimate> {
    let value = quantile(observations, p)?;
    let below: Vec<f64> = observations.iter().map(|x| f64::from(u8::from(*x <= value))).collect();
    let Interval { half_width: h, too_short, .. } = of_batches(&below, batches)?;
    let ends = quantiles(observations, &[(p - h).max(0.0), (p + h).min(1.0)])?;
    Some(Estimate { value, low: ends[0], high: ends[1], too_short })
}

/// The lag-1 autocorrelation of a run's batch means, batches as in [`of_batches`]; None as there.
pub fn batch_lag_1(observations: &[f64], batches: usize) -> Option<f64> {
    batch_means(observations, batches).map(|means| lag_1(&means))
}

/// Whether independent runs were too short although hardly one of them shows it: their batches' lag-1 autocorrelations,
/// each of `batches` batches, together. A run of a few relaxation times is biased, and its mean is skewed, so that even
/// many such runs give intervals that are too narrow.
///
/// Independent values have r₁ = −1/k on average, with a variance of about 1/k (Kendall 1954), so the mean over n runs is held
/// against 1.645/√(nk) − 1/k, the one-sided 5 % limit. NaN, of runs without an interval, is left out.
pub fn correlated_runs(lags: impl IntoIterator<Item = f64>, batches: usize) -> Option<TooShort> {
    let lags: Vec<f64> = lags.into_iter().filter(|r| r.is_finite()).collect();
    let (n, k) = (lags.len() as f64, batches as f64);
    let lag_1 = lags.iter().sum::<f64>() / n;
    let limit = 1.645 / (n * k).sqrt() - 1.0 / k;
    (lag_1 > limit).then_some(TooShort::Correlated { lag_1, limit })
}

/// The means of `batches` (20 at least) batches of equal length; what is left over at the beginning is dropped. None if
/// there is not one observation per batch.
fn batch_means(observations: &[f64], batches: usize) -> Option<Vec<f64>> {
    let batches = batches.max(BATCHES_MIN);
    let length = (observations.len() / batches > 0).then_some(observations.len() / batches)?;
    let kept = &observations[observations.len() - length * batches..];
    Some(kept.chunks_exact(length).map(|batch| batch.iter().sum::<f64>() / length as f64).collect())
}

/// Two ways of doing the same tasks, compared run by run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// The second less the first, with Student's t on the differences of the pairs.
    pub difference: Interval,
    /// The half width that as many runs of each would have given without pairing: 1.96·√((s₁² + s₂²)/n).
    pub unpaired_half_width: f64,
    /// How many runs of each it would have taken to come to the paired half width without pairing.
    pub unpaired_runs: f64,
}

/// Compares runs on common random numbers: `first[i]` and `second[i]` saw the same arrivals and sizes. `short` is how
/// many of the pairs had a run that was too short. None without pairs.
///
/// Source: Law (2015), §10.2.1 and §11.2. The runs that unpaired ones would need are n·(s₁² + s₂²)/s_d².
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

/// Compares two runs on common random numbers task by task, by batch means as in [`of_batches`]: `first[i]` and
/// `second[i]` are of the same task. Numbers of runs are here numbers of batches, so that only their ratio says
/// something. None if there is not one pair per batch.
pub fn paired_batches(first: &[f64], second: &[f64], batches: usize) -> Option<Paired> {
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| b - a).collect();
    let difference = of_batches(&differences, batches)?;
    Some(Paired { difference, ..paired(&batch_means(first, batches)?, &batch_means(second, batches)?, 0)? })
}

/// The lag-1 autocorrelation of values in order; 0 if they are all equal.
pub fn lag_1(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let square: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    let product: f64 = values.windows(2).map(|w| (w[0] - mean) * (w[1] - mean)).sum();
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
    let half_width = if n == 1 { f64::INFINITY } else { t_975(n as u32 - 1) * (variance(values) / n as f64).sqrt() };
    // Values that differ by rounding alone do not differ.
    let half_width = if half_width < 1e-12 * mean.abs() { 0.0 } else { half_width };
    Some(Interval { mean, half_width, too_short: None })
}

/// The 97.5 % point of Student's t with ν ≥ 1 degrees of freedom.
///
/// ν ≤ 4 from the table; above, the expansion about the normal point z = 1.959964 in powers of 1/ν (Abramowitz and
/// Stegun 26.7.5), right to 0.001.
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

/// Wilson's (1927) 95 % interval for a share of which `hits` of `trials` independent tasks were seen: it stays within 0
/// to 1 and is fair even for few trials. (0, 1) without trials.
///
/// For a strategy that takes turns the tasks are not independent, and the interval is far too wide.
pub fn wilson(hits: u64, trials: u64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (n, z2) = (trials as f64, 1.959_964_f64 * 1.959_964);
    let share = hits as f64 / n;
    let centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = (z2 * (share * (1.0 - share) / n + z2 / (4.0 * n * n))).sqrt() / (1.0 + z2 / n);
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::{Purpose, Rng};

    /// Exponential values, independent: of 200 intervals for the 95 % point, ln 20, 90 to 98 % hold it (seeds 1–200: 183).
    #[test]
    fn a_quantiles_interval_holds_what_it_says() {
        let holds = |seed: u64| {
            let mut rng = Rng::new(seed, Purpose::Sizes);
            let values: Vec<f64> = (0..4000).map(|_| rng.exponential()).collect();
            let e = quantile_of_batches(&values, 0.95, BATCHES_MIN).expect("has values");
            assert!(e.low <= e.value && e.value <= e.high);
            (e.low..=e.high).contains(&libm::log(20.0))
        };
        let held = (1..=200).filter(|&seed| holds(seed)).count();
        assert!((180..=196).contains(&held), "{held}");
    }

    /// Two runs that share their noise and differ by 1: pairs see the difference at once.
    #[test]
    fn pairs_of_one_run_are_compared_batch_by_batch() {
        let mut rng = Rng::new(5, Purpose::Sizes);
        let shared: Vec<f64> = (0..4000).map(|_| 10.0 * rng.exponential()).collect();
        let other: Vec<f64> = shared.iter().map(|x| x + 1.0 + 0.1 * rng.normal()).collect();
        let p = paired_batches(&shared, &other, BATCHES_MIN).expect("has pairs");
        assert!((p.difference.mean - 1.0).abs() < p.difference.half_width && p.difference.half_width < 0.01);
        // (10² + 10²) / 0.1², as far as twenty batches tell.
        let times = p.unpaired_runs / BATCHES_MIN as f64;
        assert!((5_000.0..80_000.0).contains(&times), "{times}");
        assert_eq!(paired_batches(&shared[..19], &other[..19], BATCHES_MIN), None);
    }

    /// M/M/1 at ρ = 0.8 and 0.95, runs of 20,000 tasks, seeds 7 to 16: the first are long enough, the second are not, and hardly
    /// one of them shows it by itself.
    #[test]
    fn runs_show_together_what_none_shows_alone() {
        let at = |rho: f64| {
            let mut scenario = crate::scenario::presets::find("mm1").expect("preset");
            scenario.arrivals.rate_per_s = rho;
            let runs = (7..17)
                .map(|seed| crate::measure::observe(&crate::scenario::Scenario { seed, ..scenario.clone() }, 20_000));
            let (short, lags): (Vec<bool>, Vec<f64>) = runs.map(|o| (o.too_short.is_some(), o.batch_lag_1)).unzip();
            (short.into_iter().filter(|short| *short).count(), correlated_runs(lags, BATCHES_MIN))
        };
        assert_eq!(at(0.8).1, None);
        let (short, together) = at(0.95);
        assert!(short <= 5 && matches!(together, Some(TooShort::Correlated { .. })), "{short} {together:?}");
        assert_eq!(correlated_runs([f64::NAN], BATCHES_MIN), None);
    }

    /// The usual table of Student's t, two-sided 95 %.
    #[test]
    fn t_agrees_with_the_table() {
        for (v, t) in [
            (1, 12.706),
            (2, 4.303),
            (4, 2.776),
            (5, 2.571),
            (6, 2.447),
            (9, 2.262),
            (19, 2.093),
            (29, 2.045),
            (100, 1.984),
        ] {
            assert!((t_975(v) - t).abs() < 0.0015, "{v}: {}", t_975(v));
        }
    }

    /// Mean 3, standard deviation 1.5811, t with 4 degrees of freedom: 3 ± 2.776·1.5811/√5.
    #[test]
    fn five_replications_by_hand() {
        let i = of_replications(&[1.0, 2.0, 3.0, 4.0, 5.0], 0).expect("values");
        assert!((i.mean - 3.0).abs() < 1e-12 && (i.half_width - 1.9632).abs() < 1e-3, "{i:?}");
        assert_eq!(i.too_short, Some(TooShort::Few { have: 5, need: 10 }));
        assert_eq!(of_replications(&[], 0), None);
        assert_eq!(of_replications(&[2.0], 0).expect("a value").half_width, f64::INFINITY);
    }

    #[test]
    fn many_short_runs_are_not_relied_on() {
        let trust = |short| of_replications(&[1.0; 30], short).expect("values").too_short;
        assert_eq!((trust(0), trust(15)), (None, None));
        assert_eq!(trust(16), Some(TooShort::Runs { short: 16, of: 30 }));
    }

    /// Differences 1, 1, 1, 2: mean 1.25, s_d² = 0.25; s₁² = 5/3, s₂² = 35/12. Unpaired: 4·(55/12)/0.25 = 73.3 runs.
    #[test]
    fn pairs_by_hand() {
        let p = paired(&[1.0, 2.0, 3.0, 4.0], &[2.0, 3.0, 4.0, 6.0], 0).expect("pairs");
        assert!((p.difference.mean - 1.25).abs() < 1e-12, "{p:?}");
        assert!((p.difference.half_width - 3.1824 * 0.25).abs() < 1e-4, "{p:?}");
        let apart: f64 = 5.0 / 3.0 + 35.0 / 12.0;
        assert!((p.unpaired_half_width - 1.959_964 * (apart / 4.0).sqrt()).abs() < 1e-9, "{p:?}");
        assert_eq!(p.unpaired_runs, (16.0 * apart).ceil());
    }

    /// Wilson (1927) for 81 of 263: 0.2553 to 0.3662 (Newcombe 1998, table I).
    #[test]
    fn wilsons_interval_is_newcombes_example() {
        let (low, high) = wilson(81, 263);
        assert!((low - 0.2553).abs() < 1e-4 && (high - 0.3662).abs() < 1e-4, "{low} {high}");
        assert_eq!((wilson(0, 0), wilson(0, 10).0), ((0.0, 1.0), 0.0));
    }

    /// Seeds 1 to 400 of 4,000 independent draws: the interval covers the true mean in about 95 of 100 (four standard
    /// errors: ±4.4), and the check for correlation cries wolf in about 5 of 100.
    #[test]
    fn batch_means_cover_the_mean_of_independent_values() {
        let (mut covered, mut reliable) = (0, 0);
        for seed in 1..=400 {
            let mut rng = Rng::new(seed, Purpose::Sizes);
            let values: Vec<f64> = (0..4000).map(|_| rng.exponential()).collect();
            let i = of_batches(&values, 20).expect("values");
            covered += u32::from((i.mean - 1.0).abs() <= i.half_width);
            reliable += u32::from(i.too_short.is_none());
        }
        assert!((362..=398).contains(&covered) && reliable >= 360, "{covered} covered, {reliable} reliable");
    }

    /// A value that remembers its predecessor for about 100 steps, in batches of 50.
    #[test]
    fn correlated_batches_are_not_relied_on() {
        let mut rng = Rng::new(7, Purpose::Sizes);
        let mut x = 0.0;
        let values: Vec<f64> = (0..1000)
            .map(|_| {
                x = 0.99 * x + rng.normal();
                x
            })
            .collect();
        let too_short = of_batches(&values, 20).expect("values").too_short;
        assert!(matches!(too_short, Some(TooShort::Correlated { lag_1, .. }) if lag_1 > 0.4), "{too_short:?}");
        assert_eq!(of_batches(&values[..10], 20), None);
        assert!((lag_1(&[1.0, -1.0, 1.0, -1.0]) + 0.75).abs() < 1e-12);
        assert_eq!(lag_1(&[2.0, 2.0]), 0.0);
    }
}
