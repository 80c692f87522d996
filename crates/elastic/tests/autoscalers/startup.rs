//! Cold starts and fleets.

use equipoise_elastic::startup::{CACHED, COLD, Stage, at, total_s};
use equipoise_elastic::{Counts, Fleet};

/// tensorfuse.io, "Reducing GPU Cold Start Time with vLLM": the sums of its tables.
#[test]
fn published_cold_starts_take_294_and_82_seconds() {
    assert_eq!(total_s(COLD), 294.0);
    assert_eq!(total_s(CACHED), 82.0);
}

#[test]
fn a_start_passes_its_stages_in_order() {
    assert_eq!(at(COLD, 0.0), Some((Stage::Download, 0.0)));
    assert_eq!(at(COLD, 61.0), Some((Stage::Weights, 0.0)));
    assert_eq!(at(COLD, 247.0), Some((Stage::Engine, 0.5)));
    assert_eq!(at(COLD, 294.0), None);
    // A stage that takes no time is never seen.
    assert_eq!(at(CACHED, 0.0), Some((Stage::Weights, 0.0)));
}

fn counts(ordered: u32, ready: u32, draining: u32) -> Counts {
    Counts {
        ordered,
        ready,
        draining,
    }
}

/// Two that are ready, three ordered at 100 s and ready at 394 s, then down to one: the three that
/// start go at once, one that is ready drains for 30 s.
#[test]
fn those_that_start_go_first_and_each_is_paid_for_its_time() {
    let mut fleet = Fleet::new(0.0, 2, total_s(COLD), 30.0);
    fleet.order(100.0, 5);
    assert_eq!(fleet.counts(393.0), counts(5, 2, 0));
    assert_eq!(fleet.counts(394.0), counts(5, 5, 0));
    fleet.order(200.0, 1);
    assert_eq!(fleet.counts(200.0), counts(1, 1, 1));
    assert_eq!(fleet.counts(229.0), counts(1, 1, 1));
    assert_eq!(fleet.counts(230.0), counts(1, 1, 0));
    // 300 s of the one that stays, 230 s of the one that drained, three times 100 s.
    assert_eq!(fleet.server_s(300.0), 300.0 + 230.0 + 300.0);
}
