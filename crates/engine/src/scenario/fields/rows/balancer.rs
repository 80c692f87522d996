//! Who picks a server, how and where.

use super::{chosen, field, wait};
use crate::balance::{Draw, EdfVariant, Knowledge, Learner, Policy, StrategyId, for_each_setting};
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

/// Generates the rows of a strategy and its settings from the list of settings.
macro_rules! strategy_rows {
    ($(
        $(#[$doc:meta])*
        $name:ident: $type:ty = $default:expr $(, $label:literal, $kind:expr)?;
    )*) => {
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
            field!(balancer.strategy.listing[*], "policy", Kind::Choice(Policy::WORDS))
                .shown(|s| s.balancer.strategy.id.reads("listing")),
            $($(setting!($name, $label, $kind),)?)*
            field!(balancer.place, "place", Kind::Choice(Place::WORDS)),
        ];
    };
}

for_each_setting!(strategy_rows);

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
        Kind::Number(count(2.0, 250.0, 8.0))
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
