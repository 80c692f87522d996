//! Scenarios with replicas of a language model: what must hold of every run.

mod apart;
mod log;
mod scenes;

use equipoise::measure::answers::{Answers, Served};

use equipoise::scenario::presets;
use equipoise::scenario::{Batching, Pattern, Scenario, Script, ServerConfig, Service, WorkUnit};
use equipoise::serving;
use equipoise::sim::{Engine, Timeline, TraceHash, timeline};

/// Replicas of Llama-3.1-8B on an H100, and this many requests a second.
fn replicas(count: usize, rate_per_s: f64) -> Scenario {
    serving::install();
    let mut s = Scenario {
        unit: WorkUnit::Tokens,
        servers: vec![
            ServerConfig {
                service: Service::Replica,
                slots: 256,
                ..ServerConfig::default()
            };
            count
        ],
        ..Scenario::default()
    };
    s.arrivals.pattern = Pattern::Poisson;
    s.arrivals.rate_per_s = rate_per_s;
    s.validate().expect("a valid scenario");
    s
}

/// The engine after `until_s`, and all answers.
fn run(scenario: &Scenario, until_s: f64) -> (Engine, Answers) {
    let mut answers = Answers::default();
    let script = Script::new(scenario.clone());
    let engine = timeline::replay(&script, until_s, &mut answers);
    (engine, answers)
}

/// A request alone takes one step for its prompt and one for each further token: on the H100 that
/// is 6.499 ms, 16.51 µs for each of 512 − 80 prompt tokens and 0.968 ns for each square, then
/// 6.499 ms and 0.0452 µs a context token.
#[test]
fn a_request_alone_takes_its_steps() {
    let mut scenario = replicas(1, 0.001);
    scenario.arrivals.pattern = Pattern::Batch;
    scenario.arrivals.tasks = 1;
    scenario.requests.prompt_cv = 0.0;
    scenario.requests.output_cv = 0.0;
    scenario.requests.output_tokens = 3.0;
    let (_, answers) = run(&scenario, 10.0);
    let [answer] = answers.0[..] else {
        panic!("one answer, not {}", answers.0.len());
    };
    let prompt_s = 6.499e-3 + 16.51e-6 * (512.0 - 80.0) + 0.968e-9 * 512.0 * 512.0;
    assert!((answer.ttft_s() - prompt_s).abs() < 1e-9, "{answer:?}");
    let token_s = |context: f64| 6.499e-3 + 0.14e-6 + 0.0452e-6 * context;
    let tpot_s = (token_s(513.0) + token_s(514.0)) / 2.0;
    assert!((answer.tpot_s - tpot_s).abs() < 1e-6, "{answer:?}");
}

#[test]
fn requests_are_conserved_and_equal_seeds_give_equal_runs() {
    let mut scenario = replicas(3, 40.0);
    scenario.requests.turns = 3;
    scenario.requests.think_s = 0.5;
    scenario.requests.prefixes = 5;
    scenario.replicas.kv_tokens = Some(20_000);
    let (engine, answers) = run(&scenario, 20.0);
    let totals = engine.totals();
    assert_eq!(answers.0.len() as u64, totals.finished);
    assert_eq!(
        totals.arrived,
        totals.finished + totals.rejected_sum() + engine.tasks().len() as u64
    );
    assert!(totals.finished > 500, "{}", totals.finished);
    let served = Served::of(&answers.0, &scenario.requests);
    assert!(served.preemptions > 0, "the cache is small: {served:?}");
    assert!(served.cached_share > 0.3, "{served:?}");
    for answer in &answers.0 {
        let times = [
            answer.arrival_s,
            answer.delivered_s,
            answer.started_s,
            answer.first_token_s,
            answer.end_s,
        ];
        assert!(times.is_sorted(), "{answer:?}");
    }
    let hash = |pieces: u32| {
        let mut hash = TraceHash::default();
        let mut engine = Engine::new(&scenario);
        for piece in 1..=pieces {
            engine.run_until(20.0 * f64::from(piece) / f64::from(pieces), &mut hash);
        }
        hash.hash
    };
    assert_eq!(hash(1), hash(7));
}

