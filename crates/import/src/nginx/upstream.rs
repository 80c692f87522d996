//! An `upstream` block.

use crate::block::Directive;
use crate::draft::{Draft, Member, Pool, path, set, set_default};
use crate::note::{Outcome, Reason};
use crate::problem::{Problem, Wrong};
use crate::units::{count, duration};
use equipoise_engine::scenario::ServerState;

/// Reads the block.
///
/// # Errors
/// A server without an address, or a parameter that is no number or duration.
pub(super) fn pool(block: &Directive, draft: &mut Draft) -> Result<Pool, Problem> {
    let mut pool = Pool {
        line: block.line,
        name: block.word(1)?.into(),
        ..Pool::default()
    };
    for directive in block.inside() {
        let (line, source) = (directive.line, directive.source());
        match directive.name() {
            "server" => server(directive, &mut pool, draft)?,
            "ip_hash" => set(
                &mut pool.settings,
                (line, &source),
                path::STRATEGY,
                "ip-hash",
            ),
            "least_conn" => {
                set(
                    &mut pool.settings,
                    (line, &source),
                    path::STRATEGY,
                    "least-connections",
                );
            }
            "least_time" => {
                set(
                    &mut pool.settings,
                    (line, &source),
                    path::STRATEGY,
                    "least-response-time",
                );
                draft.lose(line, &source, Reason::Nearest);
            }
            "random" => random(directive, &mut pool, draft),
            "hash" => hash(directive, &mut pool, draft)?,
            "sticky" | "sticky_cookie_insert" => draft.lose(line, &source, Reason::Sticky),
            "queue" => draft.lose(line, &source, Reason::Queue),
            "zone" | "keepalive" | "keepalive_timeout" | "keepalive_requests"
            | "keepalive_time" | "resolver" | "resolver_timeout" | "state" => {
                draft.ignore(line, &source);
            }
            _ => return Err(Problem::new(line, source, Wrong::Method)),
        }
    }
    defaults(&mut pool);
    Ok(pool)
}

/// What holds without a word: turns, and one failure takes a server out for 10 s. A single server
/// is never taken out.
fn defaults(pool: &mut Pool) {
    let (line, name) = (pool.line, format!("upstream {}", pool.name));
    let usual = (line, name.as_str());
    set_default(&mut pool.settings, usual, path::STRATEGY, "smooth-wrr");
    let source = format!("{name}: max_fails=1 fail_timeout=10s");
    set_default(&mut pool.settings, (line, &source), path::MAX_FAILS, 1);
    set_default(&mut pool.settings, (line, &source), path::EJECTION, 10);
    if pool.members.len() == 1 {
        let source = format!("{name}: a single server");
        set(&mut pool.settings, (line, &source), path::MAX_FAILS, "null");
    }
    let fails = pool.settings.iter().find(|s| s.path == path::MAX_FAILS);
    if fails.is_some_and(|fails| fails.value != "null") {
        set_default(&mut pool.settings, (line, &source), path::RULE, "nginx");
    }
}

/// A `server` of the block.
fn server(directive: &Directive, pool: &mut Pool, draft: &mut Draft) -> Result<(), Problem> {
    let (line, source) = (directive.line, directive.source());
    let address = directive.word(1)?;
    if address.contains('=') {
        return Err(Problem::new(line, source, Wrong::Address));
    }
    let mut member = Member::new(line, &source, &with_port(address));
    for word in &directive.words[2..] {
        match word.split_once('=').unwrap_or((word, "")) {
            ("weight", n) => member.weight = u64::from(count(line, n)?),
            ("max_conns", n) => member.slots = Some(count(line, n)?).filter(|&n| n > 0),
            ("max_fails", n) => {
                let fails = count(line, n)?;
                let value = if fails == 0 {
                    "null".into()
                } else {
                    fails.to_string()
                };
                once(pool, draft, (line, word), path::MAX_FAILS, value);
            }
            ("fail_timeout", time) => {
                let seconds = duration(line, time, 1.0)?;
                once(
                    pool,
                    draft,
                    (line, word),
                    path::EJECTION,
                    seconds.to_string(),
                );
            }
            ("slow_start", time) => {
                let seconds = duration(line, time, 1.0)?;
                once(
                    pool,
                    draft,
                    (line, word),
                    path::SLOW_START,
                    seconds.to_string(),
                );
            }
            ("backup", _) => member.backup = true,
            ("down", _) => member.state = ServerState::Down,
            ("drain", _) => member.state = ServerState::Draining,
            ("resolve" | "service", _) => draft.lose(line, word, Reason::Discovery),
            ("route", _) => draft.lose(line, word, Reason::Sticky),
            _ => return Err(Problem::new(line, word, Wrong::Method)),
        }
    }
    pool.members.push(member);
    Ok(())
}

