//! Firefox and WebKit: what must be the same in every engine is tested in them too, where they are.

use crate::run::{Result, which};
use crate::{debian, tools};
use std::env;
use std::path::{Path, PathBuf};

/// The version of Firefox's driver, which Debian has not got.
const GECKODRIVER: &str = "0.37.1";

/// What drives each of them, where it and its browser are there.
pub(crate) struct Engines {
    /// Firefox's driver.
    pub geckodriver: Option<PathBuf>,
    /// The driver of WebKitGTK, whose browser Debian packs beside it.
    pub webkit: Option<PathBuf>,
}

/// Looks for both; with `install`, missing ones are installed. Without one, its tests are skipped,
/// and this says so; in a CI, where a pass is to mean all three engines, it is a failure.
pub(crate) fn find_or_install(install: bool) -> Result<Engines> {
    let mut found = find();
    if install {
        if found.geckodriver.is_none() {
            say(install_firefox());
        }
        if found.webkit.is_none() {
            // Its browser draws nothing without a screen.
            let packages = ["webkit2gtk-driver", "xvfb"];
            say(debian::install("WebKit", &packages));
        }
        found = find();
    }
    let by_hand = "on Debian as root: `cargo xtask test --install`";
    let engines = [
        ("Firefox or geckodriver", &found.geckodriver),
        ("WebKit or a screen for it", &found.webkit),
    ];
    for (engine, driver) in engines {
        match driver {
            Some(_) => {}
            None if debian::in_ci() => {
                return Err(format!("{engine} is missing, and a CI skips no engine"));
            }
            None => println!("{engine} is missing, so its tests are skipped ({by_hand})."),
        }
    }
    Ok(found)
}

fn find() -> Engines {
    let firefox = ["firefox", "firefox-esr"].into_iter().find_map(which);
    let named = env::var_os("GECKODRIVER").map(PathBuf::from);
    let driver = named.or_else(|| which("geckodriver")).or_else(in_cache);
    let has_screen = env::var_os("DISPLAY").is_some() || which("Xvfb").is_some();
    Engines {
        geckodriver: driver.filter(|path| firefox.is_some() && path.is_file()),
        webkit: which("WebKitWebDriver").filter(|_| has_screen),
    }
}

/// A geckodriver in the cache folder.
fn in_cache() -> Option<PathBuf> {
    let home = tools::cache()
        .ok()?
        .join(format!("geckodriver-{GECKODRIVER}"));
    let program = format!("geckodriver{}", env::consts::EXE_SUFFIX);
    Some(home.join(Path::new("bin")).join(program))
}

fn install_firefox() -> Result {
    if ["firefox", "firefox-esr"]
        .into_iter()
        .find_map(which)
        .is_none()
    {
        debian::install("Firefox", &["firefox-esr"])?;
    }
    tools::install("geckodriver", GECKODRIVER)
}

/// What could not be installed is missing, and no more.
fn say(installed: Result) {
    if let Err(reason) = installed {
        println!("{reason}");
    }
}
