//! What autoscalers order on scripted loads, second for second. The tables were worked out by hand
//! from the documented algorithms; the comments say how.

use super::*;
use crate::balance::StrategyId;
use crate::measure::readings::{Readings, Times};
use crate::scenario::{Autoscaler, PlannedChange, ScaleBy, ServerConfig, StartUp, presets};
use crate::sim::Probe;

/// All that an autoscaler says.
#[derive(Default)]
struct Seen(Vec<ScaleEvent>);

impl Probe for Seen {
    fn scaled(&mut self, event: &ScaleEvent) {
        self.0.push(*event);
    }
}

/// Tasks of `size_s` at even distances, at these rates (tasks/s) from these times (s) on; servers
/// serve any number of them at once.
fn scripted(size_s: f64, rates: &[(f64, f64)], autoscaler: Autoscaler) -> Scenario {
    let server = ServerConfig {
        slots: 1000,
        ..ServerConfig::default()
    };
    let mut scenario = Scenario {
        servers: vec![server; 16],
        autoscaler,
        ..Scenario::default()
    };
    scenario.sizes.mean = size_s;
    scenario.arrivals.rate_per_s = rates[0].1;
    scenario.changes = rates[1..]
        .iter()
        .map(|&(at_s, to)| PlannedChange {
            at_s,
            field: "arrivals.rate_per_s".into(),
            to,
            over_s: 0.0,
            every_s: None,
        })
        .collect();
    scenario
}

/// The value of a table of steps at this second.
fn at(table: &[(u32, u32)], second: u32) -> u32 {
    let until = table.iter().take_while(|step| step.0 <= second);
    until.last().map_or(0, |step| step.1)
}

/// Runs, and compares with tables of what is wanted, ordered and useful.
fn follow(
    scenario: &Scenario,
    until: u32,
    tables: [&[(u32, u32)]; 3],
) -> (Engine, Vec<ScaleEvent>) {
    assert_eq!(scenario.validate(), Ok(()));
    let mut engine = Engine::new(scenario);
    let mut seen = Seen::default();
    for second in 0..=until {
        engine.run_until(f64::from(second), &mut seen);
        let latest = engine.scaler().expect("is on").latest(engine.now_s());
        let found = [latest.wanted, latest.counts.ordered, latest.counts.useful];
        assert_eq!(
            found,
            tables.map(|table| at(table, second)),
            "at {second} s"
        );
    }
    (engine, seen.0)
}

/// Two tasks a second of 10 s each are 20 in flight, ten a second 100. Of 10.5 a server, that is
/// 2 and 10.
#[test]
fn an_hpa_orders_as_documented() {
    let autoscaler = Autoscaler {
        by: ScaleBy::Hpa,
        on_at_start: 2,
        target: 10.5,
        image_s: 20.0,
        warm_up_s: 10.0,
        ..Autoscaler::default()
    };
    let rates = [(0.0, 2.0), (60.0, 10.0), (300.0, 2.0)];
    let scenario = scripted(10.0, &rates, autoscaler);
    // Looks every 15 s. At 15 the first 20 are there. From 60 to 70 eight more come each second
    // than leave.
    let wanted = [(0, 2), (75, 10), (315, 2)];
    // At 75 by four or to twice as many, which is 6. The last recommendation of ten, at 300, holds
    // for 300 s.
    let ordered = [(0, 2), (75, 6), (90, 10), (600, 2)];
    let useful = [(0, 2), (105, 6), (120, 10), (600, 2)];
    let (engine, events) = follow(&scenario, 700, [&wanted, &ordered, &useful]);
    let reason = |second: f64| events.iter().find(|e| e.time_s == second).map(|e| e.reason);
    let said = [60.0, 75.0, 90.0, 105.0, 135.0, 330.0, 600.0, 615.0].map(reason);
    let reasons = [
        ScaleReason::Kept,
        ScaleReason::Limit,
        ScaleReason::Wanted,
        ScaleReason::Ready,
        ScaleReason::Kept,
        ScaleReason::Window,
        ScaleReason::Wanted,
        ScaleReason::Kept,
    ];
    assert_eq!(said, reasons.map(Some));
    // The eight that go have a task of ten seconds each, and one is sent every half second, in
    // turn: the last leaves at 609.5 or so.
    let gone: Vec<_> = events
        .iter()
        .filter(|e| e.reason == ScaleReason::Gone)
        .collect();
    let last_s = gone.last().expect("they went").time_s;
    assert!((605.0..=610.0).contains(&last_s), "{last_s}");
    assert_eq!(gone.last().expect("they went").counts.draining, 0);
    // Paid from the order to the end of the last task.
    let ends_s = gone.iter().scan(8, |left, e| {
        let ended = *left - e.counts.draining;
        *left = e.counts.draining;
        Some(f64::from(ended) * e.time_s)
    });
    let paid_s = 2.0 * 700.0 + ends_s.sum::<f64>() - 4.0 * 75.0 - 4.0 * 90.0;
    let found_s = engine.scaler().expect("is on").server_s(700.0);
    assert!((found_s - paid_s).abs() < 1e-6, "{found_s} {paid_s}");
    assert_eq!(engine.totals().rejected_sum(), 0);
}

