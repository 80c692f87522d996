//! HAProxy's configuration, after the manual of HAProxy 2.6.

mod acl;
mod frontend;
mod server;

use super::draft::{Draft, Pool, Setting, path, patience, set, set_default};
use super::note::Reason;
use super::problem::{Problem, Wrong};
use super::units::{count, duration};
use super::words::{Line, Section, parse};
use server::Common;

/// A bare number of HAProxy's is in milliseconds.
const MS: f64 = 0.001;

/// Reads a whole file.
///
/// # Errors
/// See [`super::read`].
pub(crate) fn read(text: &str) -> Result<Draft, Problem> {
    let mut draft = Draft::default();
    let mut defaults: Vec<Line> = Vec::new();
    let mut fronts: Vec<(Section, Vec<Line>)> = Vec::new();
    for section in parse(text)? {
        match section.head.get(0) {
            "defaults" => {
                // What no section uses is said once, here.
                for line in section.lines.iter().filter(|line| !is_used(line)) {
                    draft.ignore(line.line, &line.source());
                }
                defaults.clone_from(&section.lines);
            }
            "backend" => {
                let pool = pool(&section, &defaults, &mut draft)?;
                draft.pools.push(pool);
            }
            "listen" => {
                let pool = pool(&section, &defaults, &mut draft)?;
                draft.pools.push(pool);
                fronts.push((section, defaults.clone()));
            }
            "frontend" => fronts.push((section, defaults.clone())),
            _ => draft.ignore(section.head.line, &section.head.source()),
        }
    }
    for (section, defaults) in &fronts {
        let entry = frontend::entry(section, defaults, &mut draft)?;
        draft.entries.push(entry);
    }
    Ok(draft)
}

/// Whether a line of `defaults` means something to a section.
fn is_used(line: &Line) -> bool {
    match line.get(0) {
        "timeout" => matches!(line.get(1), "server" | "queue"),
        "option" => matches!(line.get(1), "redispatch"),
        "balance"
        | "hash-type"
        | "hash-balance-factor"
        | "default-server"
        | "retries"
        | "retry-on"
        | "mode"
        | "maxconn"
        | "fullconn" => true,
        _ => false,
    }
}

/// A `backend`, or what of a `listen` is one.
fn pool(section: &Section, defaults: &[Line], draft: &mut Draft) -> Result<Pool, Problem> {
    let mut pool = Pool {
        line: section.head.line,
        name: section.head.word(1)?.into(),
        ..Pool::default()
    };
    let mut method: Option<&Line> = None;
    let mut hash_type: Option<&Line> = None;
    let mut factor: Option<&Line> = None;
    let mut redispatch = None;
    let mut common = Common::default();
    let lines = defaults.iter().map(|line| (line, false));
    for (line, own) in lines.chain(section.lines.iter().map(|line| (line, true))) {
        let (number, source) = (line.line, line.source());
        match line.get(0) {
            "balance" => method = Some(line),
            "hash-type" => hash_type = Some(line),
            "hash-balance-factor" => factor = Some(line),
            "default-server" => common.default_server(line, &mut pool, draft)?,
            "server" if own => common.server(line, &mut pool, draft)?,
            "server-template" if own => common.template(line, &mut pool, draft)?,
            "option" if line.get(1) == "redispatch" => redispatch = Some((number, source)),
            "retries" => {
                let retries = count(number, line.word(1)?)?;
                set(
                    &mut pool.settings,
                    (number, &source),
                    path::RETRIES,
                    retries,
                );
            }
            "timeout" if line.get(1) == "server" => {
                let seconds = duration(number, line.word(2)?, MS)?;
                set(
                    &mut pool.settings,
                    (number, &source),
                    path::TIMEOUT,
                    patience(seconds),
                );
            }
            "mode" if line.get(1) == "tcp" => {
                set(
                    &mut pool.settings,
                    (number, &source),
                    path::PLACE,
                    "hardware",
                );
            }
            "mode" => pool.settings.retain(|setting| setting.path != path::PLACE),
            _ if own => other(line, section, draft),
            _ => {}
        }
    }
    balance(method, hash_type, factor, &mut pool, draft)?;
    let name = section.head.source();
    let retries = format!("{name}: retries 3");
    set_default(&mut pool.settings, (pool.line, &retries), path::RETRIES, 3);
    if let Some((line, source)) = redispatch {
        let is = |path: &str, value: &str| {
            let mut settings = pool.settings.iter();
            settings.any(|setting| setting.path == path && setting.value == value)
        };
        // By a hash without a ring a retry comes to the same server all the same.
        if is(path::STRATEGY, "haproxy-map") || is(path::RETRIES, "0") {
            draft.ignore(line, &source);
        } else {
            set(
                &mut pool.settings,
                (line, &source),
                path::RETRY_TO,
                "not-last",
            );
        }
    }
    Ok(pool)
}

