//! Ports for programs that tests start.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

/// Below those that systems give to connections and to listeners on port 0 (Linux 32768 and up).
const FIRST: u32 = 10_000;
const COUNT: u32 = 20_000;

/// A free port that this process has given to no one before. Programs of one test so never meet at
/// a port, nor a program and a stand's server: HAProxy would share one (`SO_REUSEPORT`) with
/// another HAProxy in silence.
pub(crate) fn free_port() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    // Processes that run side by side have neighbouring numbers, and begin far apart.
    let begin = std::process::id().wrapping_mul(997);
    loop {
        let given = GIVEN.fetch_add(1, Ordering::Relaxed);
        assert!(given < COUNT, "no port is free");
        let port = (FIRST + begin.wrapping_add(given) % COUNT) as u16;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
