//! The scenes of language models show what their texts say, and their cures work. Bounds were
//! chosen after one look at seed 7 and are wide; each must hold for three other seeds too.

use super::run;
use equipoise::balance::StrategyId;
use equipoise::measure::answers::Served;
use equipoise::scenario::{Scenario, presets};
use equipoise::workload::Pattern;

const SEEDS: [u32; 3] = [1, 2, 3];

/// What a scene comes to over its duration, with this seed.
fn served(scenario: &Scenario, seed: u32) -> Served {
    let scenario = Scenario {
        seed,
        ..scenario.clone()
    };
    let (_, answers) = run(&scenario, scenario.duration_s);
    Served::of(&answers.0, &scenario.requests)
}

/// The scene as it is, and put right.
fn scenes(id: &str) -> [Scenario; 2] {
    equipoise::serving::install();
    let wrong = presets::find(id).expect(id);
    let mut right = wrong.clone();
    presets::fix(id).expect("has a cure")(&mut right);
    assert_eq!([wrong.validate(), right.validate()], [Ok(()), Ok(())]);
    [wrong, right]
}

/// Checks a scene with every seed, as it is and put right.
fn check(id: &str, holds: impl Fn(&Served, &Served) -> bool) {
    let [wrong, right] = scenes(id);
    for seed in SEEDS {
        let [wrong, right] = [&wrong, &right].map(|scenario| served(scenario, seed));
        assert!(
            holds(&wrong, &right),
            "{id}, seed {seed}: {wrong:?} {right:?}"
        );
    }
}

#[test]
fn continuous_batches_answer_more() {
    check("continuous-batching", |wrong, right| {
        right.output_tokens_per_s > 1.3 * wrong.output_tokens_per_s
            && right.ttft.mean_s < 0.1 * wrong.ttft.mean_s
    });
}

#[test]
fn whole_prompts_stop_replies() {
    check("chunked-prefill", |wrong, right| {
        wrong.tpot.p99_s > 1.5 * right.tpot.p99_s
    });
}

#[test]
fn replies_are_steady_where_no_prompt_is_computed() {
    check("prefill-decode", |wrong, right| {
        right.tpot.p99_s < 0.7 * wrong.tpot.p99_s && right.good_share > wrong.good_share + 0.05
    });
}

#[test]
fn a_full_cache_preempts() {
    check("kv-wall", |wrong, right| {
        wrong.recomputed_tokens > 10_000 && right.preemptions == 0
    });
}

#[test]
fn cached_prefixes_are_not_computed_again() {
    check("prefix-cache", |wrong, right| {
        right.cached_share > 0.85 && right.ttft.mean_s < 0.3 * wrong.ttft.mean_s
    });
}

#[test]
fn a_conversation_that_stays_finds_its_tokens() {
    check("session-affinity", |wrong, right| {
        right.cached_share > wrong.cached_share + 0.3 && right.ttft.mean_s < 0.8 * wrong.ttft.mean_s
    });
}

#[test]
fn prefix_aware_routing_beats_round_robin() {
    check("prefix-routing", |wrong, right| {
        right.ttft.mean_s < 0.5 * wrong.ttft.mean_s
            && wrong.split_prefix_share == 1.0
            && right.split_prefix_share < 0.1
    });
}

/// With a hot prefix it loses to round robin, until its rule gives way sooner.
#[test]
fn a_hot_prefix_needs_a_rule_that_gives_way() {
    let [wrong, right] = scenes("hot-prefix");
    let mut turns = wrong.clone();
    turns.balancer.strategy.id = StrategyId::RoundRobin;
    for seed in SEEDS {
        let [wrong, right, turns] =
            [&wrong, &right, &turns].map(|scenario| served(scenario, seed).ttft.mean_s);
        assert!(
            wrong > 1.5 * turns && right < turns,
            "seed {seed}: {wrong} {right} {turns}"
        );
    }
}

#[test]
fn equal_loads_all_give_the_first() {
    let [wrong, right] = scenes("misses-to-one");
    for seed in SEEDS {
        let [wrong, right] = [&wrong, &right].map(|scenario| {
            let scenario = Scenario {
                seed,
                ..scenario.clone()
            };
            let (engine, _) = run(&scenario, scenario.duration_s);
            engine.servers()[0].assigned as f64 / engine.totals().decided as f64
        });
        assert!(wrong > 0.6 && right < 0.35, "seed {seed}: {wrong} {right}");
    }
}

#[test]
fn old_reports_mislead() {
    check("stale-reports", |wrong, right| {
        wrong.ttft.mean_s > 5.0 * right.ttft.mean_s && wrong.cached_share < right.cached_share
    });
}

#[test]
fn sessions_that_stay_pile_up() {
    check("sticky-sessions", |wrong, right| {
        wrong.ttft.mean_s > 1.2 * right.ttft.mean_s
    });
}

/// Requests that come in bursts wait, though the mean rate leaves a replica time to spare.
#[test]
fn bursts_wait_where_the_mean_does_not() {
    let [mut even, _] = scenes("azure-hour");
    even.arrivals.pattern = Pattern::Poisson;
    check("azure-hour", |wrong, right| {
        wrong.good_share < 0.7
            && right.good_share > 0.95
            && wrong.ttft.p90_s > 5.0 * right.ttft.p90_s
    });
    for seed in SEEDS {
        let even = served(&even, seed);
        assert!(even.good_share > 0.95, "seed {seed}: {even:?}");
    }
}

#[test]
fn slots_that_are_full_hold_up_first_tokens() {
    check("measured-run", |wrong, right| {
        wrong.ttft.p90_s > 20.0 * right.ttft.p90_s && right.tpot.mean_s > 1.2 * wrong.tpot.mean_s
    });
}
