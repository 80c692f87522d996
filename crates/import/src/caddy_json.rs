//! Caddy's JSON as the directives of a Caddyfile that mean the same, which [`caddy`](super::caddy)
//! reads.

use super::block::{DEPTH_MAX, Directive};
use super::draft::Draft;
use super::note::Reason;
use super::problem::{Problem, Wrong};
use super::yaml::{Entry, Node, Value, parse};

/// The file's sites, one for each server of its app `http`.
///
/// # Errors
/// The first line that cannot be read.
pub(crate) fn sites(text: &str, draft: &mut Draft) -> Result<Vec<Directive>, Problem> {
    let file = parse(text)?;
    let mut sites = Vec::new();
    if let Some(servers) = file.at(&["apps", "http", "servers"])? {
        for server in servers.entries()? {
            let mut named = Vec::new();
            let mut routes = Vec::new();
            for route in server.look().list("routes")? {
                self::route(route, 0, &mut named, &mut routes, draft)?;
            }
            named.extend(routes);
            sites.push(directive(server.line, [&server.key], named));
        }
    }
    file.ignored(&mut draft.notes);
    Ok(sites)
}

fn directive<T: ToString>(
    line: usize,
    words: impl IntoIterator<Item = T>,
    inside: Vec<Directive>,
) -> Directive {
    Directive {
        line,
        words: words.into_iter().map(|word| word.to_string()).collect(),
        block: (!inside.is_empty()).then_some(inside),
    }
}

/// A route: for each thing that it fits a `route` with its handlers, whose order is that of the
/// file.
fn route(
    route: &Node,
    depth: usize,
    named: &mut Vec<Directive>,
    routes: &mut Vec<Directive>,
    draft: &mut Draft,
) -> Result<(), Problem> {
    if depth > DEPTH_MAX {
        return Err(Problem::new(route.line, "…", Wrong::Depth));
    }
    let mut inside = Vec::new();
    for handler in route.list("handle")? {
        match text(handler, "handler")? {
            Some("reverse_proxy") => inside.push(proxy(handler)?),
            Some("subroute") => {
                for inner in handler.list("routes")? {
                    self::route(inner, depth + 1, named, &mut inside, draft)?;
                }
            }
            // Its other fields are ignored, each on its line.
            _ => {}
        }
    }
    route.get("terminal")?;
    if inside.is_empty() {
        return Ok(());
    }
    let matchers = route.list("match")?;
    let mut conditions = Vec::new();
    for matcher in matchers {
        // A host is a site of its own, and all sites lead to servers.
        matcher.get("host")?;
        let fields = matcher
            .entries()?
            .iter()
            .filter(|field| field.key != "host");
        match fields.collect::<Vec<_>>().as_slice() {
            [] => conditions.clear(),
            [field] => condition(field, &mut conditions)?,
            _ => {
                draft.lose(matcher.line, &matcher.source(), Reason::Condition);
                return Ok(());
            }
        }
    }
    if conditions.is_empty() {
        routes.push(directive(route.line, ["route"], inside));
        return Ok(());
    }
    for (line, words) in conditions {
        let name = format!("@{}", named.len());
        named.push(directive(
            line,
            [&name],
            vec![directive(line, words, Vec::new())],
        ));
        routes.push(directive(line, ["route", &name], inside.clone()));
    }
    Ok(())
}

/// A field of a matcher, as a line of a named matcher for each of its values.
fn condition(field: &Entry, conditions: &mut Vec<(usize, Vec<String>)>) -> Result<(), Problem> {
    let node = field.look();
    match (field.key.as_str(), &node.value) {
        ("path", Value::List(paths)) => {
            for path in paths {
                let words = vec!["path".to_string(), path.text()?.to_string()];
                conditions.push((path.line, words));
            }
        }
        ("remote_ip" | "client_ip", _) => {
            for net in node.list("ranges")? {
                let words = vec![field.key.clone(), net.text()?.to_string()];
                conditions.push((net.line, words));
            }
        }
        ("path_regexp", _) => {
            let pattern = text(node, "pattern")?.unwrap_or_default().to_string();
            node.get("name")?;
            conditions.push((node.line, vec![field.key.clone(), pattern]));
        }
        ("header", Value::Map(headers)) => {
            for header in headers {
                let values = match &header.look().value {
                    Value::List(values) => values.as_slice(),
                    _ => &[],
                };
                for value in values {
                    let value = value.text()?.to_string();
                    let words = vec!["header".to_string(), header.key.clone(), value];
                    conditions.push((header.line, words));
                }
            }
        }
        // A matcher that no rule can say.
        _ => conditions.push((field.line, vec![field.key.clone()])),
    }
    Ok(())
}

