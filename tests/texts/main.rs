//! Every text is there in both languages, with the same placeholders, and every key that the code
//! asks for exists.

#![cfg(not(target_arch = "wasm32"))]

mod explanations;
mod jobs;

use equipoise::balance::StrategyId;
use equipoise::scenario::fields::{self, Kind, Section};
use equipoise::scenario::presets;
use equipoise::sweep::Param;
use equipoise::sweep::metric::Metric;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// All texts: key to text, by language.
fn texts() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    let folders =
        ["locales", "locales/strategies"].map(|folder| fs::read_dir(folder).expect(folder));
    for entry in folders.into_iter().flatten() {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(&path).expect("is UTF-8");
        let value: Value =
            serde_yaml_ng::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        gather(&value, String::new(), &mut texts);
    }
    texts
}

fn gather(value: &Value, key: String, texts: &mut BTreeMap<String, BTreeMap<String, String>>) {
    // What has no words is written once.
    if let Value::String(text) = value {
        assert!(is_formula(&key) || key.ends_with(".code"), "{key}");
        let same = LANGUAGES.map(|language| (language.to_string(), text.clone()));
        assert!(texts.insert(key, same.into()).is_none());
        return;
    }
    let Value::Object(fields) = value else { return };
    if LANGUAGES
        .iter()
        .any(|language| fields.contains_key(*language))
    {
        let text = |(language, text): (&String, &Value)| {
            (language.clone(), text.as_str().unwrap_or("").to_string())
        };
        assert!(
            texts
                .insert(key.clone(), fields.iter().map(text).collect())
                .is_none(),
            "{key} stands twice"
        );
        return;
    }
    for (name, value) in fields.iter().filter(|(name, _)| *name != "_version") {
        gather(
            value,
            if key.is_empty() {
                name.clone()
            } else {
                format!("{key}.{name}")
            },
            texts,
        );
    }
}

fn is_formula(key: &str) -> bool {
    key.ends_with(".formula")
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("%{")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn every_text_stands_in_both_languages_with_the_same_placeholders() {
    for (key, by_language) in texts() {
        for language in LANGUAGES {
            assert!(
                by_language
                    .get(language)
                    .is_some_and(|text| !text.is_empty()),
                "{key} has no {language}"
            );
        }
        let [en, zh] = LANGUAGES.map(|language| placeholders(&by_language[language]));
        assert_eq!(en, zh, "{key}");
    }
}

/// The build of the page makes MathML of them; elsewhere it would be shown as it is.
#[test]
fn formulas_stand_only_in_texts_that_are_typeset() {
    let typeset = |key: &str| {
        key.starts_with("why.rule.")
            || key.starts_with("formulas.note.")
            || key.starts_with("formulas.law.")
            || key.starts_with("formulas.symbol.")
    };
    for (key, by_language) in texts() {
        let has = by_language.values().any(|text| text.contains('$'));
        assert!(!(has || is_formula(&key)) || typeset(&key), "{key}");
        assert!(!(has && is_formula(&key)), "{key} is all formula");
    }
}

/// The keys in quotes that the page and the views hand to their translators.
fn asked_for(folder: &Path, keys: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            asked_for(&path, keys);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("tests.rs") {
            let code = fs::read_to_string(&path).expect("is UTF-8");
            for call in ["tr(\"", "tr_with(\"", "(look.t)(\"", "t(\""] {
                let found = code
                    .split(call)
                    .skip(1)
                    .filter_map(|rest| rest.split_once('"'))
                    .map(|(key, _)| key);
                // Keys put together at run time are covered below.
                let whole = |key: &&str| key.contains('.') && !key.contains(['{', ' ', '/']);
                keys.extend(found.filter(whole).map(str::to_string));
            }
        }
    }
}

/// The guide's entries by file name: what is between the lines of `---`, and the text as
/// `text`.
fn guide(language: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut entries = BTreeMap::new();
    for file in fs::read_dir(Path::new("guide").join(language)).expect("guide/ is there") {
        let path = file.expect("readable").path();
        let source = fs::read_to_string(&path).expect("is UTF-8");
        let mut parts = source.splitn(3, "---\n").skip(1);
        let front = parts.next().expect("front matter");
        let text = parts.next().expect("text");
        let fields = front.lines().filter_map(|line| line.split_once(": "));
        let mut entry: BTreeMap<_, _> = fields
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        entry.insert("text".to_string(), text.to_string());
        entries.insert(
            path.file_name()
                .expect("a file")
                .to_string_lossy()
                .into_owned(),
            entry,
        );
    }
    entries
}

