//! What the strategies by key promise when servers leave, and how evenly their rings divide.
//! Servers' addresses serve as seeds: other addresses, another ring.

#![cfg(not(target_arch = "wasm32"))]

use equipoise::balance::bare::Case;
use equipoise::balance::{Mask, Pick, StrategyConfig, StrategyId};
use equipoise::scenario::presets;
use equipoise::theory::key_moves::moves;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

fn config() -> Config {
    Config {
        cases: 48,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_260_115),
        ..Config::default()
    }
}

fn keys(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("/item/{i}")).collect()
}

/// Addresses of one network to a seed.
fn addresses(servers: usize, seed: u32) -> Vec<String> {
    (0..servers)
        .map(|s| format!("10.{}.{}.{}:8080", seed / 250, seed % 250, s + 1))
        .collect()
}

fn owners(
    config: &StrategyConfig,
    weights: &[u32],
    seed: u32,
    keys: &[String],
    without: Option<usize>,
) -> Vec<usize> {
    let addresses = addresses(weights.len(), seed);
    let eligible = Some(Mask::of(weights.len(), |s| Some(s) != without));
    let case = Case::new(config.id, weights, keys.len());
    let picks = Case {
        config: config.clone(),
        addresses: &addresses,
        keys,
        eligible,
        ..case
    }
    .picks();
    picks
        .expect("keys are no addresses")
        .into_iter()
        .map(|pick| match pick {
            Pick::Server(server) => server,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn of(id: StrategyId) -> StrategyConfig {
    StrategyConfig {
        id,
        ..StrategyConfig::default()
    }
}

/// The shares of the keys that move from the server that goes, and of those that move between the
/// others.
fn moved(
    config: &StrategyConfig,
    weights: &[u32],
    seed: u32,
    keys: &[String],
    gone: usize,
) -> [f64; 2] {
    let before = owners(config, weights, seed, keys, None);
    let after = owners(config, weights, seed, keys, Some(gone));
    let mut due = 0;
    let mut needless = 0;
    for (&from, &to) in before.iter().zip(&after) {
        if from == gone && to != gone {
            due += 1;
        } else if from != to {
            needless += 1;
        }
    }
    [due, needless].map(|n| f64::from(n) / keys.len() as f64)
}

fn cluster() -> impl Strategy<Value = (Vec<u32>, u32, usize)> {
    (
        vec(1..4_u32, 2..12),
        0..5000_u32,
        any::<prop::sample::Index>(),
    )
        .prop_map(|(weights, seed, gone)| (weights.clone(), seed, gone.index(weights.len())))
}

proptest! {
    #![proptest_config(config())]

    /// Whatever the weights. Of nginx's modulo hash too, as long as the server stays in the list:
    /// it hashes again.
    #[test]
    fn when_a_server_goes_only_its_keys_move((weights, seed, gone) in cluster()) {
        let keys = keys(1000);
        for id in [
            StrategyId::Ketama,
            StrategyId::HaproxyRing,
            StrategyId::Rendezvous,
            StrategyId::BoundedLoad,
            StrategyId::UriHash,
        ] {
            let [_, needless] = moved(&of(id), &weights, seed, &keys, gone);
            prop_assert_eq!(needless, 0.0, "{}", id);
        }
        // Envoy's ring, if its size is no more than one point to a server and none is added.
        let equal = vec![1; weights.len()];
        let config = StrategyConfig { ring_size: 1, ..of(StrategyId::EnvoyRing) };
        prop_assert_eq!(moved(&config, &equal, seed, &keys, gone)[1], 0.0);
    }

    /// Whatever the keys, a server never has more than ⌈⌈(tasks)·f⌉·w/W⌉ tasks,
    /// and one if that is less.
    #[test]
    fn bounded_load_never_exceeds_its_bound(
        (weights, seed, _) in cluster(),
        factor in 101..300_u32,
        hot in 1..4_usize,
    ) {
        let keys = keys(hot);
        let addresses = addresses(weights.len(), seed);
        let config = StrategyConfig { balance_factor: factor, ..of(StrategyId::BoundedLoad) };
        let case = Case {
            addresses: &addresses,
            keys: &keys,
            hold: true,
            ..Case::new(config.id, &weights, 200)
        };
        let picks = Case { config, ..case }.picks().expect("plain keys");
        let total: u32 = weights.iter().sum();
        let mut active = vec![0_u32; weights.len()];
        for (served, pick) in (1_u32..).zip(picks) {
            let Pick::Server(server) = pick else { panic!("{pick:?}") };
            active[server] += 1;
            let slots = (served * factor).div_ceil(100);
            let bound = (slots * weights[server]).div_ceil(total).max(1);
            let at_server = active[server];
            prop_assert!(at_server <= bound, "{at_server} of {served}, at most {bound}");
        }
    }
}

/// Maglev gives up a few keys for even shares. Over 40 clusters of 3 to 10 servers at most 0.35 %
/// of the keys move for nothing, on average 0.13 %; allowed: 1 % and 0.3 %.
#[test]
fn maglev_moves_little_more_than_it_must() {
    let keys = keys(4000);
    let mut sum = 0.0;
    for seed in 0..40 {
        let n = 3 + seed as usize % 8;
        let [due, needless] = moved(&of(StrategyId::Maglev), &vec![1; n], seed, &keys, n - 1);
        assert!((due - 1.0 / n as f64).abs() < 0.03, "{n}: {due}");
        assert!(needless < 0.01, "{n}: {needless}");
        sum += needless / 40.0;
    }
    assert!(sum > 0.0 && sum < 0.003, "{sum}");
}

/// Envoy keeps the size of its ring: when one of n servers leaves, the others get its number of
/// points among them. A key meets one of those first with probability 1/(n + 1); its owner stays in
/// (n − 1)/n of the cases, and was another in (n − 2)/(n − 1) of these. So (n − 2)/(n(n +
/// 1)) of all keys move for nothing. Means of 20 clusters; allowed: 0.01.
#[test]
fn envoys_ring_moves_keys_to_the_points_that_it_adds() {
    let keys = keys(4000);
    for n in [3, 4, 8] {
        let sum: f64 = (0..20)
            .map(|seed| moved(&of(StrategyId::EnvoyRing), &vec![1; n], seed, &keys, 0)[1])
            .sum();
        let mean = sum / 20.0;
        let expected = (n as f64 - 2.0) / (n * (n + 1)) as f64;
        assert!(
            (mean - expected).abs() < 0.01,
            "{n}: {mean} against {expected}"
        );
    }
}

/// The contrast: a map of n slots rebuilt with n − 1, and a modulo hash over a list that lost a
/// server.
#[test]
fn hashing_modulo_the_servers_moves_most_keys() {
    let keys = keys(4000);
    for n in [4, 5, 8] {
        let [due, needless] = moved(&of(StrategyId::HaproxyMap), &vec![1; n], 0, &keys, 0);
        assert!(
            due < 1.3 / n as f64 && due + needless > 0.6,
            "{n}: {due} {needless}"
        );
        let uri_hash = of(StrategyId::UriHash);
        let before = owners(&uri_hash, &vec![1; n], 0, &keys, None);
        let after = owners(&uri_hash, &vec![1; n - 1], 0, &keys, None);
        let moves = before.iter().zip(&after).filter(|(a, b)| a != b).count();
        assert!(moves as f64 > 0.6 * keys.len() as f64, "{n}: {moves}");
    }
}

/// With V points to each of n servers a server's share has the coefficient of variation √((n −
/// 1)/(nV + 1)); m keys add (n − 1)/m to its square. The square's mean over 200 clusters has a
/// standard error of about 4 %; allowed: 12 %.
#[test]
fn rings_are_as_uneven_as_their_points_are_few() {
    let keys = keys(4000);
    let n = 8.0;
    let m = keys.len() as f64;
    for points in [10, 40, 160] {
        let v = f64::from(points);
        let expected = (n - 1.0) / (n * v + 1.0) + (n - 1.0) / m;
        let by_xxh64 = StrategyConfig {
            ring_size: points * 8,
            ..of(StrategyId::EnvoyRing)
        };
        let by_crc = StrategyConfig {
            virtual_nodes: points,
            ..of(StrategyId::Ketama)
        };
        for config in [by_xxh64, by_crc] {
            let sum: f64 = (0..200).map(|seed| unevenness(&config, seed, &keys)).sum();
            let seen = sum / 200.0;
            assert!(
                (seen / expected - 1.0).abs() < 0.12,
                "{} V = {v}: {seen} against {expected}",
                config.id
            );
        }
    }
}

/// The square of the coefficient of variation of eight servers' shares of the keys.
fn unevenness(config: &StrategyConfig, seed: u32, keys: &[String]) -> f64 {
    let mut counts = [0.0; 8];
    for server in owners(config, &[1; 8], seed, keys, None) {
        counts[server] += 1.0;
    }
    let relative = counts.map(|count| count * 8.0 / keys.len() as f64 - 1.0);
    relative.iter().map(|off| off * off).sum::<f64>() / 8.0
}

#[test]
fn the_scenes_show_what_they_say() {
    let storm = presets::find("remapping-storm").expect("preset");
    let all = Mask::of(4, |_| true);
    let left = Mask::of(4, |s| s != 3);
    let map = moves(&storm, all, left);
    assert!(map.keys == 400 && map.due + map.needless > 280, "{map:?}");
    assert_eq!(
        moves(&storm, left, all),
        map,
        "a server that comes moves what moved when it went"
    );
    let mut mended = storm;
    mended.balancer.strategy.id = StrategyId::Ketama;
    assert_eq!(moves(&mended, all, left).needless, 0);
    let by_turns = presets::find("distributed").expect("preset");
    assert_eq!(moves(&by_turns, all, left).keys, 0);
}
