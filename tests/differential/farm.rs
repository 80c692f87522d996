//! Servers that a balancer under test balances over, and the client that asks it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// As many as the largest trial has.
pub(crate) const SERVERS: usize = 16;

/// Nothing on a loopback takes this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Servers on neighbouring ports of 127.0.0.1. Each answers with its number; one that is asked to
/// hold waits with its answer until [`Farm::release`].
pub(crate) struct Farm {
    /// `host:port` of each.
    pub addresses: Vec<String>,
    heard: Receiver<usize>,
    held: Arc<Mutex<Vec<(TcpStream, usize)>>>,
    health: Arc<Mutex<Health>>,
    waiting: Vec<TcpStream>,
}

/// What the servers answer to health checks, by the check's path and the server's number.
#[derive(Default)]
struct Health {
    /// Those that fail.
    down: BTreeSet<(String, usize)>,
    /// How many were answered.
    checks: BTreeMap<(String, usize), u32>,
}

/// How the path of a health check begins.
pub(crate) const HEALTH: &str = "/health/";

/// What a client asks for.
#[derive(Clone, Copy, Default)]
pub(crate) struct Request<'a> {
    /// What goes before the request, such as a line of the PROXY protocol.
    pub before: &'a str,
    /// Path with query string.
    pub path: &'a str,
    /// Headers, each ending in CR LF.
    pub headers: &'a str,
    /// Wait with the answer.
    pub hold: bool,
}

impl Farm {
    /// Opens the servers at `port` and the ones after it; where one is taken, a hundred further on.
    /// The same ports in each run, because rings are laid out by addresses.
    pub(crate) fn open(port: u16) -> Self {
        let listeners = (0..20)
            .find_map(|i| listen_from(port + 100 * i))
            .expect("a block of free ports");
        let addresses = listeners
            .iter()
            .map(|l| l.local_addr().expect("is bound").to_string())
            .collect();
        let (tell, heard) = channel();
        let held = Arc::new(Mutex::new(Vec::new()));
        let health = Arc::new(Mutex::new(Health::default()));
        for (number, listener) in listeners.into_iter().enumerate() {
            let tell = tell.clone();
            let held = held.clone();
            let health = health.clone();
            // They end with the process.
            thread::spawn(move || serve(number, &listener, &tell, &held, &health));
        }
        Self {
            addresses,
            heard,
            held,
            health,
            waiting: Vec::new(),
        }
    }

    /// Asks the balancer at `port`. Returns which server it asked in turn; None if it asked none.
    pub(crate) fn ask(&mut self, port: u16, request: Request) -> Option<usize> {
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port);
        let mut stream = TcpStream::connect(address).expect("the balancer listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("can be set");
        let hold = if request.hold { "X-Hold: 1\r\n" } else { "" };
        let Request {
            before,
            path,
            headers,
            ..
        } = request;
        let text = format!(
            "{before}GET {path} HTTP/1.1\r\nHost: farm\r\n{headers}{hold}Connection: close\r\n\r\n"
        );
        stream
            .write_all(text.as_bytes())
            .expect("the balancer reads");
        if request.hold {
            let server = self
                .heard
                .recv_timeout(PATIENCE)
                .expect("a server is asked");
            self.waiting.push(stream);
            return Some(server);
        }
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .expect("the balancer answers");
        if answer.starts_with("HTTP/1.1 200") {
            let server = self.heard.try_recv().expect("a server was asked");
            assert!(answer.ends_with(&format!("\r\n\r\n{server}\n")), "{answer}");
            return Some(server);
        }
        assert!(answer.starts_with("HTTP/1.1 50"), "{text}: {answer}");
        None
    }

    /// From now on, a server fails the health checks of this name, or passes them. Returns when the
    /// balancer has had an answer and asks for the next one.
    pub(crate) fn set_health(&self, name: &str, server: usize, up: bool) {
        let check = (format!("{HEALTH}{name}"), server);
        let mut health = self.health.lock().expect("no server panicked");
        if up {
            health.down.remove(&check);
        } else {
            health.down.insert(check.clone());
        }
        let before = health.checks.get(&check).copied().unwrap_or(0);
        drop(health);
        let deadline = Instant::now() + PATIENCE;
        while self.checks(&check) < before + 2 {
            assert!(Instant::now() < deadline, "{check:?} is not asked");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn checks(&self, check: &(String, usize)) -> u32 {
        let health = self.health.lock().expect("no server panicked");
        health.checks.get(check).copied().unwrap_or(0)
    }

    /// Lets the servers answer all that they held back.
    pub(crate) fn release(&mut self) {
        for (stream, server) in self.held.lock().expect("no server panicked").drain(..) {
            answer(stream, "200 OK", server);
        }
        for mut stream in self.waiting.drain(..) {
            let mut answer = String::new();
            stream
                .read_to_string(&mut answer)
                .expect("the balancer answers");
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        }
    }
}

/// Listens on all the servers' ports from `first` on; None if one of them is taken.
fn listen_from(first: u16) -> Option<Vec<TcpListener>> {
    (first..first + SERVERS as u16)
        .map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .collect()
}

fn serve(
    number: usize,
    listener: &TcpListener,
    tell: &Sender<usize>,
    held: &Mutex<Vec<(TcpStream, usize)>>,
    health: &Mutex<Health>,
) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { continue };
        let mut head = Vec::new();
        let mut bytes = [0; 2048];
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut bytes) {
                Ok(0) | Err(_) => break,
                Ok(n) => head.extend_from_slice(&bytes[..n]),
            }
        }
        // A connection without a request is a check whether this port is taken.
        if head.is_empty() {
            continue;
        }
        let text = String::from_utf8_lossy(&head);
        let path = text.split(' ').nth(1).unwrap_or_default();
        if path.starts_with(HEALTH) {
            let check = (path.to_string(), number);
            let mut health = health.lock().expect("no server panicked");
            let status = match health.down.contains(&check) {
                true => "503 Service Unavailable",
                false => "200 OK",
            };
            *health.checks.entry(check).or_default() += 1;
            answer(stream, status, number);
            continue;
        }
        let hold = text.to_ascii_lowercase().contains("\r\nx-hold: 1\r\n");
        // The number is sent after the stream is kept and before it is answered, so that whoever
        // receives the number or the answer can rely on both.
        let now = if hold {
            held.lock()
                .expect("no server panicked")
                .push((stream, number));
            None
        } else {
            Some(stream)
        };
        if tell.send(number).is_err() {
            return;
        }
        if let Some(stream) = now {
            answer(stream, "200 OK", number);
        }
    }
}

/// The number as the body. A reader that is gone has no use for it.
fn answer(mut stream: TcpStream, status: &str, number: usize) {
    let body = format!("{number}\n");
    let text = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    _ = stream.write_all(text.as_bytes());
}
