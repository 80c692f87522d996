//! `site PAGE WORKER FOLDER` makes the folder that a static host serves from the two compiled
//! programs; with `FILE` also the page as one file. `cargo xtask build` and `serve` compile them
//! and start it.
//!
//! All files but `index.html` and the service worker stand in a folder named after their contents.
//! A page that was opened before the host got a new version never loads a part of another program,
//! and a host may let browsers keep what is in the folder for ever.

mod chunks;
mod formulas;
mod guide;
mod index;
mod lean;
mod lessons;
mod program;
mod single_file;
mod texts;

use serde_json::Value;
use std::error::Error;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

/// What went wrong, for a person to read.
type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// What goes into the site as it is.
const COPIED: [&str; 8] = [
    "first.js",
    "icon-192.png",
    "icon-512.png",
    "icon.svg",
    "manifest.json",
    "offline.js",
    "start.js",
    "start_worker.js",
];

fn main() -> ExitCode {
    let words: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let made = match words.as_slice() {
        [page, worker, folder] => make(page, worker, folder, None),
        [page, worker, folder, file] => make(page, worker, folder, Some(file)),
        _ => Err("site PAGE WORKER FOLDER [FILE]".into()),
    };
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("site: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes the site beside `folder`, and puts it in its place when all of it is there; with
/// `single_file`, the page as one file too.
fn make(page: &Path, worker: &Path, folder: &Path, single_file: Option<&PathBuf>) -> Result {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let new = folder.with_extension("new");
    let files = new.join("files");
    remove(&new)?;
    fs::create_dir_all(&files)?;

    program::cut(page, "page", &files)?;
    let beside = files.join("worker");
    fs::create_dir(&beside)?;
    program::cut(worker, "worker", &beside)?;
    let mut sources = self::files(&root.join("locales"), "yml");
    sources.extend(self::files(&root.join("locales/strategies"), "yml"));
    // What only jobs say is fetched when one is opened.
    let (jobs, sources): (Vec<PathBuf>, Vec<PathBuf>) = sources
        .into_iter()
        .partition(|path| path.ends_with("jobs.yml"));
    for (i, language) in LANGUAGES.iter().enumerate() {
        let (first, mut later) = texts::texts(&sources, language);
        later.extend(formulas::symbols());
        later.extend(formulas::numbers());
        let (_, jobs) = texts::texts(&jobs, language);
        for (name, texts) in [("texts", first), ("later", later), ("jobs", jobs)] {
            let path = files.join(format!("{name}.{language}.json"));
            fs::write(path, Value::from(texts).to_string())?;
        }
        lessons::write(&root.join("lessons").join(language), language, &files)?;
        let exercises = root.join("exercises").join(language);
        lessons::write_exercises(&exercises, language, &files)?;
        let entries = guide::entries(&root.join("guide"), i);
        fs::write(
            files.join(format!("guide.{language}.json")),
            entries.to_string(),
        )?;
    }
    let sources = root.join("static");
    for name in COPIED {
        fs::copy(sources.join(name), files.join(name))?;
    }
    lean::scripts(&files)?;
    lean::scripts(&beside)?;
    let style = fs::read_to_string(sources.join("style.css"))?;
    let style = minifier::css::minify(&style)?.to_string();
    fs::write(files.join("style.css"), style)?;
    if let Some(file) = single_file {
        fs::write(file, single_file::pack(&files, &sources)?)?;
    }

    let names = files_by_name(&files);
    let version = version(&files, &names, &sources)?;
    fs::rename(&files, new.join(&version))?;
    index::write(&sources, &version, &names, &new)?;
    remove(folder)?;
    fs::rename(&new, folder)?;
    Ok(())
}

/// A name for a folder that changes with any of its files, and with what is made for it.
fn version(folder: &Path, names: &[String], sources: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    let files = names.iter().map(|name| folder.join(name));
    let templates = index::TEMPLATES.iter().map(|name| sources.join(name));
    for file in files.chain(templates) {
        hasher.write(file.file_name().unwrap_or_default().as_encoded_bytes());
        hasher.write(&fs::read(&file)?);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The names of all files of the page, those of the worker with its folder.
fn files_by_name(folder: &Path) -> Vec<String> {
    let of_page = files(folder, "").into_iter().filter(|path| path.is_file());
    let of_worker = files(&folder.join("worker"), "");
    let paths: Vec<_> = of_page.chain(of_worker).collect();
    let names = paths
        .iter()
        .filter_map(|path| path.strip_prefix(folder).ok());
    // As in an address.
    names
        .map(|name| name.to_string_lossy().replace('\\', "/"))
        .collect()
}

/// The files of a folder with this ending, or all, in order of their names.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|e| e.expect("folder is readable").path())
        .collect();
    files.retain(|f| ending.is_empty() || f.extension().is_some_and(|e| e == ending));
    files.sort();
    files
}

/// Removes a folder, if it is there.
fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the page shows is made without a complaint, each formula of it too.
    #[test]
    fn guide_and_texts_are_typeset() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut sources = files(&root.join("locales"), "yml");
        sources.extend(files(&root.join("locales/strategies"), "yml"));
        for (i, language) in LANGUAGES.iter().enumerate() {
            let (first, later) = texts::texts(&sources, language);
            assert!(!first.is_empty() && !later.is_empty());
            let entries = guide::entries(&root.join("guide"), i).to_string();
            assert!(entries.contains("<math"), "{language}");
            assert!(
                !entries.contains('$'),
                "{language}: a formula is left as TeX"
            );
            for path in files(&root.join("lessons").join(language), "md") {
                let lesson = lessons::read(&path);
                assert!(
                    lesson.title.len() > 3 && lesson.steps > 1,
                    "{}",
                    path.display()
                );
            }
        }
    }
}
