//! Second copies of tasks, and retries that come too late.

use super::*;
use equipoise::measure::readings::Readings;
use equipoise::scenario::HeardBy;

/// Two servers in turn, of which b takes 100 times as long: tasks of 10 ms, ten a second.
fn one_slow(after_s: Option<f64>, heard_by: HeardBy) -> Scenario {
    let server = ServerConfig {
        slots: 100,
        ..ServerConfig::default()
    };
    let mut s = Scenario {
        servers: vec![server; 2],
        ..Scenario::default()
    };
    s.servers[1].speed = 0.01;
    s.arrivals.rate_per_s = 10.0;
    s.sizes.mean = 0.01;
    s.retry_policy.hedge.after_s = after_s;
    s.retry_policy.give_up.heard_by = heard_by;
    s.retry_policy.resend.to = equipoise::scenario::RetryTo::Untried;
    s
}

fn read(s: &Scenario, until_s: f64) -> (Engine, Readings) {
    assert_eq!(s.validate(), Ok(()));
    let mut readings = Readings::new([s]);
    let mut engine = Engine::new(s);
    engine.run_until(until_s, &mut readings);
    (engine, readings)
}

/// Dean and Barroso (2013): the copy bounds the tail at the delay and a fast answer, for little
/// more load. A task at the slow server takes 1 s; with a copy after 50 ms it takes 60 ms.
#[test]
fn a_copy_bounds_the_tail() {
    let (_, mut alone) = read(&one_slow(Some(5.0), HeardBy::None), 100.0);
    let answers = alone.answers_s().expect("clients are watched");
    assert!((answers.iter().copied().fold(0.0, f64::max) - 1.0).abs() < 1e-9);
    let (engine, mut hedged) = read(&one_slow(Some(0.05), HeardBy::None), 100.0);
    let answers = hedged.answers_s().expect("clients are watched");
    let longest_s = answers.iter().copied().fold(0.0, f64::max);
    assert!((longest_s - 0.06).abs() < 1e-9, "{longest_s}");
    let totals = engine.totals();
    // Copies take turns too: each takes that of a, and all that come first go to b.
    assert!(totals.hedges > 900, "{}", totals.hedges);
    assert!(totals.wasted > totals.hedges - 20, "{}", totals.wasted);
    let requests = hedged.requests(&engine);
    assert_eq!(requests.failed, 0);
    assert!(requests.answered + requests.open == totals.arrived - totals.hedges);
}

/// If the server hears that the other copy was answered, nothing is served in vain.
#[test]
fn the_slower_copy_may_be_cancelled() {
    let (engine, _) = read(&one_slow(Some(0.05), HeardBy::Server), 100.0);
    let totals = engine.totals();
    assert_eq!(totals.wasted, 0);
    assert_eq!(
        totals.rejected_sum(),
        totals.rejected[Rejection::GivenUp as usize]
    );
    let there = engine.tasks().len() as u64;
    assert_eq!(
        totals.arrived,
        totals.finished + totals.rejected_sum() + there
    );
}

/// A copy that fails is no failure of the request while the other is under way.
#[test]
fn a_copy_that_fails_is_covered_by_the_other() {
    let mut s = one_slow(Some(0.05), HeardBy::None);
    s.servers[0].state = ServerState::Failing;
    s.retry_policy.resend.to = equipoise::scenario::RetryTo::Any;
    s.duration_s = 100.0;
    let (engine, readings) = read(&s, 100.0);
    let totals = engine.totals();
    assert!(totals.covered > 100, "{}", totals.covered);
    let requests = readings.requests(&engine);
    // Those that failed at once at a had no copy yet.
    let alone = totals.rejected_sum() - totals.covered;
    assert_eq!(requests.failed, alone);
}

/// nginx's `proxy_next_upstream_timeout`: a second between tries, and none after 2.5 s.
#[test]
fn retries_end_after_a_time() {
    let mut s = Scenario {
        servers: vec![ServerConfig::default()],
        ..Scenario::default()
    };
    s.arrivals.pattern = Pattern::Batch;
    s.arrivals.tasks = 1;
    s.servers[0].state = ServerState::Failing;
    s.retry_policy.retries = 10;
    s.retry_policy.backoff_s = 1.0;
    assert_eq!(run(&s, 100.0).totals().arrived, 11);
    s.retry_policy.resend.within_s = Some(2.5);
    assert_eq!(run(&s, 100.0).totals().arrived, 3);
}
