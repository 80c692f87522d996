//! `include`: the directives of other files in its place.

use crate::block::{Directive, parse};
use crate::problem::{Problem, Wrong};

/// Files within files, at most: one that includes itself would have no end.
const DEPTH_MAX: usize = 8;

/// Directives with those of included files in their places, each on the line of its `include`. One
/// whose files are not there stays, and is said to be lost.
///
/// # Errors
/// An included file that cannot be read as directives, on the line of the `include`.
pub(super) fn resolve(
    directives: Vec<Directive>,
    files: &dyn Fn(&str) -> Vec<String>,
    depth: usize,
) -> Result<Vec<Directive>, Problem> {
    let mut all = Vec::new();
    for mut directive in directives {
        if let Some(inside) = directive.block.take() {
            directive.block = Some(resolve(inside, files, depth)?);
        }
        let texts = match directive.name() {
            "include" => files(directive.word(1)?),
            _ => Vec::new(),
        };
        if texts.is_empty() {
            all.push(directive);
            continue;
        }
        if depth == DEPTH_MAX {
            return Err(Problem::new(
                directive.line,
                directive.source(),
                Wrong::Depth,
            ));
        }
        for text in texts {
            let included = parse(&text).map_err(|problem| Problem {
                line: directive.line,
                ..problem
            })?;
            let included = included
                .into_iter()
                .map(|d| on(directive.line, d))
                .collect();
            all.extend(resolve(included, files, depth + 1)?);
        }
    }
    Ok(all)
}

/// A directive as if it was on this line.
fn on(line: usize, directive: Directive) -> Directive {
    let inside = directive.block;
    Directive {
        line,
        block: inside.map(|inside| inside.into_iter().map(|d| on(line, d)).collect()),
        ..directive
    }
}
