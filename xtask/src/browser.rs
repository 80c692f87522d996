//! Chromium and its driver, which most tests in a browser need; for the others, `engines.rs`.

use crate::debian;
use crate::run::{Result, which};
use std::env;
use std::path::PathBuf;

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
