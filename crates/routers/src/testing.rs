//! What the tests of routers share.

use crate::router::{Chance, Request, Worker};

/// Draws that are all the same.
pub(crate) struct Fixed(pub(crate) usize);

impl Chance for Fixed {
    fn below(&mut self, n: usize) -> usize {
        self.0.min(n - 1)
    }

    fn unit(&mut self) -> f64 {
        0.0
    }
}

/// Workers with nothing to do that have reported nothing.
pub(crate) fn idle(workers: usize) -> Vec<Worker<'static>> {
    const URLS: [&str; 4] = ["http://a", "http://b", "http://c", "http://d"];
    let urls = URLS.iter().take(workers);
    urls.map(|url| Worker {
        url,
        eligible: true,
        in_flight: 0,
        report: None,
    })
    .collect()
}

/// A request of no session, without blocks.
pub(crate) fn request(prompt: &[u32]) -> Request<'_> {
    Request {
        id: 0,
        now_s: 0.0,
        prompt,
        blocks: &[],
        session: None,
    }
}

/// A text as symbols.
pub(crate) fn symbols(text: &str) -> Vec<u32> {
    text.chars().map(u32::from).collect()
}
