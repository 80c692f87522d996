//! One run, measured: where it ends, and what its numbers are of.

#![cfg(not(target_arch = "wasm32"))]

use equipoise::balance::StrategyId;
use equipoise::measure::observe;
use equipoise::scenario::{
    Fault, Pattern, ScaleBy, Scenario, ServerConfig, ServerState, SizeLaw, presets,
};
use equipoise::sweep::gather::gather;
use equipoise::sweep::metric::{LANGUAGE_MODELS, METRICS, Metric};
use equipoise::sweep::{Param, RunResult, SweepPlan, run};
use equipoise::theory::{Prediction, PredictionId};
use equipoise::worker::protocol::{Reply, Request, decode, encode};

/// Without an autoscaler all servers are paid for. A timetable with three of five all day long pays
/// for three; at 2.5 an hour each they cost 7.5. A sweep has both, as numbers of such runs only.
#[test]
fn server_hours_and_their_cost_are_numbers_of_a_run() {
    let mut scenario = presets::find("mm1").expect("preset");
    scenario.servers = vec![ServerConfig::default(); 5];
    let plain = observe(&scenario, 1000);
    assert_eq!((plain.server_hours, plain.cost_per_hour), (5.0, 5.0));
    let has = |scenario: &Scenario, id: &str| {
        let mut all = Metric::of_scenario(scenario);
        all.any(|metric| metric.id == id)
    };
    assert!(!has(&scenario, "server_hours"));
    scenario.autoscaler.by = ScaleBy::Schedule;
    scenario.autoscaler.on_at_start = 3;
    scenario.autoscaler.least = 3;
    scenario.autoscaler.schedule.servers = 3;
    scenario.autoscaler.price_per_hour = 2.5;
    let scaled = observe(&scenario, 1000);
    assert!(
        (scaled.server_hours - 3.0).abs() < 1e-9,
        "{}",
        scaled.server_hours
    );
    assert!((scaled.cost_per_hour - 7.5).abs() < 1e-9);
    assert!(has(&scenario, "server_hours") && has(&scenario, "cost_per_hour"));
    // Who orders fewer pays less.
    let mut cold = presets::find("cold-start").expect("preset");
    let many = observe(&cold, 4000).cost_per_hour;
    cold.autoscaler.target = 1e5;
    assert!(observe(&cold, 4000).cost_per_hour < many);
}

/// Health checks and reports of load never end; the tasks do, or wait for ever.
#[test]
fn a_run_ends_with_its_tasks_whatever_goes_on_for_ever() {
    for id in ["preprocessing", "preprocessing-pull", "article-program"] {
        let mut scenario = presets::find(id).expect("preset");
        let plain = observe(&scenario, 1000);
        let tasks = scenario.arrivals.tasks;
        assert_eq!(plain.tasks, u64::from(tasks), "{id}");
        scenario.balancer.health.check_interval_s = Some(0.01);
        // Long after the last task, it makes no difference.
        scenario.faults = vec![Fault {
            at_s: 1e8,
            server: 0,
            state: ServerState::Down,
        }];
        let watched = observe(&scenario, 1000);
        assert_eq!(
            (watched.tasks, watched.time_s),
            (plain.tasks, plain.time_s),
            "{id}"
        );
        // Servers whose loads are reported late are picked differently.
        scenario.balancer.load_refresh_s = Some(0.01);
        assert_eq!(observe(&scenario, 1000).tasks, plain.tasks, "{id}");
    }
}

/// Four of forty tasks are pulled, and then no server takes any more.
#[test]
fn a_run_ends_when_its_tasks_wait_for_ever() {
    let mut scenario = presets::find("preprocessing-pull").expect("preset");
    scenario.balancer.health.check_interval_s = Some(0.5);
    let drain = |server| Fault {
        at_s: 0.01,
        server,
        state: ServerState::Draining,
    };
    scenario.faults = (0..4).map(drain).collect();
    let observed = observe(&scenario, 1000);
    assert_eq!((observed.tasks, observed.rounds), (4, 0), "{observed:?}");
}

/// Steps of 5000 shards, and 12,500 tasks: three steps of four equal shares, the slowest worker
/// at half the mean speed.
#[test]
fn training_is_measured_to_the_end_of_a_step() {
    let mut scenario = presets::find("training").expect("preset");
    scenario.arrivals.tasks = 5000;
    let observed = observe(&scenario, 12_500);
    assert_eq!(
        (observed.warm_up_tasks + observed.tasks, observed.rounds),
        (15_000, 3)
    );
    let expected_s = 5000.0 / 4.0 * 64.0 / 32.0;
    assert!(
        (observed.round_mean_s / expected_s - 1.0).abs() < 0.01,
        "{observed:?}"
    );
    scenario.arrivals.tasks = 50_000;
    assert_eq!(observe(&scenario, 12_500).rounds, 1);
}

