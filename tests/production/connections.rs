//! Connections of clients: where they lead after restarts, and how long they last.

use super::*;
use equipoise::scenario::{Connections, KeySource, PickPer, Rule};

/// The open connections at each server.
fn open(engine: &Engine) -> Vec<u32> {
    let servers = 0..engine.servers().len();
    servers
        .map(|s| engine.connections(s).expect("leads there"))
        .collect()
}

/// Clients that hold a connection each and send nothing, in turn over these servers.
fn idle(clients: u32, servers: usize) -> Scenario {
    let mut s = Scenario {
        servers: vec![ServerConfig::default(); servers],
        connections: Connections {
            pick_per: PickPer::Connection,
            at_start: true,
            ..Connections::default()
        },
        ..Scenario::default()
    };
    s.clients.clients = clients;
    s.arrivals.pattern = Pattern::Batch;
    s.arrivals.tasks = 1;
    s
}

/// The restarts of these servers, one after the other, each for 10 s of 20.
fn restarts(servers: &[u16]) -> Vec<Fault> {
    let each = servers.iter().zip(0..).flat_map(|(&server, i)| {
        let at_s = 10.0 + 20.0 * f64::from(i);
        [
            fault(at_s, server, ServerState::Down),
            fault(at_s + 10.0, server, ServerState::Up),
        ]
    });
    each.collect()
}

/// nats-server#1556: a rolling restart of three servers with 72 connections.
#[test]
fn a_rolling_restart_moves_connections_to_those_that_were_up() {
    let mut s = idle(72, 3);
    s.faults = restarts(&[0, 1, 2]);
    assert_eq!(s.validate(), Ok(()));
    let mut engine = Engine::new(&s);
    for (until_s, expected) in [
        (9.0, [24, 24, 24]),
        (19.0, [0, 36, 36]),
        (39.0, [18, 0, 54]),
        (59.0, [45, 27, 0]),
    ] {
        engine.run_until(until_s, &mut ());
        assert_eq!(open(&engine), expected, "at {until_s} s");
    }
    assert_eq!(
        engine.connections_opened(),
        Some([72 + 24 + 36 + 54, 24 + 36 + 54])
    );
}

/// kubernetes#126378: after the restart of an API server its connections are elsewhere, for hours;
/// with an age limit they are even again.
#[test]
fn connections_stay_where_they_are_unless_they_have_an_age_limit() {
    let mut s = idle(27, 3);
    s.faults = restarts(&[1]);
    s.balancer.strategy.id = StrategyId::LeastConnections;
    assert_eq!(open(&run(&s, 60_000.0)), [14, 0, 13]);
    s.connections.age_s = Some(3600.0);
    assert_eq!(open(&run(&s, 60_000.0)), [9, 9, 9]);
}

/// ingress-nginx#4054, dapr#1444 and others: eighty clients of gRPC, five pods, of which one has
/// 80 % of the requests. An age limit mends it within an age, and so does picking for each request.
#[test]
fn one_pod_has_four_fifths() {
    let shares = |scenario: &Scenario| {
        let mut engine = run(scenario, 30.0);
        let before = engine.servers()[0].assigned;
        let decided = engine.totals().decided;
        engine.run_until(300.0, &mut ());
        let later = (engine.totals().decided - decided) as f64;
        (
            (engine.servers()[0].assigned - before) as f64 / later,
            engine,
        )
    };
    let [pinned, aged] = preset("pinned-connections");
    let (share, engine) = shares(&pinned);
    let open_at = open(&engine);
    assert_eq!(open_at.iter().sum::<u32>(), 80);
    assert!((0.72..0.88).contains(&share), "{share}, {open_at:?}");
    assert!(open_at[0] >= 58 && open_at[0] <= 70, "{open_at:?}");
    let (share, _) = shares(&aged);
    assert!((0.15..0.25).contains(&share), "{share}");
    let mut per_request = pinned;
    per_request.connections.pick_per = PickPer::Request;
    let (share, _) = shares(&per_request);
    assert!((0.17..0.30).contains(&share), "{share}");
}

/// All requests of a client go where its connection goes; with two connections to two servers.
#[test]
fn requests_follow_their_connection_in_turn() {
    let mut s = idle(1, 4);
    s.arrivals.pattern = Pattern::Fixed;
    s.connections.per_client = 2;
    let engine = run(&s, 99.5);
    let assigned: Vec<u64> = engine.servers().iter().map(|s| s.assigned).collect();
    assert_eq!(assigned, [50, 50, 0, 0]);
    // nginx's keepalive_requests: after ten requests another connection, to the next in turn.
    s.connections.per_client = 1;
    s.connections.requests = Some(10);
    let engine = run(&s, 79.5);
    let assigned: Vec<u64> = engine.servers().iter().map(|s| s.assigned).collect();
    assert_eq!(assigned, [20, 20, 20, 20]);
    // One that is idle for longer than the pause between requests stays, a shorter one does not.
    s.connections.requests = None;
    for (idle_s, expected) in [(1.5, [80, 0, 0, 0]), (0.5, [20, 20, 20, 20])] {
        s.connections.idle_s = Some(idle_s);
        let mut engine = Engine::new(&s);
        engine.run_until(0.6, &mut ());
        assert_eq!(open(&engine).iter().sum::<u32>(), u32::from(idle_s > 1.0));
        engine.run_until(79.5, &mut ());
        let assigned: Vec<u64> = engine.servers().iter().map(|s| s.assigned).collect();
        assert_eq!(assigned, expected, "{idle_s}");
    }
}

