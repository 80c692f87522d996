//! Tools that are not in `Cargo.lock`, found or installed: the runner of the tests in a browser,
//! and Firefox's driver.
//!
//! A tool on `PATH` is used if it has the right version. Otherwise it lives in the user's cache
//! folder under its name and version, where a second clone finds it again and no other tools
//! are overwritten.

use crate::run::{Result, WASM, cannot, cargo, command, output, root, run, which};
use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// The crate that carries the tool.
const CRATE: &str = "wasm-bindgen-cli";
/// The tool.
const RUNNER: &str = "wasm-bindgen-test-runner";

/// The folder that holds `wasm-bindgen-test-runner`, in the version that the tests are linked with:
/// it refuses any other.
pub(crate) fn wasm_bindgen() -> Result<PathBuf> {
    let version = locked_version("wasm-bindgen")?;
    let on_path = which(RUNNER).and_then(|path| path.parent().map(Path::to_owned));
    if let Some(dir) = on_path.filter(|dir| is_in(dir, &version)) {
        return Ok(dir);
    }
    let home = cache()?.join(format!("{CRATE}-{version}"));
    let dir = home.join("bin");
    if !is_in(&dir, &version) {
        install(CRATE, &version)?;
    }
    if is_in(&dir, &version) {
        Ok(dir)
    } else {
        Err(format!(
            "{CRATE} is installed in {} and does not work",
            dir.display()
        ))
    }
}

/// Sees to it that the compiler can compile for the browser.
pub(crate) fn wasm_target() -> Result {
    let libraries = output(command("rustc").args(["--print", "target-libdir", "--target", WASM]));
    if libraries.is_some_and(|dir| Path::new(&dir).is_dir()) {
        return Ok(());
    }
    match which("rustup") {
        Some(rustup) => run(command(rustup).args(["target", "add", WASM])),
        None => Err(format!(
            "the Rust target {WASM} is missing: install Rust with rustup, which fetches it"
        )),
    }
}

/// Whether a folder holds the tool in its right version.
fn is_in(dir: &Path, version: &str) -> bool {
    let runner = dir.join(format!("{RUNNER}{}", env::consts::EXE_SUFFIX));
    output(command(runner).arg("--version"))
        .is_some_and(|text| text.split_whitespace().nth(1) == Some(version))
}

/// Installs a crate's programs into the cache folder, under its name and version.
pub(crate) fn install(name: &str, version: &str) -> Result {
    let home = cache()?.join(format!("{name}-{version}"));
    println!("Installing {name} {version} into {}.", home.display());
    if download(&home, name, version).is_ok() {
        return Ok(());
    }
    println!("It is compiled, once: about two minutes on two cores.");
    // A lock file can name crates that a registry's mirror does not hold yet; any that fit will do
    // then.
    compile(&home, name, version, true).or_else(|reason| {
        println!("{reason}. Trying again with the dependencies that are to be had.");
        compile(&home, name, version, false)
    })
}

/// Fetches the tool ready made, for those who have cargo-binstall.
fn download(home: &Path, name: &str, version: &str) -> Result {
    which("cargo-binstall").ok_or("cargo-binstall is not there")?;
    run(
        cargo("binstall --no-confirm --disable-strategies compile --root")
            .arg(home)
            .arg(format!("{name}@{version}"))
            .current_dir(cache()?),
    )
}

/// Compiles the tool with hardly any optimisation: that halves the time, and the tool itself
/// runs for seconds only.
fn compile(home: &Path, name: &str, version: &str, locked: bool) -> Result {
    // Kept if the work is interrupted, so that a second try continues where the first one stopped.
    let build = cache()?.join("build");
    let mut install = cargo("install --root");
    install.arg(home).args([name, "--version", version]);
    install.args(locked.then_some("--locked"));
    // Without a terminal cargo's progress would be a line for each of hundreds of crates.
    install.args((!io::stderr().is_terminal()).then_some("--quiet"));
    // Away from the repository, whose settings are not meant for tools.
    install
        .current_dir(cache()?)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET");
    install.env("CARGO_TARGET_DIR", &build);
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
    install.env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256");
    run(&mut install)?;
    // Hundreds of megabytes that nothing needs any more; one that cannot be removed does no harm.
    _ = fs::remove_dir_all(build);
    Ok(())
}

/// The version of a package in `Cargo.lock`.
fn locked_version(package: &str) -> Result<String> {
    let lock = root().join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(cannot("read", &lock))?;
    version_in(&lock, package).ok_or_else(|| format!("Cargo.lock does not name {package}"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let version = lock.lines().skip_while(|line| *line != name).nth(1)?;
    Some(
        version
            .strip_prefix("version = \"")?
            .strip_suffix('"')?
            .to_owned(),
    )
}

/// The folder of the user's cache that holds our tools.
pub(crate) fn cache() -> Result<PathBuf> {
    let home = |name: &str, below: &str| {
        env::var_os(name)
            .filter(|dir| Path::new(dir).is_absolute())
            .map(|dir| Path::new(&dir).join(below))
    };
    let caches = home("XDG_CACHE_HOME", "").or_else(|| {
        if cfg!(windows) {
            home("LOCALAPPDATA", "")
        } else if cfg!(target_os = "macos") {
            home("HOME", "Library/Caches")
        } else {
            home("HOME", ".cache")
        }
    });
    let cache = caches
        .ok_or("there is no home folder to keep tools in: set XDG_CACHE_HOME")?
        .join("equipoise")
        .join("tools");
    fs::create_dir_all(&cache).map_err(cannot("make", &cache))?;
    Ok(cache)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_a_version() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
            [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.100\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.100"));
        assert_eq!(version_in(lock, "wasm"), None);
    }
}
