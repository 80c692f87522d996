//! Why a server was picked: the rules of strategies and routers, with what their texts name.

use crate::{placeholders, texts};
use equipoise::balance::{
    Draw, Explanation, Knowledge, Learner, Policy, StrategyConfig, StrategyId,
};
use equipoise::scenario::{Scenario, Script, presets};
use equipoise::sim::Timeline;
use equipoise_routers::{Chance, Request, Router, Why, Worker};
use equipoise_routers::{aibrix, dynamo, production_stack, ray, sglang, vllm_router};
use std::collections::{BTreeMap, BTreeSet};

type Texts = BTreeMap<String, BTreeMap<String, String>>;

/// The routers of language models among the strategies.
const ROUTERS: [StrategyId; 17] = [
    StrategyId::SglangCacheAware,
    StrategyId::SglangManual,
    StrategyId::VllmCacheAware,
    StrategyId::VllmKvAware,
    StrategyId::VllmStickyLeastLoaded,
    StrategyId::DynamoKvCost,
    StrategyId::RayPrefixAware,
    StrategyId::LlmDScorers,
    StrategyId::ProductionStackPrefix,
    StrategyId::AibrixPrefixCache,
    StrategyId::VllmEnginePick,
    StrategyId::SglangConsistentHashing,
    StrategyId::SglangPrefixHash,
    StrategyId::SglangBucket,
    StrategyId::VllmConsistentHash,
    StrategyId::ProductionStackSession,
    StrategyId::ProductionStackLoadAware,
];

/// What texts are looked up for one decision.
struct Said<'a> {
    rule: &'a str,
    columns: &'a [&'static str],
    /// Empty if there is no tie.
    tie_break: &'a str,
    /// The names of values and words.
    given: BTreeSet<&'a str>,
}

impl<'a> Said<'a> {
    fn by_strategy(why: &'a Explanation) -> Self {
        let values = why.values.iter().map(|v| v.0);
        let words = why.words.iter().map(|w| w.0);
        Self {
            rule: why.rule,
            columns: &why.columns,
            tie_break: if why.tied.is_empty() {
                ""
            } else {
                why.tie_break
            },
            given: values.chain(words).chain(["server"]).collect(),
        }
    }

    fn by_router(why: &'a Why) -> Self {
        let values = why.values.iter().map(|v| v.0);
        let words = why.words.iter().map(|w| w.0);
        Self {
            rule: why.rule,
            columns: &why.columns,
            tie_break: why.tie_break,
            given: values.chain(words).chain(["server"]).collect(),
        }
    }

    /// Looks up the keys of the rule, the columns and the tie, and the values that the rule's texts
    /// name.
    fn check(&self, texts: &Texts) {
        for part in ["because", "note", "formula", "code"] {
            let key = format!("why.rule.{}.{part}", self.rule);
            let Some(text) = texts.get(&key).map(|text| &text["en"]) else {
                assert!(matches!(part, "formula" | "code"), "no text for {key}");
                continue;
            };
            let given = &self.given;
            assert!(
                placeholders(text).is_subset(given),
                "{key} names more than {given:?}"
            );
        }
        let columns = self.columns.iter().map(|c| format!("why.column.{c}"));
        let tie = (!self.tie_break.is_empty()).then(|| format!("why.tie.{}", self.tie_break));
        for key in columns.chain(tie) {
            assert!(texts.contains_key(&key), "no text for {key}");
        }
    }
}

/// Steps through decisions, checks each, and gathers the rules.
fn step_through(scenario: Scenario, texts: &Texts, rules: &mut BTreeSet<String>) {
    let mut timeline = Timeline::new(Script::new(scenario));
    for _ in 0..40 {
        timeline.step_forward();
        timeline.work(2000);
        let why = timeline.why();
        if why.task == 0 {
            continue;
        }
        Said::by_strategy(why).check(texts);
        rules.insert(why.rule.to_string());
    }
}

