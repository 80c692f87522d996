//! The engine gives the runs it gave before, event for event; `tests/browser.rs` holds the same in
//! a browser.

#![cfg(not(target_arch = "wasm32"))]

#[path = "common/golden.rs"]
mod golden;

use equipoise::balance::{Knowledge, Policy, StrategyId};
use equipoise::measure::answers::{Answers, Served};
use equipoise::scenario::{Pattern, Place, Scenario, ServerState, Service, SizeLaw};
use equipoise::sim::Rejection;
use equipoise::sim::timeline::replay;

#[test]
fn runs_are_what_they_were() {
    let found: Vec<_> = golden::cases()
        .iter()
        .map(|case| (case.name, case.run().0))
        .collect();
    let lines: String = found
        .iter()
        .map(|(name, hash)| format!("    (\"{name}\", {hash:#018x}),\n"))
        .collect();
    assert!(
        found == golden::HASHES,
        "runs have changed; if that is meant, HASHES in tests/common/golden.rs is\n{lines}"
    );
}

#[test]
fn the_cases_are_valid_and_long() {
    for case in golden::cases() {
        assert_eq!(case.script.validate(), Ok(()), "{}", case.name);
        let (_, engine) = case.run();
        let totals = engine.totals();
        // The program as printed fails at every task, and a finite batch ends.
        let enough = 5_000..60_000;
        assert!(
            enough.contains(&totals.events),
            "{}: {} events",
            case.name,
            totals.events
        );
        assert!(
            totals.finished > 1_000 || case.name.starts_with("article-program"),
            "{}: {totals:?}",
            case.name
        );
    }
}

fn any(cases: &[golden::Case], test: impl Fn(&Scenario) -> bool) -> bool {
    cases.iter().any(|case| test(&case.script.scenario))
}

/// Every kind of everything is in some case; a new one in the code must get its case.
#[test]
fn the_cases_cover_every_kind() {
    let cases = golden::cases();
    use Pattern::{Batch, Bursty, Closed, Fixed, Poisson, Steps};
    for pattern in [Fixed, Poisson, Bursty, Batch, Steps, Closed] {
        // The match makes the compiler ask for a new pattern here.
        match pattern {
            Fixed | Poisson | Bursty | Batch | Steps | Closed => {}
        }
        assert!(
            any(&cases, |s| s.arrivals.pattern == pattern),
            "no case has {pattern:?}"
        );
    }
    for law in [
        SizeLaw::Constant,
        SizeLaw::Uniform,
        SizeLaw::Exponential,
        SizeLaw::Lognormal,
        SizeLaw::Pareto,
    ] {
        match law {
            SizeLaw::Constant
            | SizeLaw::Uniform
            | SizeLaw::Exponential
            | SizeLaw::Lognormal
            | SizeLaw::Pareto => {}
        }
        assert!(any(&cases, |s| s.sizes.law == law), "no case has {law:?}");
    }
    for policy in Policy::ALL {
        assert!(
            any(&cases, |s| {
                s.balancer.strategy.id == StrategyId::ArticleProgram
                    && s.balancer.strategy.listing[0] == policy
            }),
            "no case has {policy:?}"
        );
    }
    for place in [Place::Software, Place::Hardware, Place::Hybrid] {
        assert!(
            any(&cases, |s| s.balancer.place == place),
            "no case has {place:?}"
        );
    }
    for service in [
        Service::FirstCome,
        Service::ProcessorSharing,
        Service::Replica,
    ] {
        assert!(
            any(&cases, |s| s
                .servers
                .iter()
                .any(|server| server.service == service)),
            "no case has {service:?}"
        );
    }
    for knowledge in [Knowledge::Sizes, Knowledge::Learnt] {
        assert!(
            any(&cases, |s| {
                s.balancer.strategy.id == StrategyId::LeastResponseTime
                    && s.balancer.strategy.knowledge == knowledge
            }),
            "{knowledge:?}"
        );
    }
    assert!(
        any(&cases, |s| !s.balancer.rules.is_empty()),
        "no case has rules"
    );
    for state in ServerState::ALL {
        assert!(
            any(&cases, |s| s
                .faults
                .iter()
                .any(|fault| fault.state == state)),
            "no case has {state:?} by a fault"
        );
    }
    let mut rejected = [0; Rejection::ALL.len()];
    for case in &cases {
        let (_, engine) = case.run();
        rejected
            .iter_mut()
            .zip(engine.totals().rejected)
            .for_each(|(sum, n)| *sum += n);
    }
    for reason in Rejection::ALL {
        // This one needs 100,000 tasks in the system.
        let rare = reason == Rejection::TooMany;
        assert!(
            rare || rejected[reason as usize] > 0,
            "no case has {reason:?}"
        );
    }
}

/// The golden run of replicas is one in which caches are hit, requests preempted and some too long.
#[test]
fn the_golden_run_has_what_its_name_says() {
    let cases = golden::cases();
    let case = cases
        .iter()
        .find(|case| case.name.starts_with("replicas, sessions"));
    let case = case.expect("there is one");
    let mut answers = Answers::default();
    let engine = replay(&case.script, case.until_s, &mut answers);
    let served = Served::of(&answers.0, &case.script.scenario.requests);
    assert!(
        served.preemptions > 0 && served.recomputed_tokens > 0,
        "{served:?}"
    );
    assert!(
        served.cached_share > 0.0 && served.split_prefix_share == 1.0,
        "{served:?}"
    );
    assert!(engine.totals().rejected[Rejection::TooLong as usize] > 0);
}
