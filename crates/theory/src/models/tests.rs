use super::*;
use crate::{Prediction, predict};
use equipoise_engine::scenario::{ServerState, presets};

fn of(scenario: &Scenario, id: &str) -> Prediction {
    predict(scenario)
        .into_iter()
        .find(|p| p.id == id)
        .expect(id)
}

/// The M/M/1 scene (λ = 0.8, μ = 1), changed.
fn changed(change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut s = presets::find("little").expect("preset");
    change(&mut s);
    s
}

fn servers(s: &mut Scenario, n: usize, id: StrategyId, rate: f64) {
    s.servers = vec![s.servers[0].clone(); n];
    s.balancer.strategy.id = id;
    s.arrivals.rate_per_s = rate;
}

fn sharing(s: &mut Scenario) {
    s.servers[0].service = Service::ProcessorSharing;
}

/// Each model by name, its mean response and how exact it is.
#[test]
fn every_model_is_recognised() {
    use StrategyId::*;
    let check = |change: &dyn Fn(&mut Scenario), begins: &str, expected: f64, kind: Kind| {
        let p = of(&changed(change), "response");
        assert!(
            p.formula.starts_with(begins) && p.kind == kind,
            "{begins}: {p:?}"
        );
        assert!(
            (p.number().expect("a number") - expected).abs() < 5e-5,
            "{begins}: {p:?}"
        );
    };
    check(&|_| (), "W = 1 / (μ − λ)", 5.0, Kind::Exact);
    check(
        &|s| servers(s, 2, Random, 1.6),
        "W = 1 / (μ − λ)",
        5.0,
        Kind::Exact,
    );
    check(
        &|s| servers(s, 5, Pull, 4.0),
        "M/M/c:",
        1.554_113,
        Kind::Exact,
    );
    check(
        &|s| (s.servers[0].slots, s.arrivals.rate_per_s) = (5, 4.0),
        "M/M/c:",
        1.554_113,
        Kind::Exact,
    );
    check(
        &|s| servers(s, 2, RoundRobin, 1.6),
        "E_n/M/1",
        3.843_98,
        Kind::Exact,
    );
    check(
        &|s| servers(s, 4, SmoothWrr, 3.2),
        "E_n/M/1",
        3.267_38,
        Kind::Exact,
    );
    check(
        &|s| s.arrivals.pattern = Pattern::Fixed,
        "D/M/1",
        2.692_731,
        Kind::Exact,
    );
    check(
        &|s| (s.sizes.law, s.sizes.spread) = (SizeLaw::Lognormal, 2.0),
        "M/G/1:",
        11.0,
        Kind::Exact,
    );
    check(
        &|s| s.sizes.law = SizeLaw::Constant,
        "M/G/1:",
        3.0,
        Kind::Exact,
    );
    let ps = |s: &mut Scenario| {
        sharing(s);
        s.sizes.law = SizeLaw::Constant;
    };
    check(&ps, "M/G/1-PS", 5.0, Kind::Exact);
    // States 0 to 2 as 1 : 0.8 : 0.64: L = 2.08/2.44, accepted 0.8·1.8/2.44.
    check(
        &|s| s.servers[0].queue = Some(1),
        "M/M/c/K",
        2.08 / 1.44,
        Kind::Exact,
    );
    check(
        &|s| s.balancer.dispatcher.connections = Some(2),
        "M/M/c/K",
        2.08 / 1.44,
        Kind::Exact,
    );
    let lossy = |s: &mut Scenario| (s.servers[0].queue, s.sizes.law) = (Some(0), SizeLaw::Pareto);
    check(&lossy, "M/G/c/c", 1.0, Kind::Exact);
    let deterministic = |s: &mut Scenario| {
        servers(s, 5, Pull, 4.0);
        s.sizes.law = SizeLaw::Constant;
    };
    check(&deterministic, "G/G/c", 1.277_1, Kind::Approximation);
    let known = |s: &mut Scenario| {
        servers(s, 5, LeastResponseTime, 4.0);
        s.balancer.strategy.knowledge = Knowledge::Sizes;
    };
    check(&known, "M/M/c:", 1.554_113, Kind::Exact);
    let certain = |s: &mut Scenario| {
        servers(s, 3, RoundRobin, 2.9);
        (s.arrivals.pattern, s.sizes.law) = (Pattern::Fixed, SizeLaw::Constant);
    };
    check(&certain, "G/G/c", 1.0, Kind::Exact);
}

