//! The files that the page loads later. All of them stand in a folder whose name changes with their
//! contents, so that a page never gets a file of another build.

/// Where a file is. The folder is named by the page (`static/index.html`).
pub(crate) fn address(name: &str) -> String {
    let root = gloo::utils::document().document_element();
    let folder = root.and_then(|root| root.get_attribute("data-files"));
    format!("{}{name}", folder.unwrap_or_default())
}
