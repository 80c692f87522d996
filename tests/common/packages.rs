//! Programs that come as packages of Python, where `cargo xtask` keeps them.

use std::io::{self, Write as _};
use std::path::PathBuf;

/// What `path` names in a package of `list`, which has a package with its version on each line, as
/// `cargo xtask test --install` reads it too. If it is not there, a line on stderr says so, past
/// the test's capture.
pub(crate) fn find(list: &str, package: &str, path: &str) -> Option<PathBuf> {
    let named = list.lines().find(|line| line.starts_with(package));
    let version = named.and_then(|line| line.split_whitespace().next());
    let name = version.expect("is listed").replace("==", "-");
    let found = tools()
        .map(|tools| tools.join(&name).join(path))
        .filter(|path| path.exists());
    if found.is_none() {
        let line = format!(
            "SKIPPED: {name} is not there, so nothing was compared with it. \
             `cargo xtask test --install` gets it, and needs Python 3.10 or later with pip.\n"
        );
        _ = io::stderr().write_all(line.as_bytes());
    }
    found
}

/// The folder in which `cargo xtask` keeps tools.
fn tools() -> Option<PathBuf> {
    let caches = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute());
    let caches = caches.or_else(|| {
        let below = match cfg!(target_os = "macos") {
            true => "Library/Caches",
            false => ".cache",
        };
        Some(PathBuf::from(std::env::var_os("HOME")?).join(below))
    });
    Some(caches?.join("equipoise").join("tools"))
}
