//! `location` and what passes requests on.

use super::maps::{Map, cases};
use super::upstream::with_port;
use crate::block::Directive;
use crate::draft::{Draft, Member, Pool, Route, Setting, path, patience, set, set_default};
use crate::literal::literal;
use crate::note::Reason;
use crate::problem::Problem;
use crate::units::{count, duration};
use equipoise_engine::scenario::KeySource;

/// What is inherited from the blocks around.
#[derive(Clone, Default)]
pub(super) struct Passes {
    settings: Vec<Setting>,
    /// Whether failures are passed on at all, and the line that says so.
    off: bool,
    tries: Option<u32>,
}

impl Passes {
    /// Reads a directive about passing on; false: it is another.
    pub(super) fn read(
        &mut self,
        directive: &Directive,
        draft: &mut Draft,
    ) -> Result<bool, Problem> {
        let (line, source) = (directive.line, directive.source());
        let name = directive.name();
        let own = [
            "proxy_",
            "grpc_",
            "fastcgi_",
            "uwsgi_",
            "scgi_",
            "memcached_",
        ];
        let what = own
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix))
            .unwrap_or(name);
        match what {
            "read_timeout" => {
                let seconds = duration(line, directive.word(1)?, 1.0)?;
                set(
                    &mut self.settings,
                    (line, &source),
                    path::TIMEOUT,
                    patience(seconds),
                );
            }
            "next_upstream" => {
                self.off = directive.words.iter().any(|word| word == "off");
                let errors = directive
                    .words
                    .iter()
                    .any(|word| word.starts_with("http_5"));
                if self.off {
                    set(&mut self.settings, (line, &source), path::RETRIES, 0);
                } else if !errors {
                    draft.lose(line, &source, Reason::ErrorAnswers);
                }
            }
            "next_upstream_tries" => {
                let tries = count(line, directive.word(1)?)?;
                self.tries = Some(tries).filter(|&n| n > 0);
                if let Some(tries) = self.tries
                    && !self.off
                {
                    set(
                        &mut self.settings,
                        (line, &source),
                        path::RETRIES,
                        tries - 1,
                    );
                }
            }
            "next_upstream_timeout" => {
                let within_s = duration(line, directive.word(1)?, 1.0)?;
                if within_s > 0.0 {
                    set(&mut self.settings, (line, &source), path::WITHIN, within_s);
                }
            }
            "limit_conn" => {
                let most = count(line, directive.word(2)?)?;
                set(&mut self.settings, (line, &source), path::SHED, most);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The ways out of a `server` block, in the order in which they are tried: exact paths, then the
/// longest beginnings first, as nginx does.
pub(super) fn of_server(
    server: &Directive,
    shared: &Passes,
    maps: &[Map],
    draft: &mut Draft,
) -> Result<Vec<Route>, Problem> {
    let mut passes = shared.clone();
    let mut routes = Vec::new();
    let mut own = Vec::new();
    for directive in server.inside() {
        match directive.name() {
            "location" | "if" | "listen" | "server_name" => {}
            "proxy_pass" => own.push(directive),
            "include" => draft.lose(directive.line, &directive.source(), Reason::Include),
            _ if passes.read(directive, draft)? => {}
            _ => draft.ignore(directive.line, &directive.source()),
        }
    }
    for pass in own {
        routes.extend(pass_to(pass, None, &passes, maps, draft)?);
    }
    let mut ways = Vec::new();
    for directive in server.inside() {
        if directive.name() == "location" {
            location(directive, &passes, maps, draft, &mut ways)?;
        } else if directive.name() == "if" {
            draft.lose(directive.line, &directive.source(), Reason::Condition);
        }
    }
    // Longer beginnings are more special; a stable order for the others.
    ways.sort_by_key(|way| std::cmp::Reverse(way.length));
    routes.extend(ways.into_iter().map(|way| way.route));
    for directive in server.inside() {
        let names = matches!(directive.name(), "listen" | "server_name");
        if names && !routes.is_empty() {
            draft.ignore(directive.line, &directive.source());
        }
    }
    Ok(routes)
}

/// A way out of a `location`, and how long the path is that leads there.
struct Way {
    length: usize,
    route: Route,
}

/// A `location`, and those inside it.
fn location(
    block: &Directive,
    around: &Passes,
    maps: &[Map],
    draft: &mut Draft,
    ways: &mut Vec<Way>,
) -> Result<(), Problem> {
    let mut passes = around.clone();
    let source = block.source();
    let mut pass = None;
    for directive in block.inside() {
        match directive.name() {
            "location" => location(directive, &passes, maps, draft, ways)?,
            "proxy_pass" | "grpc_pass" | "fastcgi_pass" | "uwsgi_pass" | "scgi_pass"
            | "memcached_pass" => pass = Some(directive),
            "mirror" => draft.lose(directive.line, &directive.source(), Reason::ChanceSplit),
            _ if passes.read(directive, draft)? => {}
            _ => draft.ignore(directive.line, &directive.source()),
        }
    }
    let Some(pass) = pass else {
        draft.ignore(block.line, &source);
        return Ok(());
    };
    let (operator, path) = match block.words.as_slice() {
        [_, path] => ("", path.as_str()),
        [_, operator, path, ..] => (operator.as_str(), path.as_str()),
        _ => ("", block.word(1)?),
    };
    let path = match operator {
        "~" | "~*" => path.strip_prefix('^').and_then(literal),
        _ => Some(path.to_string()),
    };
    if operator == "=" {
        draft.lose(block.line, &source, Reason::ExactPath);
    }
    match path {
        Some(path) if path == "/" && operator != "=" => {
            let found = pass_to(pass, None, &passes, maps, draft)?;
            ways.extend(found.into_iter().map(|route| Way { length: 0, route }));
        }
        Some(path) if path.starts_with('/') => {
            let length = path.len();
            let fits = Some((KeySource::Url, path));
            let mut found = pass_to(pass, fits, &passes, maps, draft)?;
            for route in &mut found {
                route.line = block.line;
                route.source.clone_from(&source);
            }
            ways.extend(found.into_iter().map(|route| Way { length, route }));
        }
        _ => draft.lose(block.line, &source, Reason::Condition),
    }
    Ok(())
}

/// Where a `proxy_pass` leads: to a group, to one by a map, or to a server by its address.
fn pass_to(
    pass: &Directive,
    fits: Option<(KeySource, String)>,
    passes: &Passes,
    maps: &[Map],
    draft: &mut Draft,
) -> Result<Vec<Route>, Problem> {
    let whole = pass.word(1)?;
    let target = whole.split_once("://").map_or(whole, |(_, target)| target);
    let target = target.split('/').next().unwrap_or(target);
    let source = pass.source();
    let mut routes = Vec::new();
    if target.starts_with('$') {
        let cases = cases(target, maps).unwrap_or_default();
        if cases.is_empty() || fits.is_some() {
            draft.lose(pass.line, &source, Reason::Discovery);
            return Ok(routes);
        }
        for case in cases {
            if case.fits.is_none() && !case.is_default {
                draft.lose(case.line, &case.source, Reason::Condition);
                continue;
            }
            let place = (case.line, case.source.as_str());
            routes.push(route(place, case.fits, &case.value, passes, draft));
        }
        return Ok(routes);
    }
    routes.push(route((pass.line, &source), fits, target, passes, draft));
    Ok(routes)
}

fn route(
    (line, source): (usize, &str),
    fits: Option<(KeySource, String)>,
    target: &str,
    passes: &Passes,
    draft: &mut Draft,
) -> Route {
    if draft.pool(target).is_none() {
        let mut pool = Pool {
            line,
            name: target.into(),
            members: vec![Member::new(line, source, &with_port(target))],
            ..Pool::default()
        };
        set(
            &mut pool.settings,
            (line, source),
            path::STRATEGY,
            "smooth-wrr",
        );
        draft.pools.push(pool);
    }
    let mut settings = passes.settings.clone();
    let servers = draft.pool(target).map_or(1, |pool| pool.members.len());
    let usual = format!("{source}: proxy_read_timeout 60s");
    set_default(&mut settings, (line, &usual), path::TIMEOUT, 60);
    let usual = format!("{source}: proxy_next_upstream error timeout");
    let others = servers.saturating_sub(1).min(100);
    set_default(&mut settings, (line, &usual), path::RETRIES, others);
    let retries = settings.iter().find(|s| s.path == path::RETRIES);
    if retries.is_some_and(|setting| setting.value != "0") {
        set(&mut settings, (line, &usual), path::RETRY_TO, "untried");
    }
    Route {
        line,
        source: source.into(),
        fits,
        pool: target.into(),
        settings,
    }
}