/// Sets what servers say one by one, where a scenario has one value: the first one's.
fn once(
    pool: &mut Pool,
    draft: &mut Draft,
    (line, source): (usize, &str),
    path: &'static str,
    value: String,
) {
    match pool.settings.iter().find(|setting| setting.path == path) {
        None => set(&mut pool.settings, (line, source), path, value),
        Some(known) if known.value == value => {
            let outcome = Outcome::Understood(format!("{path} = {value}"));
            draft.note(line, source, outcome);
        }
        Some(_) => draft.lose(line, source, Reason::OneForAll),
    }
}

fn random(directive: &Directive, pool: &mut Pool, draft: &mut Draft) {
    let (line, source) = (directive.line, directive.source());
    if directive.words.get(1).is_none_or(|word| word != "two") {
        return set(
            &mut pool.settings,
            (line, &source),
            path::STRATEGY,
            "weighted-random",
        );
    }
    set(
        &mut pool.settings,
        (line, &source),
        path::STRATEGY,
        "two-choices",
    );
    set(&mut pool.settings, (line, &source), path::DRAW, "nginx");
    if directive
        .words
        .get(2)
        .is_some_and(|word| word.starts_with("least_time"))
    {
        draft.lose(line, &source, Reason::Nearest);
    }
}

fn hash(directive: &Directive, pool: &mut Pool, draft: &mut Draft) -> Result<(), Problem> {
    let (line, source) = (directive.line, directive.source());
    let variable = directive.word(1)?;
    let key = key(variable);
    let consistent = directive
        .words
        .get(2)
        .is_some_and(|word| word == "consistent");
    let strategy = match (consistent, key) {
        (true, _) => "ketama",
        (false, "url") => "uri-hash",
        (false, "header") => "header-hash",
        // Of the modulo hashes none takes the whole address.
        (false, _) => "haproxy-map",
    };
    set(
        &mut pool.settings,
        (line, &source),
        path::STRATEGY,
        strategy,
    );
    if consistent || strategy == "haproxy-map" {
        set(&mut pool.settings, (line, &source), path::KEY, key);
    }
    let plain = [
        "$remote_addr",
        "$binary_remote_addr",
        "$request_uri",
        "$uri",
    ]
    .contains(&variable);
    let header = variable.starts_with("$http_") && !variable[1..].contains('$');
    if strategy == "haproxy-map" || !(plain || header) {
        draft.lose(line, &source, Reason::Nearest);
    }
    Ok(())
}

/// The kind of key that a variable comes nearest to.
fn key(variable: &str) -> &'static str {
    if ["uri", "arg", "request"]
        .iter()
        .any(|part| variable.contains(part))
    {
        "url"
    } else if variable.contains("_addr") {
        "ip"
    } else {
        "header"
    }
}

/// An address with its port, which is 80 unless it says otherwise.
pub(super) fn with_port(address: &str) -> String {
    let has_port = address
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if has_port || address.starts_with("unix:") {
        address.into()
    } else {
        format!("{address}:80")
    }
}
