//! Scripted loads, second for second. The tables were worked out by hand from the documented
//! algorithms, and the comments beside them say how.

use equipoise_elastic::metric::{Pod, Target};
use equipoise_elastic::startup::{COLD, total_s};
use equipoise_elastic::window::Samples;
use equipoise_elastic::{Fleet, Hpa, HpaSettings, Keda, KedaSettings, Kpa, KpaSettings};

/// The value of a table of steps at this second.
fn at(table: &[(u32, u32)], second: u32) -> u32 {
    let until = table.iter().take_while(|step| step.0 <= second);
    until.last().map_or(0, |step| step.1)
}

/// A service of 1 core a replica at 50 % meets 8 cores of load, from second 60 to 900. Starts take
/// 294 s, so that two replicas become sixteen, and twice too many: while the new ones start, those
/// that are ready are full and hide how much is missing.
#[test]
fn an_hpa_with_cold_starts_orders_at_once_and_is_useful_after_minutes() {
    let ordered = [
        (0, 2),
        // 100 % of two replicas is twice the target; more would need to be seen to be ordered.
        (60, 4),
        // Until 354 the two that start count as idle: 50 % of four, so nothing changes. At 360
        // four are ready and full.
        (360, 8),
        // Likewise at 660, after 654.
        (660, 16),
        // From 900 on 1 core on eight is 12 %, on sixteen 6 %: two are wanted. The last
        // recommendation of sixteen was at 885 and holds for 300 s.
        (1185, 2),
    ];
    let useful = [(0, 2), (354, 4), (654, 8), (954, 16), (1185, 2)];
    let mut hpa = Hpa::new(HpaSettings::default());
    let mut fleet = Fleet::new(0.0, 2, total_s(COLD), 0.0);
    for second in 0..1500 {
        let now_s = f64::from(second);
        let load_milli = if (60..900).contains(&second) {
            8000
        } else {
            1000
        };
        let counts = fleet.counts(now_s);
        if second % 15 == 0 {
            let usage = (load_milli / u64::from(counts.ready)).min(1000);
            let pods: Vec<Pod> = (0..counts.ordered)
                .map(|k| match k < counts.ready {
                    true => Pod::ready(usage, 1000),
                    false => Pod::unready(1000),
                })
                .collect();
            let wanted = Target::Utilisation { percent: 50 }
                .desired(&pods, counts.ordered, 0.1)
                .expect("some are ready");
            fleet.order(now_s, hpa.decide(now_s, counts.ordered, wanted).ordered);
        }
        let counts = fleet.counts(now_s);
        assert_eq!(
            counts.ordered,
            at(&ordered, second),
            "ordered at {second} s"
        );
        assert_eq!(counts.ready, at(&useful, second), "useful at {second} s");
    }
    // Sixteen cores were paid for where one would have done, for more than four minutes.
    let paid_s = [(2, 60), (4, 300), (8, 300), (16, 525), (2, 314)];
    let sum: u32 = paid_s.iter().map(|(replicas, span)| replicas * span).sum();
    assert_eq!(fleet.server_s(1499.0), f64::from(sum));
}

/// Ten requests in flight become a hundred from second 60 to 120; ten a pod are wanted, and pods
/// start in 4 s.
#[test]
fn a_kpa_panics_within_seconds_and_calms_with_its_stable_window() {
    let ordered = [
        (0, 1),
        // The six seconds of the panic window have 1, 3, 5 and 6 of the new ones: 25, 55, 85, 100.
        (60, 3),
        (62, 6),
        (64, 9),
        (66, 10),
        // At 64 nine over three ready was the last of the panic: it ends after 124. From then on
        // the mean of 60 s, 10 + 1.5·(179 − t) requests, over ten.
        (126, 9),
        (134, 8),
        (140, 7),
        (146, 6),
        (154, 5),
        (160, 4),
        (166, 3),
        (174, 2),
        (180, 1),
    ];
    let settings = KpaSettings {
        target: 10.0,
        ..KpaSettings::default()
    };
    let mut samples = Samples::new(settings.stable_s);
    let mut kpa = Kpa::new(settings, 0.0, 1);
    let mut fleet = Fleet::new(0.0, 1, 4.0, 0.0);
    for second in 0..240 {
        let now_s = f64::from(second);
        let in_flight = if (60..120).contains(&second) {
            100.0
        } else {
            10.0
        };
        samples.add(now_s, in_flight);
        if second % 2 == 0 {
            let [stable, panic] = [60.0, 6.0].map(|span| samples.average(now_s, span));
            let [stable, panic] = [stable, panic].map(|mean| mean.expect("there are samples"));
            let counts = fleet.counts(now_s);
            let wanted = kpa.scale(now_s, counts.ready, stable, panic).wanted;
            fleet.order(now_s, kpa.order(now_s, counts.ordered, wanted));
        }
        let ordered = at(&ordered, second);
        assert_eq!(fleet.counts(now_s).ordered, ordered, "at {second} s");
    }
}

/// A hundred tasks wait from second 100 to 400; five a replica are wanted.
#[test]
fn keda_wakes_at_its_poll_and_sleeps_after_its_cooldown() {
    let ordered = [
        (0, 0),
        // The poll of 120 wakes one, and the HPA makes it 5 (four more), 10, 20.
        (120, 5),
        (135, 10),
        (150, 20),
        // The last recommendation of 20 was at 390 and holds for 300 s; the HPA keeps one.
        (690, 1),
        // The poll of 390 was the last to see tasks: the cooldown is over after 690.
        (720, 0),
    ];
    let mut keda = Keda::new(KedaSettings::default(), 0.0);
    let mut replicas = 0;
    for second in 0..900 {
        let now_s = f64::from(second);
        let tasks = if (100..400).contains(&second) {
            100.0
        } else {
            0.0
        };
        if second % 30 == 0 {
            replicas = keda.poll(now_s, replicas, tasks);
        }
        if second % 15 == 0 && replicas > 0 {
            replicas = keda.sync(now_s, replicas, tasks).ordered;
        }
        assert_eq!(replicas, at(&ordered, second), "at {second} s");
    }
}
