//! A `frontend`, or what of a `listen` is one.

use super::acl::{self, Tests};
use crate::draft::{Draft, Entry, Route, path, set};
use crate::note::Reason;
use crate::problem::{Problem, Wrong};
use crate::units::count;
use crate::words::{Line, Section};

/// Reads the section.
///
/// # Errors
/// A line without what it is about, or a backend that is not there.
pub(super) fn entry(
    section: &Section,
    defaults: &[Line],
    draft: &mut Draft,
) -> Result<Entry, Problem> {
    let mut entry = Entry {
        line: section.head.line,
        source: section.head.source(),
        ..Entry::default()
    };
    let listen = section.head.get(0) == "listen";
    let tests = Tests::new(&section.lines)?;
    let mut last = None;
    let lines = defaults.iter().filter(|line| line.get(0) == "maxconn");
    for line in lines.chain(&section.lines) {
        let (number, source) = (line.line, line.source());
        match line.get(0) {
            "use_backend" => use_backend(line, &tests, &mut entry, draft)?,
            "default_backend" => last = Some((number, source, line.word(1)?.to_string())),
            "maxconn" => {
                let most = count(number, line.word(1)?)?;
                set(
                    &mut entry.settings,
                    (number, &source),
                    path::CONNECTIONS,
                    most,
                );
            }
            "http-request" | "tcp-request" => match acl::most_in_progress(line)? {
                Some(most) => set(&mut entry.settings, (number, &source), path::SHED, most),
                None => draft.ignore(number, &source),
            },
            "acl" if tests.is_used(line.get(1), &section.lines) => {}
            // What a `listen` has as a backend is said already.
            _ if listen && line.get(0) != "bind" && line.get(0) != "acl" => {}
            _ => draft.ignore(number, &source),
        }
    }
    let name = section.head.get(1);
    let own = listen
        && draft
            .pool(name)
            .is_some_and(|pool| !pool.members.is_empty());
    if let Some((line, source, pool)) = last {
        require(draft, line, &pool)?;
        entry.routes.push(Route {
            line,
            source,
            fits: None,
            pool,
            settings: Vec::new(),
        });
    } else if own {
        entry.routes.push(Route {
            line: section.head.line,
            source: section.head.source(),
            fits: None,
            pool: name.into(),
            settings: Vec::new(),
        });
    }
    Ok(entry)
}

fn require(draft: &Draft, line: usize, pool: &str) -> Result<(), Problem> {
    match draft.pool(pool) {
        Some(_) => Ok(()),
        None => Err(Problem::new(line, pool, Wrong::Pool)),
    }
}

/// A `use_backend`: a route for each pattern of its condition.
fn use_backend(
    line: &Line,
    tests: &Tests,
    entry: &mut Entry,
    draft: &mut Draft,
) -> Result<(), Problem> {
    let (number, source) = (line.line, line.source());
    let pool = line.word(1)?;
    if pool.contains("%[") {
        draft.lose(number, &source, Reason::Condition);
        return Ok(());
    }
    require(draft, number, pool)?;
    let Some(condition) = tests.condition(&line.words[2..]) else {
        draft.lose(number, &source, Reason::Condition);
        return Ok(());
    };
    if condition.exact {
        draft.lose(number, &source, Reason::ExactPath);
    }
    for fits in condition.fits {
        entry.routes.push(Route {
            line: number,
            source: source.clone(),
            fits: Some(fits),
            pool: pool.into(),
            settings: Vec::new(),
        });
    }
    Ok(())
}