/// Steps through every strategy and policy.
#[test]
fn every_explanation_has_its_texts() {
    equipoise::serving::install();
    let texts = texts();
    let mut scenarios: Vec<Scenario> = presets::ids().filter_map(presets::find).collect();
    for &id in StrategyId::ALL {
        for policy in Policy::ALL {
            for mended in [true, false] {
                for knowledge in [Knowledge::Sizes, Knowledge::Learnt] {
                    let mut scenario = presets::find("weights").expect("preset");
                    let listing = vec![policy];
                    scenario.balancer.strategy = StrategyConfig {
                        id,
                        knowledge,
                        listing,
                        listing_mended: mended,
                        ..StrategyConfig::default()
                    };
                    scenarios.push(scenario);
                }
            }
        }
    }
    // Rules that one strategy has several of: by the way it draws, with equal weights, and with a
    // single server.
    for id in [
        StrategyId::TwoChoices,
        StrategyId::LeastRequest,
        StrategyId::Prequal,
    ] {
        for servers in [1, 3] {
            let mut scenario = presets::find("least-connections").expect("preset");
            scenario.servers.truncate(servers);
            scenario.balancer.strategy = StrategyConfig {
                id,
                draw: Draw::Nginx,
                ..StrategyConfig::default()
            };
            scenarios.push(scenario);
        }
    }
    // A bandit explores by chance in one form only.
    for learner in [Learner::EpsilonGreedy, Learner::Ucb1, Learner::Thompson] {
        let mut scenario = presets::find("least-connections").expect("preset");
        scenario.balancer.strategy = StrategyConfig {
            id: StrategyId::Bandit,
            learner,
            explore: 0.5,
            ..StrategyConfig::default()
        };
        scenarios.push(scenario);
    }
    // Data have a way only where there are links.
    for weigh_queue in [false, true] {
        let mut scenario = presets::find("popular-shard").expect("preset");
        scenario.balancer.strategy.weigh_queue = weigh_queue;
        scenarios.push(scenario);
    }
    for scenario in scenarios {
        step_through(scenario, &texts, &mut BTreeSet::new());
    }
}

/// Runs every router in front of replicas: hits, misses and imbalance. What needs other settings
/// than the page has is asked of the router itself. No rule has texts that are never shown.
#[test]
fn every_rule_of_the_routers_is_explained() {
    equipoise::serving::install();
    let texts = texts();
    let mut rules = BTreeSet::new();
    for id in ROUTERS {
        // The last has no replicas, so that requests have neither prompt nor session.
        for scene in ["prefix-cache", "session-affinity", "weights"] {
            for balance_abs in [0, 64] {
                let mut scenario = presets::find(scene).expect("preset");
                scenario.balancer.strategy = StrategyConfig {
                    id,
                    balance_abs,
                    ..StrategyConfig::default()
                };
                step_through(scenario, &texts, &mut rules);
            }
        }
    }
    for why in by_other_settings() {
        Said::by_router(&why).check(&texts);
        assert!(!why.columns.is_empty(), "{}: no table", why.rule);
        rules.insert(why.rule.to_string());
    }
    let files = ROUTERS.map(|id| format!("locales/strategies/{id}.yml"));
    for file in files {
        let source = std::fs::read_to_string(&file).expect("is there");
        let tree: serde_json::Value = serde_yaml_ng::from_str(&source).expect("is YAML");
        for rule in tree["why"]["rule"].as_object().expect("has rules").keys() {
            assert!(rules.contains(rule), "{file}: {rule} is never shown");
        }
    }
}

/// Draws that are all the first.
struct First;

impl Chance for First {
    fn below(&mut self, _: usize) -> usize {
        0
    }

    fn unit(&mut self) -> f64 {
        0.0
    }
}

/// What routers say with settings, or loads, that the runs above do not have: each is asked three
/// times, and the first pick is out the second time.
fn by_other_settings() -> Vec<Why> {
    let assigning = |assignment| sglang::ManualSettings {
        assignment,
        ..Default::default()
    };
    let routers: [Box<dyn Router>; 10] = [
        Box::new(sglang::CacheAware::new(Default::default())),
        Box::new(sglang::Manual::new(assigning(sglang::Assignment::MinLoad))),
        Box::new(sglang::Manual::new(assigning(sglang::Assignment::MinGroup))),
        Box::new(dynamo::KvCost::new(dynamo::KvCostSettings {
            temperature: 1.0,
            ..Default::default()
        })),
        Box::new(ray::PrefixAware::new(ray::PrefixAwareSettings {
            imbalanced_threshold: 1.0,
            ..Default::default()
        })),
        Box::new(production_stack::Prefix::new(
            production_stack::PrefixSettings { min_match: 1 },
        )),
        Box::new(aibrix::PrefixCache::new(Default::default())),
        Box::<sglang::PrefixHash>::default(),
        Box::new(sglang::Bucket::new(Default::default())),
        Box::<vllm_router::ConsistentHash>::default(),
    ];
    let prompt = [7; 64];
    let mut said = Vec::new();
    for mut router in routers {
        let mut workers = ["http://a", "http://b", "http://c"].map(|url| Worker {
            url,
            eligible: true,
            in_flight: 0,
            report: None,
        });
        workers[2].in_flight = 9;
        let mut first = None;
        for id in 0..3 {
            for (place, worker) in workers.iter_mut().enumerate() {
                worker.eligible = id != 1 || first != Some(place);
            }
            let request = Request {
                id,
                now_s: 0.0,
                prompt: &prompt,
                blocks: &[1, 2, 3, 4],
                session: Some("session"),
            };
            let mut why = Why::wanted();
            let picked = router.pick(&request, &workers, &mut First, &mut why);
            first = first.or(picked);
            said.push(why);
        }
    }
    said
}
