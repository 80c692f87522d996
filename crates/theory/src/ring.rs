//! Consistent hashing: how uneven the arcs of a ring are, and what a bound on loads does about it.
//!
//! n servers with V points each on a ring; a server's share of the ring is Beta(V, (n − 1)V).
//! Sources: Karger and others (1997); order statistics of uniform spacings; Mirrokni, Thorup and
//! Zadimoghaddam (2018) for bounded loads.

use crate::answer::{Answer, Exactness, num};
use crate::conditions::{self, holds};
use crate::extremes::{Iid, expected_maximum};
use crate::question::Question;
use crate::reason::Reason;
use crate::sizes::gamma_exceeds;
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::KeySource;
use equipoise_formulas::Formula;

/// E\[max of n Gamma(V, 1)\]/V, to 1e-4: the largest share of the ring over the mean share 1/n, for
/// V = `points` per server. With V = 1 it is the harmonic number H_n. It holds for the shares of
/// many small keys.
pub fn largest_over_mean(servers: u32, points: u32) -> f64 {
    largest_gamma(servers, f64::from(points))
}

/// The same for the shares of m = `keys` equally popular keys, about: each key falls on the ring at
/// random, so that 1/V + n/m replaces 1/V. Within 2 % of the simulated rings of the tests.
pub fn largest_over_mean_of_keys(servers: u32, points: u32, keys: u32) -> f64 {
    let inverse = 1.0 / f64::from(points) + f64::from(servers) / f64::from(keys);
    largest_gamma(servers, 1.0 / inverse)
}

/// E\[max of n Gamma(`shape`, 1)\]/`shape`.
fn largest_gamma(servers: u32, shape: f64) -> f64 {
    expected_maximum(
        &[Iid {
            count: f64::from(servers),
            exceeds: &|x| gamma_exceeds(shape, 1.0, x),
        }],
        1.0,
    )
}

/// The fewest keys per server for which the tests have seen [`largest_over_mean_of_keys`] hold. A
/// single key is n times the mean, whatever the arcs.
const KEYS_PER_SERVER: u32 = 3;

/// The largest share of the keys over the mean share.
pub(crate) fn imbalance_answer(q: &Question) -> Result<Answer, Reason> {
    let up = conditions::up(q.scenario);
    holds(up.len() > 1, Reason::OneServer)?;
    let n = up.len() as u32;
    let strategy = &q.scenario.balancer.strategy;
    let points = match strategy.id {
        StrategyId::Ketama => {
            let weight = q.scenario.servers[up[0]].weight;
            strategy.virtual_nodes.saturating_mul(weight)
        }
        StrategyId::EnvoyRing => strategy.ring_size.div_ceil(n),
        _ => return Err(Reason::RingOnly),
    };
    conditions::equal_weights(q.scenario).map_err(|_| Reason::UnequalMachines)?;
    let clients = &q.scenario.clients;
    let (keys, skew) = match strategy.key {
        KeySource::Ip => (clients.clients, clients.client_skew),
        KeySource::Url => (clients.urls, clients.url_skew),
        KeySource::Header => (clients.tenants, clients.tenant_skew),
    };
    conditions::no_rules(q.scenario)?;
    holds(skew == 0.0, Reason::SkewedKeys)?;
    if keys == 1 {
        return Ok(Answer::number(Formula::OneKey.with("n", n), f64::from(n)));
    }
    holds(keys >= KEYS_PER_SERVER * n, Reason::FewKeys)?;
    let filled = Formula::RingImbalance
        .with("n", n)
        .with("points", points)
        .with("keys", keys);
    let ratio = largest_over_mean_of_keys(n, points, keys);
    Ok(Answer::number(filled, ratio).kind(Exactness::Approximation))
}

/// The most tasks of a server under bounded load over its fair share.
pub(crate) fn cap_answer(q: &Question) -> Result<Answer, Reason> {
    let strategy = &q.scenario.balancer.strategy;
    let bounded = strategy.id == StrategyId::BoundedLoad;
    holds(bounded, Reason::BoundedLoadOnly)?;
    conditions::any_up(q.scenario)?;
    let percent = f64::from(strategy.balance_factor);
    let filled = Formula::LoadCap.with("percent", num(percent));
    // The bound is rounded up to whole tasks: with few tasks in progress a server may have more.
    Ok(Answer::number(filled, percent / 100.0).kind(Exactness::Approximation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use equipoise_engine::rng::{Purpose, Rng};

    /// E[max of n Gamma(V, 1)]/V by other code; for 100 points on 100 servers Gryski published .76
    /// to 1.28 as the 99 % range of shares.
    #[test]
    fn the_largest_share_agrees_with_the_table() {
        const POINTS: [u32; 12] = [1, 10, 40, 50, 100, 128, 150, 160, 200, 256, 500, 1000];
        for (servers, row) in [
            (
                10,
                [
                    2.929, 1.5385, 1.2569, 1.2286, 1.1594, 1.1404, 1.1294, 1.1251, 1.1116, 1.0984,
                    1.0699, 1.0492,
                ],
            ),
            (
                100,
                [
                    5.1874, 1.9733, 1.4419, 1.391, 1.269, 1.2359, 1.2169, 1.2096, 1.1864, 1.1638,
                    1.1158, 1.0811,
                ],
            ),
            (
                1000,
                [
                    7.4855, 2.3528, 1.5939, 1.5234, 1.3565, 1.3118, 1.2862, 1.2765, 1.2454, 1.2152,
                    1.1514, 1.1057,
                ],
            ),
        ] {
            for (points, expected) in POINTS.into_iter().zip(row) {
                let got = largest_over_mean(servers, points);
                assert!(
                    (got - expected).abs() <= 5.1e-5,
                    "n {servers}, V {points}: {got} against {expected}"
                );
            }
        }
    }

    /// Rings of random points and keys, drawn here: seed 3, 400 of each; tolerance 2 %.
    #[test]
    fn few_keys_are_more_uneven_than_the_arcs() {
        let mut rng = Rng::new(3, Purpose::Keys);
        for (n, points, keys) in [(10, 40, 1000), (4, 160, 200), (4, 160, 12), (10, 10, 100)] {
            let mut sum = 0.0;
            for _ in 0..400 {
                let mut ring: Vec<(u64, u32)> =
                    (0..n * points).map(|i| (rng.bits(), i % n)).collect();
                ring.sort_unstable();
                let mut counts = vec![0_u32; n as usize];
                for _ in 0..keys {
                    let key = rng.bits();
                    let at = ring.partition_point(|p| p.0 < key) % ring.len();
                    counts[ring[at].1 as usize] += 1;
                }
                sum += f64::from(counts.iter().copied().max().unwrap_or(0) * n) / f64::from(keys);
            }
            let seen = sum / 400.0;
            let predicted = largest_over_mean_of_keys(n, points, keys);
            assert!(
                (seen / predicted - 1.0).abs() < 0.02,
                "{n} {points} {keys}: {seen} against {predicted}"
            );
        }
        let many = largest_over_mean_of_keys(10, 40, 1_000_000_000);
        assert!((many - largest_over_mean(10, 40)).abs() < 1e-4);
    }
}
