use super::*;
use crate::PredictionId::*;
use crate::testing::{close, number, per_server, why};
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::ServerState;
use equipoise_engine::scenario::{KeySource, Rule, presets};

/// M/M/1 at λ = 0.8 in `servers` copies, under a strategy.
fn copies(servers: usize, id: StrategyId) -> Scenario {
    crate::testing::little(|s| crate::testing::copies(s, servers, id, 0.8 * servers as f64))
}

/// Sends the tasks of one tenant to one server.
fn rule(tenant: &str, server: u16) -> Rule {
    Rule {
        by: KeySource::Header,
        pattern: tenant.into(),
        servers: vec![server],
    }
}

/// M/M/1/2 at ρ = 0.8 loses 0.64/2.44; the rest is served.
#[test]
fn what_a_full_queue_refuses_does_not_keep_a_server_busy() {
    let mut s = copies(2, StrategyId::Random);
    s.servers[1].queue = Some(1);
    let kept = 1.8 / 2.44;
    let busy = per_server(&s, ServerUtilisation);
    close(busy[0], 0.8, 1e-12);
    close(busy[1], 0.8 * kept, 1e-12);
    close(number(&s, Utilisation), 0.4 * (1.0 + kept), 1e-12);
    // Refused tasks are sent nevertheless.
    for gap in per_server(&s, Gap) {
        close(gap, 1.25, 1e-12);
    }
    assert_eq!(why(&s, LargestRate), Reason::BoundedQueue { server: 1 });
    // With a bounded queue, a server under overload is not busier than full.
    s.arrivals.rate_per_s = 1.9;
    s.servers[1].queue = Some(1000);
    assert!(per_server(&s, ServerUtilisation)[1] < 1.0);
    s.balancer.strategy.id = StrategyId::RoundRobin;
    for id in [Utilisation, ServerUtilisation] {
        assert_eq!(why(&s, id), Reason::LossUnknown, "{id}");
    }
}

/// A limit of two connections turns tasks away before a server is picked: M/M/1/2 again, and an
/// unknown loss with several queues.
#[test]
fn what_the_balancer_turns_away_is_not_sent() {
    let mut s = copies(1, StrategyId::RoundRobin);
    s.balancer.dispatcher.connections = Some(2);
    let kept = 1.8 / 2.44;
    close(number(&s, Utilisation), 0.8 * kept, 1e-12);
    close(per_server(&s, ServerUtilisation)[0], 0.8 * kept, 1e-12);
    close(per_server(&s, Gap)[0], 1.25 / kept, 1e-12);
    assert_eq!(why(&s, LargestRate), Reason::BalancerLimits);
    let mut two = copies(2, StrategyId::Random);
    // Eight tasks are there on average: never two hundred.
    two.balancer.dispatcher.connections = Some(200);
    close(per_server(&two, Gap)[0], 1.25, 1e-12);
    close(number(&two, Utilisation), 0.8, 1e-12);
    two.balancer.dispatcher.connections = Some(20);
    for id in [Gap, Utilisation, ServerUtilisation] {
        assert_eq!(why(&two, id), Reason::LossUnknown, "{id}");
    }
    let mut shortest = copies(2, StrategyId::LeastConnections);
    // At most six tasks are there on average, and 1.6 on their way.
    shortest.balancer.dispatcher.connections = Some(100);
    shortest.balancer.dispatcher.latency_s = 1.0;
    close(number(&shortest, Utilisation), 0.8, 1e-12);
    shortest.balancer.dispatcher.connections = Some(50);
    assert_eq!(why(&shortest, Utilisation), Reason::LossUnknown);
}