/// Ten tasks in flight become a hundred from 60 to 120 s; eleven a server are wanted. Averages are
/// of the last 6 s (panic) and 60 s (stable), of samples each second: 55 in the second of a change.
#[test]
fn a_kpa_orders_as_documented() {
    let autoscaler = Autoscaler {
        by: ScaleBy::Kpa,
        target: 11.0,
        image_s: 4.0,
        warm_up_s: 0.0,
        ..Autoscaler::default()
    };
    let rates = [(0.0, 10.0), (60.0, 100.0), (120.0, 10.0)];
    let scenario = scripted(1.0, &rates, autoscaler);
    let ordered = [
        (0, 1),
        // (4 · 10 + 55 + 100) / 6 = 32.5: three for one that is ready, so it panics.
        (62, 3),
        // (2 · 10 + 55 + 3 · 100) / 6 = 62.5, then (55 + 5 · 100) / 6 = 92.5, then 100.
        (64, 6),
        (66, 9),
        (68, 10),
        // Nine for three were the last that was twice as many: it calms more than 60 s after 66.
        // (52 · 100 + 55 + 7 · 10) / 60 = 88.75, and 3 less each 2 s.
        (128, 9),
        (130, 8),
        (136, 7),
        (144, 6),
        (152, 5),
        (158, 4),
        (166, 3),
        (174, 2),
        (180, 1),
    ];
    let mut useful = vec![(0, 1), (66, 3), (68, 6), (70, 9), (72, 10)];
    useful.extend(&ordered[5..]);
    follow(&scenario, 240, [&ordered, &ordered, &useful]);
}

/// Nothing is on, and tasks wait at the balancer, until they are pulled or sent. KEDA looks every
/// 30 s; its HPA, off without servers, then adds up to four at once.
#[test]
fn a_queue_wakes_servers_and_lets_them_go() {
    let autoscaler = Autoscaler {
        by: ScaleBy::Queue,
        on_at_start: 0,
        least: 0,
        target: 11.0,
        image_s: 20.0,
        warm_up_s: 0.0,
        ..Autoscaler::default()
    };
    // 30 tasks by 30 s, then one every 1000 s, the first of them at 1030.
    let mut scenario = scripted(1.0, &[(0.0, 1.0), (30.5, 0.001)], autoscaler);
    for id in [StrategyId::Pull, StrategyId::RoundRobin] {
        scenario.balancer.strategy.id = id;
        wake(&scenario);
    }
}

fn wake(scenario: &Scenario) {
    let wanted = [(0, 0), (30, 3), (60, 0), (360, 0)];
    // The HPA keeps one, and KEDA takes that when it has been idle for more than 300 s: the last
    // look that found tasks was at 30 s, the first after 330 is at 360. The HPA wanted 3 until 45.
    let ordered = [(0, 0), (30, 3), (345, 1), (360, 0)];
    let useful = [(0, 0), (50, 3), (345, 1), (360, 0)];
    let (engine, events) = follow(scenario, 900, [&wanted, &ordered, &useful]);
    let first = events.first().expect("decisions");
    assert_eq!((first.time_s, first.reason), (30.0, ScaleReason::Activated));
    assert!(
        events
            .iter()
            .any(|e| e.time_s == 360.0 && e.reason == ScaleReason::Cooldown)
    );
    assert_eq!(engine.totals().rejected_sum(), 0);
    assert_eq!(engine.totals().finished, engine.totals().arrived);
}

