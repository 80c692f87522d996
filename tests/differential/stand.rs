//! Servers that serve and fail by the clock, and clients that ask by it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

/// A request that came to a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    /// When, since the clients began (s).
    pub at_s: f64,
    pub server: usize,
}

/// How the servers answer.
#[derive(Clone, Debug)]
pub(crate) struct Behaviour {
    pub service_s: f64,
    pub error_s: f64,
    /// The server that fails, and when.
    pub fails: Option<(usize, Range<f64>)>,
}

#[derive(Debug)]
struct Shared {
    behaviour: Behaviour,
    began: OnceLock<Instant>,
    attempts: Mutex<Vec<Attempt>>,
    over: AtomicBool,
}

impl Shared {
    fn now_s(&self) -> f64 {
        self.began
            .get()
            .map_or(0.0, |began| began.elapsed().as_secs_f64())
    }

    fn is_failing(&self, server: usize, now_s: f64) -> bool {
        let fails = self.behaviour.fails.as_ref();
        fails.is_some_and(|(failing, when)| *failing == server && when.contains(&now_s))
    }

    /// Answers the requests of a connection. Health checks, by their method, are no attempts.
    fn serve(&self, stream: &TcpStream, server: usize) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream);
        loop {
            let mut first = String::new();
            let mut line = String::new();
            if lines.read_line(&mut first)? == 0 {
                return Ok(());
            }
            while lines.read_line(&mut line)? > 2 {
                line.clear();
            }
            let now_s = self.now_s();
            let fails = self.is_failing(server, now_s);
            if !first.starts_with("OPTIONS") {
                let attempt = Attempt {
                    at_s: now_s,
                    server,
                };
                self.attempts
                    .lock()
                    .expect("no server panicked")
                    .push(attempt);
                let Behaviour {
                    service_s, error_s, ..
                } = self.behaviour;
                thread::sleep(Duration::from_secs_f64(if fails {
                    error_s
                } else {
                    service_s
                }));
            }
            let status = if fails {
                "503 Service Unavailable"
            } else {
                "200 OK"
            };
            let mut stream = stream;
            write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")?;
        }
    }
}

/// Servers on ports of their own. They end when it is dropped.
pub(crate) struct Stand {
    pub addresses: Vec<SocketAddr>,
    shared: Arc<Shared>,
}

impl Stand {
    pub(crate) fn open(servers: usize, behaviour: Behaviour) -> Self {
        let shared = Arc::new(Shared {
            behaviour,
            began: OnceLock::new(),
            attempts: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let addresses = (0..servers).map(|server| {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
            let address = listener.local_addr().expect("is bound");
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                for stream in listener.incoming().map_while(Result::ok) {
                    if shared.over.load(Ordering::Relaxed) {
                        break;
                    }
                    let shared = Arc::clone(&shared);
                    // A connection that breaks ends with its program.
                    thread::spawn(move || _ = shared.serve(&stream, server));
                }
            });
            address
        });
        Self {
            addresses: addresses.collect(),
            shared,
        }
    }

    /// Sends each request at its time. How many were answered well, and what came to the servers.
    pub(crate) fn play(&self, port: u16, requests: &[(f64, String)]) -> (usize, Vec<Attempt>) {
        let began = *self.shared.began.get_or_init(Instant::now);
        let next = AtomicUsize::new(0);
        let served = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while let Some((at_s, path)) =
                        requests.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let due = began + Duration::from_secs_f64(*at_s);
                        thread::sleep(due.saturating_duration_since(Instant::now()));
                        let is_served = ask(port, path).is_ok_and(|answer| {
                            answer
                                .split(' ')
                                .nth(1)
                                .is_some_and(|status| status == "200")
                        });
                        served.fetch_add(usize::from(is_served), Ordering::Relaxed);
                    }
                });
            }
        });
        let mut attempts = self
            .shared
            .attempts
            .lock()
            .expect("no server panicked")
            .clone();
        attempts.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
        (served.into_inner(), attempts)
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        for address in &self.addresses {
            _ = TcpStream::connect(address);
        }
    }
}

/// More than are ever in the system at once.
const CLIENTS: usize = 32;
/// Far longer than any request takes, so that a test ends whatever a program does.
const PATIENCE: Duration = Duration::from_secs(20);

fn ask(port: u16, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let text = format!("GET {path} HTTP/1.1\r\nHost: all\r\nConnection: close\r\n\r\n");
    stream.write_all(text.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
