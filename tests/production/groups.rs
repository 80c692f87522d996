//! Groups of the rule table are pools of their own, as upstreams and backends are.

use super::*;
use equipoise::scenario::{KeySource, Rule};
use equipoise::sim::Probe;
use equipoise::workload::Task;

fn rule(path: &str, servers: &[u16]) -> Rule {
    Rule {
        by: KeySource::Url,
        pattern: path.into(),
        servers: servers.to_vec(),
    }
}

/// Ten equal servers, with these rules.
fn ten(id: StrategyId, rules: &[Rule]) -> Scenario {
    let mut s = Scenario {
        servers: vec![ServerConfig::default(); 10],
        ..Scenario::default()
    };
    s.arrivals.pattern = Pattern::Poisson;
    s.arrivals.rate_per_s = 100.0;
    s.sizes.mean = 0.001;
    s.balancer.strategy.id = id;
    s.balancer.rules = rules.to_vec();
    s
}

/// Three groups over one population of clients: with one pointer for all, shares within a group
/// would fall by halves.
#[test]
fn each_group_takes_turns_of_its_own() {
    let rules = [
        rule("/chat/", &[0, 1, 2]),
        rule("/image/", &[3, 4, 5]),
        rule("/", &[6, 7, 8, 9]),
    ];
    for id in [
        StrategyId::RoundRobin,
        StrategyId::SmoothWrr,
        StrategyId::ExpandedWrr,
        StrategyId::EdfWrr,
        StrategyId::StaticStride,
        StrategyId::HaproxyWrr,
        StrategyId::StaticMap,
        StrategyId::CaddyWrr,
        StrategyId::TraefikWrr,
        StrategyId::GrpcRoundRobin,
    ] {
        let engine = run(&ten(id, &rules), 100.0);
        for group in &rules {
            let counts = group.servers.iter();
            let counts: Vec<_> = counts
                .map(|&s| engine.servers()[usize::from(s)].assigned)
                .collect();
            let (least, most) = (counts.iter().min(), counts.iter().max());
            assert!(
                *least.expect("servers") > 0 && most <= least.map(|least| least + 1).as_ref(),
                "{id}, {}: {counts:?}",
                group.pattern
            );
        }
    }
}

/// The server that each URL goes to.
struct Homes(Vec<Option<u16>>);

impl Probe for Homes {
    fn decided(&mut self, task: &Task) {
        self.0[task.key(KeySource::Url)] = Some(task.server);
    }
}

fn homes(scenario: &Scenario) -> String {
    let mut homes = Homes(vec![None; 12]);
    Engine::new(scenario).run_until(50.0, &mut homes);
    let letter = |home: &Option<u16>| char::from(b'a' + home.expect("asked for") as u8);
    homes.0.iter().map(letter).collect()
}

/// nginx's `hash $request_uri` in an upstream of two, for /chat/0 to /image/11: a key's slot is
/// `(crc32 >> 16 & 0x7fff) % 2`, whatever other upstreams there are.
#[test]
fn a_group_has_a_table_of_its_own() {
    let all = rule("/", &[0, 1]);
    let alone = homes(&ten(StrategyId::UriHash, &[all]));
    assert_eq!(alone, "aabbbbaabbba");
}

/// The same keys fall in a group of ten servers as on three that are alone, in each scheme.
#[test]
fn a_group_is_as_a_balancer_with_no_other_servers() {
    for id in [
        StrategyId::UriHash,
        StrategyId::Ketama,
        StrategyId::HaproxyRing,
        StrategyId::HaproxyMap,
        StrategyId::EnvoyRing,
        StrategyId::Maglev,
        StrategyId::Rendezvous,
        StrategyId::BoundedLoad,
        StrategyId::CaddyHash,
    ] {
        let mut small = ten(id, &[]);
        small.balancer.strategy.key = KeySource::Url;
        small.servers.truncate(3);
        small.servers[1].weight = 4;
        let mut large = ten(id, &[rule("/", &[0, 1, 2])]);
        large.balancer.strategy.key = KeySource::Url;
        large.servers[1].weight = 4;
        large.servers[5].weight = 7;
        assert_eq!(homes(&large), homes(&small), "{id}");
    }
}

/// What happens in one group changes no turn of another.
#[test]
fn a_fault_in_one_group_changes_no_turn_of_another() {
    let rules = [rule("/chat/", &[0, 1, 2]), rule("/", &[3, 4, 5])];
    let picks = |fault_at: Option<u16>| {
        let mut s = ten(StrategyId::EdfWrr, &rules);
        s.faults = fault_at.map_or(vec![], |server| {
            vec![
                fault(10.0, server, ServerState::Down),
                fault(20.0, server, ServerState::Up),
            ]
        });
        let engine = run(&s, 60.0);
        [0, 1, 2].map(|server| engine.servers()[server].assigned)
    };
    assert_eq!(picks(Some(4)), picks(None));
    assert_ne!(picks(Some(1)), picks(None));
}
