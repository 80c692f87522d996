//! What a file says, as plain data that all programs share.

use super::note::{Note, Outcome, Reason, shown};
use equipoise_engine::scenario::{KeySource, ServerState};

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// Where requests come in.
    pub entries: Vec<Entry>,
    /// The groups of servers.
    pub pools: Vec<Pool>,
    /// What has been said of lines so far.
    pub notes: Vec<Note>,
}

/// Where requests come in, and where they go from there.
#[derive(Debug, Default)]
pub(crate) struct Entry {
    pub line: usize,
    pub source: String,
    /// In the order in which they are tried.
    pub routes: Vec<Route>,
    /// What holds for all that comes in here.
    pub settings: Vec<Setting>,
}

/// Where some requests go.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub line: usize,
    pub source: String,
    /// What is compared, and with what; None: all that come here.
    pub fits: Option<(KeySource, String)>,
    /// The name of a group.
    pub pool: String,
    pub settings: Vec<Setting>,
}

/// A group of servers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool {
    pub line: usize,
    pub name: String,
    pub members: Vec<Member>,
    pub settings: Vec<Setting>,
}

/// A server of a group.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub line: usize,
    pub source: String,
    pub address: String,
    /// 0: it gets nothing new.
    pub weight: u64,
    /// Requests that it takes at a time.
    pub slots: Option<u32>,
    /// Requests that may wait for it.
    pub queue: Option<u32>,
    pub state: ServerState,
    /// Whether it takes part only when no other can.
    pub backup: bool,
    /// Its level of priority.
    pub priority: u32,
}

/// A field of the scenario and its value, as text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Setting {
    pub line: usize,
    pub source: String,
    pub path: &'static str,
    pub value: String,
}

impl Draft {
    pub(crate) fn note(&mut self, line: usize, source: &str, outcome: Outcome) {
        self.notes.push(Note {
            line,
            source: shown(source),
            outcome,
        });
    }

    pub(crate) fn ignore(&mut self, line: usize, source: &str) {
        self.note(line, source, Outcome::Ignored);
    }

    /// Something that no scenario can say.
    pub(crate) fn lose(&mut self, line: usize, source: &str, reason: Reason) {
        self.note(line, source, Outcome::NotExpressible(reason, String::new()));
    }

    /// The group with this name.
    pub(crate) fn pool(&self, name: &str) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.name == name)
    }
}

impl Member {
    pub(crate) fn new(line: usize, source: &str, address: &str) -> Self {
        Self {
            line,
            source: shown(source),
            address: address.into(),
            weight: 1,
            slots: None,
            queue: None,
            state: ServerState::Up,
            backup: false,
            priority: 0,
        }
    }
}

/// Sets a field; what was said of it before no longer holds.
pub(crate) fn set(
    settings: &mut Vec<Setting>,
    (line, source): (usize, &str),
    path: &'static str,
    value: impl ToString,
) {
    settings.retain(|setting| setting.path != path);
    settings.push(Setting {
        line,
        source: shown(source),
        path,
        value: value.to_string(),
    });
}

/// Sets a field of which nothing has been said yet: a program's default.
pub(crate) fn set_default(
    settings: &mut Vec<Setting>,
    (line, source): (usize, &str),
    path: &'static str,
    value: impl ToString,
) {
    if !settings.iter().any(|setting| setting.path == path) {
        set(settings, (line, source), path, value);
    }
}

/// The paths of fields that programs set.
pub(crate) mod path {
    pub(crate) const STRATEGY: &str = "balancer.strategy.id";
    pub(crate) const KEY: &str = "balancer.strategy.key";
    pub(crate) const CHOICES: &str = "balancer.strategy.choices";
    pub(crate) const FULL_SCAN: &str = "balancer.strategy.full_scan";
    pub(crate) const DRAW: &str = "balancer.strategy.draw";
    pub(crate) const RING_SIZE: &str = "balancer.strategy.ring_size";
    pub(crate) const BALANCE_FACTOR: &str = "balancer.strategy.balance_factor";
    pub(crate) const BIAS: &str = "balancer.strategy.least_request_bias";
    pub(crate) const PLACE: &str = "balancer.place";
    pub(crate) const CONNECTIONS: &str = "balancer.dispatcher.connections";
    pub(crate) const SHED: &str = "balancer.shed_above";
    pub(crate) const MAX_FAILS: &str = "balancer.health.max_fails";
    pub(crate) const EJECTION: &str = "balancer.health.ejection_s";
    pub(crate) const CHECK: &str = "balancer.health.check_interval_s";
    pub(crate) const RISE: &str = "balancer.health.rise";
    pub(crate) const FALL: &str = "balancer.health.fall";
    pub(crate) const PANIC: &str = "balancer.health.panic_share";
    pub(crate) const SLOW_START: &str = "balancer.health.slow_start_s";
    pub(crate) const RULE: &str = "balancer.health.passive.rule";
    pub(crate) const ON_ERROR: &str = "balancer.health.passive.on_error";
    pub(crate) const GATEWAY_FAILS: &str = "balancer.health.passive.gateway_fails";
    pub(crate) const SUCCESS_FACTOR: &str = "balancer.health.passive.success_factor";
    pub(crate) const SUCCESS_SERVERS: &str = "balancer.health.passive.success_servers";
    pub(crate) const SUCCESS_VOLUME: &str = "balancer.health.passive.success_volume";
    pub(crate) const SWEEP: &str = "balancer.health.passive.sweep_s";
    pub(crate) const LONGEST: &str = "balancer.health.passive.longest_s";
    pub(crate) const MOST: &str = "balancer.health.passive.most_share";
    pub(crate) const TIMEOUT: &str = "retry_policy.timeout_s";
    pub(crate) const RETRIES: &str = "retry_policy.retries";
    pub(crate) const BACKOFF: &str = "retry_policy.backoff_s";
    pub(crate) const BUDGET: &str = "retry_policy.budget";
    pub(crate) const HEDGE: &str = "retry_policy.hedge.after_s";
    pub(crate) const RETRY_TO: &str = "retry_policy.resend.to";
    pub(crate) const WITHIN: &str = "retry_policy.resend.within_s";
    pub(crate) const OVERPROVISIONING: &str = "balancer.locality.overprovisioning";
}

/// A time to wait, as a field's value: a day or more is for ever.
pub(crate) fn patience(seconds: f64) -> String {
    if seconds <= 0.0 || seconds >= 86_400.0 {
        "null".into()
    } else {
        seconds.to_string()
    }
}
