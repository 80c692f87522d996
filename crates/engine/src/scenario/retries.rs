//! How long clients wait, and whether they send a task again.

use super::later;
use serde::{Deserialize, Serialize};

/// How long clients wait, and whether they retry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetryPolicy {
    /// Client time-out (s); none: it waits for ever.
    pub timeout_s: Option<f64>,
    /// How often a task that was given up or turned away is sent again.
    pub retries: u32,
    /// The pause before it is sent again (s); [`Resend`] says how it grows.
    pub backoff_s: f64,
    /// Retry budget, as a share of fresh tasks: each of these adds this much to a bucket that holds
    /// [`RESERVE`](Self::RESERVE), and a retry takes 1 (Finagle's retry budget, with 20 %; gRPC's
    /// throttle has such a bucket). None: no budget.
    pub budget: Option<f64>,
    /// More of how retries are sent.
    #[serde(with = "later")]
    pub resend: Resend,
    /// More of how clients give up.
    #[serde(with = "later")]
    pub give_up: GiveUp,
    /// Whether clients send a second copy of a task.
    #[serde(with = "later")]
    pub hedge: Hedge,
}

/// A second copy of a task that takes long; the first answer counts (Dean and Barroso 2013, "The
/// Tail at Scale"; gRPC's hedging policy). The other one is given up: [`GiveUp`] says who hears of
/// that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hedge {
    /// The time without an answer after which the copy is sent (s); none: there is no copy.
    pub after_s: Option<f64>,
}

/// Who hears of a client that gives its task up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeardBy {
    /// No balancer and no server: the task keeps its place, and is served in vain.
    #[default]
    None,
    /// The queues: a task that waits at a balancer or at its server leaves, as by HAProxy's
    /// `timeout queue`. One whose service has begun is waited for.
    Queue,
    /// The server as well: what it has begun of the task ends at once, as when HTTP/2 resets a
    /// stream and the program takes notice.
    Server,
}

/// The law of the time that clients wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Patience {
    /// All the same, as programs have it.
    #[default]
    Fixed,
    /// Exponential with the time-out as its mean, as people at a telephone are described by
    /// (Erlang A).
    Exponential,
}

/// How clients give up, beyond when.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GiveUp {
    /// Who hears of it. A task on its way to a server is caught up with only if the server hears.
    pub heard_by: HeardBy,
    /// How long each client waits.
    pub patience: Patience,
}

/// How the pauses before the retries of a task follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backoff {
    /// All the same.
    #[default]
    Fixed,
    /// Each twice as long as the one before.
    Exponential,
}

/// To which servers a retry may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetryTo {
    /// To any: the strategy picks once more.
    #[default]
    Any,
    /// Not to the one that had it last, if there is another (HAProxy's `option redispatch 1`).
    NotLast,
    /// To none that had it, if there is another (nginx's `proxy_next_upstream`; Envoy's predicate
    /// `previous_hosts`).
    Untried,
}

/// How retries are sent, beyond their number and pause.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Resend {
    /// How pauses grow from `backoff_s`.
    pub backoff: Backoff,
    /// The longest pause (s); none: without limit.
    pub longest_s: Option<f64>,
    /// The part of a pause that chance decides: with 0.2 it is between 0.8 and all of it, with 1
    /// between nothing and all of it ("full jitter").
    pub jitter: f64,
    /// Where they may go.
    pub to: RetryTo,
    /// No retry is sent later than this after the first sending (s), as by nginx's
    /// `proxy_next_upstream_timeout`; none: no limit.
    pub within_s: Option<f64>,
}

impl RetryPolicy {
    /// Retries that a full bucket holds; a run begins with a full one.
    pub const RESERVE: f64 = 10.0;
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            timeout_s: None,
            retries: 0,
            backoff_s: 0.0,
            budget: None,
            resend: Resend::default(),
            give_up: GiveUp::default(),
            hedge: Hedge::default(),
        }
    }
}
