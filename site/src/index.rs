//! The page's HTML and its service worker, from templates with places `{{name}}`.

use crate::Result;
use std::fs;
use std::path::Path;

/// What is beside the folder of files is made of these.
pub(crate) const TEMPLATES: [&str; 3] = ["head.html", "index.html", "service_worker.js"];

/// Writes the page of a version, and the worker that keeps its files for use without a network.
pub(crate) fn write(sources: &Path, version: &str, names: &[String], to: &Path) -> Result {
    let head = fs::read_to_string(sources.join("head.html"))?;
    let head = fill(&head, &[("version", version)])?;
    let page = fs::read_to_string(sources.join("index.html"))?;
    let folder = format!("./{version}/");
    let page = fill(&page, &[("folder", &folder), ("head", head.trim_end())])?;
    fs::write(to.join("index.html"), page)?;

    let worker = fs::read_to_string(sources.join("service_worker.js"))?;
    let names = names.join("\", \"");
    let worker = fill(&worker, &[("version", version), ("names", &names)])?;
    fs::write(to.join("service_worker.js"), worker)?;
    Ok(())
}

/// The template with all its places filled in.
///
/// # Errors
/// A place without a value, and a value without a place.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut page = template.to_owned();
    for (name, value) in values {
        let place = format!("{{{{{name}}}}}");
        if !page.contains(&place) {
            return Err(format!("the template has no place {place}").into());
        }
        page = page.replace(&place, value);
    }
    match page.find("{{") {
        Some(at) => {
            let place: String = page[at..].chars().take(40).collect();
            Err(format!("the template wants something unknown: {place}").into())
        }
        None => Ok(page),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_filled() {
        let page = fill("<a href={{files}}/a><b>{{files}}</b>", &[("files", "./1f")]);
        assert_eq!(page.ok().as_deref(), Some("<a href=./1f/a><b>./1f</b>"));
    }

    #[test]
    fn a_place_without_a_value_is_refused_and_a_value_without_a_place() {
        assert!(fill("{{files}} {{other}}", &[("files", "x")]).is_err());
        assert!(fill("nothing", &[("files", "x")]).is_err());
    }
}
