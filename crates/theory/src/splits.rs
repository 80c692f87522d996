//! Static splits: a Poisson stream divided over servers at random, without looking at them.
//!
//! A random split divides a Poisson stream into independent Poisson streams: every server is an
//! M/M/1 of its own (in order of arrival with exponential sizes, or under processor sharing with
//! any sizes). Λ is the rate of all arrivals, μ_j the service rate of a server; rates per second,
//! times in seconds.

use crate::mm1;
use equipoise_engine::stats::order::by_first;

/// Mean response (s) with shares p_j: W = Σ p_j/(μ_j − p_j·Λ). None if p_j·Λ ≥ μ_j for
/// any server.
pub fn response_s(rate_per_s: f64, shares: &[f64], service_per_s: &[f64]) -> Option<f64> {
    shares
        .iter()
        .zip(service_per_s)
        .filter(|(share, _)| **share > 0.0)
        .map(|(share, mu)| mm1::response_s(rate_per_s * share, *mu).map(|w| share * w))
        .sum()
}

/// Mean response (s) with shares in proportion to speed: W = n/(Σμ − Λ); all servers have the
/// same utilisation. None if Λ ≥ Σμ.
pub fn proportional_response_s(rate_per_s: f64, service_per_s: &[f64]) -> Option<f64> {
    let together: f64 = service_per_s.iter().sum();
    (rate_per_s < together).then(|| service_per_s.len() as f64 / (together - rate_per_s))
}

/// The split with the least mean response: the arrival rate of each server (tasks/s), and that mean
/// (s). None if Λ ≥ Σμ or Λ ≤ 0.
///
/// Over the set A of servers that are used, λ_j = μ_j − √μ_j·(Σ_A μ − Λ)/Σ_A √μ
/// and W = \[(Σ_A √μ)²/(Σ_A μ − Λ) − |A|\]/Λ. A is the set of the fastest servers for
/// which λ_j > 0: slow ones idle at low load. Source: Buzen and Chen (1974), by Lagrange
/// multipliers.
pub fn optimal(rate_per_s: f64, service_per_s: &[f64]) -> Option<(Vec<f64>, f64)> {
    // Fastest first; of equal servers, the first declared is kept longest.
    let mut ranked: Vec<_> = service_per_s
        .iter()
        .enumerate()
        .map(|(j, mu)| (-mu, -(j as f64)))
        .collect();
    by_first(&mut ranked);
    let mut used: Vec<usize> = ranked.iter().map(|(_, j)| -j as usize).collect();
    loop {
        let together: f64 = used.iter().map(|&j| service_per_s[j]).sum();
        let roots: f64 = used.iter().map(|&j| service_per_s[j].sqrt()).sum();
        let spare = together - rate_per_s;
        let slowest = service_per_s[*used.last()?];
        if slowest.sqrt() * roots <= spare && used.len() > 1 {
            used.pop();
            continue;
        }
        if spare <= 0.0 || rate_per_s <= 0.0 {
            return None;
        }
        let mut rates = vec![0.0; service_per_s.len()];
        for &j in &used {
            rates[j] = service_per_s[j] - service_per_s[j].sqrt() * spare / roots;
        }
        return Some((
            rates,
            (roots * roots / spare - used.len() as f64) / rate_per_s,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::close;

    #[test]
    fn proportional_and_equal_shares_agree_with_the_table() {
        for (rate, shares, expected) in [
            (1.0, [0.8, 0.2], 0.5),
            (1.0, [0.5, 0.5], 1.14286),
            (2.5, [0.8, 0.2], 0.8),
            (4.0, [0.8, 0.2], 2.0),
            (1.0, [1.0, 0.0], 0.33333),
        ] {
            let got = response_s(rate, &shares, &[4.0, 1.0]).expect("stable");
            close(got, expected, 5e-6);
        }
        let four = [4.0, 2.0, 1.0, 1.0];
        let got = response_s(4.0, &[0.5, 0.25, 0.125, 0.125], &four).expect("stable");
        close(got, 1.0, 5e-6);
        let got = proportional_response_s(4.0, &four).expect("stable");
        close(got, 1.0, 5e-6);
        let got = proportional_response_s(2.5, &[4.0, 1.0]).expect("stable");
        close(got, 0.8, 5e-6);
        assert_eq!(response_s(2.5, &[0.5, 0.5], &[4.0, 1.0]), None);
        assert_eq!(proportional_response_s(5.0, &[4.0, 1.0]), None);
    }

    /// Closed form, checked by its author against a Nelder–Mead search.
    #[test]
    fn the_optimal_split_agrees_with_the_table() {
        for (mu, rate, rates, time) in [
            (vec![4.0, 1.0], 1.0, vec![1.0, 0.0], 0.33333),
            (vec![4.0, 1.0], 2.5, vec![2.33333, 0.16667], 0.64),
            (vec![4.0, 1.0], 4.0, vec![3.33333, 0.66667], 1.75),
            (
                vec![4.0, 2.0, 1.0, 1.0],
                4.0,
                vec![2.5224, 0.9552, 0.2612, 0.2612],
                0.83211,
            ),
        ] {
            let (got, best) = optimal(rate, &mu).expect("stable");
            assert!((best - time).abs() <= 5e-6, "{best} against {time}");
            assert!(
                got.iter().zip(&rates).all(|(x, y)| (x - y).abs() <= 5e-5),
                "{got:?} against {rates:?}"
            );
            let shares: Vec<f64> = got.iter().map(|x| x / rate).collect();
            assert!((response_s(rate, &shares, &mu).expect("stable") - best).abs() < 1e-12);
        }
        assert_eq!(optimal(5.0, &[4.0, 1.0]), None);
        assert_eq!(optimal(0.0, &[4.0, 1.0]), None);
    }

    #[test]
    fn no_shifted_share_does_better() {
        let mu = [3.0, 0.5, 2.0, 1.0];
        let (rates, best) = optimal(4.5, &mu).expect("stable");
        for from in 0..4 {
            for to in 0..4 {
                let mut shares: Vec<f64> = rates.iter().map(|x| x / 4.5).collect();
                if from != to && shares[from] > 1e-3 {
                    shares[from] -= 1e-3;
                    shares[to] += 1e-3;
                    assert!(response_s(4.5, &shares, &mu).is_none_or(|w| w > best));
                }
            }
        }
    }
}
