//! Tools that are not in `Cargo.lock`, found or installed: for the tests in a browser, and to make
//! what is published smaller.
//!
//! A tool on `PATH` is used if it has the right version. Otherwise it lives in the user's cache
//! folder under its name and version, where a second clone finds it again and nobody's own tools
//! are overwritten.

use crate::node;
use crate::run::{Result, WASM, cannot, cargo, command, output, root, run, which};
use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The npm package that carries `wasm-opt`.
const BINARYEN: &str = "132.0.0";

/// A tool that comes as a crate.
struct Tool<'a> {
    name: &'a str,
    version: &'a str,
    /// What the crate installs and we need. The first one is asked for its version.
    programs: &'a [&'a str],
    /// How long it takes to compile on two cores.
    minutes: u32,
}

/// The folder that holds `wasm-bindgen-test-runner`, in the version that the tests are linked with:
/// it refuses any other.
pub fn wasm_bindgen() -> Result<PathBuf> {
    let version = locked_version("wasm-bindgen")?;
    let programs = &["wasm-bindgen-test-runner"];
    Tool {
        name: "wasm-bindgen-cli",
        version: &version,
        programs,
        minutes: 2,
    }
    .find_or_install()
}

/// `wasm-opt`, which makes the page smaller and is not needed: `None` where neither it nor npm is
/// to be had.
pub fn wasm_opt() -> Option<Command> {
    let major = BINARYEN
        .split('.')
        .next()
        .expect("split gives at least one part");
    if let Some(path) = which("wasm-opt")
        && output(command(&path).arg("--version"))
            .is_some_and(|text| text.contains(&format!("version {major}")))
    {
        return Some(command(path));
    }
    let node = node::node().ok()?;
    let mut wasm_opt = command(node);
    wasm_opt.arg(npm_file("binaryen", BINARYEN, "bin/wasm-opt")?);
    Some(wasm_opt)
}

/// A file of an npm package, which is installed if it is not there yet.
fn npm_file(package: &str, version: &str, file: &str) -> Option<PathBuf> {
    let home = cache().ok()?.join(format!("{package}-{version}"));
    let path = home.join("node_modules").join(package).join(file);
    if !path.is_file() {
        println!("Installing {package} {version} with npm.");
        fs::create_dir_all(&home).ok()?;
        let mut npm = node::npm().ok()?;
        npm.arg("install")
            .arg("--prefix")
            .arg(&home)
            .arg(format!("{package}@{version}"))
            .current_dir(&home);
        run(&mut npm).ok()?;
    }
    Some(path)
}

/// Sees to it that the compiler can compile for the browser.
pub fn wasm_target() -> Result {
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

impl Tool<'_> {
    fn find_or_install(&self) -> Result<PathBuf> {
        let on_path = which(self.programs[0]).and_then(|path| path.parent().map(Path::to_owned));
        if let Some(dir) = on_path.filter(|dir| self.is_in(dir)) {
            return Ok(dir);
        }
        let home = cache()?.join(format!("{}-{}", self.name, self.version));
        let dir = home.join("bin");
        if self.is_in(&dir) {
            return Ok(dir);
        }
        self.install(&home)?;
        if self.is_in(&dir) {
            Ok(dir)
        } else {
            Err(format!(
                "{} is installed in {} and does not work",
                self.name,
                dir.display()
            ))
        }
    }

    /// Whether a folder holds all of the tool, in its right version.
    fn is_in(&self, dir: &Path) -> bool {
        let program = |name: &str| dir.join(format!("{name}{}", env::consts::EXE_SUFFIX));
        self.programs.iter().all(|name| program(name).is_file())
            && output(command(program(self.programs[0])).arg("--version"))
                .is_some_and(|text| text.split_whitespace().nth(1) == Some(self.version))
    }

    fn install(&self, home: &Path) -> Result {
        let Tool {
            name,
            version,
            minutes,
            ..
        } = self;
        println!("Installing {name} {version} into {}.", home.display());
        let start = Instant::now();
        let done = || {
            println!(
                "Installed {name} {version} in {:.0} s.",
                start.elapsed().as_secs_f64()
            )
        };
        if self.download(home).is_ok() {
            done();
            return Ok(());
        }
        println!("It is compiled, once: about {minutes} minutes on two cores.");
        // A lock file can name crates that a registry's mirror does not hold yet; any that fit will
        // do then.
        self.compile(home, true).or_else(|reason| {
            println!("{reason}. Trying again with the dependencies that are to be had.");
            self.compile(home, false)
        })?;
        done();
        Ok(())
    }

    /// Fetches the tool ready made, for those who have cargo-binstall.
    fn download(&self, home: &Path) -> Result {
        which("cargo-binstall").ok_or("cargo-binstall is not there")?;
        let crate_ = format!("{}@{}", self.name, self.version);
        run(
            cargo("binstall --no-confirm --disable-strategies compile --root")
                .arg(home)
                .arg(crate_)
                .current_dir(cache()?),
        )
    }

    /// Compiles the tool with hardly any optimisation: that halves the time, and nobody waits for
    /// the tool itself.
    fn compile(&self, home: &Path, locked: bool) -> Result {
        // Kept if the work is interrupted, so that a second try goes on where the first one
        // stopped.
        let build = cache()?.join("build");
        let mut install = cargo("install --root");
        install
            .arg(home)
            .args([self.name, "--version", self.version]);
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
        // Hundreds of megabytes that nothing needs any more; one that cannot be removed does no
        // harm.
        _ = fs::remove_dir_all(build);
        Ok(())
    }
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
fn cache() -> Result<PathBuf> {
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
