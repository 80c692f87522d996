//! What was most likely meant by a mistyped word: a strategy, a preset, a field.

use crate::scenario::fields::distance;
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

/// What was most likely meant by an id that no preset has.
pub fn nearest_preset(text: &str) -> String {
    nearest(text, presets::ids())
}
