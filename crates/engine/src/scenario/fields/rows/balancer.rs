//! Who picks a server, how and where.

use super::{chosen, field, wait};
use crate::balance::{Draw, EdfVariant, Knowledge, Policy, StrategyId};
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind};
use crate::scenario::limits::{Range, count, linear, log, log_count, tasks};
use crate::scenario::{KeySource, Place, Scenario};

/// A row of a strategy's setting: it is shown for the strategies that read it.
macro_rules! setting {
    ($name:ident, $id:literal, $kind:expr) => {
        field!(balancer.strategy.$name, $id, $kind)
            .shown(|s| s.balancer.strategy.id.reads(stringify!($name)))
    };
}

pub(crate) const STRATEGY: &[Field] = &[
    field!(
        balancer.strategy.id,
        "strategy",
        Kind::Choice(StrategyId::WORDS)
    )
    .follow(|s, _| {
        if s.balancer.place == Place::Hardware {
            // All that a device sees; strategies that look at nothing do not mind.
            s.balancer.strategy.key = KeySource::Ip;
        }
    }),
    setting!(knowledge, "knowledge", Kind::Choice(Knowledge::WORDS)),
    setting!(key, "key", Kind::Choice(KeySource::WORDS)),
    setting!(
        virtual_nodes,
        "virtual-nodes",
        Kind::Number(log_count(1.0, 1000.0, 1000.0))
    ),
    setting!(
        ring_size,
        "ring-size",
        Kind::Number(log_count(1.0, 65_536.0, 65_536.0))
    ),
    setting!(
        balance_factor,
        "balance-factor",
        Kind::Number(count(101.0, 1000.0, 300.0))
    ),
    field!(balancer.strategy.listing[*], "policy", Kind::Choice(Policy::WORDS))
        .shown(|s| s.balancer.strategy.id.reads("listing")),
    setting!(listing_mended, "mended", Kind::Flag),
    setting!(choices, "choices", Kind::Number(count(1.0, 256.0, 8.0))),
    setting!(draw, "draw", Kind::Choice(Draw::WORDS)),
    setting!(edf, "edf", Kind::Choice(EdfVariant::WORDS)),
    setting!(
        least_request_bias,
        "bias",
        Kind::Number(linear(0.0, 10.0, 4.0, 0.1, ""))
    ),
    setting!(ewma_decay_s, "decay", Kind::Number(wait(100.0))),
    setting!(probes, "probes", Kind::Number(count(1.0, 16.0, 8.0))),
    setting!(probe_ttl_s, "probe-ttl", Kind::Number(wait(100.0))),
    setting!(
        hot_quantile,
        "hot-quantile",
        Kind::Number(linear(0.0, 1.0, 1.0, 0.01, ""))
    ),
    field!(balancer.place, "place", Kind::Choice(Place::WORDS)),
];

/// Decisions per second.
const DECISIONS: Kind = Kind::Optional(log(0.01, 1e8, 1000.0, 1.0, "per-second"), 10.0);
/// Time from a decision to the task's arrival.
const LATENCY: Kind = Kind::Number(linear(0.0, 100.0, 2.0, 0.01, "seconds"));
/// Tasks in progress at a balancer.
pub(super) const CONNECTIONS: Range = tasks(log_count(1.0, 1e6, 1000.0));

pub(crate) const DISPATCHER: &[Field] = &[
    field!(balancer.dispatcher.decisions_per_s, "limit-rate", DECISIONS),
    field!(balancer.dispatcher.latency_s, "latency", LATENCY),
    field!(
        balancer.dispatcher.connections,
        "limit-connections",
        Kind::Optional(CONNECTIONS, 10.0)
    ),
    field!(
        balancer.instances,
        "programs",
        Kind::Number(count(2.0, 8.0, 8.0))
    )
    .shown(is_hybrid),
];

pub(crate) const FRONT: &[Field] = &[
    field!(
        balancer.front.decisions_per_s,
        "front-limit-rate",
        DECISIONS
    )
    .shown(is_hybrid)
    .label(|_| "limit-rate"),
    field!(balancer.front.latency_s, "front-latency", LATENCY)
        .shown(is_hybrid)
        .label(|_| "latency"),
    field!(
        balancer.front.connections,
        "front-limit-connections",
        Kind::Optional(CONNECTIONS, 10.0)
    )
    .shown(is_hybrid)
    .label(|_| "limit-connections"),
];

fn is_hybrid(s: &Scenario) -> bool {
    s.balancer.place == Place::Hybrid
}

pub(crate) const RULES: &[Field] = &[
    field!(
        balancer.rules[by],
        "rule-by",
        Kind::Choice(KeySource::WORDS)
    )
    .follow(|s, index| {
        // The old pattern would not fit the new kind of key.
        for rule in chosen(&mut s.balancer.rules, index) {
            rule.pattern = rule.by.usual_pattern().into();
        }
    }),
    field!(balancer.rules[pattern], "rule-pattern", Kind::Text),
];
