//! The programs as child processes, which end with the test whatever happens.

use crate::packages;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The packages with their versions, one a line, as `cargo xtask test --install` reads them too.
const PACKAGES: &str = include_str!("requirements.txt");

/// Where a package is installed, if it is.
pub(crate) fn find(package: &str) -> Option<PathBuf> {
    packages::find(PACKAGES, package, "")
}

/// A running program. It is killed when this is dropped, by a panic too.
pub(crate) struct Running {
    pub child: Child,
    log: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
        _ = fs::remove_file(&self.log);
    }
}

impl Running {
    /// Starts a script of this folder with the package that is installed in `dir`. What it says is
    /// kept in a file.
    pub(crate) fn start(
        dir: &Path,
        script: &str,
        arguments: &[String],
        environment: &BTreeMap<&str, String>,
    ) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("equipoise-router-{}-{number}", std::process::id());
        let log = std::env::temp_dir().join(name);
        let words = File::create(&log).expect("can be made");
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real_routers");
        let mut command = Command::new("python3");
        command
            .arg(scripts.join(script))
            .args(arguments)
            .env("PYTHONPATH", dir)
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(words.try_clone().expect("can be shared"));
        if script == "launch.py" {
            command.stdin(Stdio::null()).stdout(words);
        }
        let child = command.spawn().expect("Python starts");
        Self { child, log }
    }

    /// What it has said so far.
    pub(crate) fn words(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether it has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }
}
