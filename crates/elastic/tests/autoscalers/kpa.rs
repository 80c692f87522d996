//! `autoscaler_test.go` of Knative's `pkg/autoscaler/scaling`, at 98e5ef90.

use equipoise_elastic::window::Samples;
use equipoise_elastic::{Kpa, KpaSettings};

/// The settings of those tests: a threshold of 2, rates of 10, 75 % of the capacity as target.
fn settings(target: f64, burst: f64) -> KpaSettings {
    KpaSettings {
        target,
        capacity: target / 0.75,
        max_up: 10.0,
        max_down: 10.0,
        burst,
        ..KpaSettings::default()
    }
}

/// A KPA that began with one pod.
fn kpa(target: f64) -> Kpa {
    Kpa::new(settings(target, 98.0), 0.0, 1)
}

/// What a KPA wants at one moment.
fn once(settings: KpaSettings, ready: u32, stable: f64, panic: f64) -> u32 {
    let mut kpa = Kpa::new(settings, 0.0, 1);
    kpa.scale(0.0, ready, stable, panic).wanted
}

#[test]
fn unpanics_after_a_slow_increase() {
    let mut kpa = kpa(1.0);
    let first = kpa.scale(0.0, 10, 11.0, 25.0);
    assert_eq!((first.wanted, first.panics), (25, true));
    let second = kpa.scale(30.0, 40, 30.0, 41.0);
    assert_eq!((second.wanted, second.panics), (41, true));
    let third = kpa.scale(62.0, 55, 50.0, 56.0);
    assert_eq!((third.wanted, third.panics), (50, false));
}

/// As above, but the surge lasts: the panic begins again, so that it still holds at 62 s.
#[test]
fn a_lasting_surge_extends_the_panic() {
    let mut kpa = kpa(1.0);
    assert_eq!(kpa.scale(0.0, 10, 11.0, 25.0).wanted, 25);
    assert_eq!(kpa.scale(30.0, 40, 30.0, 80.0).wanted, 80);
    let later = kpa.scale(62.0, 80, 50.0, 56.0);
    assert_eq!((later.wanted, later.panics), (80, true));
}

#[test]
fn follows_an_exponential_rise() {
    let mut kpa = kpa(1.0);
    assert_eq!(kpa.scale(0.0, 1, 6.0, 6.0).wanted, 6);
    assert_eq!(kpa.scale(0.0, 6, 36.0, 36.0).wanted, 36);
    assert_eq!(kpa.scale(1.0, 36, 216.0, 216.0).wanted, 216);
    assert_eq!(kpa.scale(1.0, 216, 1296.0, 1296.0).wanted, 1296);
    assert_eq!(kpa.scale(2.0, 1296, 1296.0, 1296.0).wanted, 1296);
}

#[test]
fn decreases_when_calm() {
    let mut kpa = kpa(10.0);
    assert_eq!(kpa.scale(0.0, 8, 100.0, 100.0).wanted, 10);
    assert_eq!(kpa.scale(0.0, 8, 50.0, 50.0).wanted, 5);
}

#[test]
fn small_rates_still_move_by_a_pod() {
    let slow_up = KpaSettings {
        max_up: 1.1,
        ..settings(1.0, 1982.0)
    };
    assert_eq!(once(slow_up, 2, 3.0, 3.1), 3);
    let slow_down = KpaSettings {
        max_down: 1.1,
        ..settings(10.0, 1982.0)
    };
    assert_eq!(once(slow_down, 100, 1.0, 1.0), 90);
}

#[test]
fn rates_limit_in_both_directions() {
    let mut up = kpa(10.0);
    assert_eq!(up.scale(0.0, 1, 1000.0, 1001.0).wanted, 10);
    assert_eq!(up.scale(0.0, 10, 1000.0, 1001.0).wanted, 100);
    let mut down = kpa(10.0);
    assert_eq!(down.scale(0.0, 100, 1.0, 1.0).wanted, 10);
    assert_eq!(down.scale(0.0, 10, 1.0, 1.0).wanted, 1);
}

