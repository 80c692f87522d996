//! Every text that a chart asks for is there, in both languages.

use super::*;
use std::cell::RefCell;
use std::collections::BTreeSet;

const TEXTS: &str = include_str!("../../../../../locales/charts.yml");

/// The text of a key of `locales/charts.yml`: enough of YAML for that one file.
fn text(key: &str, language: &str) -> Option<String> {
    let mut path: Vec<String> = Vec::new();
    let mut leaf: Vec<&str> = Vec::new();
    for line in TEXTS.lines().filter(|l| !l.starts_with(['#', '_'])) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let (name, value) = line.trim().split_once(':')?;
        path.truncate(depth);
        if path.join(".") == key && depth > 0 {
            leaf.push(line.trim());
        }
        path.push(name.to_string());
        if path.join(".") == key && value.contains('{') {
            let inside = value.trim().strip_prefix('{')?.strip_suffix('}')?;
            let (en, zh) = inside.split_once(", zh-CN: ")?;
            leaf.extend([en, inside.get(inside.len() - zh.len() - "zh-CN: ".len()..)?]);
        }
    }
    let found = leaf
        .into_iter()
        .find_map(|l| l.strip_prefix(language)?.strip_prefix(": "))?;
    Some(found.trim_matches('"').to_string())
}

#[test]
fn every_text_is_there_in_both_languages() {
    let asked = RefCell::new(BTreeSet::new());
    let note = |key: &str| {
        asked.borrow_mut().insert(key.to_string());
        key.to_string()
    };
    for preset in presets::ids() {
        let run = played(preset, 25.0);
        for kind in ChartKind::all() {
            build(kind, &run, &note);
            note(&format!("charts.{}.title", kind.id()));
        }
        response_difference(&run.timeline, &run.timeline, &note);
        present_pair(&run.timeline, &run.timeline, &note);
    }
    let asked = asked.into_inner();
    assert!(asked.len() > 40);
    for key in asked.iter().filter(|key| key.starts_with("charts.")) {
        for language in ["en", "zh-CN"] {
            assert!(
                text(key, language).is_some_and(|t| !t.is_empty()),
                "{key} in {language}"
            );
        }
    }
}
