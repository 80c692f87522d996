//! What a strategy needs to know: the question to ask about every balancer.

use crate::workload::KeySource;

/// What a strategy reads to pick a server. It does not get, or must not read, anything that it does
/// not declare here; a test scrambles the rest and expects the same picks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Knows {
    /// The part of a request that it reads.
    pub key: Option<KeySource>,
    /// The servers' effective weights.
    pub weights: bool,
    /// The servers' slots and speeds.
    pub capacity: bool,
    /// This balancer's own requests in flight at each server.
    pub in_flight: bool,
    /// Response times and outcomes of this balancer's own requests.
    pub responses: bool,
    /// The tasks present at each server from all balancers: the servers must report.
    pub reports: bool,
    /// The sizes of tasks and the work that each server has left.
    pub work: bool,
    /// The prompt of a request to a language model.
    pub prompt: bool,
    /// The prompts that it sent before.
    pub sent_prompts: bool,
    /// What replicas say about their prefix caches, as they change.
    pub cache_events: bool,
    /// The session that a request belongs to.
    pub session: bool,
    /// This balancer's own requests in flight at each server, even where servers report their load.
    pub own_in_flight: bool,
    /// Which server has a task's data, the links, and the mean size of tasks.
    pub ways: bool,
}

impl Knows {
    /// The eligible servers, and nothing else.
    pub const NOTHING: Self = Self {
        key: None,
        weights: false,
        capacity: false,
        in_flight: false,
        responses: false,
        reports: false,
        work: false,
        prompt: false,
        sent_prompts: false,
        cache_events: false,
        session: false,
        own_in_flight: false,
        ways: false,
    };

    /// Weights alone.
    pub const WEIGHTS: Self = Self {
        weights: true,
        ..Self::NOTHING
    };

    /// One part of the request alone.
    pub const fn key(source: KeySource) -> Self {
        Self {
            key: Some(source),
            ..Self::NOTHING
        }
    }

    /// An id for each thing it reads: the text keys are `knows.<id>`.
    pub fn ids(self) -> impl Iterator<Item = &'static str> {
        let key = self.key.map(|key| match key {
            KeySource::Ip => "ip",
            KeySource::Url => "url",
            KeySource::Header => "header",
        });
        let others = [
            (self.weights, "weights"),
            (self.capacity, "capacity"),
            (self.in_flight || self.own_in_flight, "in-flight"),
            (self.responses, "responses"),
            (self.reports, "reports"),
            (self.work, "work"),
            (self.prompt, "prompt"),
            (self.sent_prompts, "sent-prompts"),
            (self.cache_events, "cache-events"),
            (self.session, "session"),
            (self.ways, "ways"),
        ];
        let known = others.into_iter().filter(|(known, _)| *known);
        key.into_iter().chain(known.map(|(_, id)| id))
    }
}
