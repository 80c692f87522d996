//! The runs: every kind of everything is in one of them.

use super::changes::*;
use super::strategies::*;
use super::{Case, Change, case, changed, with};
use equipoise::balance::{AnyStrategy, Draw, Learner, Policy, StrategyId, late};
use equipoise::scenario::{KeySource, Pattern, SizeLaw};
use equipoise::sim::engine::extras;

/// All runs, each of about 20,000 events: those chosen below, and a plain one of every strategy
/// that is not in them.
pub(crate) fn cases() -> Vec<Case> {
    // In a browser these have to be loaded.
    late::install_own(AnyStrategy::late);
    extras::install();
    let mut cases = chosen();
    for &id in StrategyId::ALL {
        let mut ids = cases
            .iter()
            .map(|case| case.script.scenario.balancer.strategy.id);
        if !ids.any(|chosen| chosen == id) {
            let plain = case(
                id.as_str(),
                id,
                Pattern::Poisson,
                SizeLaw::Exponential,
                match id.routes_requests() {
                    true => replicas,
                    false => unchanged,
                },
            );
            cases.push(plain);
        }
    }
    cases
}

fn chosen() -> Vec<Case> {
    use Pattern::*;
    use StrategyId as S;
    vec![
        case(
            "round-robin",
            S::RoundRobin,
            Fixed,
            SizeLaw::Constant,
            unchanged,
        ),
        case(
            "smooth-wrr, shared",
            S::SmoothWrr,
            Fixed,
            SizeLaw::Uniform,
            shared,
        ),
        case(
            "expanded-wrr, bounded",
            S::ExpandedWrr,
            Bursty,
            SizeLaw::Exponential,
            bounded,
        ),
        case(
            "random, hardware",
            S::Random,
            Poisson,
            SizeLaw::Pareto,
            hardware,
        ),
        case(
            "weighted-random",
            S::WeightedRandom,
            Bursty,
            SizeLaw::Lognormal,
            unchanged,
        ),
        case(
            "least-connections",
            S::LeastConnections,
            Poisson,
            SizeLaw::Exponential,
            unchanged,
        ),
        case(
            "least-connections, hybrid",
            S::LeastConnections,
            Poisson,
            SizeLaw::Lognormal,
            hybrid,
        ),
        case(
            "least-connections, rules",
            S::LeastConnections,
            Poisson,
            SizeLaw::Lognormal,
            rules,
        ),
        case(
            "least-connections, shared and bounded",
            S::LeastConnections,
            Bursty,
            SizeLaw::Pareto,
            shared_and_bounded,
        ),
        case(
            "least-response-time, learnt",
            S::LeastResponseTime,
            Poisson,
            SizeLaw::Lognormal,
            shared,
        ),
        with(
            "least-response-time, known",
            known(),
            Poisson,
            SizeLaw::Pareto,
            unchanged,
        ),
        with(
            "least-response-time, known, hybrid",
            known(),
            Poisson,
            SizeLaw::Exponential,
            hybrid,
        ),
        case(
            "ip-hash, hardware",
            S::IpHash,
            Poisson,
            SizeLaw::Exponential,
            hardware,
        ),
        case("uri-hash", S::UriHash, Poisson, SizeLaw::Constant, skewed),
        case(
            "header-hash, shared",
            S::HeaderHash,
            Fixed,
            SizeLaw::Lognormal,
            shared,
        ),
        case("pull", S::Pull, Poisson, SizeLaw::Exponential, unchanged),
        case("pull, batch", S::Pull, Batch, SizeLaw::Pareto, unchanged),
        case(
            "training",
            S::RoundRobin,
            Steps,
            SizeLaw::Lognormal,
            small_steps,
        ),
        with(
            "article-program, random",
            listing(Policy::Random),
            Poisson,
            SizeLaw::Uniform,
            unchanged,
        ),
        with(
            "article-program, least connections",
            listing(Policy::LeastConnections),
            Fixed,
            SizeLaw::Exponential,
            bounded,
        ),
        with(
            "article-program, shortest job first",
            listing(Policy::ShortestJobFirst),
            Poisson,
            SizeLaw::Pareto,
            unchanged,
        ),
        with(
            "article-program, round robin",
            listing(Policy::RoundRobin),
            Poisson,
            SizeLaw::Constant,
            unchanged,
        ),
        with(
            "article-program, as printed",
            as_printed(),
            Steps,
            SizeLaw::Constant,
            small_steps,
        ),
        case(
            "haproxy-wrr, rules",
            S::HaproxyWrr,
            Poisson,
            SizeLaw::Uniform,
            rules,
        ),
        case(
            "static-map, bounded",
            S::StaticMap,
            Bursty,
            SizeLaw::Exponential,
            bounded,
        ),
        case(
            "edf-wrr, hybrid",
            S::EdfWrr,
            Poisson,
            SizeLaw::Exponential,
            hybrid,
        ),
        with(
            "edf-wrr, seeded, rules",
            seeded(),
            Poisson,
            SizeLaw::Constant,
            rules,
        ),
        case(
            "static-stride",
            S::StaticStride,
            Fixed,
            SizeLaw::Lognormal,
            unchanged,
        ),
        case(
            "haproxy-leastconn",
            S::HaproxyLeastconn,
            Poisson,
            SizeLaw::Pareto,
            shared,
        ),
        case(
            "first-fit",
            S::FirstFit,
            Poisson,
            SizeLaw::Exponential,
            roomy,
        ),
        case(
            "two-choices, hybrid",
            S::TwoChoices,
            Poisson,
            SizeLaw::Exponential,
            hybrid,
        ),
        with(
            "two-choices, nginx",
            two(Draw::Nginx),
            Bursty,
            SizeLaw::Lognormal,
            rules,
        ),
        with(
            "two-choices, envoy",
            two(Draw::Envoy),
            Poisson,
            SizeLaw::Uniform,
            bounded,
        ),
        case(
            "least-request",
            S::LeastRequest,
            Poisson,
            SizeLaw::Exponential,
            unchanged,
        ),
        case(
            "shortest-queue, bounded",
            S::ShortestQueue,
            Poisson,
            SizeLaw::Exponential,
            bounded,
        ),
        case(
            "idle-queue",
            S::IdleQueue,
            Poisson,
            SizeLaw::Lognormal,
            unchanged,
        ),
        case("peak-ewma", S::PeakEwma, Poisson, SizeLaw::Pareto, bounded),
        with(
            "bandit, thompson, fading",
            learning(Learner::Thompson),
            Poisson,
            SizeLaw::Lognormal,
            bounded,
        ),
        case("lin-ucb", S::LinUcb, Poisson, SizeLaw::Lognormal, shared),
        case("prequal", S::Prequal, Poisson, SizeLaw::Lognormal, shared),
        changed("changed while it ran"),
        with(
            "ketama, addresses, draining",
            by(S::Ketama, KeySource::Ip),
            Poisson,
            SizeLaw::Exponential,
            skewed,
        ),
        with(
            "haproxy-ring, header",
            by(S::HaproxyRing, KeySource::Header),
            Poisson,
            SizeLaw::Lognormal,
            shared,
        ),
        case(
            "haproxy-map, draining",
            S::HaproxyMap,
            Poisson,
            SizeLaw::Constant,
            skewed,
        ),
        case(
            "envoy-ring, rules",
            S::EnvoyRing,
            Poisson,
            SizeLaw::Exponential,
            rules,
        ),
        case(
            "maglev, draining",
            S::Maglev,
            Fixed,
            SizeLaw::Lognormal,
            skewed,
        ),
        with(
            "rendezvous, hardware",
            by(S::Rendezvous, KeySource::Ip),
            Poisson,
            SizeLaw::Exponential,
            hardware,
        ),
        case(
            "bounded-load, hybrid",
            S::BoundedLoad,
            Poisson,
            SizeLaw::Exponential,
            hybrid,
        ),
        case(
            "work-stealing",
            S::WorkStealing,
            Poisson,
            SizeLaw::Lognormal,
            faults,
        ),
        case(
            "closed, faults and health",
            S::LeastConnections,
            Closed,
            SizeLaw::Exponential,
            guarded,
        ),
        case(
            "faults and impatient clients",
            S::LeastResponseTime,
            Poisson,
            SizeLaw::Exponential,
            impatient,
        ),
        case(
            "stale loads, hybrid",
            S::LeastConnections,
            Poisson,
            SizeLaw::Exponential,
            herding,
        ),
        case(
            "replicas, sessions and preemptions",
            S::LeastConnections,
            Poisson,
            SizeLaw::Constant,
            replicas,
        ),
        case(
            "replicas, static batches",
            S::RoundRobin,
            Poisson,
            SizeLaw::Constant,
            static_batches,
        ),
        by_plan("by plan, health as nginx", S::SmoothWrr, as_nginx),
        by_plan(
            "by plan, health as haproxy",
            S::LeastConnections,
            as_haproxy,
        ),
        by_plan("by plan, health as envoy", S::TwoChoices, as_envoy),
        by_plan("by plan, autoscaled", S::LeastConnections, scaled),
        by_plan(
            "held connections, zones and levels",
            S::LeastConnections,
            connected,
        ),
        by_plan("given up, sent twice", S::RoundRobin, sent_twice),
        by_plan("links with jitter, zones", S::DataLocal, linked),
    ]
}

/// Tasks by chance, where more than the strategy is changed.
fn by_plan(name: &'static str, id: StrategyId, change: Change) -> Case {
    case(name, id, Pattern::Poisson, SizeLaw::Exponential, change)
}
