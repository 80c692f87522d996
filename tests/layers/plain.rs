//! Statements that could be plainer, read from the sources: assignments of one tuple to another,
//! and closures that are given a name.

use std::fs;
use std::path::Path;

/// What some files have of them, with the places.
#[derive(Default)]
pub(crate) struct Counts {
    /// Lines that are neither blank nor comments.
    pub lines: usize,
    /// Tuple assignments that are not swaps.
    pub tuples: Vec<String>,
    /// Closures bound to a name.
    pub closures: Vec<String>,
}

impl Counts {
    /// Adds a file.
    pub(crate) fn add(&mut self, file: &Path) {
        let text = fs::read_to_string(file).expect("sources are UTF-8");
        let lines: Vec<&str> = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .collect();
        self.lines += lines.len();
        let code = lines.join(" ");
        for (at, _) in code.match_indices('(') {
            if begins_statement(&code[..at]) && is_tuple_assignment(&code[at..]) {
                self.tuples.push(place(file, &code[at..]));
            }
        }
        for (at, _) in code.match_indices("let ") {
            let inside_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if !inside_word && names_closure(&code[at + 4..]) {
                self.closures.push(place(file, &code[at..]));
            }
        }
    }
}

fn place(file: &Path, code: &str) -> String {
    let begin: String = code.chars().take(60).collect();
    format!("{}: {begin}", file.display())
}

/// Whether what follows this code is a statement's left side.
fn begins_statement(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with(['{', '}', ';']) || before.ends_with("let")
}

/// Whether this code begins with `(a, b) = (c, d);` or, after a `let`, `(a, b): T = (c, d);`, with
/// or without an `else`.
fn is_tuple_assignment(code: &str) -> bool {
    let Some((left, rest)) = parenthesised(code) else {
        return false;
    };
    let Some((of_type, _)) = rest.split_once("= (") else {
        return false;
    };
    let Some((right, after)) = parenthesised(&rest[of_type.len() + 2..]) else {
        return false;
    };
    let after = after.trim_start();
    is_type(of_type)
        && right.contains(',')
        && (after.starts_with(';') || after.starts_with("else"))
        && sorted_parts(left) != sorted_parts(right)
}

/// Splits `(…)…` behind the parenthesis that closes the first.
fn parenthesised(code: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(code.split_at(at + 1));
        }
    }
    None
}

/// Whether this is all that may stand between a pattern and its `=`.
fn is_type(code: &str) -> bool {
    let code = code.trim();
    code.is_empty() || (code.starts_with(':') && !code.contains([';', '{']))
}

/// The parts of a tuple; those of a swap are the same on both sides.
fn sorted_parts(tuple: &str) -> Vec<&str> {
    let inside = tuple.trim_start_matches('(').trim_end_matches(')');
    let mut parts: Vec<&str> = inside.split(',').map(str::trim).collect();
    parts.retain(|part| !part.is_empty());
    parts.sort_unstable();
    parts
}

/// Whether a `let` goes on like this: `name = |…| …`, with `mut`, a type, `&` or `move`.
fn names_closure(code: &str) -> bool {
    let code = code.strip_prefix("mut ").unwrap_or(code);
    let rest = code.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    let Some((of_type, value)) = rest.split_once("= ") else {
        return false;
    };
    let mut value = value;
    for word in ["&", "mut ", "async ", "move "] {
        value = value.strip_prefix(word).unwrap_or(value);
    }
    rest.len() < code.len() && is_type(of_type) && value.starts_with('|')
}
