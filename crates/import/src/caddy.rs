//! A Caddyfile, after the documentation of Caddy 2: its `reverse_proxy` directives. Its JSON comes
//! here as the same directives.

use super::block::Directive;
use super::caddy_json;
use super::caddyfile::parse;
use super::draft::{Draft, Entry, Member, Pool, Route, path, set, set_default};
use super::literal::literal;
use super::note::Reason;
use super::problem::{Problem, Wrong};
use super::units::{count, duration};
use equipoise_engine::balance::rules::network;
use equipoise_engine::scenario::KeySource;

/// Reads a whole file.
///
/// # Errors
/// See [`super::read`].
pub(crate) fn read(text: &str) -> Result<Draft, Problem> {
    let mut draft = Draft::default();
    if text.trim_start().starts_with('{') && text.contains('"') && !text.contains("reverse_proxy ")
    {
        for site in caddy_json::sites(text, &mut draft)? {
            self::site(&site, &mut draft)?;
        }
        return Ok(draft);
    }
    let directives = parse(text)?;
    // Without braces, the first line is the site and the others are its directives.
    let flat = directives.iter().any(|d| d.name() == "reverse_proxy");
    if flat {
        let site = Directive {
            line: directives[0].line,
            words: directives[0].words.clone(),
            block: Some(directives[1..].to_vec()),
        };
        self::site(&site, &mut draft)?;
        return Ok(draft);
    }
    for directive in &directives {
        if directive.name().is_empty() || directive.block.is_none() {
            draft.ignore(directive.line, &directive.source());
        } else {
            site(directive, &mut draft)?;
        }
    }
    Ok(draft)
}

/// A site: an address and its directives.
fn site(block: &Directive, draft: &mut Draft) -> Result<(), Problem> {
    let mut entry = Entry {
        line: block.line,
        source: block.source(),
        ..Entry::default()
    };
    let mut ways = Vec::new();
    walk(
        block.inside(),
        block.inside(),
        Around::default(),
        draft,
        &mut ways,
    )?;
    // Of paths the longest first, as Caddy sorts them; a `route` keeps its order.
    ways.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    entry
        .routes
        .extend(ways.into_iter().map(|(_, route)| route));
    draft.entries.push(entry);
    Ok(())
}

/// What has to fit for a directive.
type Fits = Option<(KeySource, String)>;

/// What the blocks around say: what has to fit, and whether the order is that of the file.
#[derive(Clone, Default)]
struct Around {
    fits: Fits,
    ordered: bool,
}

/// A route, and how long its pattern is where that decides the order.
type Way = (usize, Route);

fn walk(
    directives: &[Directive],
    site: &[Directive],
    around: Around,
    draft: &mut Draft,
    ways: &mut Vec<Way>,
) -> Result<(), Problem> {
    for directive in directives {
        let (line, source) = (directive.line, directive.source());
        match directive.name() {
            name if name.starts_with('@') => {}
            "handle" | "handle_path" | "route" => {
                let matcher = directive.words.get(1);
                let mut own = around.clone();
                own.ordered |= directive.name() == "route";
                match matcher.map(|matcher| fits(matcher, site)) {
                    Some(None) => {
                        draft.lose(line, &source, Reason::Condition);
                        continue;
                    }
                    Some(Some(Some(fits))) => own.fits = Some(fits),
                    Some(Some(None)) | None => {}
                }
                walk(directive.inside(), site, own, draft, ways)?;
            }
            "reverse_proxy" => proxy(directive, site, around.clone(), draft, ways)?,
            "import" => draft.lose(line, &source, Reason::Include),
            _ => draft.ignore(line, &source),
        }
    }
    Ok(())
}

/// What a matcher asks for: Some(None): everything. None: no rule can say it.
fn fits(matcher: &str, site: &[Directive]) -> Option<Fits> {
    if matcher == "*" || matcher == "/*" {
        return Some(None);
    }
    if matcher.starts_with('/') {
        return Some(Some((KeySource::Url, matcher.trim_end_matches('*').into())));
    }
    let named = site.iter().find(|directive| directive.name() == matcher)?;
    let inside = named.inside();
    let words: Vec<&str> = match inside {
        [] => named.words[1..].iter().map(String::as_str).collect(),
        [one] => one.words.iter().map(String::as_str).collect(),
        _ => return None,
    };
    match words.as_slice() {
        ["path", path] if path.starts_with('/') => {
            Some(Some((KeySource::Url, path.trim_end_matches('*').into())))
        }
        ["path_regexp", path] => {
            let path = literal(path.strip_prefix('^')?).filter(|path| path.starts_with('/'))?;
            Some(Some((KeySource::Url, path)))
        }
        ["header_regexp", _, value] => {
            let value = literal(value.strip_prefix('^')?.strip_suffix('$')?)?;
            Some(Some((KeySource::Header, value)))
        }
        ["header", _, value] if !value.contains('*') => {
            Some(Some((KeySource::Header, (*value).into())))
        }
        ["remote_ip" | "client_ip", net] if network(net).is_some() => {
            Some(Some((KeySource::Ip, (*net).into())))
        }
        _ => None,
    }
}

