use super::*;
use crate::PredictionId::*;
use crate::answer::Exactness;
use crate::mmc::Mmc;
use crate::quantile::quantile;
use crate::testing::{close, copies, little, number, per_server, why};
use crate::{Prediction, PredictionId};
use equipoise_engine::balance::Policy;
use equipoise_engine::scenario::{Arrivals, ServerState, SizeLaw};
use equipoise_engine::sim::Engine;

/// Makes the only server share itself among its tasks.
fn share(s: &mut Scenario) {
    s.servers[0].service = Service::ProcessorSharing;
}

/// Asserts model and mean response of the M/M/1 preset, changed.
#[track_caller]
fn check(change: impl FnOnce(&mut Scenario), model: &str, response_s: f64, kind: Exactness) {
    let p = Prediction::of(&little(change), Response);
    assert!(p.formula.plain().starts_with(model), "{model}: {p:?}");
    assert_eq!(p.kind, kind, "{model}");
    close(p.number().expect("a number"), response_s, 5e-5);
}

#[test]
fn markovian_models_are_recognised() {
    use StrategyId::*;
    check(|_| (), "W = 1 / (μ − λ)", 5.0, Exactness::Exact);
    check(
        |s| copies(s, 2, Random, 1.6),
        "W = 1 / (μ − λ)",
        5.0,
        Exactness::Exact,
    );
    check(
        |s| copies(s, 5, Pull, 4.0),
        "M/M/c:",
        1.554_113,
        Exactness::Exact,
    );
    check(
        |s| {
            s.servers[0].slots = 5;
            s.arrivals.rate_per_s = 4.0;
        },
        "M/M/c:",
        1.554_113,
        Exactness::Exact,
    );
    check(
        |s| copies(s, 2, RoundRobin, 1.6),
        "E_n/M/1",
        3.843_98,
        Exactness::Exact,
    );
    check(
        |s| copies(s, 4, SmoothWrr, 3.2),
        "E_n/M/1",
        3.267_38,
        Exactness::Exact,
    );
    check(
        |s| {
            copies(s, 5, LeastResponseTime, 4.0);
            s.balancer.strategy.knowledge = Knowledge::Sizes;
        },
        "M/M/c:",
        1.554_113,
        Exactness::Exact,
    );
    check(
        |s| s.arrivals.pattern = Pattern::Fixed,
        "D/M/1",
        2.692_731,
        Exactness::Exact,
    );
}

#[test]
fn general_sizes_are_recognised() {
    check(
        |s| {
            s.sizes.law = SizeLaw::Lognormal;
            s.sizes.spread = 2.0;
        },
        "M/G/1:",
        11.0,
        Exactness::Exact,
    );
    check(
        |s| s.sizes.law = SizeLaw::Constant,
        "M/G/1:",
        3.0,
        Exactness::Exact,
    );
    check(
        |s| {
            share(s);
            s.sizes.law = SizeLaw::Constant;
        },
        "M/G/1-PS",
        5.0,
        Exactness::Exact,
    );
    check(
        |s| {
            copies(s, 5, StrategyId::Pull, 4.0);
            s.sizes.law = SizeLaw::Constant;
        },
        "G/G/c",
        1.277_1,
        Exactness::Approximation,
    );
    check(
        |s| {
            copies(s, 3, StrategyId::RoundRobin, 2.9);
            s.arrivals.pattern = Pattern::Fixed;
            s.sizes.law = SizeLaw::Constant;
        },
        "G/G/c",
        1.0,
        Exactness::Exact,
    );
}

/// States 0 to 2 as 1 : 0.8 : 0.64: L = 2.08/2.44, accepted 0.8·1.8/2.44.
#[test]
fn limits_are_recognised() {
    check(
        |s| s.servers[0].queue = Some(1),
        "M/M/c/K",
        2.08 / 1.44,
        Exactness::Exact,
    );
    check(
        |s| s.balancer.dispatcher.connections = Some(2),
        "M/M/c/K",
        2.08 / 1.44,
        Exactness::Exact,
    );
    check(
        |s| {
            s.servers[0].queue = Some(0);
            s.sizes.law = SizeLaw::Pareto;
        },
        "M/G/c/c",
        1.0,
        Exactness::Exact,
    );
}

/// Tasks that wait at the balancer to be pulled are one queue, whichever free server is preferred.
/// A single server pulls from the balancer, and its own queue is never used.
#[test]
fn first_fit_is_one_queue_like_pull() {
    for id in [StrategyId::Pull, StrategyId::FirstFit] {
        let five = little(|s| copies(s, 5, id, 4.0));
        close(number(&five, Response), 1.554_113, 1e-6);
        let alone = little(|s| {
            copies(s, 1, id, 0.8);
            s.servers[0].queue = Some(0);
        });
        assert_eq!(number(&alone, Response), 1.0 / (1.0 - 0.8), "{id}");
        assert_eq!(number(&alone, Loss), 0.0, "{id}");
        assert_eq!(number(&alone, Utilisation), 0.8, "{id}");
    }
}

