//! The table of fields against the scenarios that it is about.

#![cfg(not(target_arch = "wasm32"))]

use equipoise::json;
use equipoise::scenario::fields::{self, At, Field, Kind, Section, Value};
use equipoise::scenario::{
    Fault, FieldError, KeySource, PlannedChange, Rule, Scenario, WorkUnit, presets,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use std::collections::BTreeSet;

/// A scenario in which every list has elements.
fn full() -> Scenario {
    equipoise::serving::install();
    let mut scenario = presets::find("rule-table").expect("preset");
    scenario.faults = vec![Fault {
        at_s: 1.0,
        server: 0,
        state: Default::default(),
    }];
    scenario.changes = vec![PlannedChange {
        at_s: 1.0,
        field: "sizes.mean".into(),
        to: 2.0,
        over_s: 0.0,
        every_s: None,
    }];
    assert!(!scenario.balancer.rules.is_empty());
    scenario
}

/// A scenario as JSON, with what is as by default too.
fn written(scenario: &Scenario) -> serde_json::Value {
    serde_json::to_value(scenario).expect("plain data")
}

/// The paths of all that is no list and no object, with `*` for the elements of lists.
fn leaves(value: &serde_json::Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                let dot = if path.is_empty() { "" } else { "." };
                leaves(value, &format!("{path}{dot}{name}"), found);
            }
        }
        serde_json::Value::Array(list) => {
            for value in list {
                leaves(value, &format!("{path}.*"), found);
            }
        }
        _ => drop(found.insert(path.into())),
    }
}

#[test]
fn every_field_of_a_scenario_has_a_row() {
    let mut found = BTreeSet::new();
    leaves(&written(&full()), "", &mut found);
    // The group of a rule is a list of its own.
    assert!(found.remove("balancer.rules.*.servers.*"));
    let rows: BTreeSet<String> = fields::all().map(|field| field.path.to_string()).collect();
    let missing: Vec<_> = found.difference(&rows).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    let derived: Vec<_> = rows.difference(&found).map(String::as_str).collect();
    assert_eq!(derived, ["arrivals.interval_s", "servers"]);
}

#[test]
fn a_row_reads_what_stands_at_its_path() {
    let scenario = full();
    let all = written(&scenario);
    for field in fields::all() {
        let pointer = format!("/{}", field.path.replace('*', "0").replace('.', "/"));
        let stored = match all.pointer(&pointer) {
            Some(serde_json::Value::Number(x)) => Value::Number(x.as_f64().expect("finite")),
            Some(serde_json::Value::Bool(on)) => Value::Flag(*on),
            Some(serde_json::Value::Null) => Value::Off,
            Some(serde_json::Value::String(text)) => field.read(text).expect("of its kind"),
            _ => continue,
        };
        let index = field.is_listed().then_some(0);
        assert_eq!(
            At::new(field, index).get(&scenario),
            Some(stored),
            "{field:?}"
        );
    }
}

/// Each word is one that a file may hold, and means what it means there.
#[test]
fn the_words_are_those_of_files() {
    for field in fields::all() {
        let Kind::Choice(words) = field.kind else {
            continue;
        };
        let pointer = format!("/{}", field.path.replace('*', "0").replace('.', "/"));
        for word in words {
            let mut chosen = full();
            At::new(field, None)
                .set(&mut chosen, &Value::Word(word))
                .expect(word);
            let all = written(&chosen);
            assert_eq!(all.pointer(&pointer), Some(&(*word).into()), "{field:?}");
        }
        let mut unknown = words.to_vec();
        unknown.sort_unstable();
        unknown.dedup();
        assert_eq!(unknown.len(), words.len(), "{field:?}");
    }
}