#[test]
fn a_schedule_orders_at_its_hours() {
    let mut autoscaler = Autoscaler {
        by: ScaleBy::Schedule,
        image_s: 30.0,
        warm_up_s: 0.0,
        ..Autoscaler::default()
    };
    autoscaler.schedule.day_s = 600.0;
    autoscaler.schedule.begins_s = 100.0;
    autoscaler.schedule.ends_s = 250.0;
    autoscaler.schedule.servers = 4;
    let scenario = scripted(0.1, &[(0.0, 1.05)], autoscaler);
    let ordered = [(0, 1), (100, 4), (250, 1), (700, 4), (850, 1)];
    let useful = [(0, 1), (130, 4), (250, 1), (730, 4), (850, 1)];
    follow(&scenario, 1000, [&ordered, &ordered, &useful]);
}

/// All that are off still drain, with a task of 100 s each: who is ordered waits for the first of
/// them to end, and only then starts.
#[test]
fn an_order_waits_for_a_machine() {
    let mut autoscaler = Autoscaler {
        by: ScaleBy::Schedule,
        on_at_start: 4,
        image_s: 5.0,
        warm_up_s: 0.0,
        ..Autoscaler::default()
    };
    autoscaler.schedule.day_s = 1000.0;
    autoscaler.schedule.begins_s = 50.0;
    autoscaler.schedule.ends_s = 20.0;
    autoscaler.schedule.servers = 4;
    let mut scenario = scripted(100.0, &[(0.0, 1.0)], autoscaler);
    scenario.servers.truncate(4);
    assert_eq!(scenario.validate(), Ok(()));
    let mut engine = Engine::new(&scenario);
    // Of four servers three go at 20 s; their last tasks came within 4 s before, and end at 116 to
    // 120 s. Then they start in 5 s.
    for (second, expected) in [
        (19.0, (4, 4, 0)),
        (49.0, (1, 1, 3)),
        (51.0, (4, 1, 3)),
        (115.0, (4, 1, 3)),
        (126.0, (4, 4, 0)),
    ] {
        engine.run_until(second, &mut ());
        let counts = engine.scaler().expect("is on").counts();
        let found = (counts.ordered, counts.useful, counts.draining);
        assert_eq!(found, expected, "at {second} s");
    }
    assert_eq!(engine.totals().rejected_sum(), 0);
}

/// What a cold start costs: the same step in load, with starts of no time and of 294 s.
#[test]
fn cold_starts_are_seen_in_p99() {
    let p99_s = [StartUp::Own, StartUp::Cold].map(|start_up| {
        let autoscaler = Autoscaler {
            by: ScaleBy::Hpa,
            on_at_start: 2,
            least: 2,
            target: 2.0,
            start_up,
            image_s: 0.0,
            warm_up_s: 0.0,
            ..Autoscaler::default()
        };
        let mut scenario = scripted(1.0, &[(0.0, 1.5), (300.0, 6.0)], autoscaler);
        for server in &mut scenario.servers {
            server.slots = 1;
        }
        scenario.balancer.strategy.id = StrategyId::LeastConnections;
        let mut readings = Readings::new([&scenario]);
        Engine::new(&scenario).run_until(1200.0, &mut readings);
        Times::of(&mut readings.responses.seconds).p99_s
    });
    // At once: what piles up within 15 s is gone half a minute later. Cold: in 294 s four tasks a
    // second pile up on two servers.
    assert!(p99_s[0] < 40.0, "{p99_s:?}");
    assert!(p99_s[1] > 250.0, "{p99_s:?}");
}

/// What the guide says of a scene, with these seeds.
struct Told {
    p99_s: f64,
    longest_s: f64,
    most_in_system: u64,
    /// How often the number of servers was lowered.
    lowered: usize,
    server_hours: f64,
    changes: Vec<ScaleEvent>,
}

