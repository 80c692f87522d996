//! What holds of any load.

use equipoise_elastic::{Hpa, HpaSettings, Kpa, KpaSettings};
use proptest::prelude::*;

proptest! {
    /// From within its bounds an HPA stays there, at most doubles or adds four in 15 s, goes no way
    /// that was not wanted within 300 s, and follows what is wanted for longer than that.
    #[test]
    fn an_hpa_keeps_its_bounds_and_follows(
        start in 1..=40_u32,
        wants in prop::collection::vec(0..=60_u32, 1..60),
        last in 1..=40_u32,
    ) {
        let mut hpa = Hpa::new(HpaSettings { max: 40, ..HpaSettings::default() });
        let mut replicas = start;
        let lasting = std::iter::repeat_n(last, 25);
        for (k, wanted) in wants.iter().copied().chain(lasting).enumerate() {
            let next = hpa.decide(15.0 * k as f64, replicas, wanted).ordered;
            prop_assert!((1..=40).contains(&next));
            prop_assert!(next <= (2 * replicas).max(replicas + 4));
            prop_assert!(next <= replicas || wanted > replicas);
            prop_assert!(next >= replicas || wanted < replicas);
            replicas = next;
        }
        prop_assert_eq!(replicas, last);
    }

    /// A KPA never wants fewer while it panics, and stays between its rates when calm.
    #[test]
    fn a_kpa_never_wants_fewer_in_panic(
        load in prop::collection::vec((0.0..500.0_f64, 0.0..500.0_f64), 1..100),
    ) {
        let mut kpa = Kpa::new(KpaSettings { target: 10.0, ..KpaSettings::default() }, 0.0, 1);
        let mut ready = 1;
        let mut before = (0, false);
        for (k, (stable, panic)) in load.into_iter().enumerate() {
            let scale = kpa.scale(2.0 * k as f64, ready, stable, panic);
            if before.1 && scale.panics {
                prop_assert!(scale.wanted >= before.0);
            }
            if !scale.panics {
                prop_assert!(scale.wanted >= ready.max(1) / 2);
            }
            before = (scale.wanted, scale.panics);
            ready = scale.wanted;
        }
    }
}
