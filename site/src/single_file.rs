//! The page as one file, to be carried about and opened from a disk: all files of the folder, in
//! base64, and the script that starts it from them (`static/single_file.js`).

use crate::{Result, files_by_name, index};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::Path;

/// What is in the head already, or only for a page that a host serves.
const NOT_PACKED: [&str; 3] = ["first.js", "offline.js", "manifest.json"];

/// The page in one file.
///
/// # Errors
/// A file that cannot be read; a script or a style sheet that would end its own element.
pub(crate) fn pack(files: &Path, sources: &Path) -> Result<String> {
    let mut packed = Map::new();
    for name in files_by_name(files) {
        let is_program = [".js", ".json", ".wasm"]
            .iter()
            .any(|ending| name.ends_with(ending));
        if is_program && !NOT_PACKED.contains(&name.as_str()) {
            let bytes = fs::read(files.join(&name))?;
            packed.insert(name, Value::from(BASE64_STANDARD.encode(bytes)));
        }
    }
    let style = inline(&files.join("style.css"), "</style")?;
    let first = inline(&files.join("first.js"), "</script")?;
    let start = inline(&sources.join("single_file.js"), "</script")?;
    let head = index::fill(
        &fs::read_to_string(sources.join("single_file_head.html"))?,
        &[
            ("hash of first", &hash(&first)),
            ("hash of start", &hash(&start)),
            ("hash of style", &hash(&style)),
            (
                "icon",
                &BASE64_STANDARD.encode(fs::read(files.join("icon.svg"))?),
            ),
            ("style", &style),
            ("first", &first),
            ("start", &start),
            ("files", &Value::from(packed).to_string()),
        ],
    )?;
    let page = fs::read_to_string(sources.join("index.html"))?;
    index::fill(
        &page,
        &[("folder", "equipoise:/"), ("head", head.trim_end())],
    )
}

/// A file's text, to stand in an element that its text must not end.
fn inline(path: &Path, end: &str) -> Result<String> {
    let text = fs::read_to_string(path)?;
    if text.contains(end) {
        return Err(format!("{} holds {end}", path.display()).into());
    }
    Ok(text)
}

/// By which the page's policy allows an inline text.
fn hash(text: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(text))
}