/// Four pods are wanted at 0:02; from then on none, but for five minutes.
#[test]
fn a_delay_of_five_minutes_ends_at_5_02() {
    let delayed = KpaSettings {
        panic_threshold: 100.0,
        down_delay_s: 300.0,
        stable_s: 0.0,
        ..settings(10.0, 0.0)
    };
    let mut kpa = Kpa::new(delayed, 0.0, 0);
    assert_eq!(kpa.scale(2.0, 0, 40.0, 40.0).wanted, 4);
    for second in (4..=300).step_by(2) {
        assert_eq!(kpa.scale(f64::from(second), 0, 0.0, 0.0).wanted, 4);
    }
    assert_eq!(kpa.scale(302.0, 0, 0.0, 0.0).wanted, 0);
    // Gradually: 4 at 9:00, 3 at 10:00, none at 11:00.
    assert_eq!(kpa.scale(540.0, 0, 40.0, 40.0).wanted, 4);
    assert_eq!(kpa.scale(600.0, 0, 30.0, 30.0).wanted, 4);
    assert_eq!(kpa.scale(660.0, 0, 0.0, 0.0).wanted, 4);
    assert_eq!(kpa.scale(840.0, 0, 0.0, 0.0).wanted, 3);
    assert_eq!(kpa.scale(900.0, 0, 0.0, 0.0).wanted, 0);
}

#[test]
fn panics_then_calms_and_goes_down() {
    let mut kpa = kpa(10.0);
    assert_eq!(kpa.scale(0.0, 1, 100.0, 100.0).wanted, 10);
    assert_eq!(kpa.scale(0.0, 10, 100.0, 1000.0).wanted, 100);
    assert_eq!(kpa.scale(30.0, 10, 1.0, 1.0).wanted, 100);
    assert_eq!(kpa.scale(61.0, 10, 1.0, 1.0).wanted, 1);
}

#[test]
fn activation_is_a_floor_for_any_but_none() {
    let two = KpaSettings {
        activation: 2,
        ..settings(10.0, 75.0)
    };
    assert_eq!(once(two, 1, 0.0, 0.0), 0);
    assert_eq!(once(two, 1, 1.0, 0.0), 2);
}

/// Capacity less what should be free for a burst less what is in flight, rounded down: the first
/// is 10/0.75 − 100 − 50.
#[test]
fn excess_burst_capacity() {
    for (burst, ready, panic, excess) in [
        (100.0, 1, 50.0, -137.0),
        (98.0, 40, 41.0, 394.0),
        (0.0, 1, 49.0, 0.0),
        (-1.0, 1, 26.0, -1.0),
    ] {
        let mut kpa = Kpa::new(settings(10.0, burst), 0.0, 1);
        assert_eq!(kpa.scale(0.0, ready, 50.0, panic).excess_burst, excess);
    }
}

#[test]
fn begins_in_panic_with_more_than_one_pod() {
    for (ready, panics) in [(0, false), (1, false), (2, true)] {
        let mut kpa = Kpa::new(settings(100.0, 11.0), 0.0, ready);
        let first = kpa.scale(1.0, ready, 10.0, 10.0);
        assert_eq!(first.panics, panics, "{ready}");
        assert_eq!(first.wanted, ready.max(1));
    }
}

/// The last pod stays for the grace period of 30 s, from the last time that one was wanted.
#[test]
fn the_last_pod_goes_after_the_grace_period() {
    let mut kpa = kpa(10.0);
    assert_eq!(kpa.order(0.0, 3, 0), 1);
    assert_eq!(kpa.order(29.0, 1, 0), 1);
    assert_eq!(kpa.order(29.5, 1, 1), 1);
    assert_eq!(kpa.order(30.0, 1, 0), 1);
    assert_eq!(kpa.order(60.0, 1, 0), 0);
    assert_eq!(kpa.order(62.0, 0, 0), 0);
}

#[test]
fn windows_average_what_there_is() {
    let mut samples = Samples::new(60.0);
    assert_eq!(samples.average(0.0, 6.0), None);
    for second in 1..=100 {
        samples.add(f64::from(second), f64::from(second));
    }
    // 95 to 100, and 41 to 100.
    assert_eq!(samples.average(100.0, 6.0), Some(97.5));
    assert_eq!(samples.average(100.0, 60.0), Some(70.5));
    assert_eq!(KpaSettings::default().panic_s(), 6.0);
}
