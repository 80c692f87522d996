//! The connections that clients hold, and whether a balancer picks for each of them or for each
//! request.

use serde::{Deserialize, Serialize};

/// What a balancer picks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PickPer {
    /// Each request (layer 7): connections end at the balancer.
    #[default]
    Request,
    /// Each connection (layer 4): its requests follow it to its server. A server that drains closes
    /// its connections, and their clients open others at once.
    Connection,
    /// Each session: a cookie or a stick table sends a client's requests to the server that its
    /// first went to, as long as that is healthy or drains.
    Session,
    /// Hybrid: the device in front picks a program for each connection, and the program a server
    /// for each request.
    Both,
}

/// The connections of each client, which its requests take in turn, and how long they last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Connections {
    /// What a balancer picks for.
    pub pick_per: PickPer,
    /// Connections of each client.
    pub per_client: u32,
    /// Whether all are opened when a run begins, and not each with its first request.
    pub at_start: bool,
    /// Requests after which a connection is closed (nginx's `keepalive_requests`); none: no limit.
    pub requests: Option<u32>,
    /// Age at which a connection is closed (s), once what is under way is done: the next request
    /// opens another (gRPC's `MAX_CONNECTION_AGE`). None: no limit.
    pub age_s: Option<f64>,
    /// Time since its last request after which a connection is closed (s), and a session forgotten:
    /// the next request opens another (`keepalive_timeout`, `stick-table expire`). None: no limit.
    pub idle_s: Option<f64>,
    /// The part of the age which chance decides: with 0.1 ages are between 0.9 and 1.1 times as
    /// long, as gRPC has it.
    pub age_jitter: f64,
    /// The pause before a lost connection is opened again (s). After each attempt that fails it is
    /// twice as long, up to [`LONGEST_PAUSE_S`](Self::LONGEST_PAUSE_S).
    pub reconnect_s: f64,
    /// The part of that pause which chance decides: with 1 it is between nothing and all of it.
    pub reconnect_jitter: f64,
}

impl Connections {
    /// The longest pause between attempts (s): gRPC's `MAX_BACKOFF`.
    pub const LONGEST_PAUSE_S: f64 = 120.0;

    /// Whether the requests of a connection follow it to its server.
    pub fn lead_to_servers(&self) -> bool {
        matches!(self.pick_per, PickPer::Connection | PickPer::Session)
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            pick_per: PickPer::Request,
            per_client: 1,
            at_start: false,
            requests: None,
            age_s: None,
            idle_s: None,
            age_jitter: 0.1,
            reconnect_s: 1.0,
            reconnect_jitter: 0.2,
        }
    }
}