/// The article's program draws the server that is down as often as the others: of 0.9 tasks/s a
/// third is lost, and the rest goes to two M/M/1 at 0.3.
#[test]
fn the_articles_program_draws_servers_that_are_down() {
    let s = little(|s| {
        copies(s, 3, StrategyId::ArticleProgram, 0.9);
        s.balancer.strategy.listing = vec![Policy::Random];
        s.servers[1].state = ServerState::Down;
    });
    close(number(&s, Loss), 1.0 / 3.0, 1e-12);
    close(number(&s, Response), 1.0 / 0.7, 1e-12);
    close(number(&s, Utilisation), 0.3, 1e-12);
    close(number(&s, LargestRate), 3.0, 1e-12);
    let gaps = per_server(&s, Gap);
    close(gaps[0], 1.0 / 0.3, 1e-12);
    assert!(gaps[1].is_nan());
    let mut engine = Engine::new(&s);
    engine.run_until(20_000.0, &mut ());
    let totals = engine.totals();
    let lost = totals.rejected_sum() as f64 / totals.arrived as f64;
    close(lost, 1.0 / 3.0, 0.02);
    // Random losses make a fixed stream random.
    let fixed = Scenario {
        arrivals: Arrivals {
            pattern: Pattern::Fixed,
            ..s.arrivals.clone()
        },
        ..s
    };
    assert_eq!(why(&fixed, Response), Reason::PoissonOnly);
}

/// A run would cut off a mean of more tasks than a tenth of the simulator's limit.
#[test]
fn queues_that_the_simulator_cannot_hold_have_no_mean() {
    for id in [Response, Present, ResponseP99] {
        number(&little(|s| s.arrivals.rate_per_s = 0.9998), id);
        let cut_off = why(&little(|s| s.arrivals.rate_per_s = 0.99999), id);
        assert!(matches!(cut_off, Reason::TooMany { .. }));
    }
    let two = little(|s| copies(s, 2, StrategyId::LeastConnections, 1.999_99));
    assert!(matches!(why(&two, IfRandom), Reason::TooMany { .. }));
    // A lower limit of the queue itself is never beyond the simulator's.
    let full = little(|s| {
        s.servers[0].queue = Some(50_000);
        s.arrivals.rate_per_s = 2.0;
    });
    assert!(number(&full, Present) > 49_000.0);
}

fn filled(scenario: &Scenario, id: PredictionId) -> String {
    Prediction::of(scenario, id).plain()
}

#[test]
fn percentiles_grow_with_the_load() {
    let busy = little(|s| s.arrivals.rate_per_s = 0.997);
    close(number(&busy, ResponseP99), 1_535.056_7, 1e-3);
    let p99 = filled(&busy, ResponseP99);
    assert_eq!(p99, "t = ln(1 / 0.01) / (1 − 0.997) = 1535");
    let turns = little(|s| copies(s, 2, StrategyId::RoundRobin, 1.6));
    let p95 = filled(&turns, ResponseP95);
    assert_eq!(p95, "t = ln(1 / 0.05) / 0.2601 = 11.52");
    let wait_p95 = filled(&turns, WaitP95);
    assert_eq!(wait_p95, "ln(0.7399 / 0.05) / 0.2601 = 10.36");
}

/// Why the mean response of the M/M/1 preset, changed, is unknown.
fn reason(change: impl FnOnce(&mut Scenario)) -> Reason {
    why(&little(change), Response)
}

/// Why the mean response of two servers, changed, is unknown.
fn reason_of_two(id: StrategyId, change: impl FnOnce(&mut Scenario)) -> Reason {
    reason(|s| {
        copies(s, 2, id, 1.6);
        change(s);
    })
}

#[test]
fn conditions_of_one_queue_give_their_reasons() {
    let batch = reason(|s| s.arrivals.pattern = Pattern::Batch);
    assert_eq!(batch, Reason::NoRate);
    let full = reason(|s| s.arrivals.rate_per_s = 1.0);
    assert_eq!(
        full,
        Reason::Overloaded {
            server: 0,
            rho: 1.0
        }
    );
    let all_full = reason(|s| copies(s, 2, StrategyId::Pull, 2.0));
    assert_eq!(all_full, Reason::Unstable { rho: 1.0 });
    let down = reason(|s| s.servers[0].state = ServerState::Down);
    assert_eq!(down, Reason::NoServer);
    let slow = reason(|s| s.balancer.dispatcher.latency_s = 0.1);
    assert_eq!(slow, Reason::BalancerLimits);
    let bursty = reason(|s| {
        copies(s, 8, StrategyId::Pull, 4.0);
        s.arrivals.pattern = Pattern::Bursty;
    });
    assert_eq!(bursty, Reason::TooRough);
    let bounded = reason(|s| {
        s.servers[0].queue = Some(3);
        s.sizes.law = SizeLaw::Uniform;
    });
    assert_eq!(bounded, Reason::ExponentialOnly);
}

