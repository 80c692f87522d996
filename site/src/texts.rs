//! The texts of the interface: `locales/*.yml`, where both languages of a text stand side by side.

use crate::files;
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;

/// All texts of a language by their dotted keys.
pub fn texts(folder: &Path, language: &str) -> Value {
    let mut texts = Map::new();
    for path in files(folder, "yml") {
        let place = path.display();
        let source = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{place}: {e}"));
        let tree = serde_yaml_ng::from_str(&source).unwrap_or_else(|e| panic!("{place}: {e}"));
        gather(&tree, "", language, &mut texts);
    }
    Value::Object(texts)
}

fn gather(tree: &Value, key: &str, language: &str, texts: &mut Map<String, Value>) {
    let Value::Object(fields) = tree else { return };
    if let Some(text) = fields.get(language) {
        assert!(
            texts.insert(key.to_string(), text.clone()).is_none(),
            "{key} stands twice"
        );
        return;
    }
    for (name, below) in fields {
        let key = if key.is_empty() {
            name.clone()
        } else {
            format!("{key}.{name}")
        };
        gather(below, &key, language, texts);
    }
}
