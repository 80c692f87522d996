//! tf.data's buffer: `model.cc`, and `prefetch_autotuner_test.cc`.

use crate::sample::{is, meets, rng};
use equipoise_training::buffer::{Autotuner, empty_chance, simulate, wait_s};

/// y, x, n and the expected wait.
const WAITS: [(f64, f64, u32, f64); 7] = [
    (1.0, 1.0, 1, 0.5),
    (1.0, 1.0, 9, 0.1),
    (2.0, 1.0, 4, 1.032_258),
    (1.0, 2.0, 4, 0.032_258),
    (1.0, 1.25, 8, 0.038_756),
    (10.0, 8.0, 2, 4.098_361),
    (5.0, 10.0, 1, 1.666_667),
];

#[test]
fn waits_are_those_of_the_model() {
    for (make, used, room, wait) in WAITS {
        is(
            wait_s(make, used, room),
            wait,
            6,
            &format!("{make}, {used}, {room}"),
        );
    }
    assert_eq!(empty_chance(0.0, 1.0, 4), 0.0);
    assert_eq!(empty_chance(1.0, 0.0, 4), 1.0);
}

/// 400,000 elements each, seeds 21 to 27. The chance of an empty buffer is met as well, as the
/// share of elements that were waited for.
#[test]
fn a_run_starves_as_mm1n_says() {
    for ((make, used, room, _), seed) in WAITS.into_iter().zip(21..) {
        let waits = simulate(make, used, room as usize, 400_000, &mut rng(seed));
        let what = format!("{make}, {used}, {room}");
        meets(&waits, wait_s(make, used, room), 0.03, &what);
        let empty: Vec<f64> = waits.iter().map(|&wait| f64::from(wait > 0.0)).collect();
        meets(&empty, empty_chance(make, used, room), 0.03, &what);
    }
}

#[test]
fn the_autotuner_doubles_when_the_buffer_was_full_and_is_empty() {
    let mut tuner = Autotuner::new(0);
    assert_eq!(tuner.limit(), 1);
    for (found, limit) in [
        (0, 1),
        (1, 1),
        (0, 2),
        (2, 2),
        (1, 2),
        (0, 4),
        (4, 4),
        (0, 8),
        (0, 8),
        (0, 8),
    ] {
        tuner.consumed(found);
        assert_eq!(tuner.limit(), limit, "after {found}");
    }
}

/// 200 bytes for elements of 50: two, four, and no more.
#[test]
fn the_autotuner_stays_within_its_memory() {
    let mut tuner = Autotuner::within(2, 200, 50);
    for _ in 0..2 {
        let full = tuner.limit();
        tuner.consumed(full);
        tuner.consumed(0);
        assert_eq!(tuner.limit(), 4);
    }
}

#[test]
fn from_2048_the_autotuner_adds() {
    let mut tuner = Autotuner::new(1024);
    for limit in [2048, 4096, 6144] {
        tuner.consumed(tuner.limit());
        tuner.consumed(0);
        assert_eq!(tuner.limit(), limit);
    }
}
