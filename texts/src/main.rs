//! Makes the files of text that the page fetches: `texts.<language>.json`, all texts of the
//! interface by their keys, and `guide.<language>.json`, the guide's entries in order. Trunk runs
//! it after each build of the page.
//!
//! A reader loads one language, and the guide when it is opened: compiled in, both would be loaded
//! at every first visit.

mod formulas;
mod guide;
mod interface;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::{env, fs};

const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package stands in the project");
    let to = env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .or(env::args_os().nth(1).map(PathBuf::from));
    let to = to.expect("a folder to write to, as the first word or in TRUNK_STAGING_DIR");
    let formulas = formulas::formulas();
    for (i, language) in LANGUAGES.iter().enumerate() {
        let texts = interface::texts(&root.join("locales"), language);
        write(&to, &format!("texts.{language}.json"), &texts.into());
        write(
            &to,
            &format!("formulas.{language}.json"),
            &formulas.clone().into(),
        );
        write(
            &to,
            &format!("guide.{language}.json"),
            &guide::entries(&root.join("guide"), i),
        );
    }
}

fn write(folder: &Path, name: &str, value: &Value) {
    let path = folder.join(name);
    fs::write(&path, value.to_string()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

/// The files of a folder with this ending, in order of their names.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|e| e.expect("folder is readable").path())
        .collect();
    files.retain(|f| f.extension().is_some_and(|e| e == ending));
    files.sort();
    files
}
