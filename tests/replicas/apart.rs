//! Prefill and decode on replicas of their own.

use super::{replicas, run};
use equipoise::balance::StrategyId;
use equipoise::scenario::{Pattern, Scenario, SchedulingPolicy};
use equipoise::sim::{Engine, TraceHash};

/// Four replicas, of which two only prefill, with requests of 512 and 50 tokens.
fn apart(rate_per_s: f64) -> Scenario {
    let mut scenario = replicas(4, rate_per_s);
    scenario.replicas.prefill_servers = 2;
    scenario.requests.prompt_cv = 0.0;
    scenario.requests.output_cv = 0.0;
    scenario.requests.output_tokens = 50.0;
    scenario.validate().expect("a valid scenario");
    scenario
}

/// A batch of requests at one moment.
fn at_once(tasks: u32) -> Scenario {
    let mut scenario = apart(1.0);
    scenario.arrivals.pattern = Pattern::Batch;
    scenario.arrivals.tasks = tasks;
    scenario
}

/// Keys and values of 512 tokens of 131,072 B at 40 GB/s.
const SENT_S: f64 = 512.0 * 131_072.0 / 40e9;

/// The prompt takes a step on one replica, its keys and values the link, and its last token a step
/// on another, which yields the first output token.
#[test]
fn a_request_alone_is_handed_over() {
    let (engine, answers) = run(&at_once(1), 10.0);
    let [answer] = answers.0[..] else {
        panic!("one answer, not {}", answers.0.len());
    };
    assert!((answer.transfer_s - (SENT_S + 0.001)).abs() < 1e-12);
    let prompt_s = 6.499e-3 + 16.51e-6 * (512.0 - 80.0) + 0.968e-9 * 512.0 * 512.0;
    let token_s = 6.499e-3 + 0.0452e-6 * 512.0;
    let expected_s = prompt_s + answer.transfer_s + token_s;
    assert!((answer.ttft_s() - expected_s).abs() < 1e-4, "{answer:?}");
    assert_eq!(answer.server, 2);
    let finished: Vec<u64> = engine.servers().iter().map(|s| s.finished).collect();
    assert_eq!(finished, [0, 0, 1, 0]);
    assert_eq!(engine.totals().finished, 1);
}

/// Each pool has turns of its own, and the link of a prefill replica sends one after the other: of
/// four requests the first has a step of its own, and the three in the next step queue up.
#[test]
fn pools_take_turns_and_links_send_in_order() {
    let (engine, answers) = run(&at_once(8), 10.0);
    let assigned: Vec<u64> = engine.servers().iter().map(|s| s.assigned).collect();
    assert_eq!(assigned, [4; 4]);
    let mut transfers: Vec<f64> = answers.0.iter().map(|a| a.transfer_s).collect();
    transfers.sort_by(f64::total_cmp);
    for (transfer_s, places) in transfers.iter().zip([1, 1, 1, 1, 2, 2, 3, 3]) {
        let expected_s = f64::from(places) * SENT_S + 0.001;
        assert!((transfer_s - expected_s).abs() < 1e-9, "{transfers:?}");
    }
}

/// Whatever fails, nothing is lost or counted twice, and a copy continues as the run does.
#[test]
fn requests_are_conserved() {
    for id in [
        StrategyId::RoundRobin,
        StrategyId::LeastConnections,
        StrategyId::SglangCacheAware,
        StrategyId::DynamoKvCost,
    ] {
        let mut scenario = apart(60.0);
        scenario.balancer.strategy.id = id;
        scenario.requests.prompt_cv = 1.0;
        scenario.requests.prefixes = 4;
        scenario.replicas.kv_tokens = Some(20_000);
        scenario.retry_policy.timeout_s = Some(2.0);
        scenario.retry_policy.retries = 1;
        scenario.faults = vec![
            equipoise::scenario::Fault {
                at_s: 5.0,
                server: 3,
                state: equipoise::scenario::ServerState::Down,
            },
            equipoise::scenario::Fault {
                at_s: 8.0,
                server: 0,
                state: equipoise::scenario::ServerState::Down,
            },
            equipoise::scenario::Fault {
                at_s: 9.0,
                server: 3,
                state: equipoise::scenario::ServerState::Up,
            },
        ];
        scenario.validate().expect("a valid scenario");
        let mut engine = Engine::new(&scenario);
        engine.run_until(6.0, &mut ());
        let mut copy = engine.clone();
        let [mut of_run, mut of_copy] = [TraceHash::default(), TraceHash::default()];
        engine.run_until(15.0, &mut of_run);
        copy.run_until(15.0, &mut of_copy);
        assert_eq!(of_run.hash, of_copy.hash, "{id}");
        let totals = engine.totals();
        let inside = engine.tasks().len() as u64;
        assert_eq!(
            totals.arrived,
            totals.finished + totals.rejected_sum() + inside,
            "{id}"
        );
        assert!(totals.finished > 200, "{id}: {totals:?}");
    }
}

/// Prompts that interrupt no reply: time per token is steady.
#[test]
fn replies_are_not_interrupted() {
    let mut joint = replicas(4, 12.0);
    joint.requests.prompt_tokens = 4000.0;
    joint.requests.output_tokens = 150.0;
    let mut scenario = joint.clone();
    scenario.replicas.prefill_servers = 2;
    let [joint, parted] = [joint, scenario].map(|scenario| {
        let (_, answers) = run(&scenario, 60.0);
        equipoise::measure::answers::Served::of(&answers.0, &scenario.requests)
    });
    assert!(
        parted.tpot.p99_s < 0.7 * joint.tpot.p99_s,
        "{parted:?} {joint:?}"
    );
}

/// Under load, urgent requests have their first token long before the others.
#[test]
fn urgent_requests_come_first() {
    let mut scenario = replicas(1, 16.0);
    scenario.servers[0].slots = 16;
    scenario.replicas.policy = SchedulingPolicy::Priority;
    scenario.requests.urgent_share = 0.3;
    scenario.requests.output_tokens = 200.0;
    let (_, answers) = run(&scenario, 60.0);
    let [urgent_s, other_s] = [true, false].map(|urgent| {
        let of_kind = answers.0.iter().filter(|answer| answer.urgent == urgent);
        let ttfts: Vec<f64> = of_kind.map(|answer| answer.ttft_s()).collect();
        assert!(ttfts.len() > 100, "{} answers", ttfts.len());
        ttfts.iter().sum::<f64>() / ttfts.len() as f64
    });
    assert!(urgent_s < 0.5 * other_s, "{urgent_s} s, {other_s} s");
}

/// Another strategy picks in both pools from then on: with one client, a hash of its address picks
/// one replica in each.
#[test]
fn a_new_strategy_is_that_of_both_pools() {
    let mut scenario = apart(20.0);
    scenario.clients.clients = 1;
    let mut engine = Engine::new(&scenario);
    engine.run_until(5.0, &mut ());
    let before: Vec<u64> = engine.servers().iter().map(|s| s.assigned).collect();
    scenario.balancer.strategy.id = StrategyId::IpHash;
    engine.reconfigure(&scenario, &mut ());
    engine.run_until(10.0, &mut ());
    let after = engine.servers().iter().map(|s| s.assigned);
    let chosen: Vec<bool> = after.zip(before).map(|(now, then)| now > then).collect();
    let in_pools = [&chosen[..2], &chosen[2..]].map(|pool| pool.iter().filter(|c| **c).count());
    assert_eq!(in_pools, [1, 1], "{chosen:?}");
}
