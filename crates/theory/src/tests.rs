use super::*;
use crate::PredictionId::*;
use crate::testing::{close, little, number, why};
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{
    Arrivals, Pattern, Place, Scenario, ServerConfig, SizeLaw, Sizes, presets,
};

const PATTERNS: [Pattern; 6] = [
    Pattern::Fixed,
    Pattern::Poisson,
    Pattern::Bursty,
    Pattern::Batch,
    Pattern::Steps,
    Pattern::Closed,
];

/// Every valid combination of preset, strategy, pattern and place.
fn all_sorts() -> Vec<Scenario> {
    equipoise_serving::install();
    let mut all = Vec::new();
    for id in presets::ids() {
        for &strategy in StrategyId::ALL {
            for pattern in PATTERNS {
                for place in [Place::Software, Place::Hardware, Place::Hybrid] {
                    let mut s = preset(id);
                    s.balancer.strategy.id = strategy;
                    s.arrivals.pattern = pattern;
                    s.balancer.place = place;
                    all.push(s);
                }
            }
        }
    }
    all.retain(|s| s.validate().is_ok());
    all
}

fn preset(id: &str) -> Scenario {
    presets::find(id).expect(id)
}

/// Whether a prediction has a meaningful value with a filled formula, or neither.
fn is_meaningful(p: &Prediction, servers: usize) -> bool {
    // A hole that was left open.
    if p.plain().contains('?') {
        return false;
    }
    match &p.value {
        Ok(Quantity::Number(x)) => x.is_finite() && *x >= 0.0 && !p.filled.is_empty(),
        Ok(Quantity::PerServer(values)) => {
            values.len() == servers
                && values.iter().all(|&x| x >= 0.0 || x.is_nan())
                && !p.filled.is_empty()
        }
        Ok(Quantity::Bounds { low, high }) => {
            0.0 < *low && low <= high && high.is_finite() && !p.filled.is_empty()
        }
        Err(_) => p.filled.is_empty(),
    }
}

#[test]
fn the_same_predictions_always_and_no_number_without_meaning() {
    for scenario in all_sorts() {
        let predictions = predict(&scenario);
        let ids: Vec<PredictionId> = predictions.iter().map(|p| p.id).collect();
        assert_eq!(ids, PredictionId::ALL);
        for p in predictions {
            assert!(
                is_meaningful(&p, scenario.servers.len()),
                "{} {:?}: {p:?}",
                scenario.name,
                scenario.balancer
            );
        }
    }
}

#[test]
fn the_articles_formulas_are_not_called_exact() {
    let s = preset("article-least-load");
    for (id, _) in ARTICLE_LAWS {
        let p = Prediction::of(&s, id);
        assert!(p.value.is_err() || p.kind == Exactness::AsPrinted, "{id}");
    }
    assert_eq!(Prediction::of(&s, Start).kind, Exactness::Exact);
}

fn filled(preset_id: &str, id: PredictionId) -> String {
    Prediction::of(&preset(preset_id), id).plain()
}

#[test]
fn a_formula_shows_its_numbers() {
    assert_eq!(
        filled("weights", Shares),
        "a: 5 / 7 = 0.7143, b: 1 / 7 = 0.1429, c: 1 / 7 = 0.1429"
    );
    assert_eq!(
        filled("article-formulas", ArticleRoundRobin),
        "T_4 = (4 − 1) · 2 + 10 = 16"
    );
    assert_eq!(filled("article-formulas", Start), "B_4 = max(16, 19) = 19");
    assert_eq!(
        filled("article-least-load", Start),
        "B_4 = max(16, 23) = 23"
    );
    assert_eq!(
        filled("article-least-load", ArticleLeastLoad),
        "T_4 = 1 · 2 + 10 = 12"
    );
    assert_eq!(filled("little", Response), "1 / (1 − 0.8) = 5");
}

/// The preset `hot-key` with equally popular URLs on ten equal servers.
fn ring(strategy: StrategyId, urls: u32) -> Scenario {
    let mut s = preset("hot-key");
    s.servers = vec![s.servers[0].clone(); 10];
    s.clients.urls = urls;
    s.clients.url_skew = 0.0;
    s.balancer.strategy.id = strategy;
    s.balancer.strategy.virtual_nodes = 40;
    s.balancer.strategy.ring_size = 400;
    s
}

#[test]
fn rings_are_predicted_with_a_scenarios_numbers() {
    let expected = ring::largest_over_mean_of_keys(10, 40, 10_000);
    for strategy in [StrategyId::Ketama, StrategyId::EnvoyRing] {
        let s = ring(strategy, 10_000);
        s.validate().expect("is valid");
        close(number(&s, RingImbalance), expected, 1e-4);
    }
    // A single key goes to one server; a few keys depend on where each falls.
    let single = ring(StrategyId::Ketama, 1);
    assert_eq!(number(&single, RingImbalance), 10.0);
    let few = ring(StrategyId::Ketama, 5);
    assert_eq!(why(&few, RingImbalance), Reason::FewKeys);
    let bounded = ring(StrategyId::BoundedLoad, 10_000);
    close(number(&bounded, LoadCap), 1.25, 1e-4);
}

