//! Fuzzing: any bytes as what comes from outside, or as what someone does on the page. Nothing may
//! panic, take long, or give something that does not run.
//!
//! One harness, driven in three ways: by proptest in `tests/bounded.rs`, by the program of this
//! package (`cargo xtask fuzz`), and by libFuzzer (`fuzz/`). Bytes that begin with `=` are the text
//! behind it, as files of the corpus are; others say what text to make, and of which pieces.

mod drawn;
mod pieces;
pub mod run;
mod sessions;
mod texts;

use equipoise::sim::timeline::install_clock;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Instant;

/// What is fed.
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Takes any bytes.
    pub feed: fn(&[u8]),
    /// How many calls of the page's or the command line's code an input makes, at most.
    pub calls: u32,
}

/// All of them.
pub const TARGETS: [Target; 6] = [
    Target {
        name: "links",
        feed: texts::links,
        calls: 1,
    },
    Target {
        name: "scenarios",
        feed: texts::scenarios,
        calls: 1,
    },
    Target {
        name: "settings",
        feed: texts::settings,
        calls: 1,
    },
    Target {
        name: "traces",
        feed: texts::traces,
        calls: 1,
    },
    Target {
        name: "configurations",
        feed: texts::configurations,
        calls: 1,
    },
    Target {
        name: "sessions",
        feed: sessions::sessions,
        calls: sessions::CALLS_MAX,
    },
];

impl Target {
    /// The target of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// The files of its corpus, in order.
    pub fn corpus(&self) -> Vec<Vec<u8>> {
        let folder = corpus().join(self.name);
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
            .iter()
            .filter_map(|path| std::fs::read(path).ok())
            .collect()
    }
}

/// The folder of all corpora.
fn corpus() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus")
}

/// Milliseconds since this was first asked.
fn now_ms() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    1000.0 * START.get_or_init(Instant::now).elapsed().as_secs_f64()
}

/// Makes known what the page and the command line make known at their start.
pub fn install() {
    install_clock(now_ms);
    equipoise::serving::install();
    equipoise::page::model::guess::install();
    equipoise::page::model::display::install();
}
