//! What a router is, and what it is given.

use crate::why::Why;
use std::fmt;

/// A request, as far as a router can see it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What names it until it is finished.
    pub id: u64,
    /// When it is routed (s). It never decreases from one pick to the next.
    pub now_s: f64,
    /// The prompt, as token ids or as characters. A router does not ask which.
    pub prompt: &'a [u32],
    /// The hashes of the prompt's whole blocks, each of all tokens up to the block's end, by the
    /// function that the engines use for theirs (see [`CacheEvent`]). Routers that know no blocks
    /// do not read them.
    pub blocks: &'a [u64],
    /// The session's name, where the client gives one in a header.
    pub session: Option<&'a str>,
}

/// A worker, as far as a router can know it. Workers are named by their places, which stay the
/// same as long as a router lives.
#[derive(Clone, Copy, Debug)]
pub struct Worker<'a> {
    /// Its address, which hashes are made of.
    pub url: &'a str,
    /// Whether requests may be sent there: healthy, and no circuit breaker open.
    pub eligible: bool,
    /// This router's own requests in flight there.
    pub in_flight: u32,
    /// What it last reported, if it has reported at all.
    pub report: Option<Report>,
}

/// What an engine reports of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Report {
    /// Requests that wait.
    pub waiting: u32,
    /// Requests that run.
    pub running: u32,
    /// Tokens of the requests that it holds.
    pub tokens: u64,
    /// The share of its KV cache in use, from 0 to 1.
    pub kv_usage: f64,
}

/// What an engine says about its prefix cache as it changes. The hashes are those of whole blocks,
/// made as those of [`Request::blocks`].
#[derive(Clone, Copy, Debug)]
pub enum CacheEvent<'a> {
    /// It holds these blocks now.
    Stored(&'a [u64]),
    /// It holds these blocks no more.
    Removed(&'a [u64]),
    /// It holds nothing.
    Cleared,
}

/// Where random numbers come from.
pub trait Chance {
    /// A number below `n`, all equally likely. `n` is at least 1.
    fn below(&mut self, n: usize) -> usize;
    /// A number from 0 to below 1, uniform.
    fn unit(&mut self) -> f64;
}

/// What a router reads to pick. What is not declared here, it does not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Knows {
    /// Its own requests in flight at each worker.
    pub in_flight: bool,
    /// What the engines report of their load.
    pub reports: bool,
    /// What the engines say about their caches.
    pub cache_events: bool,
    /// What it remembers of the prompts that it sent.
    pub sent_prompts: bool,
    /// The prompt.
    pub prompt: bool,
    /// The session's name.
    pub session: bool,
}

impl Knows {
    /// The eligible workers, and nothing else.
    pub const NOTHING: Self = Self {
        in_flight: false,
        reports: false,
        cache_events: false,
        sent_prompts: false,
        prompt: false,
        session: false,
    };

    /// An id for each thing that it reads.
    pub fn ids(self) -> impl Iterator<Item = &'static str> {
        let all = [
            (self.in_flight, "in-flight"),
            (self.reports, "reports"),
            (self.cache_events, "cache-events"),
            (self.sent_prompts, "sent-prompts"),
            (self.prompt, "prompt"),
            (self.session, "session"),
        ];
        all.into_iter()
            .filter(|(known, _)| *known)
            .map(|(_, id)| id)
    }
}

/// A router of requests to workers that serve one model.
///
/// After each pick that is followed, the caller reports the request's first token and its end. It
/// counts the requests in flight itself, and hands the counts in with the workers.
pub trait Router: fmt::Debug + Send {
    /// What this router reads, with its settings.
    fn knows(&self) -> Knows;

    /// The place of the worker that the request is sent to; none if none is eligible, or if the
    /// program would refuse the request.
    fn pick(
        &mut self,
        request: &Request,
        workers: &[Worker],
        chance: &mut dyn Chance,
        why: &mut Why,
    ) -> Option<usize>;

    /// The request's prompt is computed: its first token has come.
    fn first_token(&mut self, request: u64) {
        let _ = request;
    }

    /// The request has ended, or was given up.
    fn finished(&mut self, request: u64) {
        let _ = request;
    }

    /// About how much memory its copy takes (bytes), if it remembers what grows.
    fn bytes(&self) -> usize {
        0
    }

    /// The session has ended, and its client says so.
    fn session_ended(&mut self, session: &str) {
        let _ = session;
    }

    /// An engine says what changed in its prefix cache.
    fn cache_changed(&mut self, worker: usize, event: CacheEvent) {
        let _ = (worker, event);
    }

    /// A copy that continues as this one would.
    fn clone_box(&self) -> Box<dyn Router>;
}

impl Clone for Box<dyn Router> {
    fn clone(&self) -> Self {
        self.clone_box()
    }
}