#[test]
fn ids_and_paths_are_unique_and_paths_are_found() {
    let mut ids = BTreeSet::new();
    let mut paths = BTreeSet::new();
    for field in fields::all() {
        assert!(ids.insert(field.id), "{}", field.id);
        assert!(paths.insert(field.path), "{}", field.path);
        assert_eq!(field.path.parse(), Ok(At::new(field, None)));
    }
    let third = At::new(fields::named("servers.*.weight"), Some(2));
    assert_eq!("servers[2].weight".parse(), Ok(third));
    assert_eq!("servers.2.weight".parse(), Ok(third));
    assert_eq!(third.to_string(), "servers[2].weight");
}

#[test]
fn strategies_read_settings_that_there_are() {
    use equipoise::balance::StrategyId;
    let settings: Vec<&str> = fields::of(Section::Strategy)
        .iter()
        .filter_map(|field| field.path.strip_prefix("balancer.strategy."))
        .map(|name| name.trim_end_matches(".*"))
        .collect();
    for id in StrategyId::ALL {
        for name in id.fields() {
            assert!(settings.contains(name), "{id} reads {name}");
        }
    }
    for name in settings.iter().filter(|name| **name != "id") {
        let readers = StrategyId::ALL.iter().filter(|id| id.reads(name));
        assert!(readers.count() > 0, "nothing reads {name}");
    }
}

#[test]
fn choosing_takes_with_it_what_would_contradict() {
    let choose = |scenario: &mut Scenario, path: &str, value: Value| {
        let at: At = path.parse().expect(path);
        at.choose(scenario, &value).expect("is allowed");
        assert_eq!(scenario.validate(), Ok(()));
    };
    let mut s = full();
    s.sizes.spread = 2.0;
    choose(&mut s, "sizes.law", Value::Word("uniform"));
    assert_eq!(s.sizes.spread, 0.577);
    choose(&mut s, "balancer.rules[0].by", Value::Word("header"));
    assert_eq!(s.balancer.rules[0].pattern, "t0");
    s.balancer.rules = vec![Rule {
        by: KeySource::Ip,
        pattern: "10.0.0.0/8".into(),
        servers: vec![1],
    }];
    choose(&mut s, "servers", Value::Number(1.0));
    assert!(s.balancer.rules.is_empty());

    let mut hardware = presets::find("hardware").expect("preset");
    choose(&mut hardware, "balancer.strategy.id", Value::Word("maglev"));
    assert_eq!(hardware.balancer.strategy.key, KeySource::Ip);
}

#[test]
fn a_value_of_another_kind_is_refused_and_changes_nothing() {
    let before = full();
    let mut scenario = before.clone();
    for (path, value, words) in [
        ("arrivals.rate_per_s", Value::Off, "a number from 0.0001"),
        (
            "servers.*.weight",
            Value::Number(1.5),
            "a whole number from 0 to 1000000",
        ),
        ("unit", Value::Word("hours"), "seconds, samples"),
        ("unit", Value::Flag(true), "seconds, samples"),
        ("name", Value::Text(String::new()), "1 to 80 characters"),
        (
            "servers[9].weight",
            Value::Number(1.0),
            "0 to 3, or * for all",
        ),
        (
            "retry_policy.timeout_s",
            Value::Number(f64::NAN),
            "0.001 to 10000",
        ),
    ] {
        let at: At = path.parse().expect(path);
        let error = at.set(&mut scenario, &value).expect_err(path);
        assert!(error.allowed.contains(words), "{error}");
        assert_eq!(error.field, path);
    }
    assert_eq!(scenario, before);
    assert_eq!(scenario.unit, WorkUnit::Seconds);
}

/// A scenario in which each field may be anything in its range.
fn open_to_all(field: &Field) -> Scenario {
    let mut scenario = full();
    let rules = field.path.starts_with("balancer.rules");
    let by_header = Rule {
        by: KeySource::Header,
        pattern: "t0".into(),
        servers: vec![0],
    };
    scenario.balancer.rules = if rules { vec![by_header] } else { Vec::new() };
    if !field.path.starts_with("changes") {
        scenario.changes.clear();
    }
    scenario
}

