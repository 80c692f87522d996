//! Who imports whom, read from the sources: `use` lines and paths in code, without tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// All Rust files below a folder, in order.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return files;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The modules of a crate and their imports. A module is named by its path, such as
/// `balance::cluster`; the crate's root by `lib`.
pub(crate) struct Graph {
    imports: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    /// Reads the sources below a crate's `src`.
    pub(crate) fn of(root: &Path) -> Self {
        let sources: BTreeMap<String, String> = rust_files(root)
            .iter()
            .filter(|file| !is_test(file))
            .map(|file| (module_of(file, root), without_tests(file)))
            .collect();
        let exports: BTreeMap<&str, BTreeMap<String, String>> = sources
            .iter()
            .map(|(module, text)| (module.as_str(), re_exports(module, text)))
            .collect();
        let resolve = |from: &str, path: &str| {
            let target = resolved(from, path, &sources, &exports)?;
            // A module and the one that contains it are one idea, unless a sibling is meant.
            (target != from && !from.starts_with(&format!("{target}::"))).then_some(target)
        };
        let imports = sources
            .iter()
            .map(|(module, text)| {
                let paths = paths_in(text);
                let targets = paths.iter().filter_map(|path| resolve(module, path));
                (module.clone(), targets.collect())
            })
            .collect();
        Self { imports }
    }

    /// Every import, as importer and imported.
    pub(crate) fn edges(&self) -> impl Iterator<Item = (&str, &str)> {
        self.imports
            .iter()
            .flat_map(|(from, to)| to.iter().map(move |to| (from.as_str(), to.as_str())))
    }

    /// The folders and files at the crate's root.
    pub(crate) fn tops(&self) -> BTreeSet<String> {
        let top = |module: &String| module.split("::").next().unwrap_or_default().to_string();
        self.imports.keys().map(top).collect()
    }

    /// The sets of modules that import each other, directly or by way of others.
    pub(crate) fn circles(&self) -> Vec<Vec<String>> {
        let reach: BTreeMap<&str, BTreeSet<&str>> = self
            .imports
            .keys()
            .map(|module| (module.as_str(), self.reachable(module)))
            .collect();
        let mut circles = BTreeSet::new();
        for (module, reached) in &reach {
            if reached.contains(module) {
                let back = reached
                    .iter()
                    .filter(|other| reach[**other].contains(module));
                circles.insert(back.map(|m| (*m).to_string()).collect::<Vec<_>>());
            }
        }
        circles.into_iter().collect()
    }

    fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            for next in &self.imports[module] {
                if reached.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        reached
    }
}

fn is_test(file: &Path) -> bool {
    file.iter()
        .any(|part| part == "tests" || part == "tests.rs")
}

fn module_of(file: &Path, root: &Path) -> String {
    let inside = file.strip_prefix(root).expect("below the root");
    let mut parts: Vec<_> = inside
        .iter()
        .map(|p| p.to_string_lossy().to_string())
        .collect();
    let last = parts.pop().unwrap_or_default();
    if last != "mod.rs" {
        parts.push(last.trim_end_matches(".rs").to_string());
    }
    parts.join("::")
}

/// A file's text up to its tests, without comments.
fn without_tests(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("sources are UTF-8");
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The names that a module exports from others, with the paths that they come from.
fn re_exports(module: &str, text: &str) -> BTreeMap<String, String> {
    let mut exports = BTreeMap::new();
    for statement in text.split("pub use ").skip(1) {
        let Some((tree, _)) = statement.split_once(';') else {
            continue;
        };
        for path in flattened(tree) {
            let name = path.rsplit("::").next().unwrap_or_default().to_string();
            let absolute = if path.starts_with("crate::") || path.starts_with("super::") {
                path
            } else {
                format!("crate::{module}::{path}")
            };
            exports.insert(name, absolute);
        }
    }
    exports
}

/// Paths that begin with `crate` or `super`, from `use` trees and from code.
fn paths_in(text: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for start in ["crate::", "super::"] {
        for (at, _) in text.match_indices(start) {
            let before = text[..at].chars().next_back().unwrap_or(' ');
            let exported = text[..at].ends_with("pub use ");
            if before.is_alphanumeric() || before == '_' || before == ':' || exported {
                continue;
            }
            let rest = &text[at..];
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || "_:{}, \n".contains(c)))
                .unwrap_or(rest.len());
            let tree = &rest[..end];
            let is_use = text[..at].ends_with("use ");
            let tree = match (is_use, tree.find([' ', '\n', ',', '{', '}'])) {
                (false, Some(end)) => &tree[..end],
                _ => tree,
            };
            paths.extend(flattened(tree));
        }
    }
    paths
}

/// The paths of a `use` tree: `a::{b, c::d}` as `a::b` and `a::c::d`.
fn flattened(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        return vec![path.trim().trim_end_matches("::self").to_string()];
    };
    let inside = rest.trim_end().trim_end_matches('}');
    let mut parts = Vec::new();
    let mut depth = 0;
    let mut part = String::new();
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
    parts.push(part);
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts
        .flat_map(|part| flattened(&format!("{head}{}", part.trim())))
        .collect()
}

/// The module that a path leads to.
fn resolved(
    from: &str,
    path: &str,
    sources: &BTreeMap<String, String>,
    exports: &BTreeMap<&str, BTreeMap<String, String>>,
) -> Option<String> {
    let mut at: Vec<&str> = match path.starts_with("super") {
        true => from.split("::").collect(),
        false => Vec::new(),
    };
    for part in path.split("::") {
        match part {
            "crate" | "self" | "" => {}
            "super" => _ = at.pop(),
            part => {
                let next = [&at[..], &[part]].concat();
                if sources.contains_key(&next.join("::")) {
                    at = next;
                    continue;
                }
                let here = at.join("::");
                let exported = exports.get(here.as_str()).and_then(|names| names.get(part));
                return match exported {
                    Some(path) if path != &format!("crate::{here}::{part}") => {
                        resolved(&here, path, sources, exports)
                    }
                    _ => (!here.is_empty()).then_some(here),
                };
            }
        }
    }
    let here = at.join("::");
    sources.contains_key(&here).then_some(here)
}