#[test]
fn every_guide_entry_opens_a_scene_and_every_scene_has_an_entry() {
    let entries = guide("en");
    for (name, entry) in &entries {
        assert!(
            presets::find(&entry["scene"]).is_some(),
            "{name}: no scene {}",
            entry["scene"]
        );
    }
    for id in presets::ids() {
        assert!(
            entries.values().any(|entry| entry["scene"] == id),
            "no entry shows {id}"
        );
    }
}

#[test]
fn guide_entries_stand_in_both_languages() {
    let [english, chinese] = LANGUAGES.map(guide);
    assert!(
        english.keys().eq(chinese.keys()),
        "each file stands in both folders"
    );
    let is_chinese = |t: &str| t.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for (name, entry) in &english {
        let other = &chinese[name];
        for field in ["title", "try", "text"] {
            assert!(
                is_chinese(&other[field]) && !is_chinese(&entry[field]),
                "{name}: {field}"
            );
        }
        assert_eq!(
            (&entry["group"], &entry["scene"]),
            (&other["group"], &other["scene"]),
            "{name}"
        );
    }
}

#[test]
fn every_key_that_the_code_asks_for_exists() {
    let texts = texts();
    let mut keys = BTreeSet::new();
    asked_for(Path::new("src/app"), &mut keys);
    asked_for(Path::new("crates/views/src"), &mut keys);
    assert!(keys.len() > 100, "the search finds keys");
    for id in StrategyId::ALL {
        keys.extend(["name", "about"].map(|part| format!("strategy.{id}.{part}")));
    }
    for group in presets::GROUPS {
        keys.insert(format!("preset-group.{}", group.id));
    }
    for preset in presets::all() {
        keys.extend(["name", "about"].map(|part| format!("preset.{}.{part}", preset.id)));
        keys.extend(preset.fix.map(|_| format!("fix.{}", preset.id)));
    }
    keys.extend(
        guide("en")
            .into_values()
            .map(|entry| format!("guide.group.{}", entry["group"])),
    );
    keys.extend(texts_of_fields());
    keys.extend(Param::named().map(|param| format!("sweep.param.{param}")));
    keys.extend(Metric::all().map(|metric| format!("sweep.metric.{}", metric.id)));
    let missing: Vec<_> = keys
        .iter()
        .filter(|key| !texts.contains_key(*key))
        .collect();
    assert!(missing.is_empty(), "no text for {missing:?}");
}

/// A sentence about a control at the pointer belongs to a field: its name is that of a control.
#[test]
fn every_tip_is_of_a_control() {
    let called = texts_of_fields();
    let tips: Vec<String> = texts()
        .into_keys()
        .filter(|key| key.starts_with("tip."))
        .collect();
    assert!(tips.len() > 40, "the search finds tips");
    for tip in tips {
        let control = tip.replace("tip.", "set-up.");
        assert!(called.contains(&control), "{control}");
    }
}

/// What the controls of the fields are called in any preset, and the words of their lists.
fn texts_of_fields() -> BTreeSet<String> {
    equipoise::serving::install();
    let mut keys = BTreeSet::new();
    for scenario in presets::ids().filter_map(presets::find) {
        for (section, rows) in fields::sections() {
            // Their controls stand in rows without labels of their own.
            if matches!(section, Section::Run | Section::Rules | Section::Faults) {
                continue;
            }
            for field in rows.iter().filter(|field| field.id != "strategy") {
                let key = format!("set-up.{}", field.label_key(&scenario));
                match field.kind {
                    Kind::Choice(words) => {
                        keys.extend(words.iter().map(|word| format!("{key}-{word}")))
                    }
                    Kind::Optional(..) => drop(keys.insert(format!("{key}-value"))),
                    Kind::Number(_) | Kind::Flag | Kind::Text => {}
                }
                keys.insert(key);
            }
        }
    }
    keys
}