/// Sets the field, of each element, and says what validation says of it.
fn with(field: &'static Field, value: &Value) -> Result<Scenario, FieldError> {
    let mut scenario = open_to_all(field);
    At::new(field, None).choose(&mut scenario, value)?;
    scenario.validate().map(|()| scenario)
}

/// Values in a field's range: its ends, and one at this part of it.
fn allowed(field: &Field, part: f64) -> Vec<Value> {
    // The one must name a field, the other be in its range.
    match field.path {
        "changes.*.field" => return vec![Value::Text("servers.0.slots".into())],
        "changes.*.to" => return [0.001, 1.0 + part, 1e6].map(Value::Number).to_vec(),
        _ => {}
    }
    let within = match field.kind {
        Kind::Number(range) | Kind::Optional(range, _) => {
            let most = field
                .range_in(&open_to_all(field))
                .map_or(range.max, |r| r.max);
            let between = range.min + (most - range.min) * part;
            let between = if range.whole {
                between.round()
            } else {
                between
            };
            [range.min, between, most].map(Value::Number).to_vec()
        }
        Kind::Choice(words) => words.iter().map(|word| Value::Word(word)).collect(),
        Kind::Flag => vec![Value::Flag(false), Value::Flag(true)],
        Kind::Text => vec![Value::Text("x".into()), Value::Text("é".repeat(80))],
    };
    let off = matches!(field.kind, Kind::Optional(..)).then_some(Value::Off);
    within.into_iter().chain(off).collect()
}

/// Whether what was set came back, but for the rounding of a number that is not stored as such.
fn same(field: &Field, value: &Value, back: &Value) -> bool {
    match (value, back) {
        (Value::Number(x), Value::Number(y)) if field.path == "arrivals.interval_s" => {
            (x - y).abs() <= 1e-12 * x
        }
        _ => value == back,
    }
}

proptest! {
    #![proptest_config(Config {
        cases: 100,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_260_115),
        ..Config::default()
    })]

    #[test]
    fn what_is_in_range_is_accepted_and_comes_back(part in 0.0..=1.0) {
        for field in fields::all() {
            for value in allowed(field, part) {
                let scenario = with(field, &value);
                prop_assert!(scenario.is_ok(), "{field:?} {value}: {scenario:?}");
                let back = At::new(field, None).get(&scenario.expect("is valid"));
                prop_assert!(back.is_some_and(|back| same(field, &value, &back)),
                    "{field:?} {value}");
            }
        }
    }

    #[test]
    fn what_is_out_of_range_is_refused_by_its_path(beyond in 1e-9..1e6) {
        for field in fields::all() {
            let Some(range) = field.range() else { continue };
            let part = if range.whole { Some(range.min + 0.5) } else { None };
            let out = [range.min - beyond, range.max + beyond, f64::NAN, f64::INFINITY];
            for x in out.into_iter().chain(part) {
                let error = with(field, &Value::Number(x)).expect_err(field.path);
                prop_assert_eq!(error.field, field.path);
                prop_assert!(error.allowed.contains(&range.max.to_string()), "{}", error.allowed);
            }
        }
    }
}

/// What comes from a file has not been set by its row: validation finds it all the same.
#[test]
fn validation_names_the_field_that_a_file_has_wrong() {
    for field in fields::all() {
        let Some(range) = field.range() else { continue };
        let path = field.path.replace('*', "0");
        let mut all = written(&full());
        let Some(place) = all.pointer_mut(&format!("/{}", path.replace('.', "/"))) else {
            continue;
        };
        if place.is_array() || range.max >= f64::from(u32::MAX) {
            continue;
        }
        let too_much = range.max + 1.0;
        *place = if range.whole {
            (too_much as u64).into()
        } else {
            too_much.into()
        };
        let error = json::read(&all.to_string())
            .expect_err(field.path)
            .to_string();
        let named = At::new(field, field.is_listed().then_some(0)).to_string();
        assert!(
            error.starts_with(&format!("{named} is {too_much}; allowed: ")),
            "{error}"
        );
    }
}