/// The settings of `reverse_proxy` by their paths, and what a Caddyfile calls them.
const SETTINGS: [(&[&str], &str); 13] = [
    (&["load_balancing", "retries"], "lb_retries"),
    (&["load_balancing", "try_duration"], "lb_try_duration"),
    (&["load_balancing", "try_interval"], "lb_try_interval"),
    (&["load_balancing", "retry_match"], "lb_retry_match"),
    (&["health_checks", "active", "uri"], "health_uri"),
    (&["health_checks", "active", "path"], "health_uri"),
    (&["health_checks", "active", "interval"], "health_interval"),
    (&["health_checks", "active", "passes"], "health_passes"),
    (&["health_checks", "active", "fails"], "health_fails"),
    (
        &["health_checks", "passive", "fail_duration"],
        "fail_duration",
    ),
    (&["health_checks", "passive", "max_fails"], "max_fails"),
    (
        &["health_checks", "passive", "unhealthy_request_count"],
        "unhealthy_request_count",
    ),
    (&["dynamic_upstreams"], "dynamic"),
];

fn proxy(handler: &Node) -> Result<Directive, Problem> {
    let mut inside = Vec::new();
    for upstream in handler.list("upstreams")? {
        let missing = || Problem::new(upstream.line, upstream.source(), Wrong::Address);
        let dial = upstream.get("dial")?.ok_or_else(missing)?;
        inside.push(directive(dial.line, ["to", dial.text()?], Vec::new()));
    }
    if let Some(policy) = handler.at(&["load_balancing", "selection_policy"])? {
        inside.push(selection(policy)?);
    }
    for (path, name) in SETTINGS {
        let Some(node) = handler.at(path)? else {
            continue;
        };
        let mut words = vec![name.to_string()];
        if let Value::Scalar(text) = &node.value {
            words.push(match path.last() {
                Some(&("try_duration" | "try_interval" | "interval" | "fail_duration")) => {
                    duration(text)
                }
                _ => text.clone(),
            });
        }
        inside.push(directive(node.line, words, Vec::new()));
    }
    if let Some(time) = handler.at(&["transport", "response_header_timeout"])? {
        let words = [
            "response_header_timeout".to_string(),
            duration(time.text()?),
        ];
        let inner = directive(time.line, words, Vec::new());
        inside.push(directive(time.line, ["transport", "http"], vec![inner]));
        handler.at(&["transport", "protocol"])?;
    }
    Ok(directive(handler.line, ["reverse_proxy"], inside))
}

/// `lb_policy` with its parameters.
fn selection(policy: &Node) -> Result<Directive, Problem> {
    let missing = || Problem::new(policy.line, policy.source(), Wrong::Incomplete);
    let name = text(policy, "policy")?.ok_or_else(missing)?;
    let mut words = vec!["lb_policy".to_string(), name.to_string()];
    if name == "weighted_round_robin" {
        for weight in policy.list("weights")? {
            words.push(weight.text()?.to_string());
        }
    }
    for parameter in ["choose", "field", "key", "name"] {
        words.extend(text(policy, parameter)?.map(str::to_string));
    }
    Ok(directive(policy.line, words, Vec::new()))
}

fn text<'n>(node: &'n Node, field: &str) -> Result<Option<&'n str>, Problem> {
    node.get(field)?.map(Node::text).transpose()
}

/// A duration with its unit: a bare number is one of nanoseconds.
fn duration(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(nanoseconds) => format!("{}s", nanoseconds / 1e9),
        Err(_) => text.to_string(),
    }
}
