//! A sweep whose every number is known: as the library, the page's worker and the command line give
//! it.
//!
//! `tests/sweep.rs` compares them natively and `tests/browser.rs` in a browser.
//!
//! **To regenerate** after a change that is meant to change runs: `cargo test --test sweep` fails
//! and prints [`HASHES`] as they would have to be.

use equipoise::balance::StrategyId;
use equipoise::measure::Observed;
use equipoise::scenario::presets;
use equipoise::sweep::metric::METRICS;
use equipoise::sweep::{Param, SweepPlan};
use equipoise::worker::protocol::{Reply, Request};

/// What the numbers of each run of [`plan`] must fold to.
pub(crate) const HASHES: &[u64] = &[
    0x16f1fd746abb8d7f,
    0xb097991a239c7a72,
    0x68df4c7342ec37b0,
    0x0370a65a9e055e1d,
    0x178140a7fb289d7a,
    0xcb22fa62dc3859ee,
    0xf2ab293344280c31,
    0x761ab39f0c296490,
    0x10df2921f58764a4,
    0x498281bd328c4d9c,
    0xf7f6323a2575e1df,
    0x8548edec6cd9146c,
];

/// Two points, two seeds, three strategies.
pub(crate) fn plan() -> SweepPlan {
    SweepPlan {
        scenario: presets::find("two-choices").expect("preset"),
        beside: None,
        param: Param::Load,
        from: 0.6,
        to: 0.9,
        points: 2,
        log: false,
        replications: 2,
        strategies: vec![
            StrategyId::TwoChoices,
            StrategyId::LeastConnections,
            StrategyId::Ketama,
        ],
        tasks: 2_000,
    }
}

/// All metrics of a run and the servers' shares, as one number.
pub(crate) fn hash(observed: &Observed) -> u64 {
    fold(
        METRICS
            .iter()
            .map(|metric| (metric.of)(observed))
            .chain(observed.shares.iter().copied()),
    )
}

/// FNV-1a over the numbers' bits. The bits of a NaN are not the same everywhere, and say nothing.
pub(crate) fn fold(numbers: impl Iterator<Item = f64>) -> u64 {
    let bits = numbers.map(|x| {
        if x.is_nan() {
            f64::NAN.to_bits()
        } else {
            x.to_bits()
        }
    });
    bits.flat_map(u64::to_le_bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}

/// What each run folds to as a worker answers it.
pub(crate) fn of_worker(plan: &SweepPlan) -> Vec<u64> {
    (0..plan.runs())
        .map(|index| {
            let request = Request::of(plan, index).expect("is in the plan");
            match request.serve() {
                Reply::Done(result) => hash(&result.observed),
                other => panic!("{other:?}"),
            }
        })
        .collect()
}
