//! Fields and values from text: `servers.*.weight`, `servers[2].weight`, `2.5`, `poisson`.

use super::{At, Field, Kind, Value, all};
use crate::scenario::FieldError;

impl std::str::FromStr for At {
    type Err = FieldError;

    /// Reads a path: by name through what has names, and through lists by number, or by `*` for
    /// all. `servers[0].speed` is `servers.0.speed`.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let path = text.replace('[', ".").replace(']', "");
        let steps: Vec<&str> = path.split('.').collect();
        all()
            .find_map(|field| at(field, &steps))
            .ok_or_else(|| unknown(text, &steps))
    }
}

/// The place in the scenario, if the steps lead to this field.
fn at(field: &'static Field, steps: &[&str]) -> Option<At> {
    let own: Vec<&str> = field.path.split('.').collect();
    if own.len() != steps.len() {
        return None;
    }
    let mut index = None;
    for (own, step) in own.into_iter().zip(steps) {
        match step.parse() {
            Ok(i) if own == "*" => index = Some(i),
            _ if own == *step => {}
            _ => return None,
        }
    }
    Some(At::new(field, index))
}

/// The error for a path to no field: what stands beside it, and the likeliest meant.
fn unknown(text: &str, steps: &[&str]) -> FieldError {
    let known = |n: usize| all().any(|field| begins(field, &steps[..n]));
    let known = (0..=steps.len()).rev().find(|&n| known(n)).unwrap_or(0);
    let Some(step) = steps.get(known) else {
        let allowed = format!("one of {}, or a list or an object as JSON", names(steps));
        return FieldError::new(text, "no number, word or text", allowed);
    };
    let beside = match names(&steps[..known]) {
        none if none.is_empty() => "no more: this field has none inside".into(),
        names => format!("did you mean {}? There are {names}", nearest(steps, known)),
    };
    FieldError::new(text, format!("unknown at {step:?}"), beside)
}

/// Whether the field's path begins with these steps.
fn begins(field: &Field, steps: &[&str]) -> bool {
    let mut own = field.path.split('.');
    steps.iter().all(|step| {
        let number = step.parse::<usize>().is_ok();
        own.next()
            .is_some_and(|own| own == *step || own == "*" && number)
    })
}

/// The names that may follow these steps.
fn names(steps: &[&str]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for field in all().filter(|field| begins(field, steps)) {
        if let Some(name) = field.path.split('.').nth(steps.len())
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names.join(", ")
}

/// The path that was most likely meant, of those that begin with the steps before `known`: one that
/// ends as the text does comes first, then one that begins so, then the one that takes the fewest
/// letters to change.
fn nearest(steps: &[&str], known: usize) -> &'static str {
    let text = steps.last().copied().unwrap_or_default();
    let likely = all().filter(|field| begins(field, &steps[..known]));
    let nearest = likely.min_by_key(|field| unlikeness(field, text));
    nearest.map_or("", |field| field.path)
}

/// How unlike the end of a field's path is to a text: the least is the most alike.
fn unlikeness(field: &Field, text: &str) -> (bool, bool, usize) {
    let own = field.path.rsplit('.').next().unwrap_or_default();
    (own != text, !own.starts_with(text), distance(own, text))
}

/// Levenshtein's distance: letters to insert, delete or replace.
pub fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

impl Field {
    /// Reads a value: a number, `null` for one that is off, a word, `true` or `false`, a text.
    ///
    /// # Errors
    /// The text is not of the field's kind.
    pub fn read(&self, text: &str) -> Result<Value, FieldError> {
        let number = text
            .parse()
            .ok()
            .filter(|x: &f64| x.is_finite())
            .map(Value::Number);
        let found = match self.kind {
            Kind::Number(_) => number,
            Kind::Optional(..) if text == "null" => Some(Value::Off),
            Kind::Optional(..) => number,
            Kind::Choice(words) => words
                .iter()
                .find(|word| **word == text)
                .map(|w| Value::Word(w)),
            Kind::Flag => text.parse().ok().map(Value::Flag),
            Kind::Text => Some(Value::Text(text.into())),
        };
        found.ok_or_else(|| FieldError::new(self.path, text, self.kind.allowed()))
    }
}
