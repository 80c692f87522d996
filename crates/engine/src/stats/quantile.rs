//! Exact quantiles of what was observed.

use super::order::ascending;

/// The `p`-quantile of `values`, by sorting a copy; None without values. NaN counts as larger than
/// every number.
///
/// Between two order statistics it is interpolated: with n values it is at place p·(n − 1),
/// counted from 0, which is type 7 of Hyndman and Fan (1996), the default of R and NumPy.
pub fn quantile(values: &[f64], p: f64) -> Option<f64> {
    quantiles(values, &[p]).map(|found| found[0])
}

/// Several quantiles at the cost of one sort; see [`quantile`].
pub fn quantiles(values: &[f64], ps: &[f64]) -> Option<Vec<f64>> {
    let mut sorted = values.to_vec();
    ascending(&mut sorted);
    ps.iter().map(|&p| of_sorted(&sorted, p)).collect()
}

/// The `p`-quantile of values in ascending order; see [`quantile`]. None without values.
pub fn of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = p.clamp(0.0, 1.0) * last as f64;
    let low = place as usize;
    let part = place.fract();
    let high = (low + 1).min(last);
    Some(if part == 0.0 {
        sorted[low]
    } else {
        sorted[low] + part * (sorted[high] - sorted[low])
    })
}

/// Several quantiles of values, the largest `p` first, without sorting them all: each is looked for
/// below the one before. The values change places. NaN without values; see [`quantile`].
pub fn by_selection<const N: usize>(values: &mut [f64], falling: [f64; N]) -> [f64; N] {
    let Some(last) = values.len().checked_sub(1) else {
        return [f64::NAN; N];
    };
    let mut end = values.len();
    // What lies next above the part that is left.
    let mut above = f64::NAN;
    falling.map(|p| {
        let place = p.clamp(0.0, 1.0) * last as f64;
        let low = (place as usize).min(end - 1);
        let part = place.fract();
        let (_, at_low, rest) = values[..end].select_nth_unstable_by(low, f64::total_cmp);
        let at_low = *at_low;
        if let Some(next) = rest.iter().copied().min_by(f64::total_cmp) {
            above = next;
        }
        end = low + 1;
        if part == 0.0 {
            at_low
        } else {
            at_low + part * (above - at_low)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `numpy.quantile([15, 20, 35, 40, 50], p)`; the data of Wikipedia's article on percentiles.
    #[test]
    fn quantiles_are_numpys() {
        let values = [40.0, 15.0, 50.0, 20.0, 35.0];
        for (p, expected) in [
            (0.0, 15.0),
            (0.05, 16.0),
            (0.25, 20.0),
            (0.4, 29.0),
            (0.5, 35.0),
            (0.9, 46.0),
            (1.0, 50.0),
        ] {
            assert!(
                (quantile(&values, p).expect("values") - expected).abs() < 1e-12,
                "{p}"
            );
        }
    }

    /// Of many values, of few, and of equal ones, with places that coincide.
    #[test]
    fn selection_gives_what_sorting_gives() {
        let ps = [1.0, 0.999, 0.99, 0.95, 0.9, 0.75, 0.5, 0.499, 0.0];
        for count in [1, 2, 3, 7, 50, 1000] {
            let mut values: Vec<f64> = (0..count).map(|i| f64::from(i * 7919 % 613)).collect();
            let sorted = quantiles(&values, &ps).expect("values");
            assert_eq!(by_selection(&mut values, ps).to_vec(), sorted, "{count}");
        }
        assert!(by_selection(&mut [], ps).iter().all(|x| x.is_nan()));
    }

    #[test]
    fn few_values_do_not_fail() {
        assert_eq!(
            (quantile(&[], 0.5), quantile(&[3.0], 0.99)),
            (None, Some(3.0))
        );
        assert_eq!(
            quantiles(&[1.0, f64::INFINITY], &[0.0, 1.0]),
            Some(vec![1.0, f64::INFINITY])
        );
    }
}
