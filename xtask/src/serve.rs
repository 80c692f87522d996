//! The page on a local port, built again at every change.

use crate::run::{Result, cannot, command, root, target};
use crate::{http, page};
use std::env;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::thread;
use std::time::{Duration, SystemTime};

/// What does not go into the page, so that a change to it is no reason to build.
const NOT_THE_PAGE: [&str; 8] = [
    "benches",
    "dist",
    "docs",
    "node_modules",
    page::SINGLE_FILE,
    "target",
    "tests",
    "xtask",
];

/// The words after `cargo xtask serve`.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    /// The port to begin with.
    port: u16,
    /// Whether to open a browser.
    open: bool,
}

impl Options {
    /// Reads the words after `cargo xtask serve`.
    pub(crate) fn parse(args: &[&str]) -> Result<Self> {
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

/// Serves the page until it is stopped, and builds it again after each change.
pub(crate) fn serve(options: Options) -> Result {
    let listener = listen(options.port)?;
    let port = listener.local_addr().map_err(|error| error.to_string())?;
    let address = format!("http://{port}/");
    let open = options.open && has_screen();
    println!(
        "\nBuilding the page, which takes a few minutes the first time. Then {} at\n\n    \
         {address}\n\nCtrl-C ends it.\n",
        if open { "it opens" } else { "open it" }
    );
    // Not into dist/, which is there to be published.
    let folder = target().join("serve");
    let mut built = newest()?;
    page::make(&folder, None)?;
    http::serve(listener, folder.clone());
    println!("\nThe page is at {address}");
    if open {
        open_browser(&address);
    }
    loop {
        thread::sleep(Duration::from_secs(1));
        let changed = newest()?;
        if changed == built {
            continue;
        }
        built = changed;
        match page::make(&folder, None) {
            Ok(()) => println!("\nBuilt again: reload {address}"),
            Err(reason) => println!("\n{reason}"),
        }
    }
}

/// When a file that goes into the page was last changed.
fn newest() -> Result<Option<SystemTime>> {
    let mut newest = None;
    for entry in fs::read_dir(root())
        .map_err(cannot("read", root()))?
        .flatten()
    {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') || name.ends_with(".md") || NOT_THE_PAGE.contains(&name.as_ref()) {
            continue;
        }
        let path = entry.path();
        let files = if path.is_dir() {
            page::files(&path).map_err(cannot("read", &path))?
        } else {
            vec![path]
        };
        // A file may go while it is looked at.
        let times = files
            .iter()
            .filter_map(|file| fs::metadata(file).ok()?.modified().ok());
        newest = newest.max(times.max());
    }
    Ok(newest)
}

/// Listens on the first free port from the given one on.
fn listen(first: u16) -> Result<TcpListener> {
    (first..first.saturating_add(100))
        .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .ok_or_else(|| format!("no port is free from {first} on"))
}

/// Opens an address in the reader's browser; if that fails, it has been printed.
fn open_browser(address: &str) {
    let words: &[&str] = if cfg!(windows) {
        &["cmd", "/c", "start"]
    } else if cfg!(target_os = "macos") {
        &["open"]
    } else {
        &["xdg-open"]
    };
    let mut opener = command(words[0]);
    _ = opener.args(&words[1..]).arg(address).spawn();
}

/// Whether a browser's window would be seen. Without one, openers start a browser of text in the
/// terminal, or fail.
fn has_screen() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"]
            .iter()
            .any(|name| env::var_os(name).is_some())
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
        let free = listen(busy).expect("another port is free");
        assert_ne!(free.local_addr().expect("it is bound").port(), busy);
    }
}
