//! Levels of priority and zones.

use super::*;
use equipoise::scenario::ZonePreference;

/// Servers of these levels and zones, each of ten slots; a hundred tasks a second.
fn placed(places: &[(u32, u32)]) -> Scenario {
    let mut s = Scenario::default();
    let server = |&(priority, zone): &(u32, u32)| ServerConfig {
        slots: 10,
        priority,
        zone,
        ..ServerConfig::default()
    };
    s.servers = places.iter().map(server).collect();
    s.arrivals.rate_per_s = 100.0;
    s.sizes.mean = 0.01;
    s
}

fn shares(engine: &Engine) -> Vec<f64> {
    let servers = 0..engine.servers().len();
    servers.map(|s| share(engine, s)).collect()
}

/// Envoy's table: of four servers on the first level one is down, 75 % are healthy, and 140 % of
/// that is more than the whole; with two down the level gets 70 %.
#[test]
fn a_second_level_takes_what_the_first_lacks() {
    let places = [(0, 0), (0, 0), (0, 0), (0, 0), (1, 0), (1, 0)];
    let mut s = placed(&places);
    let second = |s: &Scenario| {
        let shares = shares(&run(s, 199.995));
        shares[4] + shares[5]
    };
    assert_eq!(second(&s), 0.0);
    s.servers[0].state = ServerState::Down;
    assert_eq!(second(&s), 0.0);
    s.servers[1].state = ServerState::Down;
    assert!((second(&s) - 0.3).abs() < 0.013, "{}", second(&s));
    // Without overprovisioning it is what is healthy.
    s.balancer.locality.overprovisioning = 1.0;
    assert!((second(&s) - 0.5).abs() < 0.015, "{}", second(&s));
    s.servers[2].state = ServerState::Down;
    s.servers[3].state = ServerState::Down;
    assert_eq!(second(&s), 1.0);
}

/// Three zones with 1, 2 and 3 servers and as many clients each. Kept in their zones, tasks load
/// the one server of the first three times as much as those of the last; by Envoy's rule half of
/// the first zone's tasks go to the third, which has more servers than clients, and all are even.
#[test]
fn zones_of_unequal_size_are_even_by_envoys_rule_only() {
    let places = [(0, 0), (0, 1), (0, 1), (0, 2), (0, 2), (0, 2)];
    let mut s = placed(&places);
    s.clients.clients = 300;
    let even = shares(&run(&s, 199.995));
    assert!(
        even.iter().all(|x| (x - 1.0 / 6.0).abs() < 0.001),
        "{even:?}"
    );
    s.balancer.locality.zones = ZonePreference::Same;
    let same = shares(&run(&s, 199.995));
    let expected = [
        1.0 / 3.0,
        1.0 / 6.0,
        1.0 / 6.0,
        1.0 / 9.0,
        1.0 / 9.0,
        1.0 / 9.0,
    ];
    for (share, expected) in same.iter().zip(expected) {
        assert!((share - expected).abs() < 0.013, "{same:?}");
    }
    s.balancer.locality.zones = ZonePreference::Envoy;
    let envoy = shares(&run(&s, 199.995));
    assert!(
        envoy.iter().all(|x| (x - 1.0 / 6.0).abs() < 0.011),
        "{envoy:?}"
    );
    // Below Envoy's minimum of servers zones do not matter to it.
    s.balancer.locality.least_servers = 7;
    let few = shares(&run(&s, 199.995));
    assert!(few.iter().all(|x| (x - 1.0 / 6.0).abs() < 0.001), "{few:?}");
}

/// A zone without a healthy server uses the others, by either rule.
#[test]
fn a_zone_without_servers_spills_over() {
    for zones in [ZonePreference::Same, ZonePreference::Envoy] {
        let mut s = placed(&[(0, 0), (0, 1), (0, 1)]);
        s.balancer.locality.zones = zones;
        s.balancer.locality.least_servers = 0;
        s.servers[0].state = ServerState::Down;
        let shares = shares(&run(&s, 99.995));
        assert_eq!(shares[0], 0.0);
        assert!((shares[1] - 0.5).abs() < 0.02, "{zones:?}: {shares:?}");
    }
}

/// Two zones, 50 ms apart, tasks of 10 ms: in turn half of them cross, and none if they stay.
#[test]
fn the_way_to_another_zone_takes_longer() {
    let mut s = placed(&[(0, 0), (0, 1)]);
    s.balancer.locality.latency_s = 0.05;
    s.clients.clients = 2;
    let mean = mean_response_s(&run(&s, 199.0));
    assert!((mean - 0.035).abs() < 0.001, "{mean}");
    s.balancer.locality.zones = ZonePreference::Same;
    let mean = mean_response_s(&run(&s, 199.0));
    assert!((mean - 0.01).abs() < 0.001, "{mean}");
}

/// The scene: two of the three servers of a zone go. The one left takes all of that zone's tasks,
/// three times as many, by `PreferSameZone`, and half of them by Envoy's rule. When it goes too the
/// other zone takes all, and the way there is seen in the response.
#[test]
fn a_zone_that_keeps_its_tasks_drowns_in_them() {
    let [same, envoy] = preset("zone-loss").map(|s| {
        let mut engine = Engine::new(&s);
        let mut before = (0, 0.0);
        let means = [20.0, 50.0, 80.0].map(|until_s| {
            engine.run_until(until_s, &mut ());
            let now = (engine.totals().finished, engine.totals().response_sum_s);
            let mean = (now.1 - before.1) / (now.0 - before.0) as f64;
            before = now;
            mean
        });
        (means, engine)
    });
    let [well, few, none] = same.0;
    assert!((well - 0.5).abs() < 0.1 && few > 3.0 * well, "{:?}", same.0);
    assert!(envoy.0[1] < 1.0, "{:?}", envoy.0);
    // Half of the tasks come from the other zone.
    for none in [none, envoy.0[2]] {
        assert!(none > 0.55 && none < 1.0, "{none}");
    }
    assert_eq!(same.1.servers()[2].present(), 0);
}

/// kubernetes#88580: eight nodes that each deal their requests in turn over 30 pods; 400 requests
/// come to 12 to 19 a pod. From one start they are 16 and 8; with a start of its own for each node,
/// 11 to 15 are usual: the means of the least and the largest of 20 seeds.
#[test]
fn balancers_with_starts_of_their_own_deal_more_evenly() {
    let mut s = placed(&[(0, 0); 30]);
    s.balancer.place = equipoise::scenario::Place::Hybrid;
    s.balancer.instances = 8;
    let extremes = |s: &Scenario| {
        let engine = run(s, 3.995);
        let counts = engine.servers().iter().map(|server| server.assigned);
        [counts.clone().min(), counts.max()].map(|n| n.expect("has servers"))
    };
    assert_eq!(extremes(&s), [8, 16]);
    s.balancer.random_start = true;
    let mut sums = [0; 2];
    for seed in 1..=20 {
        s.seed = seed;
        let found = extremes(&s);
        assert!(found[0] >= 8 && found[1] <= 16, "{found:?}");
        sums = [0, 1].map(|i| sums[i] + found[i]);
    }
    assert!((sums[0] as f64 / 20.0 - 11.0).abs() < 1.0, "{sums:?}");
    assert!((sums[1] as f64 / 20.0 - 15.5).abs() < 1.0, "{sums:?}");
    // As many balancers as clients.
    s.balancer.instances = 250;
    assert!(extremes(&s)[0] > 0);
}