/// A line of a backend that is about neither its servers nor its method.
fn other(line: &Line, section: &Section, draft: &mut Draft) {
    let (number, source) = (line.line, line.source());
    let listen = section.head.get(0) == "listen";
    match line.get(0) {
        "cookie" | "appsession" => draft.lose(number, &source, Reason::Sticky),
        "stick" | "stick-table" => draft.lose(number, &source, Reason::Sticky),
        "timeout" if line.get(1) == "queue" => draft.lose(number, &source, Reason::Queue),
        "fullconn" => draft.lose(number, &source, Reason::Queue),
        "use-server" | "dispatch" => draft.lose(number, &source, Reason::Condition),
        "retry-on" | "option" if is_used(line) => draft.ignore(number, &source),
        // The entry of a `listen` says what came of these.
        "bind" | "maxconn" | "acl" | "use_backend" | "default_backend" | "http-request"
        | "tcp-request"
            if listen => {}
        _ => draft.ignore(number, &source),
    }
}

/// The method: `balance` with what other lines add.
fn balance(
    method: Option<&Line>,
    hash_type: Option<&Line>,
    factor: Option<&Line>,
    pool: &mut Pool,
    draft: &mut Draft,
) -> Result<(), Problem> {
    let Some(line) = method else {
        let usual = format!("backend {}: balance roundrobin", pool.name);
        set(
            &mut pool.settings,
            (pool.line, &usual),
            path::STRATEGY,
            "haproxy-wrr",
        );
        return Ok(());
    };
    let (number, source) = (line.line, line.source());
    let (word, argument) = call(line.word(1)?);
    let settings: &mut Vec<Setting> = &mut pool.settings;
    let key = match word {
        "source" => "ip",
        "uri" | "url_param" => "url",
        "hdr" | "rdp-cookie" => "header",
        "hash" if line.get(2).starts_with("src") || argument.starts_with("src") => "ip",
        "hash" => "header",
        _ => {
            let strategy = match word {
                "roundrobin" => "haproxy-wrr",
                "static-rr" => "static-map",
                "leastconn" => "haproxy-leastconn",
                "first" => "first-fit",
                "random" if argument == "1" => "weighted-random",
                "random" => "haproxy-random",
                _ => return Err(Problem::new(number, word, Wrong::Method)),
            };
            set(settings, (number, &source), path::STRATEGY, strategy);
            if strategy == "haproxy-random" {
                let draws = if argument.is_empty() { "2" } else { argument };
                set(
                    settings,
                    (number, &source),
                    path::CHOICES,
                    count(number, draws)?,
                );
            }
            return Ok(());
        }
    };
    let consistent = hash_type.is_some_and(|line| line.get(1) == "consistent");
    let strategy = match (consistent, factor) {
        (false, _) => "haproxy-map",
        (true, Some(_)) => "bounded-load",
        (true, None) => "haproxy-ring",
    };
    set(settings, (number, &source), path::STRATEGY, strategy);
    set(settings, (number, &source), path::KEY, key);
    if let Some(line) = factor.filter(|_| consistent) {
        let factor = count(line.line, line.word(1)?)?;
        set(
            settings,
            (line.line, &line.source()),
            path::BALANCE_FACTOR,
            factor,
        );
    }
    // A named function is without the avalanche step, and arguments cut the key.
    let named = hash_type.is_some_and(|line| line.words.len() > 2);
    let cut = !matches!(word, "source" | "hdr") && line.words.len() > 2;
    if named || cut || word == "url_param" || word == "rdp-cookie" || word == "hash" {
        draft.lose(number, &source, Reason::Nearest);
    }
    Ok(())
}

/// `random(3)` as its word and its argument.
fn call(word: &str) -> (&str, &str) {
    let (name, rest) = word.split_once('(').unwrap_or((word, ""));
    (name, rest.trim_end_matches(')'))
}
