//! When tasks arrive, how large they are, and who sends them.

use super::{LASTS, SKEW, field};
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind, Value};
use crate::scenario::limits::{UNIFORM_SPREAD_MAX, count, linear, log, tasks};
use crate::scenario::{Pattern, Scenario, SizeLaw};

pub(crate) const ARRIVALS: &[Field] = &[
    field!(arrivals.pattern, "pattern", Kind::Choice(Pattern::WORDS)),
    field!(
        arrivals.rate_per_s,
        "rate",
        Kind::Number(log(0.000_1, 1e6, 100.0, 0.1, "per-second"))
    )
    .shown(|s| matches!(s.arrivals.pattern, Pattern::Poisson | Pattern::Bursty)),
    INTERVAL,
    field!(
        arrivals.start_s,
        "start",
        Kind::Number(linear(0.0, 10_000.0, 30.0, 1.0, "seconds"))
    )
    .shown(has_interval),
    field!(arrivals.burst_on_s, "burst-on", Kind::Number(LASTS)).shown(is_bursty),
    field!(arrivals.burst_off_s, "burst-off", Kind::Number(LASTS)).shown(is_bursty),
    field!(
        arrivals.tasks,
        "tasks",
        Kind::Number(tasks(count(1.0, 50_000.0, 200.0)))
    )
    .shown(|s| s.arrivals.pattern.counts_tasks())
    .label(|s| match s.arrivals.pattern {
        Pattern::Steps => "shards",
        Pattern::Closed => "users",
        _ => "batch-tasks",
    }),
    field!(
        arrivals.pause_s,
        "pause",
        Kind::Number(linear(0.0, 1000.0, 5.0, 0.1, "seconds"))
    )
    .shown(|s| matches!(s.arrivals.pattern, Pattern::Steps | Pattern::Closed)),
    field!(
        sizes.mean,
        "size",
        Kind::Number(log(0.000_001, 1e6, 100.0, 0.1, "work"))
    )
    .shown(has_sizes),
];

/// A request to a language model is as large as its tokens.
fn has_sizes(s: &Scenario) -> bool {
    !s.has_replicas()
}

/// The article's R: the rate, as the time between two tasks. It is not stored.
const INTERVAL: Field = Field::new(
    "arrivals.interval_s",
    "interval",
    Kind::Number(log(0.000_001, 10_000.0, 10.0, 0.1, "seconds")),
    |s, _| Some(Value::Number(1.0 / s.arrivals.rate_per_s)),
    |s, _, value| {
        if let Value::Number(interval_s) = value {
            s.arrivals.rate_per_s = 1.0 / interval_s;
        }
    },
)
.shown(has_interval);

fn has_interval(s: &Scenario) -> bool {
    s.arrivals.pattern == Pattern::Fixed
}

fn is_bursty(s: &Scenario) -> bool {
    s.arrivals.pattern == Pattern::Bursty
}

pub(crate) const SIZES: &[Field] = &[
    field!(sizes.law, "law", Kind::Choice(SizeLaw::WORDS))
        .shown(has_sizes)
        .follow(|s, _| {
            if s.sizes.law == SizeLaw::Uniform {
                s.sizes.spread = s.sizes.spread.min(UNIFORM_SPREAD_MAX);
            }
        }),
    field!(
        sizes.spread,
        "spread",
        Kind::Number(linear(0.0, 20.0, 5.0, 0.05, ""))
    )
    .shown(|s| has_sizes(s) && s.sizes.has_spread())
    .limit(|s| match s.sizes.law {
        SizeLaw::Uniform => (UNIFORM_SPREAD_MAX, " with uniform sizes"),
        _ => (f64::INFINITY, ""),
    }),
];

/// Clients, URLs, tenants.
const KEYS: Kind = Kind::Number(count(1.0, 10_000.0, 100.0));

pub(crate) const CLIENTS: &[Field] = &[
    field!(clients.clients, "clients", KEYS),
    field!(clients.client_skew, "client-skew", Kind::Number(SKEW)),
    field!(clients.urls, "urls", KEYS),
    field!(clients.url_skew, "url-skew", Kind::Number(SKEW)),
    field!(clients.tenants, "tenants", KEYS),
    field!(clients.tenant_skew, "tenant-skew", Kind::Number(SKEW)),
];
