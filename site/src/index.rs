//! The page's HTML, from a template with places `{{name}}`.

use crate::Result;

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
