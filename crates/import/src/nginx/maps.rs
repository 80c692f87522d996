//! `map` and `geo`: variables that name a group of servers by what a request is.

use crate::block::Directive;
use crate::literal::literal;
use crate::problem::Problem;
use equipoise_engine::scenario::KeySource;
use std::cell::Cell;

/// A `map`, a `geo` or a `split_clients`.
#[derive(Debug)]
pub(super) struct Map {
    pub line: usize,
    pub source: String,
    /// What it looks at.
    from: String,
    /// The variable that it sets, without its `$`.
    to: String,
    /// Patterns and values, without the default.
    rows: Vec<(usize, String, String)>,
    default: Option<String>,
    /// Whether a request's way was found by it.
    pub was_used: Cell<bool>,
}

/// A way by a map: the line, the words there, what has to fit, and the value. Without a condition
/// it is the default.
pub(super) struct Case {
    pub line: usize,
    pub source: String,
    /// None: it cannot be said.
    pub fits: Option<(KeySource, String)>,
    pub value: String,
    pub is_default: bool,
}

impl Map {
    pub(super) fn new(directive: &Directive) -> Result<Self, Problem> {
        let last = directive.words.last().filter(|_| directive.words.len() > 1);
        let geo = directive.name() == "geo" && directive.words.len() == 2;
        let from = if geo {
            "$remote_addr"
        } else {
            directive.word(1)?
        };
        let mut map = Self {
            line: directive.line,
            source: directive.source(),
            from: from.into(),
            to: last.map_or("", |word| word.trim_start_matches('$')).into(),
            rows: Vec::new(),
            default: None,
            was_used: Cell::new(false),
        };
        for row in directive.inside() {
            match row.words.as_slice() {
                [pattern, value] if pattern == "default" => map.default = Some(value.clone()),
                [pattern, value] => map.rows.push((row.line, pattern.clone(), value.clone())),
                _ => {}
            }
        }
        if directive.name() == "split_clients" {
            map.from.clear();
        }
        Ok(map)
    }
}

/// The ways of a variable, in the order in which they are tried; the default comes last. None: no
/// map sets it.
pub(super) fn cases(variable: &str, maps: &[Map]) -> Option<Vec<Case>> {
    let map = find(variable, maps)?;
    map.was_used.set(true);
    let flags = flags(&map.from);
    let mut cases = Vec::new();
    for (line, pattern, value) in &map.rows {
        let fits = match &flags {
            Some(flags) => nth_flag(pattern)
                .and_then(|i| flags.get(i))
                .and_then(|flag| condition_of_flag(flag, maps)),
            None => fits(&map.from, pattern),
        };
        cases.push(Case {
            line: *line,
            source: format!("{pattern} {value}"),
            fits,
            value: value.clone(),
            is_default: false,
        });
    }
    if let Some(default) = &map.default {
        cases.push(Case {
            line: map.line,
            source: map.source.clone(),
            fits: None,
            value: default.clone(),
            is_default: true,
        });
    }
    Some(cases)
}

fn find<'m>(variable: &str, maps: &'m [Map]) -> Option<&'m Map> {
    let name = variable.trim_start_matches('$').trim_matches(['{', '}']);
    maps.iter().find(|map| map.to == name)
}

/// The variables of `${a}${b}`, if a text is made of nothing else.
fn flags(text: &str) -> Option<Vec<&str>> {
    let inner = text.strip_prefix("${")?.strip_suffix('}')?;
    Some(inner.split("}${").collect())
}

/// Which flag is the first that is set in `~^001`.
fn nth_flag(pattern: &str) -> Option<usize> {
    let zeros = pattern.strip_prefix("~^")?.strip_suffix('1')?;
    zeros.chars().all(|c| c == '0').then_some(zeros.len())
}

/// What has to fit for a variable to be 1.
fn condition_of_flag(flag: &str, maps: &[Map]) -> Option<(KeySource, String)> {
    let map = find(flag, maps)?;
    map.was_used.set(true);
    let (_, pattern, _) = map.rows.iter().find(|(_, _, value)| value == "1")?;
    fits(&map.from, pattern)
}

/// What a pattern of a map compares; None: no rule can say it.
fn fits(from: &str, pattern: &str) -> Option<(KeySource, String)> {
    if ["$uri", "$request_uri", "$document_uri"].contains(&from) {
        let path = literal(pattern.strip_prefix("~^").unwrap_or(pattern))?;
        let whole = path.starts_with('/') && pattern.starts_with("~^");
        return whole.then_some((KeySource::Url, path));
    }
    if from == "$remote_addr" || from == "$binary_remote_addr" {
        return is_network(pattern).then(|| (KeySource::Ip, pattern.into()));
    }
    if from.starts_with("$http_") || from == "$host" {
        let whole = pattern.strip_prefix("~^").and_then(|p| p.strip_suffix('$'));
        return literal(whole.unwrap_or(pattern)).map(|value| (KeySource::Header, value));
    }
    None
}

fn is_network(text: &str) -> bool {
    equipoise_engine::balance::rules::network(text).is_some()
}
