//! The texts of the interface: `locales`, where both languages of a text stand side by side.

use crate::formulas::{mathml, with_formulas};
use serde_json::{Map, Value};
use std::fs;
use std::path::PathBuf;

/// All texts of a language by their dotted keys. `$…$` in a text is a formula, and so is all of a
/// text whose name is `formula`; one without words is written once for all languages.
pub(crate) fn texts(files: &[PathBuf], language: &str) -> Map<String, Value> {
    let mut texts = Map::new();
    for path in files {
        let place = path.display();
        let source = fs::read_to_string(path).unwrap_or_else(|e| panic!("{place}: {e}"));
        let tree = serde_yaml_ng::from_str(&source).unwrap_or_else(|e| panic!("{place}: {e}"));
        gather(&tree, "", language, &mut texts);
    }
    texts
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
        let before = texts.insert(key.to_string(), text.into());
        assert!(before.is_none(), "{key} stands twice");
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
