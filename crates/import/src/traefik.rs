//! Traefik's dynamic configuration, after the documentation of Traefik 3, as YAML, JSON
//! or TOML.

use super::draft::{Draft, Entry, Member, Pool, Route, path, patience, set, set_default};
use super::note::Reason;
use super::problem::{Problem, Wrong};
use super::toml;
use super::units::{count, duration};
use super::yaml::{self, Node, parse};
use equipoise_engine::balance::rules::network;
use equipoise_engine::scenario::KeySource;

/// Reads a whole file.
///
/// # Errors
/// See [`super::read`].
pub(crate) fn read(text: &str) -> Result<Draft, Problem> {
    let mut draft = Draft::default();
    let file = match toml::is_toml(text) {
        true => toml::parse(text)?,
        false => parse(text)?,
    };
    for (protocol, device) in [("http", false), ("tcp", true)] {
        let Some(part) = file.get(protocol)? else {
            continue;
        };
        if let Some(services) = part.get("services")? {
            for service in services.entries()? {
                self::service(service, device, &mut draft)?;
                transport(part, service, &mut draft)?;
            }
        }
        let middlewares = part.get("middlewares")?;
        if let Some(routers) = part.get("routers")? {
            let entry = entry(routers, middlewares, &mut draft)?;
            draft.entries.push(entry);
        }
    }
    file.ignored(&mut draft.notes);
    Ok(draft)
}

/// A service: servers, or other services by weight.
fn service(service: &yaml::Entry, device: bool, draft: &mut Draft) -> Result<(), Problem> {
    let node = service.look();
    let mut pool = Pool {
        line: service.line,
        name: service.key.clone(),
        ..Pool::default()
    };
    for other in ["weighted", "mirroring", "failover", "highestRandomWeight"] {
        if let Some(inner) = node.get(other)? {
            draft.lose(
                inner.line,
                &format!("{}: {other}", service.key),
                Reason::ChanceSplit,
            );
        }
    }
    let Some(balancer) = node.get("loadBalancer")? else {
        return Ok(());
    };
    for server in balancer.list("servers")? {
        let url = text(server, &["url"])?.or(text(server, &["address"])?);
        let (line, url) =
            url.ok_or_else(|| Problem::new(server.line, server.source(), Wrong::Address))?;
        let address = url.split_once("://").map_or(url, |(_, rest)| rest);
        let address = address.split('/').next().unwrap_or(address);
        let mut member = Member::new(line, url, address);
        if let Some((line, weight)) = text(server, &["weight"])? {
            member.weight = u64::from(count(line, weight)?);
        }
        pool.members.push(member);
    }
    if device {
        set(
            &mut pool.settings,
            (service.line, "tcp"),
            path::PLACE,
            "hardware",
        );
    }
    strategy(balancer, &mut pool)?;
    if let Some(check) = balancer.get("healthCheck")? {
        let (line, every) = text(check, &["interval"])?.unwrap_or((check.line, "30s"));
        let source = format!("interval: {every}");
        let every_s = duration(line, every, 1.0)?;
        set(&mut pool.settings, (line, &source), path::CHECK, every_s);
        // One check decides, either way.
        set(
            &mut pool.settings,
            (check.line, "healthCheck"),
            path::RISE,
            1,
        );
        set(
            &mut pool.settings,
            (check.line, "healthCheck"),
            path::FALL,
            1,
        );
        for field in [
            "path",
            "timeout",
            "scheme",
            "port",
            "hostname",
            "unhealthyInterval",
        ] {
            check.get(field)?;
        }
    }
    if let Some(check) = balancer.get("passiveHealthCheck")? {
        let (line, most) = text(check, &["maxFailedAttempts"])?.unwrap_or((check.line, "1"));
        let source = format!("maxFailedAttempts: {most}");
        set(
            &mut pool.settings,
            (line, &source),
            path::MAX_FAILS,
            count(line, most)?,
        );
        let (line, time) = text(check, &["failureWindow"])?.unwrap_or((check.line, "10s"));
        let source = format!("failureWindow: {time}");
        set(
            &mut pool.settings,
            (line, &source),
            path::EJECTION,
            duration(line, time, 1.0)?,
        );
    }
    if let Some(sticky) = balancer.get("sticky")? {
        draft.lose(sticky.line, "sticky", Reason::Sticky);
    }
    draft.pools.push(pool);
    Ok(())
}

/// How long the service's transport waits for an answer.
fn transport(part: &Node, service: &yaml::Entry, draft: &mut Draft) -> Result<(), Problem> {
    let Some((_, name)) = text(&service.node, &["loadBalancer", "serversTransport"])? else {
        return Ok(());
    };
    let place = [
        "serversTransports",
        name,
        "forwardingTimeouts",
        "responseHeaderTimeout",
    ];
    if let Some((line, timeout)) = text(part, &place)?
        && let Some(pool) = draft.pools.last_mut()
    {
        let source = format!("responseHeaderTimeout: {timeout}");
        let seconds = patience(duration(line, timeout, 1.0)?);
        set(&mut pool.settings, (line, &source), path::TIMEOUT, seconds);
    }
    Ok(())
}