fn proxy(
    directive: &Directive,
    site: &[Directive],
    around: Around,
    draft: &mut Draft,
    ways: &mut Vec<Way>,
) -> Result<(), Problem> {
    let (line, source) = (directive.line, directive.source());
    let mut words = directive.words[1..].iter().peekable();
    let mut own = around.fits;
    if let Some(matcher) = words.next_if(|word| word.starts_with(['/', '@', '*'])) {
        match fits(matcher, site) {
            Some(fits) => own = fits.or(own),
            None => {
                draft.lose(line, &source, Reason::Condition);
                return Ok(());
            }
        }
    }
    let mut pool = Pool {
        line,
        name: format!("reverse_proxy {line}"),
        ..Pool::default()
    };
    for address in words {
        pool.members.push(Member::new(
            line,
            &format!("reverse_proxy {address}"),
            address,
        ));
    }
    for option in directive.inside() {
        self::option(option, &mut pool, draft)?;
    }
    let usual = format!("{}: lb_policy random", pool.name);
    set_default(&mut pool.settings, (line, &usual), path::STRATEGY, "random");
    let usual = format!("{}: lb_retries 0", pool.name);
    set_default(&mut pool.settings, (line, &usual), path::RETRIES, 0);
    let length = match &own {
        Some((_, pattern)) if !around.ordered => pattern.len(),
        _ => 0,
    };
    let route = Route {
        line,
        source,
        fits: own,
        pool: pool.name.clone(),
        settings: Vec::new(),
    };
    ways.push((length, route));
    draft.pools.push(pool);
    Ok(())
}

/// A line in the block of `reverse_proxy`.
fn option(option: &Directive, pool: &mut Pool, draft: &mut Draft) -> Result<(), Problem> {
    let (line, source) = (option.line, option.source());
    let at = (line, source.as_str());
    let seconds = |i| option.word(i).and_then(|word| duration(line, word, 1.0));
    match option.name() {
        "to" => {
            for address in &option.words[1..] {
                pool.members.push(Member::new(line, &source, address));
            }
        }
        "lb_policy" => policy(option, pool, draft)?,
        "lb_retries" => {
            set(
                &mut pool.settings,
                at,
                path::RETRIES,
                count(line, option.word(1)?)?,
            );
        }
        "lb_try_interval" => set(&mut pool.settings, at, path::BACKOFF, seconds(1)?),
        "unhealthy_status" => draft.ignore(line, &source),
        "health_interval" => {
            set(&mut pool.settings, at, path::CHECK, seconds(1)?);
        }
        "health_passes" => {
            set(
                &mut pool.settings,
                at,
                path::RISE,
                count(line, option.word(1)?)?,
            );
        }
        "health_fails" => {
            set(
                &mut pool.settings,
                at,
                path::FALL,
                count(line, option.word(1)?)?,
            );
        }
        "health_uri" => {
            for (path, usual) in [(path::CHECK, "30"), (path::RISE, "1"), (path::FALL, "1")] {
                set_default(&mut pool.settings, at, path, usual);
            }
        }
        "fail_duration" => {
            let time = seconds(1)?;
            let on = time > 0.0;
            if on {
                set(&mut pool.settings, at, path::EJECTION, time);
                set_default(&mut pool.settings, at, path::MAX_FAILS, 1);
            }
        }
        "max_fails" => {
            set(
                &mut pool.settings,
                at,
                path::MAX_FAILS,
                count(line, option.word(1)?)?,
            );
        }
        "unhealthy_request_count" => {
            let most = count(line, option.word(1)?)?;
            pool.members
                .iter_mut()
                .for_each(|member| member.slots = Some(most.max(1)));
        }
        "transport" => {
            for inner in option.inside() {
                let (line, source) = (inner.line, inner.source());
                if inner.name() == "response_header_timeout" {
                    let time = duration(line, inner.word(1)?, 1.0)?;
                    let time = super::draft::patience(time);
                    set(&mut pool.settings, (line, &source), path::TIMEOUT, time);
                } else {
                    draft.ignore(line, &source);
                }
            }
        }
        "dynamic" => draft.lose(line, &source, Reason::Discovery),
        "lb_try_duration" | "lb_retry_match" => draft.lose(line, &source, Reason::RetryCondition),
        _ => draft.ignore(line, &source),
    }
    Ok(())
}

fn policy(option: &Directive, pool: &mut Pool, draft: &mut Draft) -> Result<(), Problem> {
    let (line, source) = (option.line, option.source());
    let word = option.word(1)?;
    let (strategy, key) = match word {
        "random" => ("random", None),
        "round_robin" => ("round-robin", None),
        "weighted_round_robin" => ("caddy-wrr", None),
        "least_conn" => ("least-connections", None),
        "random_choose" => ("caddy-random-choose", None),
        "first" => ("first-fit", None),
        "ip_hash" | "client_ip_hash" => ("caddy-hash", Some("ip")),
        "uri_hash" | "query" => ("caddy-hash", Some("url")),
        "header" => ("caddy-hash", Some("header")),
        "cookie" => {
            draft.lose(line, &source, Reason::Sticky);
            ("caddy-hash", Some("ip"))
        }
        _ => return Err(Problem::new(line, word, Wrong::Method)),
    };
    set(
        &mut pool.settings,
        (line, &source),
        path::STRATEGY,
        strategy,
    );
    if let Some(key) = key {
        set(&mut pool.settings, (line, &source), path::KEY, key);
    }
    if word == "random_choose" {
        let draws = option.words.get(2).map_or("2", String::as_str);
        set(
            &mut pool.settings,
            (line, &source),
            path::CHOICES,
            count(line, draws)?,
        );
    }
    if word == "weighted_round_robin" {
        for (i, weight) in option.words[2..].iter().enumerate() {
            let weight = u64::from(count(line, weight)?);
            if let Some(member) = pool.members.get_mut(i) {
                member.weight = weight;
            }
        }
    }
    if word == "query" {
        draft.lose(line, &source, Reason::Nearest);
    }
    Ok(())
}
