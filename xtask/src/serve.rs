//! The page on a local port, built again at every change.

use crate::page;
use crate::run::{Result, cannot, root};
use std::env;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

/// What does not go into the page, so that a change to it is no reason to build.
const NOT_THE_PAGE: [&str; 7] = [
    "benches",
    "dist",
    "docs",
    "node_modules",
    "target",
    "tests",
    "xtask",
];

/// The words after `cargo xtask serve`.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// The port to begin with.
    port: u16,
    /// Whether to open a browser.
    open: bool,
}

impl Options {
    /// Reads the words after `cargo xtask serve`.
    pub fn parse(args: &[&str]) -> Result<Self> {
        let mut options = Self {
            port: 8080,
            open: true,
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match (*arg, arg.strip_prefix("--port=")) {
                ("--no-open", _) => options.open = false,
                ("--port", _) => options.port = port(args.next().copied().unwrap_or_default())?,
                (_, Some(number)) => options.port = port(number)?,
                _ => return Err(format!("serve takes --port N and --no-open, not {arg}")),
            }
        }
        Ok(options)
    }
}

/// Serves the page until it is stopped.
pub fn serve(options: Options) -> Result {
    let mut trunk = page::trunk()?;
    let port = free_port(options.port)?;
    // Not into dist/, which is there to be published: a served page carries a script that loads it
    // anew.
    let dist = root().join("target").join("serve");
    fs::create_dir_all(&dist).map_err(cannot("make", &dist))?;
    trunk.arg("serve").arg("--dist").arg(dist).args([
        "--address",
        "127.0.0.1",
        "--port",
        &port.to_string(),
    ]);
    for file in fs::read_dir(root())
        .map_err(cannot("read", root()))?
        .flatten()
    {
        let name = file.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.')
            && !name.ends_with(".md")
            && !NOT_THE_PAGE.contains(&name.as_ref())
        {
            trunk.arg("--watch").arg(file.path());
        }
    }
    let open = options.open && has_screen();
    trunk.args(open.then_some("--open"));
    println!(
        "\nBuilding the page, which takes a few minutes the first time. Then {} at\n",
        if open { "it opens" } else { "open it" }
    );
    println!("    http://127.0.0.1:{port}/\n\nCtrl-C ends it.\n");
    become_(&mut trunk)
}

/// The first free port from the given one on.
fn free_port(first: u16) -> Result<u16> {
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    (first..first.saturating_add(100))
        .find(is_free)
        .ok_or_else(|| format!("no port is free from {first} on"))
}

/// Whether a browser's window would be seen. Without one, openers start a browser of text in the
/// terminal, or fail.
fn has_screen() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"]
            .iter()
            .any(|name| env::var_os(name).is_some())
}

/// Lets the server take this process's place, so that whoever ends the one ends the other.
#[cfg(unix)]
fn become_(command: &mut Command) -> Result {
    use std::os::unix::process::CommandExt;
    Err(format!("cannot start trunk: {}", command.exec()))
}

#[cfg(not(unix))]
fn become_(command: &mut Command) -> Result {
    crate::run::run(command)
}

fn port(number: &str) -> Result<u16> {
    number
        .parse()
        .map_err(|_| format!("a port is a number up to 65535, not {number:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_read() {
        assert_eq!(
            Options::parse(&[]),
            Ok(Options {
                port: 8080,
                open: true
            })
        );
        assert_eq!(
            Options::parse(&["--port", "9000", "--no-open"]),
            Ok(Options {
                port: 9000,
                open: false
            })
        );
        assert_eq!(
            Options::parse(&["--port=9000"]),
            Ok(Options {
                port: 9000,
                open: true
            })
        );
        for wrong in [&["--port"][..], &["--port", "many"], &["--prot", "1"]] {
            assert!(Options::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_busy_port_is_passed_over() {
        let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
        let busy = busy.local_addr().expect("it is bound").port();
        assert_ne!(free_port(busy), Ok(busy));
    }
}
