//! What was most likely meant by a mistyped word: a strategy, a preset, a field.

use crate::scenario::fields::{self, distance};
use crate::scenario::presets;

/// ` (did you mean …?)`, if one of the words is near.
pub fn nearest<'w>(text: &str, words: impl Iterator<Item = &'w str>) -> String {
    let near = words.min_by_key(|word| distance(word, text));
    let limit = text.chars().count().div_ceil(3).max(1);
    match near.filter(|word| distance(word, text) <= limit) {
        Some(word) => format!(" (did you mean {word}?)"),
        None => String::new(),
    }
}

/// ` (did you mean …?)`, if a field of another place is called so, with or without its unit.
pub fn elsewhere(name: &str) -> String {
    let unit = format!("{name}_");
    let mut fields = fields::all();
    let place = fields.find_map(|field| {
        let steps: Vec<&str> = field.path.split('.').collect();
        let found = steps
            .iter()
            .position(|step| *step == name || step.starts_with(&unit))?;
        Some(steps[..=found].join("."))
    });
    place.map_or(String::new(), |path| format!(" (did you mean {path}?)"))
}

/// What was most likely meant by an id that no preset has.
pub fn nearest_preset(text: &str) -> String {
    nearest(text, presets::ids())
}
