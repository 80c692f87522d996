//! Workers that a router under test routes to: HTTP as far as the routers speak it, and answers
//! that can be held back.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// As many as the largest case has.
pub(crate) const WORKERS: usize = 8;

/// Nothing on a loopback takes this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// What every request for tokens is answered with.
const COMPLETION: &str = r#"{"id":"x","object":"text_completion","created":0,"model":"unknown",
"choices":[{"index":0,"text":"a","message":{"role":"assistant","content":"a"},
"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2},
"text":"a","meta_info":{"id":"x","finish_reason":{"type":"stop"}}}"#;

/// Workers on neighbouring ports of 127.0.0.1.
pub(crate) struct Workers {
    /// The address of each.
    pub urls: Vec<String>,
    shared: Arc<Shared>,
    heard: Receiver<usize>,
    /// Requests whose answers are held back, of each worker, the oldest first.
    waiting: Vec<VecDeque<TcpStream>>,
}

/// What the threads of all workers share.
struct Shared {
    /// Whether the answer to the next request is held back.
    holds: AtomicBool,
    /// Whether workers say which model they serve.
    names_model: bool,
    /// Of each worker: what releases the answers that it holds back, the oldest first.
    held: Vec<Mutex<VecDeque<Sender<()>>>>,
    tell: Mutex<Sender<usize>>,
}

/// What a client asks for.
pub(crate) struct Asked {
    /// Path, with query string.
    pub path: &'static str,
    /// Headers, each ending in CR LF.
    pub headers: String,
    /// JSON.
    pub body: String,
}

impl Workers {
    /// Opens workers at `port` and the ones after it; where one is taken, a hundred further on.
    /// The same ports in each run, because rings are laid out by addresses.
    pub(crate) fn open(port: u16, names_model: bool) -> Self {
        let listeners = (0..20)
            .find_map(|i| listen_from(port + 100 * i))
            .expect("a block of free ports");
        let urls = listeners
            .iter()
            .map(|l| format!("http://{}", l.local_addr().expect("is bound")))
            .collect();
        let (tell, heard) = channel();
        let shared = Arc::new(Shared {
            holds: AtomicBool::new(false),
            names_model,
            held: listeners.iter().map(|_| Mutex::default()).collect(),
            tell: Mutex::new(tell),
        });
        let waiting = listeners.iter().map(|_| VecDeque::new()).collect();
        for (number, listener) in listeners.into_iter().enumerate() {
            let shared = shared.clone();
            // They end with the process.
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let shared = shared.clone();
                    // A router that closes a connection has no use for an answer.
                    thread::spawn(move || _ = serve(number, stream, &shared));
                }
            });
        }
        Self {
            urls,
            shared,
            heard,
            waiting,
        }
    }

    /// Sends a request through the router at `port` and waits for the answer. Which worker got it;
    /// None if the router refused it.
    pub(crate) fn send(&mut self, port: u16, asked: &Asked) -> Option<usize> {
        self.shared.holds.store(false, Ordering::SeqCst);
        let answer = read(post(port, asked));
        if answer.starts_with("HTTP/1.1 200") {
            return Some(self.heard.try_recv().expect("a worker was asked"));
        }
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        None
    }

    /// Sends a request through the router at `port` whose answer is held back.
    pub(crate) fn hold(&mut self, port: u16, asked: &Asked) -> usize {
        self.shared.holds.store(true, Ordering::SeqCst);
        let stream = post(port, asked);
        let worker = self
            .heard
            .recv_timeout(PATIENCE)
            .expect("a worker is asked");
        self.waiting[worker].push_back(stream);
        worker
    }

    /// Lets a worker give the oldest answer that it holds back; whether there was one.
    pub(crate) fn finish(&mut self, worker: usize) -> bool {
        let Some(stream) = self.waiting[worker].pop_front() else {
            return false;
        };
        let release = self.shared.held[worker]
            .lock()
            .expect("no worker panicked")
            .pop_front();
        release
            .expect("it holds an answer")
            .send(())
            .expect("it waits");
        let answer = read(stream);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        true
    }
}

/// Asks a router something that no worker hears of; the answer with its head.
pub(crate) fn ask(port: u16, method: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: router\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn post(port: u16, asked: &Asked) -> TcpStream {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the router listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("can be set");
    let text = format!(
        "POST {} HTTP/1.1\r\nHost: router\r\nContent-Type: application/json\r\n{}\
         Content-Length: {}\r\nConnection: close\r\n\r\n{}",
        asked.path,
        asked.headers,
        asked.body.len(),
        asked.body
    );
    stream.write_all(text.as_bytes()).expect("the router reads");
    stream
}

fn read(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("the router answers");
    answer
}

/// Listens on all the workers' ports from `first` on; None if one of them is taken.
fn listen_from(first: u16) -> Option<Vec<TcpListener>> {
    (first..first + WORKERS as u16)
        .map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
        .collect()
}

/// Answers the requests of a connection, one after the other.
fn serve(number: usize, stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut first = String::new();
        let mut length = 0;
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        // The beginning of HTTP/2, by which a router asks whether gRPC is spoken here.
        if first.starts_with("PRI") {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let line = line.trim().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            assert!(!line.starts_with("transfer-encoding:"), "{line}");
        }
        reader.read_exact(&mut vec![0; length])?;
        let (status, body) = answer(number, &first, shared);
        let head = format!(
            "HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        (&stream).write_all((head + body).as_bytes())?;
    }
}

/// The status and the body for a request's first line. A request for tokens is reported first, and
/// then held back if it is to be.
fn answer(number: usize, first: &str, shared: &Shared) -> (u16, &'static str) {
    let path = first.split(' ').nth(1).unwrap_or_default();
    match path.split('?').next().unwrap_or_default() {
        "/health" => (200, "{}"),
        "/server_info" if shared.names_model => (200, r#"{"served_model_name":"m"}"#),
        "/v1/completions" | "/v1/chat/completions" | "/generate" => {
            let (release, released) = channel();
            let holds = shared.holds.load(Ordering::SeqCst);
            if holds {
                let mut held = shared.held[number].lock().expect("no worker panicked");
                held.push_back(release);
            }
            let tell = shared.tell.lock().expect("no worker panicked").clone();
            // Both ends are gone only when the test is over.
            _ = tell.send(number);
            if holds {
                _ = released.recv();
            }
            (200, COMPLETION)
        }
        _ => (404, "{}"),
    }
}
