//! KEDA and timetables, by their documentation.

use equipoise_elastic::{Keda, KedaSettings, Period, Schedule};

#[test]
fn a_hundred_messages_at_five_each_want_twenty() {
    let mut keda = Keda::new(KedaSettings::default(), 0.0);
    assert_eq!(keda.poll(0.0, 0, 100.0), 1);
    assert_eq!(keda.sync(0.0, 1, 100.0).wanted, 20);
}

/// Defaults: activation above 0, from 0 to 100, cooldown 300 s.
#[test]
fn none_and_one_are_kedas_own() {
    let mut keda = Keda::new(KedaSettings::default(), 0.0);
    assert_eq!(keda.poll(0.0, 0, 0.0), 0);
    assert_eq!(keda.poll(30.0, 0, 1.0), 1);
    assert_eq!(keda.poll(60.0, 7, 0.0), 7);
    assert_eq!(keda.poll(330.0, 7, 0.0), 7);
    assert_eq!(keda.poll(331.0, 7, 0.0), 0);
    // Between none and one the HPA is switched off, and its maximum holds.
    assert_eq!(keda.sync(331.0, 0, 900.0).ordered, 0);
    assert_eq!(keda.sync(346.0, 100, 9000.0).ordered, 100);
}

#[test]
fn a_minimum_above_none_is_kept() {
    let settings = KedaSettings {
        min: 2,
        activation: 10.0,
        ..KedaSettings::default()
    };
    let mut keda = Keda::new(settings, 0.0);
    assert_eq!(keda.poll(1000.0, 2, 10.0), 2);
    assert_eq!(keda.poll(1030.0, 0, 11.0), 2);
}

const HOUR_S: f64 = 3600.0;

/// A period from one hour to another.
fn period(from: f64, to: f64, replicas: u32) -> Period {
    Period {
        start_s: from * HOUR_S,
        end_s: to * HOUR_S,
        replicas,
    }
}

#[test]
fn a_timetable_repeats_and_the_most_counts() {
    let schedule = Schedule {
        day_s: 24.0 * HOUR_S,
        otherwise: 1,
        periods: vec![
            period(8.0, 18.0, 10),
            period(17.0, 20.0, 4),
            period(22.0, 2.0, 3),
        ],
    };
    for (hour, wanted) in [
        (0.0, 3),
        (2.0, 1),
        (8.0, 10),
        (17.5, 10),
        (18.0, 4),
        (20.0, 1),
        (23.0, 3),
        (32.0, 10),
    ] {
        assert_eq!(schedule.wanted(hour * HOUR_S), wanted, "hour {hour}");
    }
    assert_eq!(schedule.wanted(8.0 * HOUR_S - 1.0), 1);
}