/// ingress-nginx#4093: with a table of sessions a server that comes later gets those of new clients
/// only, and one that drains keeps its own; a ring gives it a third of the old ones.
#[test]
fn a_table_moves_no_session_and_a_ring_does() {
    let moved = |pick_per: PickPer, id: StrategyId| {
        let mut s = Scenario::default();
        s.clients.clients = 60;
        s.arrivals.rate_per_s = 50.0;
        s.sizes.mean = 0.001;
        s.balancer.strategy.id = id;
        s.balancer.strategy.key = equipoise::scenario::KeySource::Ip;
        s.connections.pick_per = pick_per;
        s.faults = vec![
            fault(0.0, 2, ServerState::Down),
            fault(30.0, 2, ServerState::Up),
            fault(30.0, 0, ServerState::Draining),
        ];
        let mut engine = run(&s, 30.0);
        let before = engine.servers()[2].assigned;
        engine.run_until(60.0, &mut ());
        engine.servers()[2].assigned - before
    };
    assert_eq!(moved(PickPer::Session, StrategyId::Ketama), 0);
    assert!(moved(PickPer::Request, StrategyId::Ketama) > 300);
}

/// teleport#6889: clients that come back without jitter come back at once.
#[test]
fn jitter_spreads_the_return() {
    let returned = |jitter: f64| {
        let mut s = idle(1000, 2);
        s.faults = vec![fault(10.0, 0, ServerState::Down)];
        s.connections.reconnect_s = 4.0;
        s.connections.reconnect_jitter = jitter;
        let mut engine = run(&s, 10.0);
        let mut most = 0;
        for tenth in 101..145 {
            let before = engine.connections(1).expect("leads there");
            engine.run_until(f64::from(tenth) / 10.0, &mut ());
            most = most.max(engine.connections(1).expect("leads there") - before);
        }
        assert_eq!(open(&engine), [0, 1000]);
        most
    };
    assert_eq!(returned(0.0), 500);
    assert!(returned(1.0) < 30);
}

/// While no server is there attempts fail, each pause twice as long; then requests are refused.
#[test]
fn attempts_that_fail_come_at_growing_pauses() {
    let mut s = idle(1, 1);
    s.arrivals.pattern = Pattern::Fixed;
    s.connections.reconnect_jitter = 0.0;
    s.faults = vec![
        fault(2.5, 0, ServerState::Down),
        fault(40.0, 0, ServerState::Up),
    ];
    // Lost at 2.5 s; attempts at 3.5, 5.5, 9.5, 17.5, 33.5 and 65.5 s.
    let mut engine = run(&s, 65.4);
    assert_eq!(open(&engine), [0]);
    // The one that came before the first attempt failed waited, and was refused with it.
    assert_eq!(
        engine.totals().rejected[Rejection::NoServer as usize],
        66 - 3
    );
    engine.run_until(65.6, &mut ());
    assert_eq!(open(&engine), [1]);
}

/// A device in front that deals connections, and programs that deal requests: each program has
/// what its connections bring, and the servers are even.
#[test]
fn a_device_may_deal_connections_and_programs_requests() {
    let mut s = Scenario::default();
    s.balancer.place = equipoise::scenario::Place::Hybrid;
    s.balancer.instances = 2;
    s.clients.clients = 3;
    s.sizes.mean = 0.01;
    s.connections.pick_per = PickPer::Both;
    let engine = run(&s, 899.5);
    let assigned: Vec<u64> = engine.servers().iter().map(|s| s.assigned).collect();
    assert!(
        assigned.iter().all(|n| n.abs_diff(300) <= 1),
        "{assigned:?}"
    );
    assert_eq!(engine.connections(0), None);
    assert_eq!(engine.connections_opened(), Some([3, 0]));
}

/// Connections outlive the rule by which they were opened; closing them later is harmless.
#[test]
fn a_rule_goes_while_its_connections_are_open() {
    let mut s = Scenario {
        servers: vec![ServerConfig::default(); 2],
        connections: Connections {
            pick_per: PickPer::Connection,
            age_s: Some(5.0),
            ..Connections::default()
        },
        ..Scenario::default()
    };
    s.arrivals.rate_per_s = 10.0;
    s.sizes.mean = 0.01;
    s.balancer.rules = vec![Rule {
        by: KeySource::Ip,
        pattern: KeySource::Ip.usual_pattern().into(),
        servers: vec![0],
    }];
    assert_eq!(s.validate(), Ok(()));
    let mut engine = Engine::new(&s);
    engine.run_until(4.0, &mut ());
    assert!(open(&engine)[0] > 0);
    s.balancer.rules.clear();
    assert_eq!(s.validate(), Ok(()));
    engine.reconfigure(&s, &mut ());
    engine.run_until(60.0, &mut ());
    assert!(engine.servers().iter().all(|server| server.assigned > 100));
}
