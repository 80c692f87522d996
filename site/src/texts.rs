//! The texts of the interface: `locales`, where both languages of a text stand side by side.

use crate::formulas::{mathml, with_formulas};
use serde_json::{Map, Value};
use std::fs;
use std::path::{Path, PathBuf};

/// What is fetched before anything is shown: all of the page around the stage, and of the first
/// scene's strategy.
const FIRST: [&str; 3] = ["page.yml", "why.yml", "strategies/smooth-wrr.yml"];

/// Whether a text is fetched before anything is shown. Of the other files that is what a scene
/// shows as soon as it is chosen: the names in the lists, and labels.
fn is_first(path: &Path, key: &str) -> bool {
    let in_a_list = key.starts_with("preset.") || key.starts_with("strategy.");
    FIRST.iter().any(|file| path.ends_with(file))
        || (in_a_list && key.ends_with(".name"))
        || key.starts_with("picture.")
        || key.starts_with("why.tie.")
}

/// All texts of a language by their dotted keys: those of the first screen, and those that are
/// fetched after it. `$…$` in a text is a formula, and so is a text whose name is `formula`;
/// one without words is written once for all languages.
pub(crate) fn texts(files: &[PathBuf], language: &str) -> (Map<String, Value>, Map<String, Value>) {
    let (mut first, mut later) = (Map::new(), Map::new());
    for path in files {
        let place = path.display();
        let source = fs::read_to_string(path).unwrap_or_else(|e| panic!("{place}: {e}"));
        let tree = serde_yaml_ng::from_str(&source).unwrap_or_else(|e| panic!("{place}: {e}"));
        let mut texts = Map::new();
        gather(&tree, "", language, &mut texts);
        for (key, text) in texts {
            let file = if is_first(path, &key) {
                &mut first
            } else {
                &mut later
            };
            let before = file.insert(key.clone(), text);
            assert!(before.is_none(), "{key} stands twice");
        }
    }
    (first, later)
}

fn gather(tree: &Value, key: &str, language: &str, texts: &mut Map<String, Value>) {
    let text = match tree {
        Value::String(text) => Some(text),
        Value::Object(fields) => fields.get(language).and_then(|text| match text {
            Value::String(text) => Some(text),
            _ => None,
        }),
        _ => return,
    };
    if let Some(text) = text {
        let text = if key.ends_with(".formula") {
            mathml(text, key)
        } else {
            with_formulas(text, key)
        };
        texts.insert(key.to_string(), text.into());
        return;
    }
    for (name, below) in tree.as_object().into_iter().flatten() {
        let key = if key.is_empty() {
            name.clone()
        } else {
            format!("{key}.{name}")
        };
        gather(below, &key, language, texts);
    }
}
