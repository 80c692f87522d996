use super::*;
use equipoise_engine::balance::StrategyId;
use equipoise_engine::scenario::{Pattern, Place, SizeLaw, presets};

use Pattern::{Batch, Bursty, Closed, Fixed, Poisson, Steps};
const PATTERNS: [Pattern; 6] = [Fixed, Poisson, Bursty, Batch, Steps, Closed];

/// Every preset with every strategy, pattern and place.
fn all_sorts() -> Vec<Scenario> {
    let mut all = Vec::new();
    for id in presets::ids() {
        for &strategy in StrategyId::ALL {
            for pattern in PATTERNS {
                for place in [Place::Software, Place::Hardware, Place::Hybrid] {
                    let mut s = presets::find(id).expect(id);
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

#[test]
fn the_same_predictions_always_and_no_number_without_meaning() {
    let ids: Vec<_> = PREDICTIONS.iter().map(|p| p.0).collect();
    for scenario in all_sorts() {
        let predictions = predict(&scenario);
        assert!(predictions.iter().map(|p| p.id).eq(ids.iter().copied()));
        for p in predictions {
            let meant = match &p.value {
                Ok(Value::Number(x)) => x.is_finite() && *x >= 0.0,
                Ok(Value::PerServer(values)) => {
                    values.len() == scenario.servers.len()
                        && values.iter().all(|&x| x >= 0.0 || x.is_nan())
                }
                Ok(Value::Bounds { low, high }) => 0.0 < *low && low <= high && high.is_finite(),
                Err(_) => p.filled.is_empty(),
            };
            assert!(
                meant && (p.value.is_err() || !p.filled.is_empty()),
                "{} {:?}: {p:?}",
                scenario.name,
                scenario.balancer
            );
        }
    }
}

#[test]
fn the_articles_formulas_are_not_called_exact() {
    let all = predict(&presets::find("article-least-load").expect("preset"));
    for p in all
        .iter()
        .filter(|p| p.id.starts_with("article-") && p.value.is_ok())
    {
        assert_eq!(p.kind, Kind::AsPrinted, "{}", p.id);
    }
    assert_eq!(
        all.iter().find(|p| p.id == "start").expect("start").kind,
        Kind::Exact
    );
}

#[test]
fn a_formula_shows_its_numbers() {
    let filled = |preset, id| {
        let all = predict(&presets::find(preset).expect(preset));
        all.into_iter().find(|p| p.id == id).expect(id).filled
    };
    assert_eq!(
        filled("weights", "shares"),
        "a: 5 / 7 = 0.7143, b: 1 / 7 = 0.1429, c: 1 / 7 = 0.1429"
    );
    assert_eq!(
        filled("article-formulas", "article-round-robin"),
        "T_4 = (4 − 1) · 2 + 10 = 16"
    );
    assert_eq!(
        filled("article-formulas", "start"),
        "B_4 = max(16, 19) = 19"
    );
    assert_eq!(
        filled("article-least-load", "start"),
        "B_4 = max(16, 23) = 23"
    );
    assert_eq!(
        filled("article-least-load", "article-least-load"),
        "T_4 = 1 · 2 + 10 = 12"
    );
    assert_eq!(filled("little", "response"), "1 / (1 − 0.8) = 5");
}

fn number(preset: &str, id: &str, change: impl FnOnce(&mut Scenario)) -> f64 {
    let mut s = presets::find(preset).expect(preset);
    change(&mut s);
    s.validate().expect("is valid");
    let found = predict(&s).into_iter().find(|p| p.id == id).expect(id);
    found.number().unwrap_or_else(|| panic!("{found:?}"))
}

/// The numbers of `ring`, `balls`, `small_first` and `barrier`, as a scenario asks for them.
#[test]
fn topics_are_asked_with_a_scenarios_numbers() {
    let close = |got: f64, expected: f64| {
        assert!((got - expected).abs() <= 1e-4, "{got} against {expected}")
    };
    let ten = |s: &mut Scenario| s.servers = vec![s.servers[0].clone(); 10];
    let ring = |id, set: fn(&mut Scenario)| {
        number("hot-key", "ring-imbalance", |s| {
            ten(s);
            (s.clients.urls, s.clients.url_skew) = (10_000, 0.0);
            s.balancer.strategy.id = id;
            set(s);
        })
    };
    let forty = ring::largest_over_mean_of_keys(10, 40, 10_000);
    close(
        ring(StrategyId::Ketama, |s| {
            s.balancer.strategy.virtual_nodes = 40
        }),
        forty,
    );
    close(
        ring(StrategyId::EnvoyRing, |s| {
            s.balancer.strategy.ring_size = 400
        }),
        forty,
    );
    let bounded = |s: &mut Scenario| s.balancer.strategy.id = StrategyId::BoundedLoad;
    close(number("hot-key", "load-cap", bounded), 1.25);
    // A single key is all that some server gets; a few lie where they lie.
    assert_eq!(ring(StrategyId::Ketama, |s| s.clients.urls = 1), 10.0);
    let mut few = presets::find("hot-key").expect("preset");
    (
        few.balancer.strategy.id,
        few.clients.urls,
        few.clients.url_skew,
    ) = (StrategyId::Ketama, 5, 0.0);
    let few = predict(&few)
        .into_iter()
        .find(|p| p.id == "ring-imbalance")
        .and_then(|p| p.value.err());
    assert_eq!(few.expect("too few").id, "few-keys");
    // M/M/1 at ρ = 0.8, and the same behind an even chance of four.
    close(number("little", "if-sjf", |_| ()), 2.8822);
    close(number("little", "if-srpt", |_| ()), 2.3528);
    close(
        number("random-split", "if-srpt", |s| s.arrivals.rate_per_s = 3.2),
        2.3528,
    );
    // Four equal servers: eight tasks of one second, and half a second that nobody can share.
    let step = |s: &mut Scenario| {
        s.servers = vec![equipoise_engine::scenario::ServerConfig::default(); 4];
        s.arrivals = equipoise_engine::scenario::Arrivals {
            pattern: Steps,
            tasks: 8,
            pause_s: 0.5,
            ..s.arrivals.clone()
        };
        s.sizes = equipoise_engine::scenario::Sizes {
            law: SizeLaw::Constant,
            mean: 1.0,
            spread: 0.0,
        };
    };
    close(number("round-robin", "speed-up", step), 8.5 / 2.5);
    close(number("round-robin", "amdahl", step), 8.5 / 2.5);
    close(number("round-robin", "fullest", step), 2.0);
    let by_chance = number("random", "fullest", step);
    assert!(2.0 < by_chance && by_chance < 8.0);
    close(by_chance, balls::mean_largest(8, 4));
}

/// The largest cluster, all speeds different: measured at 50 ms natively, where a preset takes 0.02
/// to 5 ms.
#[test]
fn the_largest_scenario_is_predicted_too() {
    let mut s = presets::find("training").expect("preset");
    s.servers = (0..256)
        .map(|i| equipoise_engine::scenario::ServerConfig {
            speed: 30.0 + f64::from(i),
            ..s.servers[0].clone()
        })
        .collect();
    (s.sizes.law, s.sizes.spread, s.arrivals.tasks) = (SizeLaw::Lognormal, 0.8, 1000);
    assert_eq!(predict(&s).len(), PREDICTIONS.len());
}

/// Each leaf of `locales/theory.yml` as path, English and Chinese.
fn texts() -> Vec<(String, [String; 2])> {
    let mut path: Vec<&str> = Vec::new();
    let mut leaves: Vec<(String, [String; 2])> = Vec::new();
    for line in include_str!("../../../locales/theory.yml").lines() {
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

#[test]
fn every_text_is_there_in_both_languages() {
    let texts = texts();
    let mut keys: Vec<String> = reason::IDS
        .iter()
        .map(|id| format!("theory.reason.{id}"))
        .collect();
    for (id, ..) in PREDICTIONS {
        keys.extend([
            format!("theory.prediction.{id}.name"),
            format!("theory.prediction.{id}.note"),
        ]);
    }
    for law in article::LAWS {
        keys.extend(["name", "wrong", "right"].map(|part| format!("theory.article.{law}.{part}")));
    }
    for key in &keys {
        assert!(texts.iter().any(|(k, _)| k == key), "no text for {key}");
    }
    let places = |text: &str| text.matches("%{").count();
    for (key, [en, zh]) in &texts {
        assert!(!en.is_empty() && !zh.is_empty(), "{key} lacks a language");
        assert_eq!(places(en), places(zh), "{key}");
    }
}

/// A reason's text finds all its placeholders in the reason's values.
#[test]
fn reasons_fill_their_texts() {
    let texts = texts();
    for scenario in all_sorts() {
        for reason in predict(&scenario).into_iter().filter_map(|p| p.value.err()) {
            let (_, [en, _]) = texts
                .iter()
                .find(|(key, _)| *key == reason.key())
                .expect(reason.id);
            for place in en.split("%{").skip(1) {
                let name = place.split('}').next().unwrap_or("");
                assert!(
                    reason.values.iter().any(|(n, _)| *n == name),
                    "{}: {name}",
                    reason.id
                );
            }
        }
    }
}