/// A batch has its own number of tasks, whatever is asked for. Compared are 20 times forty
/// files.
#[test]
fn a_batch_is_measured_from_its_first_task_to_its_last() {
    let dealt = presets::find("preprocessing").expect("preset");
    for tasks in [7, 40, 300] {
        let mut scenario = dealt.clone();
        scenario.arrivals.tasks = tasks;
        let observed = observe(&scenario, 100);
        assert_eq!(
            (observed.tasks, observed.rounds, observed.too_short),
            (u64::from(tasks), 1, None)
        );
        assert_eq!(
            (observed.round_mean_s, observed.warm_up_tasks),
            (observed.time_s, 0)
        );
        assert!(
            (observed.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12
                && observed.utilisation <= 1.0
        );
    }
    let plan = SweepPlan {
        beside: presets::find("preprocessing-pull").map(Box::new),
        param: Param::Nothing,
        points: 1,
        replications: 20,
        ..SweepPlan::usual(&dealt)
    };
    let results: Vec<RunResult> = (0..plan.runs()).filter_map(|i| run(&plan, i)).collect();
    let makespan = METRICS
        .iter()
        .find(|metric| metric.id == "round_mean_s")
        .expect("is a metric");
    let cells = gather(&plan, &results, makespan);
    let difference = cells[1].paired.expect("has pairs").difference;
    assert_eq!((cells[1].runs, difference.too_short), (20, None));
    // A free worker takes the next file: that is faster, whatever the files.
    assert!(
        difference.mean + difference.half_width < 0.0,
        "{difference:?}"
    );
}

/// Speeds 3 and 1 and a third that is down, 2 tasks/s of size 1: half of 4 units/s. What is
/// observed and what is predicted is the same thing.
#[test]
fn utilisation_is_of_the_capacity_that_is_up() {
    let mut s = presets::find("little").expect("preset");
    s.servers = [3.0, 1.0, 1.0]
        .map(|speed| ServerConfig {
            speed,
            ..ServerConfig::default()
        })
        .to_vec();
    s.servers[0].weight = 3;
    s.servers[2].state = ServerState::Down;
    s.balancer.strategy.id = StrategyId::SmoothWrr;
    s.arrivals.pattern = Pattern::Fixed;
    s.arrivals.rate_per_s = 2.0;
    s.sizes.law = SizeLaw::Constant;
    let predicted = Prediction::of(&s, PredictionId::Utilisation)
        .number()
        .expect("known");
    let seen = observe(&s, 10_000).utilisation;
    assert!(
        (predicted - 0.5).abs() < 1e-12 && (seen - 0.5).abs() < 0.001,
        "{predicted} {seen}"
    );
}

/// Two replicas whose caches do not hold all prefixes, 3000 requests of seed 7: what is measured of
/// them is of the same tasks as all else.
#[test]
fn what_language_models_answered_is_measured_behind_the_warm_up() {
    equipoise::serving::install();
    let mut scenario = presets::find("prefix-routing").expect("preset");
    scenario.servers.truncate(2);
    let observed = observe(&scenario, 3000);
    let served = observed.served.as_deref().expect("has replicas");
    assert_eq!(served.requests, observed.tasks);
    let response_s = observed.response_mean_s;
    assert!(
        (served.latency.mean_s / response_s - 1.0).abs() < 1e-9,
        "{observed:?}"
    );
    assert!(
        (served.queue.mean_s / observed.wait_mean_s - 1.0).abs() < 0.01,
        "{observed:?}"
    );
    assert!(served.goodput_per_s <= observed.throughput_per_s);
    for spread in [served.ttft, served.tpot, served.latency, served.queue] {
        let rising = [
            spread.p50_s,
            spread.p90_s,
            spread.p95_s,
            spread.p99_s,
            spread.p999_s,
        ];
        assert!(rising.is_sorted() && rising[0] > 0.0, "{spread:?}");
    }
    for share in [served.kv_usage_mean, served.cached_share] {
        assert!(share > 0.1 && share < 0.9, "{observed:?}");
    }
    assert_eq!(served.split_prefix_share, 1.0);
    let read = LANGUAGE_MODELS.iter().map(|metric| (metric.of)(&observed));
    assert!(read.clone().all(f64::is_finite), "{observed:?}");

    // A worker sends it too.
    let plan = SweepPlan {
        tasks: 500,
        ..SweepPlan::usual(&scenario)
    };
    let result = run(&plan, 0).expect("is in the plan");
    let request = Request::of(&plan, 0).expect("is in the plan");
    let reply: Reply = decode(&encode(&request.serve())).expect("is a reply");
    let Reply::Done(sent) = reply else {
        panic!("{reply:?}");
    };
    assert!(sent.observed.served.is_some());
    assert_eq!(sent.observed.served, result.observed.served);
}

#[test]
fn without_replicas_there_are_no_quantities_of_language_models() {
    let scenario = presets::find("little").expect("preset");
    let observed = observe(&scenario, 1000);
    assert!(observed.served.is_none());
    let mut all = LANGUAGE_MODELS.iter();
    assert!(all.all(|metric| (metric.of)(&observed).is_nan()));
    assert!(Metric::of_scenario(&scenario).all(|metric| !LANGUAGE_MODELS.contains(metric)));
}