/// A balancer that decides at half the arrival rate sends half of the tasks; a rule whose servers
/// are down loses the tasks that it names (two of six equal tenants).
#[test]
fn slow_decisions_and_dead_groups_are_counted() {
    let mut slow = copies(2, StrategyId::Random);
    slow.balancer.dispatcher.decisions_per_s = Some(0.8);
    close(number(&slow, Utilisation), 0.4, 1e-12);
    close(per_server(&slow, Gap)[0], 2.5, 1e-12);
    assert_eq!(number(&slow, LargestRate), 0.8);
    let mut dead = copies(3, StrategyId::Random);
    dead.servers[2].state = ServerState::Down;
    dead.balancer.rules = vec![rule("t0", 2), rule("t1", 2)];
    // 2.4·(2/3)/2.
    close(number(&dead, Utilisation), 0.8, 1e-9);
    let gaps = per_server(&dead, Gap);
    close(gaps[0], 1.25, 1e-9);
    assert!(gaps[2].is_nan());
    close(number(&dead, LargestRate), 3.0, 1e-9);
    // A task that finds no server does not disturb the turns of the others.
    dead.balancer.strategy.id = StrategyId::EdfWrr;
    close(number(&dead, Utilisation), 0.8, 1e-9);
}

/// A server that pulls idles while a task is on its way: it serves at most 1/(1 s + 1 s).
#[test]
fn a_server_that_pulls_waits_for_the_way() {
    let mut s = copies(1, StrategyId::Pull);
    s.balancer.dispatcher.latency_s = 1.0;
    for id in [Gap, Utilisation, ServerUtilisation, LargestRate] {
        assert_eq!(why(&s, id), Reason::BalancerLimits, "{id}");
    }
    s.arrivals.rate_per_s = 0.4;
    close(number(&s, Utilisation), 0.4, 1e-12);
    close(per_server(&s, Gap)[0], 2.5, 1e-12);
    // For tasks that are pushed, a latency delays and does not occupy.
    s.balancer.strategy.id = StrategyId::RoundRobin;
    close(number(&s, LargestRate), 1.0, 1e-12);
}

/// Speeds 4 and 1, split evenly at random: the slow server is overloaded at 1.2 of its capacity,
/// and less capacity is used than tasks arrive for.
#[test]
fn an_overloaded_server_uses_less_than_arrives() {
    let mut s = copies(2, StrategyId::Random);
    s.servers[0].speed = 4.0;
    s.arrivals.rate_per_s = 2.4;
    let overloaded = why(&s, Utilisation);
    assert!(matches!(overloaded, Reason::Overloaded { server: 1, .. }));
    // The offered load.
    close(per_server(&s, ServerUtilisation)[1], 1.2, 1e-12);
    s.arrivals.rate_per_s = 6.0;
    close(number(&s, Utilisation), 1.2, 1e-12);
    // Least connections keeps both busy, unless a rule sends too many tasks to the slow server: a
    // sixth of them is fine, a half is not.
    s.balancer.strategy.id = StrategyId::LeastConnections;
    s.arrivals.rate_per_s = 2.4;
    s.balancer.rules = vec![rule("t0", 1)];
    close(number(&s, Utilisation), 0.48, 1e-12);
    s.balancer.rules = ["t0", "t1", "t2"].map(|tenant| rule(tenant, 1)).to_vec();
    assert_eq!(why(&s, Utilisation), Reason::ByLoad);
}

/// HAProxy's turns follow unequal weights only approximately.
#[test]
fn haproxys_turns_claim_no_unequal_shares() {
    let mut s = copies(3, StrategyId::HaproxyWrr);
    close(number(&s, Utilisation), 0.8, 1e-12);
    assert_eq!(per_server(&s, Shares), [1.0 / 3.0; 3]);
    s.servers[0].weight = 3;
    s.servers[1].weight = 3;
    s.servers[2].weight = 2;
    for id in [Shares, Gap, ServerUtilisation, LargestRate] {
        assert_eq!(why(&s, id), Reason::RoundedWeights, "{id}");
    }
}

/// μ = (2, ½, ½), w = (5, 1, 1): the first server bears 2·7/5 = 2.8, the others 3.5.
#[test]
fn the_largest_rate_is_the_weakest_links() {
    let mut s = presets::find("weights").expect("preset");
    s.sizes.mean = 1.0;
    close(number(&s, LargestRate), 2.8, 1e-9);
    s.balancer.dispatcher.decisions_per_s = Some(2.5);
    assert_eq!(number(&s, LargestRate), 2.5);
}