#[test]
fn conditions_of_several_queues_give_their_reasons() {
    use StrategyId::*;
    let fixed = reason_of_two(Random, |s| s.arrivals.pattern = Pattern::Fixed);
    assert_eq!(fixed, Reason::PoissonOnly);
    let bounded = reason_of_two(RoundRobin, |s| s.servers[0].queue = Some(3));
    assert_eq!(bounded, Reason::NotByChance);
    let weighted = reason_of_two(SmoothWrr, |s| {
        s.servers[1].weight = 2;
        s.arrivals.rate_per_s = 1.0;
    });
    assert_eq!(weighted, Reason::UnevenTurns);
    let bursts = reason_of_two(ExpandedWrr, |s| {
        s.servers[0].weight = 2;
        s.servers[1].weight = 2;
    });
    assert_eq!(bursts, Reason::UnevenTurns);
    let unequal = reason_of_two(Pull, |s| s.servers[1].speed = 2.0);
    assert_eq!(unequal, Reason::UnequalMachines);
    let by_load = reason_of_two(LeastResponseTime, |_| ());
    assert_eq!(by_load, Reason::ByLoad);
    let weighted = reason_of_two(LeastConnections, |s| s.servers[1].weight = 2);
    assert_eq!(weighted, Reason::UnequalWeights);
    // The shortest queue does not look at weights.
    let unweighted = little(|s| {
        copies(s, 2, ShortestQueue, 1.6);
        s.servers[1].weight = 2;
    });
    assert_eq!(
        Prediction::of(&unweighted, Response).kind,
        Exactness::Bounds
    );
}

/// M/M/5 at λ = 4: C = 0.554113 = Wq, since cμ − λ = 1.
#[test]
fn waits_and_percentiles() {
    let s = little(|s| copies(s, 5, StrategyId::Pull, 4.0));
    close(number(&s, WaitChance), 0.554_113, 1e-6);
    close(number(&s, Wait), 0.554_113, 1e-6);
    close(number(&s, WaitP95), libm::log(0.554_113 / 0.05), 1e-5);
    let q = Mmc::new(5, 4.0, 1.0).expect("stable");
    let p99_s = quantile(0.99, q.response_s(), |t| q.response_exceeds(t));
    close(number(&s, ResponseP99), p99_s, 1e-9);
    assert_eq!(number(&s, Loss), 0.0);
    close(number(&s, Present), 6.216_45, 1e-5);
    let p95 = number(&little(|_| ()), ResponseP95);
    close(p95, 5.0 * libm::log(20.0), 1e-9);
    let shared = why(&little(share), Wait);
    assert_eq!(shared, Reason::ProcessorSharing { server: 0 });
    // M/D/1: as long as the wait and one service; other laws have no percentiles.
    let constant = little(|s| s.sizes.law = SizeLaw::Constant);
    let p95 = number(&constant, ResponseP95);
    close(p95, 1.0 + number(&constant, WaitP95), 1e-9);
    close(crate::md1::wait_exceeds(0.8, 1.0, p95 - 1.0), 0.05, 1e-9);
    let even = little(|s| s.sizes.law = SizeLaw::Uniform);
    assert_eq!(why(&even, ResponseP95), Reason::NoSimpleFormula);
    close(number(&constant, Empty), 0.2, 1e-12);
    close(number(&constant, Waiting), 1.6, 1e-12);
    // Of five slots at λ = 4: p_0 = 0.012987 (Kleinrock 1975, eq. 3.39, summed by hand).
    close(number(&s, Empty), 1.0 / 77.0, 1e-9);
}

/// A server of rate 4 and one of rate 1 share 2.5 tasks/s in proportion: W = 0.8.
#[test]
fn different_queues_are_averaged_over_accepted_tasks() {
    let mut s = little(|s| copies(s, 2, StrategyId::WeightedRandom, 2.5));
    s.servers[0].weight = 4;
    s.servers[0].speed = 4.0;
    close(number(&s, Response), 0.8, 1e-12);
    assert_eq!(filled(&s, Response), "0.8 · 0.5 + 0.2 · 2 = 0.8");
    s.servers[1].queue = Some(0);
    // The second is Erlang's with a = 0.5: a third of its tasks are lost, the others take 1 s.
    close(number(&s, Loss), 0.2 / 3.0, 1e-12);
    let sum = 0.8 * 0.5 + 0.2 * 2.0 / 3.0;
    close(number(&s, Response), sum / (1.0 - 0.2 / 3.0), 1e-12);
    close(number(&s, Present), 2.5 * sum, 1e-12);
}
