use super::*;
use crate::PredictionId::{self, *};
use crate::testing::{bounds, close, copies, little, number, per_server, why};
use crate::{Prediction, Reason};
use equipoise_engine::balance::{self, StrategyId};

/// Equal servers with μ = 1 at ρ = 0.8.
fn equal(n: usize) -> Scenario {
    little(|s| copies(s, n, StrategyId::Random, 0.8 * n as f64))
}

fn kind(scenario: &Scenario, id: PredictionId) -> Exactness {
    Prediction::of(scenario, id).kind
}

/// n = 2: 2.7778 ≤ 2.95574 (exact) ≤ 3.84398 ≤ 5.
#[test]
fn strategies_come_in_their_known_order() {
    for n in [2, 4, 50] {
        let s = equal(n);
        let order = [IfOneQueue, IfRoundRobin, IfRandom].map(|id| number(&s, id));
        assert!(order.is_sorted(), "{n}: {order:?}");
        close(number(&s, IfRandom), 5.0, 1e-12);
        close(number(&s, IfProportional), 5.0, 1e-12);
        assert_eq!(bounds(&s, IfShortest), (order[0], order[1]));
    }
    close(number(&equal(50), IfTwoChoices), 1.94736, 1e-5);
    assert_eq!(kind(&equal(50), IfTwoChoices), Exactness::Limit);
    // Two distinct ones of two servers are both.
    assert_eq!(kind(&equal(2), IfTwoChoices), Exactness::Bounds);
}

#[test]
fn least_connections_lies_between_its_bounds() {
    let mut s = equal(2);
    s.balancer.strategy.id = StrategyId::LeastConnections;
    let (low, high) = bounds(&s, Response);
    assert!(low < 2.95574 && 2.95574 < high);
    assert_eq!(kind(&s, Response), Exactness::Bounds);
}

#[test]
fn the_best_split_of_two_speeds() {
    let mut s = equal(2);
    s.servers[0].speed = 4.0;
    s.arrivals.rate_per_s = 2.5;
    let rates = per_server(&s, OptimalSplit);
    close(rates[0], 7.0 / 3.0, 1e-12);
    close(rates[1], 1.0 / 6.0, 1e-12);
    close(number(&s, IfOptimal), 0.64, 1e-12);
    close(number(&s, IfProportional), 0.8, 1e-12);
    // An even split would overload the slow server.
    let overloaded = why(&s, IfRandom);
    assert!(matches!(overloaded, Reason::Overloaded { server: 1, .. }));
    assert_eq!(why(&s, IfShortest), Reason::UnequalMachines);
}

/// Two choices as nginx draws them.
fn nginx(n: usize, choices: u32) -> Scenario {
    let mut s = equal(n);
    s.balancer.strategy.id = StrategyId::TwoChoices;
    s.balancer.strategy.choices = choices;
    s.balancer.strategy.draw = balance::Draw::Nginx;
    s
}

/// nginx draws by weight and falls back to turns: 21 draws never find 30 different ones of 60.
#[test]
fn nginx_draws_are_even_only_with_equal_weights_and_few_choices() {
    close(gives_up(1, 4, 4), 0.0, 1e-15);
    close(gives_up(22, 60, 60), 1.0, 1e-12);
    close(gives_up(2, 2, 2), libm::pow(0.5, 20.0), 1e-15);
    assert_eq!(kind(&nginx(50, 2), Response), Exactness::Limit);
    close(number(&nginx(4, 1), Response), 5.0, 1e-12);
    assert_eq!(kind(&nginx(4, 1), Response), Exactness::Exact);
    assert_eq!(why(&nginx(60, 30), Response), Reason::NoSimpleFormula);
    let mut weighted = nginx(4, 1);
    weighted.servers[0].weight = 3;
    assert_eq!(why(&weighted, Response), Reason::UnequalWeights);
}

/// Why a prediction does not apply to two equal servers, changed.
fn reason(id: PredictionId, change: impl FnOnce(&mut Scenario)) -> Reason {
    let mut s = equal(2);
    change(&mut s);
    why(&s, id)
}

#[test]
fn conditions_give_reasons() {
    let unstable = reason(IfRandom, |s| s.arrivals.rate_per_s = 2.0);
    assert_eq!(unstable, Reason::Unstable { rho: 1.0 });
    let bursty = reason(IfRandom, |s| s.arrivals.pattern = Pattern::Bursty);
    assert_eq!(bursty, Reason::PoissonOnly);
    let general = reason(IfRandom, |s| s.sizes.law = SizeLaw::Pareto);
    assert_eq!(general, Reason::ExponentialOnly);
    let single = reason(IfOptimal, |s| s.servers.truncate(1));
    assert_eq!(single, Reason::OneServer);
    let slots = reason(IfOneQueue, |s| s.servers[1].slots = 2);
    assert_eq!(slots, Reason::OneSlot { server: 1 });
    let bounded = reason(IfShortest, |s| s.servers[1].queue = Some(4));
    assert_eq!(bounded, Reason::BoundedQueue { server: 1 });
}

/// Under processor sharing a random split does not depend on the distribution of sizes; round robin
/// does.
#[test]
fn random_splits_are_insensitive() {
    let mut s = equal(2);
    s.sizes.law = SizeLaw::Pareto;
    for server in &mut s.servers {
        server.service = Service::ProcessorSharing;
    }
    close(number(&s, IfRandom), 5.0, 1e-12);
    assert_eq!(why(&s, IfRoundRobin), Reason::ExponentialOnly);
}
