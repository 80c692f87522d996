//! Node and npm, for the end-to-end tests.

use crate::run::{Result, command, output, which};
use std::path::PathBuf;
use std::process::Command;

/// The oldest Node with the test runner that the end-to-end tests use.
const OLDEST: u32 = 20;

/// Where Node is.
pub(crate) fn node() -> Result<PathBuf> {
    let node = which("node").ok_or_else(|| missing("Node is missing"))?;
    let version = output(command(&node).arg("--version")).unwrap_or_default();
    let major = version
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if major >= Some(OLDEST) {
        Ok(node)
    } else {
        Err(missing(&format!("Node is {version}, older than {OLDEST}")))
    }
}

/// `npm`, told to keep to its work.
pub(crate) fn npm() -> Result<Command> {
    let mut npm = command(which("npm").ok_or_else(|| missing("npm is missing"))?);
    npm.args([
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
    ]);
    // The tests drive the browser that is installed, never one of their own.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    Ok(npm)
}

fn missing(what: &str) -> String {
    format!(
        "{what}: install Node {OLDEST} or newer with npm \
         (on Debian as root: apt-get install nodejs npm)"
    )
}