#[test]
fn a_copy_of_a_run_continues_as_the_run_does() {
    let mut scenario = replicas(2, 30.0);
    scenario.replicas.kv_tokens = Some(30_000);
    let mut engine = Engine::new(&scenario);
    engine.run_until(5.0, &mut ());
    let mut copy = engine.clone();
    let [mut of_run, mut of_copy] = [TraceHash::default(), TraceHash::default()];
    engine.run_until(10.0, &mut of_run);
    copy.run_until(10.0, &mut of_copy);
    assert_eq!(of_run.hash, of_copy.hash);
}

#[test]
fn prefix_caches_save_prompt_tokens_and_time() {
    let mut scenario = replicas(1, 20.0);
    scenario.requests.prefixes = 2;
    scenario.requests.prefix_tokens = 2048;
    let with = run(&scenario, 30.0).1;
    scenario.replicas.prefix_caching = false;
    let without = run(&scenario, 30.0).1;
    let [with, without] = [with, without].map(|a| Served::of(&a.0, &scenario.requests));
    assert_eq!(without.cached_share, 0.0);
    assert!(with.cached_share > 0.7, "{with:?}");
    assert!(with.ttft.mean_s < 0.8 * without.ttft.mean_s);
}

#[test]
fn a_request_longer_than_the_cache_is_turned_away() {
    let mut scenario = replicas(1, 5.0);
    scenario.replicas.kv_tokens = Some(256);
    scenario.requests.prompt_cv = 0.0;
    let (engine, answers) = run(&scenario, 10.0);
    assert!(answers.0.is_empty());
    assert!(engine.totals().rejected_sum() > 20);
}

#[test]
fn what_a_replica_has_is_lost_when_it_goes_down() {
    let mut scenario = replicas(2, 50.0);
    scenario.faults = vec![equipoise::scenario::Fault {
        at_s: 5.0,
        server: 0,
        state: equipoise::scenario::ServerState::Down,
    }];
    let (engine, _) = run(&scenario, 20.0);
    let totals = engine.totals();
    assert!(totals.rejected_sum() > 0);
    assert_eq!(
        totals.arrived,
        totals.finished + totals.rejected_sum() + engine.tasks().len() as u64
    );
    assert_eq!(engine.servers()[0].present(), 0);
}

#[test]
fn static_batches_answer_fewer_tokens_a_second() {
    let mut scenario = replicas(1, 60.0);
    scenario.servers[0].slots = 16;
    let continuous = run(&scenario, 30.0).1;
    scenario.replicas.batching = Batching::Static;
    let fixed = run(&scenario, 30.0).1;
    let [continuous, fixed] = [continuous, fixed].map(|a| Served::of(&a.0, &scenario.requests));
    assert!(continuous.output_tokens_per_s > 1.5 * fixed.output_tokens_per_s);
}

#[test]
fn ten_steps_back_undo_ten_steps_forward() {
    serving::install();
    let scenes = presets::all().map(|preset| preset.scenario());
    for scenario in scenes.filter(|scenario| scenario.has_replicas()) {
        let name = scenario.name.clone();
        let mut timeline = Timeline::new(Script::new(scenario));
        let mut hash = String::new();
        for step in 0..23 {
            match step {
                0..13 => timeline.step_forward(),
                _ => timeline.step_back(),
            }
            timeline.finish();
            if step == 2 {
                hash = state(&timeline);
            }
        }
        assert_eq!(state(&timeline), hash, "{name}");
    }
}

/// What can be seen of a moment.
fn state(timeline: &Timeline) -> String {
    let engine = timeline.engine();
    let servers = engine.servers().iter();
    let loads: Vec<_> = servers
        .map(|server| server.scheduler().map(|scheduler| scheduler.load()))
        .collect();
    format!("{} {:?} {loads:?}", engine.now_s(), engine.totals())
}
