//! A listener, its virtual hosts and their routes.

use super::text;
use crate::draft::{Draft, Entry, Route, Setting, path, patience, set};
use crate::note::{Note, Outcome, Reason, shown};
use crate::problem::Problem;
use crate::units::{count, duration};
use crate::yaml::Node;
use equipoise_engine::scenario::KeySource;

/// The entries of a listener: each virtual host, and each filter that forwards connections.
///
/// # Errors
/// A field of the wrong type.
pub(super) fn entries(listener: &Node, draft: &mut Draft) -> Result<(), Problem> {
    listener.get("name")?;
    for chain in listener.list("filter_chains")? {
        for filter in chain.list("filters")? {
            filter.get("name")?;
            let Some(config) = filter.get("typed_config")? else {
                continue;
            };
            config.get("@type")?;
            if let Some((line, cluster)) = text(config, &["cluster"])? {
                draft.entries.push(connections(line, cluster));
            }
            let Some(routes) = config.get("route_config")? else {
                continue;
            };
            for host in routes.list("virtual_hosts")? {
                let entry = virtual_host(host, draft)?;
                draft.entries.push(entry);
            }
        }
    }
    Ok(())
}

/// A filter that forwards connections to a cluster.
fn connections(line: usize, cluster: &str) -> Entry {
    let source = format!("cluster: {cluster}");
    let mut settings = Vec::new();
    set(&mut settings, (line, &source), path::PLACE, "hardware");
    Entry {
        line,
        routes: vec![Route {
            line,
            source: source.clone(),
            fits: None,
            pool: cluster.into(),
            settings: Vec::new(),
        }],
        source,
        settings,
    }
}

fn virtual_host(host: &Node, draft: &mut Draft) -> Result<Entry, Problem> {
    let (line, name) = text(host, &["name"])?.unwrap_or((host.line, ""));
    host.get("domains")?;
    let mut entry = Entry {
        line,
        source: format!("virtual host {name}"),
        ..Entry::default()
    };
    for route in host.list("routes")? {
        entry.routes.extend(one(route, draft)?);
    }
    Ok(entry)
}

/// A route, if it leads to a cluster by a condition that a rule can say.
fn one(node: &Node, draft: &mut Draft) -> Result<Option<Route>, Problem> {
    let Some(action) = node.get("route")? else {
        draft.ignore(node.line, &node.source());
        return Ok(None);
    };
    let line = node.line;
    let condition = node.get("match")?;
    let source = match condition {
        Some(condition) => format!("match: {}", what(condition)?),
        None => "route".into(),
    };
    let fits = match condition {
        Some(condition) => fits(condition, &source, draft)?,
        None => Some(None),
    };
    if let Some(weighted) = action.get("weighted_clusters")? {
        draft.lose(weighted.line, "weighted_clusters", Reason::ChanceSplit);
    }
    if let Some(mirror) = action.get("request_mirror_policies")? {
        draft.lose(mirror.line, "request_mirror_policies", Reason::ChanceSplit);
    }
    let heaviest = heaviest(action)?;
    let cluster = text(action, &["cluster"])?
        .map(|(_, cluster)| cluster.to_string())
        .or(heaviest);
    let (Some(pool), Some(fits)) = (cluster, fits) else {
        draft.lose(line, &source, Reason::Condition);
        return Ok(None);
    };
    let settings = settings(action, &source, draft)?;
    Ok(Some(Route {
        line,
        source,
        fits,
        pool,
        settings,
    }))
}

/// Of several clusters by weight, the heaviest, the first of equals.
fn heaviest(action: &Node) -> Result<Option<String>, Problem> {
    let Some(weighted) = action.get("weighted_clusters")? else {
        return Ok(None);
    };
    let mut best: Option<(u32, String)> = None;
    for cluster in weighted.list("clusters")? {
        let weight = match text(cluster, &["weight"])? {
            Some((line, weight)) => count(line, weight)?,
            None => 0,
        };
        if let Some((_, name)) = text(cluster, &["name"])?
            && best.as_ref().is_none_or(|(most, _)| weight > *most)
        {
            best = Some((weight, name.into()));
        }
    }
    Ok(best.map(|(_, name)| name))
}

/// A condition in short.
fn what(condition: &Node) -> Result<String, Problem> {
    for field in ["prefix", "path", "path_separated_prefix"] {
        if let Some((_, path)) = text(condition, &[field])? {
            return Ok(format!("{{{field}: {path}}}"));
        }
    }
    Ok(condition.source())
}

/// What has to fit: Some(None): everything does. None: no rule can say it.
type Fits = Option<Option<(KeySource, String)>>;

