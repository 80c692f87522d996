//! Envoy's static configuration, API version 3, as YAML or JSON.

mod cluster;
mod extension;
mod outliers;
mod route;

use super::draft::{Draft, Pool, set};
use super::problem::{Problem, Wrong};
use super::yaml::{Node, parse};

/// Reads a whole file.
///
/// # Errors
/// See [`super::read`].
pub(crate) fn read(text: &str) -> Result<Draft, Problem> {
    let mut draft = Draft::default();
    let file = parse(text)?;
    if let Some(resources) = file.get("static_resources")? {
        for listener in resources.list("listeners")? {
            route::entries(listener, &mut draft)?;
        }
        for node in resources.list("clusters")? {
            let pool = cluster::pool(node, &mut draft)?;
            draft.pools.push(pool);
        }
    }
    // Clusters that are not in the file come from elsewhere.
    let Draft {
        entries,
        pools,
        notes,
    } = &mut draft;
    for entry in entries.iter_mut() {
        entry.routes.retain(|route| {
            let known = pools.iter().any(|pool| pool.name == route.pool);
            if !known {
                notes.push(route::elsewhere(route));
            }
            known
        });
    }
    file.ignored(&mut draft.notes);
    Ok(draft)
}

/// The text of a field, if it is there.
///
/// # Errors
/// It is no word or number.
fn text<'n>(node: &'n Node, path: &[&str]) -> Result<Option<(usize, &'n str)>, Problem> {
    let found = node.at(path)?;
    found.map(|node| Ok((node.line, node.text()?))).transpose()
}

/// A number of the file, times `unit`, as a field.
fn number(
    node: &Node,
    place: &[&str],
    path: &'static str,
    unit: f64,
    pool: &mut Pool,
) -> Result<(), Problem> {
    let Some((line, found)) = text(node, place)? else {
        return Ok(());
    };
    let value: f64 = found
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
        .ok_or_else(|| Problem::new(line, found, Wrong::Count))?;
    let name = place.last().copied().unwrap_or_default();
    let source = format!("{name}: {found}");
    // A per cent of a decimal number is one with two digits more.
    let value = (value * unit * 1e9).round() / 1e9;
    set(&mut pool.settings, (line, &source), path, value);
    Ok(())
}
