//! `TestNormalizeDesiredReplicas` and `TestNormalizeDesiredReplicasWithBehavior` of Kubernetes.

use equipoise_elastic::rules::Rules;
use equipoise_elastic::{Hpa, HpaSettings};

const MINUTE_S: f64 = 60.0;

/// What is left of `wanted` after recommendations of some minutes ago, with windows of `up_s`
/// and five minutes down.
fn stabilised(up_s: f64, current: u32, past: &[(u32, f64)], wanted: u32) -> u32 {
    let settings = HpaSettings {
        up: Rules {
            window_s: up_s,
            ..Rules::up()
        },
        ..HpaSettings::default()
    };
    let past = past
        .iter()
        .map(|&(replicas, ago)| (-ago * MINUTE_S, replicas));
    let mut hpa = Hpa::with_past(settings, past.collect(), Vec::new());
    hpa.decide(0.0, current, wanted).stabilised
}

#[test]
fn on_the_way_down_the_greatest_of_five_minutes_counts() {
    assert_eq!(stabilised(0.0, 10, &[], 5), 5);
    assert_eq!(stabilised(0.0, 10, &[(4, 2.0), (5, 1.0)], 3), 5);
    assert_eq!(stabilised(0.0, 10, &[(1, 2.0), (2, 1.0)], 3), 3);
    assert_eq!(stabilised(0.0, 10, &[(10, 10.0), (9, 9.0)], 3), 3);
    assert_eq!(
        stabilised(0.0, 10, &[(10, 10.0), (4, 1.0), (5, 2.0), (9, 9.0)], 3),
        5
    );
}

#[test]
fn on_the_way_up_the_least_of_its_window_counts() {
    assert_eq!(stabilised(300.0, 1, &[(4, 2.0), (5, 1.0)], 7), 4);
    let past = [(6, 1.0), (5, 2.0), (9, 3.0), (10, 100.0)];
    assert_eq!(stabilised(300.0, 1, &past, 100), 5);
}

/// An old high recommendation keeps what there is; it does not add to it.
#[test]
fn stabilisation_keeps_and_never_reverses() {
    assert_eq!(stabilised(0.0, 5, &[(9, 1.0)], 3), 5);
    assert_eq!(stabilised(0.0, 5, &[(9, 1.0)], 7), 7);
}