fn tell(scenario: &Scenario) -> Told {
    assert_eq!(scenario.validate(), Ok(()));
    let mut readings = Readings::new([scenario]);
    let mut engine = Engine::new(scenario);
    let mut most_in_system = 0;
    for second in 0..=scenario.duration_s as u32 {
        engine.run_until(f64::from(second), &mut readings);
        most_in_system = most_in_system.max(engine.tasks().len() as u64);
    }
    let times = Times::of(&mut readings.responses.seconds);
    let ordered: Vec<u32> = readings.scales.iter().map(|e| e.counts.ordered).collect();
    Told {
        p99_s: times.p99_s,
        longest_s: times.max_s,
        most_in_system,
        lowered: ordered.windows(2).filter(|pair| pair[1] < pair[0]).count(),
        server_hours: engine
            .scaler()
            .expect("is on")
            .server_s(scenario.duration_s)
            / 3600.0,
        changes: readings.scales,
    }
}

/// A scene as it is and put right.
fn scene(id: &str) -> [Told; 2] {
    let wrong = presets::find(id).expect(id);
    let mut right = wrong.clone();
    presets::fix(id).expect(id)(&mut right);
    [wrong, right].map(|scenario| tell(&scenario))
}

/// When the number of useful servers first was this (s).
fn useful_s(told: &Told, servers: u32) -> f64 {
    let found = told.changes.iter().find(|e| e.counts.useful >= servers);
    found.map_or(f64::NAN, |e| e.time_s)
}

/// "At 75 s orders all six", "their first task at 369 s", "over a thousand wait", "more than two
/// minutes".
#[test]
fn the_guide_is_right_about_cold_starts() {
    let [wrong, right] = scene("cold-start");
    let all = wrong.changes.iter().find(|e| e.counts.ordered == 6);
    assert_eq!(all.map(|e| e.time_s), Some(75.0));
    assert_eq!(wrong.changes[0].counts.ordered, 6, "none before");
    assert_eq!(useful_s(&wrong, 6), 369.0);
    assert!(wrong.most_in_system > 1000, "{}", wrong.most_in_system);
    assert!(wrong.longest_s > 120.0, "{}", wrong.longest_s);
    assert_eq!(useful_s(&right, 6), 75.0 + 82.0);
    assert!(right.p99_s < 60.0, "{}", right.p99_s);
}

/// "21 times", "17 s", then "once" and "4.5 s"; "1.8 server-hours in place of 1.44".
#[test]
fn the_guide_is_right_about_flapping() {
    let [wrong, right] = scene("flapping");
    assert_eq!((wrong.lowered, right.lowered), (21, 1));
    for (told, p99_s, server_hours) in [(&wrong, 17.0, 1.44), (&right, 4.5, 1.8)] {
        assert!((told.p99_s - p99_s).abs() < 0.5, "{}", told.p99_s);
        let hours = told.server_hours;
        assert!((hours - server_hours).abs() < 0.01, "{hours}");
    }
}

/// "Ready when the rush is nearly over", "all are ready at 594 s", "from more than a minute to
/// 5 s", "cheaper".
#[test]
fn the_guide_is_right_about_the_rush_hour() {
    let [wrong, right] = scene("rush-hour");
    let late_s = useful_s(&wrong, 6);
    assert!((850.0..915.0).contains(&late_s), "{late_s}");
    assert_eq!(useful_s(&right, 6), 594.0);
    assert!(wrong.p99_s > 60.0, "{}", wrong.p99_s);
    assert!((right.p99_s - 5.0).abs() < 0.5, "{}", right.p99_s);
    assert!(right.server_hours < 0.9 * wrong.server_hours);
}

/// A rule that begins in the middle of a run measures from then on: 20 tasks for 100 s, then 2.
#[test]
fn a_new_rule_has_seen_nothing() {
    let by_load = Autoscaler {
        by: ScaleBy::Hpa,
        on_at_start: 4,
        ..Autoscaler::default()
    };
    let mut scenario = scripted(1.0, &[(0.0, 20.0), (100.0, 2.0)], by_load);
    let mut engine = Engine::new(&scenario);
    engine.run_until(200.0, &mut ());
    scenario = engine.scenario().clone();
    scenario.autoscaler.by = ScaleBy::Kpa;
    assert!(!engine.scenario().must_restart(&scenario));
    engine.reconfigure(&scenario, &mut ());
    let mut seen = Seen::default();
    engine.run_until(203.0, &mut seen);
    let first = seen.0.first().expect("decides every two seconds");
    assert!((first.seen - 2.0).abs() < 0.1, "{}", first.seen);
}
