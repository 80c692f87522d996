//! Envoy's static configuration, API version 3, as YAML or JSON.

mod cluster;
mod outliers;
mod route;

use super::draft::Draft;
use super::problem::Problem;
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
