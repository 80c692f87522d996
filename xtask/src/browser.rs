//! Browsers and their drivers, for the tests that need one: Chromium, and Firefox where it is.

use crate::run::{Result, which};
use crate::{debian, tools};
use std::path::PathBuf;
use std::{env, fs};

/// A browser and the program that drives it.
pub(crate) struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// ChromeDriver, of the same version.
    pub driver: PathBuf,
}

impl Browser {
    /// The browser that is there; on Debian, as root, it may be installed if there is none.
    pub(crate) fn find_or_install(install: bool) -> Result<Self> {
        if let Some(browser) = Self::find() {
            return Ok(browser);
        }
        if install {
            // Debian's browser has no letters for Chinese.
            let packages = ["chromium", "chromium-driver", "fonts-noto-cjk"];
            debian::install("Chromium or ChromeDriver", &packages)?;
        }
        Self::find().ok_or_else(|| {
            "Chromium (or Chrome) and ChromeDriver are needed: install both (on Debian as root: \
             `cargo xtask test --install`), or say where they are in CHROMIUM_PATH and CHROMEDRIVER"
                .to_owned()
        })
    }

    fn find() -> Option<Self> {
        let named = |variable| {
            env::var_os(variable)
                .map(PathBuf::from)
                .filter(|path| path.is_file())
        };
        let chromium = named("CHROMIUM_PATH").or_else(|| {
            [
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
                "chrome",
            ]
            .into_iter()
            .find_map(which)
            .or_else(|| {
                // Neither macOS nor Windows puts it on PATH.
                let usual = [
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
                ];
                usual
                    .into_iter()
                    .map(PathBuf::from)
                    .find(|path| path.is_file())
            })
        })?;
        let driver = named("CHROMEDRIVER").or_else(|| which("chromedriver"))?;
        Some(Self { chromium, driver })
    }
}

/// The driver of Firefox, where both are there: in `GECKODRIVER`, on `PATH`, or installed by
/// `cargo install geckodriver` with a root in the cache folder. One line says what is missing.
pub(crate) fn geckodriver() -> Option<PathBuf> {
    let firefox = ["firefox", "firefox-esr"].into_iter().find_map(which);
    let named = env::var_os("GECKODRIVER").map(PathBuf::from);
    let driver = named.or_else(|| which("geckodriver")).or_else(in_cache);
    if firefox.is_none() || driver.is_none() {
        println!(
            "Firefox or geckodriver is missing, so its tests are skipped \
             (on Debian: `apt-get install firefox-esr`, and `cargo install geckodriver`)."
        );
    }
    driver.filter(|path| firefox.is_some() && path.is_file())
}

/// A geckodriver in the cache folder, under its name and version.
fn in_cache() -> Option<PathBuf> {
    let entries = fs::read_dir(tools::cache().ok()?).ok()?;
    let mut homes = entries.flatten().filter(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("geckodriver-")
    });
    let driver = format!("geckodriver{}", env::consts::EXE_SUFFIX);
    Some(homes.next()?.path().join("bin").join(driver))
}
