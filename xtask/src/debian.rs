//! Debian's packages, for what the tests need and a person has not installed.

use crate::run::{Result, command, output, run, which};
use std::env;

/// Whether this is a machine of a CI, whose system may be changed unasked.
pub(crate) fn in_ci() -> bool {
    env::var_os("CI").is_some_and(|ci| ci == "true")
}

/// Installs packages where that can be done: on Debian, as root. Elsewhere nothing happens.
pub(crate) fn install(missing: &str, packages: &[&str]) -> Result {
    let Some(apt_get) = which("apt-get").filter(|_| is_root()) else {
        return Ok(());
    };
    println!("{missing} is missing: installing it with apt-get.");
    run(command(&apt_get).args(["update", "--quiet=2"]))?;
    let install = ["install", "--yes", "--quiet=2", "--no-install-recommends"];
    run(command(&apt_get)
        .args(install)
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    cfg!(unix) && output(command("id").arg("-u")).is_some_and(|id| id == "0")
}