/// What keeps tasks to be pulled is one queue, whichever free server it prefers; alone, a server
/// pulls from the balancer and its own queue is never used.
#[test]
fn first_fit_is_one_queue_like_pull() {
    use StrategyId::*;
    for id in [Pull, FirstFit] {
        let five = of(&changed(|s| servers(s, 5, id, 4.0)), "response");
        assert!(
            (five.number().expect("M/M/5") - 1.554_113).abs() < 1e-6,
            "{five:?}"
        );
        let alone = changed(|s| {
            servers(s, 1, id, 0.8);
            s.servers[0].queue = Some(0);
        });
        assert_eq!(
            of(&alone, "response").number(),
            Some(1.0 / (1.0 - 0.8)),
            "{id}"
        );
        assert_eq!(
            (
                of(&alone, "loss").number(),
                of(&alone, "utilisation").number()
            ),
            (Some(0.0), Some(0.8)),
            "{id}"
        );
    }
}

/// The program draws the server that is down as often as the others: of 0.9 tasks/s a third is
/// lost, and the others find two M/M/1 at 0.3.
#[test]
fn the_articles_program_draws_servers_that_are_down() {
    let s = changed(|s| {
        servers(s, 3, StrategyId::ArticleProgram, 0.9);
        s.balancer.strategy.listing = vec![equipoise_engine::balance::Policy::Random];
        s.servers[1].state = ServerState::Down;
    });
    let number = |id| of(&s, id).number().expect(id);
    assert!(
        (number("loss") - 1.0 / 3.0).abs() < 1e-12
            && (number("response") - 1.0 / 0.7).abs() < 1e-12
    );
    assert!(
        (number("utilisation") - 0.3).abs() < 1e-12 && (number("largest-rate") - 3.0).abs() < 1e-12
    );
    let Ok(crate::Value::PerServer(gaps)) = of(&s, "gap").value else {
        panic!("gaps")
    };
    assert!(
        (gaps[0] - 1.0 / 0.3).abs() < 1e-12 && gaps[1].is_nan(),
        "{gaps:?}"
    );
    let mut engine = equipoise_engine::sim::Engine::new(&s);
    engine.run_until(20_000.0, &mut ());
    let t = engine.totals();
    assert!((t.rejected_sum() as f64 / t.arrived as f64 - 1.0 / 3.0).abs() < 0.02);
    // What is left of a fixed stream by chance is not fixed.
    let fixed = Scenario {
        arrivals: equipoise_engine::scenario::Arrivals {
            pattern: Pattern::Fixed,
            ..s.arrivals.clone()
        },
        ..s
    };
    assert_eq!(
        of(&fixed, "response").value.expect_err("thinned").id,
        "poisson-only"
    );
}

/// A mean of more tasks than a tenth of what the simulator holds would be cut off in a run.
#[test]
fn queues_that_the_simulator_cannot_hold_have_no_mean() {
    for id in ["response", "present", "response-p99"] {
        assert!(
            of(&changed(|s| s.arrivals.rate_per_s = 0.9998), id)
                .value
                .is_ok(),
            "{id}"
        );
        assert_eq!(
            of(&changed(|s| s.arrivals.rate_per_s = 0.99999), id)
                .value
                .expect_err("cut off")
                .id,
            "too-many"
        );
    }
    let two = changed(|s| servers(s, 2, StrategyId::LeastConnections, 1.999_99));
    assert_eq!(
        of(&two, "if-random").value.expect_err("cut off").id,
        "too-many"
    );
    // Where the room is smaller than that, nothing is.
    let full = changed(|s| (s.servers[0].queue, s.arrivals.rate_per_s) = (Some(50_000), 2.0));
    assert!(of(&full, "present").number().expect("bounded") > 49_000.0);
}

/// Near full load the percentiles were cut off at 745 service times.
#[test]
fn percentiles_grow_with_the_load() {
    let busy = changed(|s| s.arrivals.rate_per_s = 0.997);
    let p99 = of(&busy, "response-p99");
    assert!(
        (p99.number().expect("M/M/1") - 1_535.056_7).abs() < 1e-3,
        "{p99:?}"
    );
    assert_eq!(p99.filled, "t = ln(1 / 0.01) / (1 − 0.997) = 1535");
    let turns = changed(|s| servers(s, 2, StrategyId::RoundRobin, 1.6));
    assert_eq!(
        of(&turns, "response-p95").filled,
        "t = ln(1 / 0.05) / 0.2601 = 11.52"
    );
    assert_eq!(
        of(&turns, "wait-p95").filled,
        "ln(0.7399 / 0.05) / 0.2601 = 10.36"
    );
}

