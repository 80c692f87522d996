//! nginx and HAProxy as child processes, each in a folder of its own, which end with the test
//! whatever happens.

use crate::ports::free_port;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// A real balancer that this suite can start.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reference {
    Nginx,
    Haproxy,
}

impl Reference {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
        }
    }

    /// Where it is; if it is not there, a line on stderr says so, past the test's capture.
    pub(crate) fn find(self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        // An ordinary user's PATH often lacks these.
        let system = ["/usr/sbin", "/usr/local/sbin", "/sbin"].map(PathBuf::from);
        let found = std::env::split_paths(&path)
            .chain(system)
            .map(|dir| dir.join(self.name()))
            .find(|p| p.is_file());
        if found.is_none() {
            let line = format!(
                "SKIPPED: {} is not there, so nothing was compared with it. On Debian: apt-get \
                 install nginx-light haproxy; elsewhere by its own installer.\n",
                self.name()
            );
            _ = io::stderr().write_all(line.as_bytes());
        }
        found
    }

    fn command(self, program: &Path, dir: &Path, more: &[&str]) -> Command {
        let config = dir.join("config");
        let mut command = Command::new(program);
        match self {
            Self::Nginx => command
                .arg("-p")
                .arg(dir)
                .arg("-e")
                .arg(dir.join("errors"))
                .arg("-c")
                .arg(config),
            Self::Haproxy => command.arg("-f").arg(config),
        };
        command.args(more).current_dir(dir);
        command
    }

    /// What it objects to in a configuration; None if it accepts it.
    pub(crate) fn refusal(self, program: &Path, config: &str) -> Option<String> {
        let dir = Folder::with(config);
        let check: &[&str] = match self {
            Self::Nginx => &["-t", "-q"],
            Self::Haproxy => &["-c"],
        };
        let out = self
            .command(program, &dir.0, check)
            .stdin(Stdio::null())
            .output()
            .expect("starts");
        let words = String::from_utf8_lossy(&out.stderr).into_owned()
            + &String::from_utf8_lossy(&out.stdout);
        // A warning is a refusal too: what is exported should be beyond reproach.
        let fine =
            out.status.success() && !words.contains("[warn]") && !words.contains("[WARNING]");
        (!fine).then_some(words)
    }
}

/// A folder that is removed when this is dropped.
pub(crate) struct Folder(pub PathBuf);

impl Folder {
    fn with(config: &str) -> Self {
        let dir = Self::new();
        fs::write(dir.0.join("config"), config).expect("can be written");
        dir
    }

    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("equipoise-{}-{number}", std::process::id()));
        fs::create_dir_all(&dir).expect("can be made");
        Self(dir)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

/// A running program. It is killed when this is dropped, by a panic too.
pub(crate) struct Running {
    child: Child,
    dir: Folder,
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Running {
    /// Starts `program` with the configuration that `config` writes for a port.
    pub(crate) fn start(which: Reference, program: &Path, config: impl Fn(u16) -> String) -> Self {
        // One process in the foreground: killing it leaves nothing behind.
        let stay: &[&str] = match which {
            Reference::Nginx => &["-g", "daemon off; master_process off; pid pid;"],
            Reference::Haproxy => &["-db"],
        };
        Self::launch(which.name(), |port, dir| {
            fs::write(dir.join("config"), config(port)).expect("can be written");
            which.command(program, dir, stay)
        })
    }

    /// Starts the command that `prepare` makes for a port and a folder.
    pub(crate) fn launch(name: &str, prepare: impl Fn(u16, &Path) -> Command) -> Self {
        let mut words = String::new();
        // A process of somebody else may take the port before the program does.
        for _ in 0..5 {
            let port = free_port();
            let dir = Folder::new();
            let log = fs::File::create(dir.0.join("words")).expect("can be made");
            let mut command = prepare(port, &dir.0);
            command.stdin(Stdio::null()).stdout(Stdio::null());
            let mut running = Self {
                child: command.stderr(log).spawn().expect("starts"),
                dir,
                port,
            };
            if running.listens() {
                return running;
            }
            words = fs::read_to_string(running.dir.0.join("words")).unwrap_or_default();
        }
        panic!("{name} does not listen: {words}");
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.dir.0
    }

    fn listens(&mut self) -> bool {
        for _ in 0..500 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return true;
            }
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return false;
            }
            sleep(Duration::from_millis(20));
        }
        false
    }

    /// Sends HAProxy an order at its socket. It answers only if it refuses.
    pub(crate) fn order(&self, order: &str) {
        let mut socket =
            UnixStream::connect(self.dir.0.join("socket")).expect("HAProxy has a socket");
        socket
            .write_all(format!("{order}\n").as_bytes())
            .expect("HAProxy reads");
        let mut words = String::new();
        socket.read_to_string(&mut words).expect("HAProxy answers");
        assert!(words.trim().is_empty(), "{order}: {words}");
    }
}
