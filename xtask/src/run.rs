//! Starting other programs.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A task's outcome; the error is a line for a person to read.
pub(crate) type Result<T = ()> = std::result::Result<T, String>;

/// The target the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository's root")
}

/// Where cargo puts what it makes.
pub(crate) fn target() -> PathBuf {
    let dir = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(dir.unwrap_or("target".into()))
}

/// A command that starts in the repository's root.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(root());
    command
}

/// `cargo` with the given words, split at spaces.
pub(crate) fn cargo(words: &str) -> Command {
    let mut cargo = command(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args(words.split_whitespace());
    cargo
}

/// Shows a command, runs it to its end and wants it to succeed.
pub(crate) fn run(command: &mut Command) -> Result {
    let line = line(command);
    println!("$ {line}");
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cannot start `{line}`: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{line}` failed ({status})"))
    }
}

/// Starts a command and gives what waits for its end. What it printed is shown if it fails.
pub(crate) fn start(command: &mut Command) -> Result<impl FnOnce() -> Result> {
    let line = line(command);
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start `{line}`: {error}"))?;
    Ok(move || match child.wait_with_output() {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(format!(
            "`{line}` failed ({})\n{}",
            done.status,
            String::from_utf8_lossy(&done.stderr)
        )),
        Err(error) => Err(format!("`{line}`: {error}")),
    })
}

/// What a command prints, if it can be started and succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Says which file or folder an error is about, for `map_err`.
pub(crate) fn cannot(verb: &str, path: &Path) -> impl Fn(io::Error) -> String {
    move |error| format!("cannot {verb} {}: {error}", path.display())
}

/// Where a program is on `PATH`.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd"]
    } else {
        &[""]
    };
    env::split_paths(&env::var_os("PATH")?)
        .flat_map(|dir| {
            endings
                .iter()
                .map(move |ending| dir.join(format!("{program}{ending}")))
        })
        .find(|path| path.is_file())
}

/// `PATH` with more folders before it, for a child that must find our tools first.
pub(crate) fn path_with(dirs: &[PathBuf]) -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(dirs.iter().cloned().chain(env::split_paths(&path)))
        .expect("no tool lies in a folder with a separator in its name")
}

/// A command as a person would type it, less the folders of the program.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_stem()
        .unwrap_or_default();
    let words = [program].into_iter().chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