/// M/M/1 at ρ = 0.8, and the same behind a random split over four servers.
#[test]
fn short_tasks_first_is_predicted_with_a_scenarios_numbers() {
    let one = little(|_| ());
    close(number(&one, IfSjf), 2.8822, 1e-4);
    close(number(&one, IfSrpt), 2.3528, 1e-4);
    let mut four = preset("random-split");
    four.arrivals.rate_per_s = 3.2;
    close(number(&four, IfSrpt), 2.3528, 1e-4);
}

/// Four equal servers: eight tasks of one second, and a pause of half a second.
fn steps(preset_id: &str) -> Scenario {
    let mut s = preset(preset_id);
    s.servers = vec![ServerConfig::default(); 4];
    s.arrivals = Arrivals {
        pattern: Pattern::Steps,
        tasks: 8,
        pause_s: 0.5,
        ..s.arrivals.clone()
    };
    s.sizes = Sizes {
        law: SizeLaw::Constant,
        mean: 1.0,
        spread: 0.0,
    };
    s.validate().expect("is valid");
    s
}

#[test]
fn steps_are_predicted_with_a_scenarios_numbers() {
    let s = steps("round-robin");
    close(number(&s, SpeedUp), 8.5 / 2.5, 1e-4);
    close(number(&s, Amdahl), 8.5 / 2.5, 1e-4);
    close(number(&s, Fullest), 2.0, 1e-4);
    let by_chance = number(&steps("random"), Fullest);
    assert!(2.0 < by_chance && by_chance < 8.0);
    close(by_chance, balls::mean_largest(8, 4), 1e-4);
}

/// The largest cluster, with all speeds different: 50 ms natively, where a preset takes 0.02 to 5
/// ms.
#[test]
fn the_largest_scenario_is_predicted_too() {
    let mut s = preset("training");
    s.servers = (0..256)
        .map(|i| ServerConfig {
            speed: 30.0 + f64::from(i),
            ..s.servers[0].clone()
        })
        .collect();
    s.sizes.law = SizeLaw::Lognormal;
    s.sizes.spread = 0.8;
    s.arrivals.tasks = 1000;
    assert_eq!(predict(&s).len(), PredictionId::ALL.len());
}

const TEXTS: [&str; 2] = [
    include_str!("../../../locales/theory.yml"),
    include_str!("../../../locales/formulas.yml"),
];

/// Each leaf of the texts as path, English and Chinese.
fn texts() -> Vec<(String, [String; 2])> {
    let mut path: Vec<&str> = Vec::new();
    let mut leaves: Vec<(String, [String; 2])> = Vec::new();
    for line in TEXTS.into_iter().flat_map(str::lines) {
        let Some((key, text)) = line.trim_start().split_once(':') else {
            continue;
        };
        path.truncate((line.len() - line.trim_start().len()) / 2);
        let Some(language) = ["en", "zh-CN"].iter().position(|l| *l == key) else {
            path.push(key);
            continue;
        };
        let parent = path.join(".");
        if leaves.last().is_none_or(|leaf| leaf.0 != parent) {
            leaves.push((parent, Default::default()));
        }
        if let Some(leaf) = leaves.last_mut() {
            leaf.1[language] = text.trim().trim_matches('"').to_string();
        }
    }
    leaves
}

/// The number of placeholders of a text.
fn placeholders(text: &str) -> usize {
    text.matches("%{").count()
}

#[test]
fn every_text_is_there_in_both_languages() {
    let texts = texts();
    let mut keys: Vec<String> = Reason::IDS
        .iter()
        .map(|id| format!("theory.reason.{id}"))
        .collect();
    for id in PredictionId::ALL {
        keys.push(format!("theory.prediction.{id}.name"));
        keys.push(format!("formulas.note.{id}"));
    }
    for (_, law) in ARTICLE_LAWS {
        keys.extend(["name", "wrong", "right"].map(|part| format!("formulas.law.{law}.{part}")));
    }
    for key in &keys {
        assert!(texts.iter().any(|(k, _)| k == key), "no text for {key}");
    }
    for (key, [en, zh]) in &texts {
        assert!(!en.is_empty() && !zh.is_empty(), "{key} lacks a language");
        assert_eq!(placeholders(en), placeholders(zh), "{key}");
    }
}

/// A reason has a value for each placeholder of its text.
#[test]
fn reasons_fill_their_texts() {
    let texts = texts();
    for scenario in all_sorts() {
        for reason in predict(&scenario).into_iter().filter_map(|p| p.value.err()) {
            let (_, [en, _]) = texts
                .iter()
                .find(|(key, _)| *key == reason.key())
                .expect("has a text");
            let values = reason.values();
            assert_eq!(placeholders(en), values.len(), "{reason:?}");
            for (name, _) in values {
                assert!(en.contains(&format!("%{{{name}}}")), "{reason:?}: {name}");
            }
        }
    }
}
