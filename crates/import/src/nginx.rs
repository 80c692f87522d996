//! nginx's configuration, after the documentation of nginx 1.22 and its `upstream` module.

mod include;
mod maps;
mod routes;
mod upstream;

use super::block::{Directive, parse};
use super::draft::{Draft, Entry, Setting, path, set};
use super::note::Reason;
use super::problem::Problem;
use maps::Map;
use routes::Passes;

/// Reads a whole file, or the part of one that another includes.
///
/// # Errors
/// See [`super::read`].
pub(crate) fn read(text: &str, files: &dyn Fn(&str) -> Vec<String>) -> Result<Draft, Problem> {
    let mut draft = Draft::default();
    let directives = include::resolve(parse(text)?, files, 0)?;
    context(&directives, false, &mut draft)?;
    Ok(draft)
}

/// The directives of `http`, of `stream`, or around them.
fn context(directives: &[Directive], stream: bool, draft: &mut Draft) -> Result<(), Problem> {
    let mut shared = Passes::default();
    let mut maps = Vec::new();
    for directive in directives.iter().filter(|d| d.name() == "upstream") {
        let pool = upstream::pool(directive, draft)?;
        draft.pools.push(pool);
    }
    for directive in directives {
        match directive.name() {
            "upstream" | "server" => {}
            "http" => context(directive.inside(), false, draft)?,
            "stream" => context(directive.inside(), true, draft)?,
            "map" | "geo" | "split_clients" => maps.push(Map::new(directive)?),
            "include" => draft.lose(directive.line, &directive.source(), Reason::Include),
            _ if shared.read(directive, draft)? => {}
            _ => draft.ignore(directive.line, &directive.source()),
        }
    }
    for directive in directives.iter().filter(|d| d.name() == "server") {
        let entry = server(directive, stream, &shared, &maps, draft)?;
        draft.entries.extend(entry);
    }
    for map in maps.iter().filter(|map| !map.was_used.get()) {
        draft.ignore(map.line, &map.source);
    }
    Ok(())
}

/// A `server` block, if it sends requests anywhere.
fn server(
    directive: &Directive,
    stream: bool,
    shared: &Passes,
    maps: &[Map],
    draft: &mut Draft,
) -> Result<Option<Entry>, Problem> {
    let names = directive
        .inside()
        .iter()
        .filter(|d| matches!(d.name(), "listen" | "server_name"));
    let names: Vec<String> = names.map(Directive::source).collect();
    let mut settings: Vec<Setting> = Vec::new();
    if stream {
        set(
            &mut settings,
            (directive.line, "stream"),
            path::PLACE,
            "hardware",
        );
    }
    let entry = Entry {
        line: directive.line,
        source: format!("server {}", names.join(" ")),
        routes: routes::of_server(directive, shared, maps, draft)?,
        settings,
    };
    if entry.routes.is_empty() {
        draft.ignore(entry.line, &entry.source);
        return Ok(None);
    }
    Ok(Some(entry))
}