#[test]
fn one_condition_after_the_other_gives_its_reason() {
    use StrategyId::*;
    let reason = |change: &dyn Fn(&mut Scenario)| {
        of(&changed(change), "response").value.expect_err("none").id
    };
    assert_eq!(reason(&|s| s.arrivals.pattern = Pattern::Batch), "no-rate");
    assert_eq!(reason(&|s| s.arrivals.rate_per_s = 1.0), "overloaded");
    assert_eq!(reason(&|s| servers(s, 2, Pull, 2.0)), "unstable");
    assert_eq!(
        reason(&|s| s.servers[0].state = ServerState::Down),
        "nobody"
    );
    assert_eq!(
        reason(&|s| s.balancer.dispatcher.latency_s = 0.1),
        "balancer-limits"
    );
    let two = |s: &mut Scenario, id| servers(s, 2, id, 1.6);
    assert_eq!(
        reason(&|s| {
            two(s, Random);
            s.arrivals.pattern = Pattern::Fixed;
        }),
        "poisson-only"
    );
    assert_eq!(
        reason(&|s| {
            two(s, RoundRobin);
            s.servers[0].queue = Some(3);
        }),
        "not-by-chance"
    );
    assert_eq!(
        reason(&|s| {
            two(s, SmoothWrr);
            (s.servers[1].weight, s.arrivals.rate_per_s) = (2, 1.0);
        }),
        "uneven-turns"
    );
    assert_eq!(
        reason(&|s| {
            two(s, ExpandedWrr);
            s.servers.iter_mut().for_each(|server| server.weight = 2);
        }),
        "uneven-turns"
    );
    assert_eq!(
        reason(&|s| {
            two(s, Pull);
            s.servers[1].speed = 2.0;
        }),
        "unequal-machines"
    );
    assert_eq!(reason(&|s| two(s, LeastResponseTime)), "by-load");
    assert_eq!(
        reason(&|s| {
            two(s, LeastConnections);
            s.servers[1].weight = 2;
        }),
        "unequal-weights"
    );
    // The shortest queue does not look at weights.
    let unweighted = changed(|s| {
        two(s, ShortestQueue);
        s.servers[1].weight = 2;
    });
    assert_eq!(of(&unweighted, "response").kind, Kind::Bounds);
    let bursty = |s: &mut Scenario| {
        servers(s, 8, Pull, 4.0);
        s.arrivals.pattern = Pattern::Bursty;
    };
    assert_eq!(reason(&bursty), "too-rough");
    let finite_general =
        |s: &mut Scenario| (s.servers[0].queue, s.sizes.law) = (Some(3), SizeLaw::Uniform);
    assert_eq!(reason(&finite_general), "exponential-only");
}

/// M/M/5 at λ = 4: C = 0.554113 = Wq (cμ − λ = 1), and 95 % wait at most ln(C/0.05).
#[test]
fn waits_and_percentiles() {
    let s = changed(|s| servers(s, 5, StrategyId::Pull, 4.0));
    let number = |id| of(&s, id).number().expect(id);
    assert!(
        (number("wait-chance") - 0.554_113).abs() < 1e-6
            && (number("wait") - 0.554_113).abs() < 1e-6
    );
    assert!((number("wait-p95") - libm::log(0.554_113 / 0.05)).abs() < 1e-5);
    let q = Mmc::new(5, 4.0, 1.0).expect("stable");
    assert!((number("response-p99") - q.response_quantile_s(0.99)).abs() < 1e-9);
    assert_eq!(number("loss"), 0.0);
    assert!((number("present") - 6.216_45).abs() < 1e-5);
    let mm1 = |id| of(&changed(|_| ()), id).number().expect(id);
    assert!((mm1("response-p95") - 5.0 * libm::log(20.0)).abs() < 1e-9);
    let shared = of(&changed(sharing), "wait")
        .value
        .expect_err("nobody waits");
    assert_eq!(shared.id, "processor-sharing");
    let general = of(
        &changed(|s| s.sizes.law = SizeLaw::Constant),
        "response-p95",
    );
    assert_eq!(general.value.expect_err("unknown").id, "no-simple-formula");
}

/// A server of rate 4 and one of rate 1 share 2.5 tasks/s in proportion: W = 0.8; a finite one
/// beside loses tasks.
#[test]
fn different_queues_are_averaged_over_accepted_tasks() {
    let mut s = changed(|s| servers(s, 2, StrategyId::WeightedRandom, 2.5));
    (s.servers[0].weight, s.servers[0].speed) = (4, 4.0);
    assert!((of(&s, "response").number().expect("a number") - 0.8).abs() < 1e-12);
    assert_eq!(
        of(&s, "response").filled,
        "0.8 · (1 / (4 − 2)) + 0.2 · (1 / (1 − 0.5)) = 0.8"
    );
    s.servers[1].queue = Some(0);
    // The second is Erlang's with a = 0.5: a third of its tasks are lost, the others take 1 s.
    assert!((of(&s, "loss").number().expect("a number") - 0.2 / 3.0).abs() < 1e-12);
    let expected = (0.8 * 0.5 + 0.2 * 2.0 / 3.0) / (1.0 - 0.2 / 3.0);
    assert!((of(&s, "response").number().expect("a number") - expected).abs() < 1e-12);
    let present = 2.5 * (0.8 * 0.5 + 0.2 * 2.0 / 3.0);
    assert!((of(&s, "present").number().expect("a number") - present).abs() < 1e-12);
}
