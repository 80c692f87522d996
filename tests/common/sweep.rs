//! A sweep whose every number is known: as the library, the page's worker and the command line give it.
//!
//! `tests/sweep.rs` compares them natively and `tests/browser.rs` in a browser.
//!
//! **To regenerate** after a change that is meant to change runs: `cargo test --test sweep` fails and prints
//! [`HASHES`] as they would have to be.

use equipoise::balance::StrategyId;
use equipoise::measure::Observed;
use equipoise::scenario::presets;
use equipoise::sweep::gather::METRICS;
use equipoise::sweep::{Param, SweepPlan};

/// What the numbers of each run of [`plan`] must fold to.
pub const HASHES: &[u64] = &[
    0x7b5bfa6c798ba7b1,
    0xdb319b5771f1c552,
    0xb730b0e7def1688c,
    0x81f0b851b8cc7613,
    0xb4982eec0b69c940,
    0xa54b1520417f5cbe,
    0x7b4d9d6c305f363e,
    0xce8e79bcfd4aff56,
    0x7c3b3be8e6399ac9,
    0xbfb4f30e833f3866,
    0x80306a30a7d13ba1,
    0x67cbff29148c7de4,
];

/// Two points, two seeds, three strategies.
pub fn plan() -> SweepPlan {
    SweepPlan {
        scenario: presets::find("two-choices").expect("preset"),
        beside: None,
        param: Param::Load,
        from: 0.6,
        to: 0.9,
        points: 2,
        log: false,
        replications: 2,
        strategies: vec![StrategyId::TwoChoices, StrategyId::LeastConnections, StrategyId::Ketama],
        tasks: 2_000,
    }
}

/// All metrics of a run and the servers' shares, as one number.
pub fn hash(observed: &Observed) -> u64 {
    fold(METRICS.iter().map(|metric| (metric.of)(observed)).chain(observed.shares.iter().copied()))
}

/// FNV-1a over the numbers' bits. The bits of a NaN are not the same everywhere, and say nothing.
pub fn fold(numbers: impl Iterator<Item = f64>) -> u64 {
    let bits = numbers.map(|x| if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() });
    bits.flat_map(u64::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