fn fits(condition: &Node, source: &str, draft: &mut Draft) -> Result<Fits, Problem> {
    let exact = text(condition, &["path"])?;
    let parts = text(condition, &["path_separated_prefix"])?;
    let begins = text(condition, &["prefix"])?.or(parts);
    let headers = condition.list("headers")?;
    if [
        "safe_regex",
        "connect_matcher",
        "query_parameters",
        "runtime_fraction",
    ]
    .iter()
    .any(|field| matches!(condition.get(field), Ok(Some(_))))
    {
        return Ok(None);
    }
    if exact.is_some() {
        draft.lose(condition.line, source, Reason::ExactPath);
    }
    let path = exact.or(begins).map_or("/", |(_, path)| path);
    match headers {
        [] if path == "/" && exact.is_none() => Ok(Some(None)),
        [] if path.starts_with('/') => Ok(Some(Some((KeySource::Url, path.into())))),
        [header] if path == "/" => {
            header.get("name")?;
            let exact = text(header, &["string_match", "exact"])?;
            let exact = exact.or(text(header, &["exact_match"])?);
            Ok(exact.map(|(_, value)| Some((KeySource::Header, value.into()))))
        }
        _ => Ok(None),
    }
}

/// Time-outs and retries of a route.
fn settings(action: &Node, source: &str, draft: &mut Draft) -> Result<Vec<Setting>, Problem> {
    let mut settings = Vec::new();
    let whole = text(action, &["timeout"])?;
    let each = text(action, &["retry_policy", "per_try_timeout"])?;
    // A copy is sent after the time of one try, which then ends none.
    let hedges = text(action, &["hedge_policy", "hedge_on_per_try_timeout"])?;
    let hedges = hedges.is_some_and(|(_, on)| on == "true");
    let ends = each.filter(|_| !hedges).or(whole);
    let (line, timeout) = ends.unwrap_or((action.line, "15s"));
    let what = format!("{source}: timeout {timeout}");
    let seconds = duration(line, timeout, 1.0)?;
    set(
        &mut settings,
        (line, &what),
        path::TIMEOUT,
        patience(seconds),
    );
    key(action, &mut settings, draft)?;
    let Some(retries) = action.get("retry_policy")? else {
        set(&mut settings, (action.line, source), path::RETRIES, 0);
        return Ok(settings);
    };
    let (line, most) = text(retries, &["num_retries"])?.unwrap_or((retries.line, "1"));
    let what = format!("num_retries: {most}");
    let most = count(line, most)?.saturating_sub(u32::from(hedges));
    set(&mut settings, (line, &what), path::RETRIES, most);
    if let Some((line, after)) = each.filter(|_| hedges) {
        let what = format!("hedge_on_per_try_timeout: {after}");
        let after_s = duration(line, after, 1.0)?;
        set(&mut settings, (line, &what), path::HEDGE, after_s);
    }
    for predicate in retries.list("retry_host_predicate")? {
        if let Some((line, name)) = text(predicate, &["name"])?
            && name.ends_with("previous_hosts")
        {
            set(&mut settings, (line, name), path::RETRY_TO, "untried");
        }
    }
    if let Some((line, on)) = text(retries, &["retry_on"])?
        && !on.contains("5xx")
    {
        draft.lose(line, &format!("retry_on: {on}"), Reason::RetryCondition);
    }
    if let Some((line, pause)) = text(retries, &["retry_back_off", "base_interval"])? {
        let what = format!("base_interval: {pause}");
        set(
            &mut settings,
            (line, &what),
            path::BACKOFF,
            duration(line, pause, 1.0)?,
        );
        draft.lose(line, &what, Reason::Pauses);
    }
    Ok(settings)
}

/// What the hash of a request is made of: the first policy.
fn key(action: &Node, settings: &mut Vec<Setting>, draft: &mut Draft) -> Result<(), Problem> {
    let policies = action.list("hash_policy")?;
    let Some(first) = policies.first() else {
        return Ok(());
    };
    let header = text(first, &["header", "header_name"])?;
    let (key, source) = if let Some((_, name)) = header {
        let key = if name == ":path" { "url" } else { "header" };
        (key, format!("hash_policy: {name}"))
    } else if first.at(&["connection_properties", "source_ip"])?.is_some() {
        ("ip", "hash_policy: source_ip".into())
    } else if let Some(cookie) = first.get("cookie")? {
        draft.lose(cookie.line, "hash_policy: cookie", Reason::Sticky);
        ("ip", "hash_policy: cookie".into())
    } else {
        first.get("query_parameter")?;
        draft.lose(first.line, "hash_policy", Reason::Nearest);
        ("url", "hash_policy".into())
    };
    set(settings, (first.line, &source), path::KEY, key);
    for other in &policies[1..] {
        draft.lose(other.line, "hash_policy", Reason::OneForAll);
    }
    Ok(())
}

/// A note that a route's cluster is not in the file.
pub(super) fn elsewhere(route: &Route) -> Note {
    Note {
        line: route.line,
        source: shown(&format!("{} → {}", route.source, route.pool)),
        outcome: Outcome::NotExpressible(Reason::Discovery, String::new()),
    }
}
