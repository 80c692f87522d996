//! Who serves.

use super::field;
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind, Value};
use crate::scenario::limits::{self, count, linear, log, tasks};
use crate::scenario::{ServerState, Service};

pub(crate) const SERVERS: &[Field] = &[
    COUNT,
    field!(servers[weight], "weight", Kind::Number(limits::WEIGHT)).limit(|s| {
        match s.balancer.strategy.id.lays_weights_out() {
            true => (
                f64::from(limits::LAID_OUT_WEIGHT_MAX),
                ", as this strategy lays out its turns beforehand",
            ),
            false => (limits::WEIGHT.max, ""),
        }
    }),
];

/// How many servers: new ones are like the last.
const COUNT: Field = Field::new(
    "servers",
    "count",
    Kind::Number(limits::SERVERS),
    |s, _| Some(Value::Number(s.servers.len() as f64)),
    |s, _, value| {
        if let Value::Number(n) = value {
            let like = s.servers.last().cloned().unwrap_or_default();
            s.servers.resize(*n as usize, like);
        }
    },
)
.follow(|s, _| {
    // Rules forget servers that are gone.
    let n = s.servers.len();
    for rule in &mut s.balancer.rules {
        rule.servers.retain(|&server| usize::from(server) < n);
    }
    s.balancer.rules.retain(|rule| !rule.servers.is_empty());
    s.autoscaler.on_at_start = s.autoscaler.on_at_start.min(n as u32);
    s.autoscaler.least = s.autoscaler.least.min(n as u32);
    let scheduled = &mut s.autoscaler.schedule.servers;
    *scheduled = (*scheduled).min(n as u32);
});

pub(crate) const SPEEDS: &[Field] = &[field!(
    servers[speed],
    "speed",
    Kind::Number(log(0.01, 100_000.0, 100.0, 0.1, "speed"))
)];

pub(crate) const ALL_SERVERS: &[Field] = &[
    field!(
        servers[slots],
        "slots",
        Kind::Number(count(1.0, 1024.0, 16.0))
    ),
    field!(servers[service], "service", Kind::Choice(Service::WORDS)),
    field!(
        servers[queue],
        "limit-queue",
        Kind::Optional(tasks(count(0.0, 100_000.0, 50.0)), 5.0)
    ),
];

pub(crate) const STATES: &[Field] = &[
    field!(servers[state], "state", Kind::Choice(ServerState::WORDS)),
    field!(
        servers[slowdown],
        "slowdown",
        Kind::Number(log(1.0, 1000.0, 20.0, 0.5, ""))
    ),
    field!(
        servers[error_s],
        "error",
        Kind::Number(log(0.000_1, 100.0, 1.0, 0.001, "seconds"))
    ),
    field!(
        servers[error_share],
        "error-share",
        Kind::Number(linear(0.0, 1.0, 1.0, 0.01, ""))
    ),
    field!(servers[backup], "backup", Kind::Flag),
];