fn strategy(balancer: &Node, pool: &mut Pool) -> Result<(), Problem> {
    let (line, word) = text(balancer, &["strategy"])?.unwrap_or((pool.line, "wrr"));
    let source = format!("strategy: {word}");
    let strategy = match word {
        "wrr" => "traefik-wrr",
        "p2c" => "two-choices",
        "hrw" => "traefik-hrw",
        "leasttime" => "traefik-least-time",
        _ => return Err(Problem::new(line, word, Wrong::Method)),
    };
    set(
        &mut pool.settings,
        (line, &source),
        path::STRATEGY,
        strategy,
    );
    Ok(())
}

/// All routers, the longest rules first, as Traefik tries them unless priorities say otherwise.
fn entry(routers: &Node, middlewares: Option<&Node>, draft: &mut Draft) -> Result<Entry, Problem> {
    let mut entry = Entry {
        line: routers.line,
        source: "routers".into(),
        ..Entry::default()
    };
    let mut ordered = Vec::new();
    for router in routers.entries()? {
        let node = router.look();
        let rule = text(node, &["rule"])?.unwrap_or((router.line, ""));
        let priority = match text(node, &["priority"])? {
            Some((line, priority)) => count(line, priority)?,
            None => rule.1.len() as u32,
        };
        ordered.push((priority, router, rule.1));
    }
    ordered.sort_by_key(|(priority, ..)| std::cmp::Reverse(*priority));
    for (_, router, rule) in ordered {
        let node = router.look();
        let Some((_, name)) = text(node, &["service"])? else {
            continue;
        };
        let pool = name.split('@').next().unwrap_or(name);
        let source = format!("{}: {rule}", router.key);
        let Some(fits) = fits(rule) else {
            draft.lose(router.line, &source, Reason::Condition);
            continue;
        };
        if draft.pool(pool).is_none() {
            draft.lose(
                router.line,
                &format!("{source} → {name}"),
                Reason::Discovery,
            );
            continue;
        }
        let mut route = Route {
            line: router.line,
            source,
            fits,
            pool: pool.into(),
            settings: Vec::new(),
        };
        let retry = format!("{}: no retry", router.key);
        for name in node.list("middlewares")? {
            let Some(middleware) = middlewares.map(|all| all.get(name.text()?)).transpose()? else {
                continue;
            };
            if let Some(middleware) = middleware {
                self::middleware(middleware, &mut route)?;
            }
        }
        set_default(&mut route.settings, (router.line, &retry), path::RETRIES, 0);
        entry.routes.push(route);
    }
    Ok(entry)
}

/// What of a middleware has a part in balancing.
fn middleware(node: &Node, route: &mut Route) -> Result<(), Problem> {
    if let Some((line, attempts)) = text(node, &["retry", "attempts"])? {
        let source = format!("attempts: {attempts}");
        // Attempts count the first one.
        let retries = count(line, attempts)?.saturating_sub(1);
        set(&mut route.settings, (line, &source), path::RETRIES, retries);
        if let Some((line, pause)) = text(node, &["retry", "initialInterval"])? {
            let source = format!("initialInterval: {pause}");
            let pause = duration(line, pause, 1.0)?;
            set(&mut route.settings, (line, &source), path::BACKOFF, pause);
        }
    }
    if let Some((line, most)) = text(node, &["inFlightReq", "amount"])? {
        let source = format!("amount: {most}");
        set(
            &mut route.settings,
            (line, &source),
            path::SHED,
            count(line, most)?,
        );
    }
    Ok(())
}

/// What a rule asks for: Some(None): everything. None: no rule of a scenario can say it.
fn fits(rule: &str) -> Option<Option<(KeySource, String)>> {
    let (matcher, rest) = rule.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let arguments: Vec<&str> = inner
        .split(',')
        .map(|a| a.trim().trim_matches(['`', '"']))
        .collect();
    if inner.contains(['(', ')', '|', '&']) {
        return None;
    }
    match (matcher.trim(), arguments.as_slice()) {
        ("PathPrefix", ["/"]) | ("HostSNI", ["*"]) => Some(None),
        ("PathPrefix", [path]) if path.starts_with('/') => {
            Some(Some((KeySource::Url, (*path).into())))
        }
        ("Header", [_, value]) => Some(Some((KeySource::Header, (*value).into()))),
        ("Host", [_]) => Some(None),
        ("ClientIP", [net]) if network(net).is_some() => Some(Some((KeySource::Ip, (*net).into()))),
        _ => None,
    }
}

/// The text of a field, if it is there.
fn text<'n>(node: &'n Node, path: &[&str]) -> Result<Option<(usize, &'n str)>, Problem> {
    let found = node.at(path)?;
    found.map(|node| Ok((node.line, node.text()?))).transpose()
}
