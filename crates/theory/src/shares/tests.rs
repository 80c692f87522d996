use super::*;
use equipoise_engine::scenario::{KeySource, Rule, ServerState, presets};
use equipoise_engine::sim::Engine;

/// Seeds 1 to 5, 40,000 decisions each: every observed share lies in the band, widened two and a
/// half times (4.9 standard deviations) so that 200 comparisons do not fail by chance.
fn observe(scenario: &Scenario, what: &str) {
    let shares = expected(scenario).expect(what);
    assert!(
        (shares.expected.iter().sum::<f64>() - 1.0).abs() < 1e-9,
        "{what}"
    );
    for seed in 1..=5 {
        let mut engine = Engine::new(&Scenario {
            seed,
            ..scenario.clone()
        });
        while engine.totals().decided < 40_000 && engine.step(&mut ()) {}
        let m = engine.totals().decided;
        for (j, server) in engine.servers().iter().enumerate() {
            let share = shares.expected[j];
            let seen = server.assigned as f64 / m as f64;
            let (low, high) = shares.band(j, m);
            let half = (high - share).max(share - low) * if shares.certain() { 1.0 } else { 2.5 };
            assert!(
                (seen - share).abs() <= half + 1e-9,
                "{what}, seed {seed}: {j} saw {seen}, not {share} ± {half}"
            );
        }
    }
}

fn base(id: StrategyId) -> Scenario {
    let mut s = presets::find("weights").expect("preset");
    s.balancer.strategy.id = id;
    if id.share() == Share::Rounded {
        // Its shares follow unequal weights only approximately.
        for server in &mut s.servers {
            server.weight = 5;
        }
    }
    s.arrivals.pattern = Pattern::Poisson;
    s.clients.url_skew = 1.0;
    s.clients.tenant_skew = 0.5;
    s.clients.client_skew = 0.7;
    s
}

#[test]
fn every_known_share_is_seen_in_runs() {
    for &id in StrategyId::ALL
        .iter()
        .filter(|id| id.share() != Share::ByLoad)
    {
        observe(&base(id), id.as_str());
        let mut hybrid = base(id);
        hybrid.balancer.place = Place::Hybrid;
        observe(&hybrid, &format!("{id}, hybrid"));
        hybrid.balancer.random_start = true;
        observe(&hybrid, &format!("{id}, hybrid from anywhere"));
    }
}

/// Turns and hashes are restricted to the servers that are up.
#[test]
fn a_server_that_is_not_up_gets_nothing() {
    for &id in StrategyId::ALL
        .iter()
        .filter(|id| id.share() != Share::ByLoad)
    {
        let mut s = base(id);
        s.servers[0].state = ServerState::Draining;
        if id == StrategyId::ArticleProgram {
            s.balancer.strategy.listing = vec![Policy::LeastConnections];
            assert_eq!(expected(&s).expect_err("stuck"), Reason::ProgramStuck);
            continue;
        }
        assert_eq!(expected(&s).expect("known").expected[0], 0.0);
        observe(&s, &format!("{id}, a draining"));
    }
}

/// Sends the tasks whose URL matches to some servers.
fn rule(pattern: &str, servers: &[u16]) -> Rule {
    Rule {
        by: KeySource::Url,
        pattern: pattern.into(),
        servers: servers.to_vec(),
    }
}

#[test]
fn rule_tables_are_counted_by_class() {
    for id in [
        StrategyId::SmoothWrr,
        StrategyId::Random,
        StrategyId::WeightedRandom,
        StrategyId::UriHash,
        StrategyId::HeaderHash,
    ] {
        let mut s = base(id);
        s.balancer.rules = vec![rule("/chat/", &[0]), rule("/", &[1, 2])];
        observe(&s, &format!("{id} with rules"));
    }
    // Groups that overlap take their turns separately, too.
    for id in [
        StrategyId::RoundRobin,
        StrategyId::ExpandedWrr,
        StrategyId::SmoothWrr,
        StrategyId::EdfWrr,
        StrategyId::Random,
        StrategyId::UriHash,
        StrategyId::HaproxyMap,
    ] {
        let mut s = base(id);
        s.balancer.rules = vec![rule("/chat/", &[0]), rule("/image/", &[0, 2])];
        observe(&s, &format!("{id}, overlapping rules"));
    }
}

/// nginx's smooth turns: over-service at most 1 − 1/n.
#[test]
fn turns_deviate_by_less_than_a_task_but_bursts_more() {
    let smooth = expected(&base(StrategyId::SmoothWrr)).expect("known");
    assert_eq!(smooth.expected, [5.0 / 7.0, 1.0 / 7.0, 1.0 / 7.0]);
    assert!(smooth.turns.iter().all(|&t| t <= 1.0), "{:?}", smooth.turns);
    let burst = expected(&base(StrategyId::ExpandedWrr)).expect("known");
    assert!(
        (burst.turns[0] - 5.0 * 2.0 / 7.0).abs() < 1e-9,
        "{:?}",
        burst.turns
    );
    let even = expected(&base(StrategyId::RoundRobin)).expect("known");
    assert!((even.turns[2] - 2.0 / 3.0).abs() < 1e-9, "{:?}", even.turns);
}

/// √(p(1 − p)/m)·1.96 with p = ½ and m = 10,000 is .0098.
#[test]
fn the_band_of_chance_is_binomial() {
    let half = Shares::by_chance(vec![0.5, 0.5], By::Chance);
    let (low, high) = half.band(0, 10_000);
    assert!(
        (low - 0.4902).abs() < 1e-6 && (high - 0.5098).abs() < 1e-6,
        "{low} {high}"
    );
    assert_eq!(half.band(0, 0), (0.0, 1.0));
}

/// Least connections on identical servers; strategies that prefer the first server have no known
/// shares.
#[test]
fn symmetry_is_claimed_only_where_it_holds() {
    let mut s = presets::find("least-connections").expect("preset");
    observe(&s, "least connections, identical");
    s.servers.push(s.servers[0].clone());
    s.arrivals.rate_per_s = 0.8;
    observe(&s, "least connections, identical, light load");
    for id in [StrategyId::LeastResponseTime, StrategyId::Pull] {
        let mut other = s.clone();
        other.balancer.strategy.id = id;
        assert_eq!(expected(&other).expect_err("by load"), Reason::ByLoad);
    }
    s.servers[0].weight = 2;
    assert_eq!(expected(&s).expect_err("by load"), Reason::ByLoad);
}
