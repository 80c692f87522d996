use super::*;
use crate::charts::regret::regret;
use equipoise_engine::balance::{Knowledge, StrategyId};
use equipoise_engine::scenario::{Scenario, Service};

const ORACLE: &str = "charts.regret.oracle";
const FIXED: &str = "charts.regret.fixed";

fn run_of(scenario: Scenario, time_s: f64) -> Run {
    let mut run = Run::new(Script::new(scenario));
    seek(&mut run, time_s);
    run
}

fn last(chart: &Chart, name: &str) -> f64 {
    series(chart, name).points.last().expect("has points").y
}

fn scene() -> Scenario {
    presets::find("first-impression").expect("ships")
}

/// Who knows all sizes and picks the server with the least work left is the oracle itself: on
/// servers that serve one after the other that is least response time with sizes known.
#[test]
fn the_oracle_regrets_nothing() {
    let mut scenario = scene();
    scenario.balancer.strategy.id = StrategyId::LeastResponseTime;
    scenario.balancer.strategy.knowledge = Knowledge::Sizes;
    let chart = regret(&run_of(scenario, 300.0), &key);
    let oracle = series(&chart, ORACLE);
    assert!(oracle.points.iter().all(|p| p.y.abs() < 1e-6), "{oracle:?}");
    // One server could not do all that at once.
    assert!(last(&chart, FIXED) < 0.0);
}

/// What is won against a bad server leaves the plot, and its value stands there: what was lost can
/// be read.
#[test]
fn a_bad_fixed_server_does_not_flatten_the_chart() {
    let scenario = presets::find("learning-to-queue").expect("ships");
    let chart = regret(&run_of(scenario, 300.0), &key);
    let oracle = last(&chart, ORACLE);
    assert!(last(&chart, FIXED) < -2.0 * oracle);
    let part = |name| {
        let values = series(&chart, name).points.iter();
        let inside = values.filter(|p| (chart.y.from..=chart.y.to).contains(&p.y));
        inside.count() as f64 / series(&chart, name).points.len() as f64
    };
    assert_eq!(part(ORACLE), 1.0);
    assert!(oracle > 0.4 * (chart.y.to - chart.y.from));
    assert!(part(FIXED) < 1.0);
    let label = series(&chart, FIXED).label.as_deref();
    assert_eq!(label, Some("charts.regret.beyond"));
}

/// Against one server only there is nothing to regret.
#[test]
fn where_there_is_no_choice_there_is_no_regret() {
    let mut scenario = scene();
    scenario.servers.truncate(1);
    let chart = regret(&run_of(scenario, 300.0), &key);
    assert_eq!([ORACLE, FIXED].map(|name| last(&chart, name)), [0.0, 0.0]);
}

/// By hand, at even distances of 1 s and with tasks of 1 s: server a is twice as fast as b and c.
/// Round robin loses half a second with each task that is not a's: queues are empty again when the
/// next task comes.
#[test]
fn regret_by_hand() {
    let mut scenario = scene();
    scenario.servers.truncate(3);
    scenario.servers[0].speed = 2.0;
    scenario.arrivals = equipoise_engine::scenario::Arrivals {
        rate_per_s: 1.0,
        ..Default::default()
    };
    scenario.sizes.law = equipoise_engine::scenario::SizeLaw::Constant;
    scenario.sizes.mean = 1.0;
    scenario.balancer.strategy.id = StrategyId::RoundRobin;
    let chart = regret(&run_of(scenario, 29.5), &key);
    let lost = [ORACLE, FIXED].map(|name| last(&chart, name));
    let tasks = series(&chart, ORACLE).points.len();
    // Of each three tasks two.
    let others = (tasks - tasks.div_ceil(3)) as f64;
    assert!(tasks >= 29, "{tasks}");
    assert_eq!(lost, [0.5 * others, 0.5 * others]);
}

/// A bandit that never explores loses steadily against who knows; what is lost never shrinks.
#[test]
fn a_first_impression_costs_more_and_more() {
    let chart = regret(&run_of(scene(), 600.0), &key);
    let oracle = series(&chart, ORACLE);
    assert!(oracle.points.windows(2).all(|pair| pair[0].y <= pair[1].y));
    let half = oracle.points[oracle.points.len() / 2].y;
    assert!(oracle.points.last().expect("has points").y > 1.5 * half);
}

/// Where it cannot be known there is a reason and no number.
#[test]
fn what_cannot_be_known_has_a_reason() {
    let reason = |change: fn(&mut Scenario)| {
        let mut scenario = scene();
        change(&mut scenario);
        let chart = regret(&run_of(scenario, 60.0), &key);
        assert!(chart.is_empty());
        chart.notes.join(" ")
    };
    let found = reason(|s| s.servers[0].service = Service::ProcessorSharing);
    assert_eq!(found, "charts.regret.reason-service");
    let found = reason(|s| s.balancer.dispatcher.latency_s = 0.1);
    assert_eq!(found, "charts.regret.reason-way");
    let found = reason(|s| s.retry_policy.timeout_s = Some(5.0));
    assert_eq!(found, "charts.regret.reason-arrivals");
    let mut run = run_of(scene(), 30.0);
    let mut changed = scene();
    changed.arrivals.rate_per_s = 0.5;
    run.timeline.change(changed);
    seek(&mut run, 60.0);
    let chart = regret(&run, &key);
    assert_eq!(chart.notes, ["charts.regret.reason-changed"]);
}
