//! Levels of priority, zones and links, which the page loads later.

use super::field;
use crate::balance::MAX_SERVERS;
use crate::scenario::fields::words::Words;
use crate::scenario::fields::{Field, Kind};
use crate::scenario::limits::{count, linear, log};
use crate::scenario::{Place, Scenario, ZonePreference};

pub(crate) const LOCALITY: &[Field] = &[
    field!(balancer.random_start, "random-start", Kind::Flag)
        .shown(|s| s.balancer.place == Place::Hybrid),
    field!(balancer.subsets, "subsets", Kind::Flag).shown(|s| s.balancer.place == Place::Hybrid),
    field!(
        balancer.locality.overprovisioning,
        "overprovisioning",
        Kind::Number(linear(1.0, 100.0, 3.0, 0.1, ""))
    )
    .shown(|s| s.servers.iter().any(|server| server.priority > 0)),
    field!(
        balancer.locality.zones,
        "zone-preference",
        Kind::Choice(ZonePreference::WORDS)
    )
    .shown(has_zones),
    field!(
        balancer.locality.least_servers,
        "zone-servers",
        Kind::Number(count(0.0, MAX_SERVERS as f64, 16.0))
    )
    .shown(|s| has_zones(s) && s.balancer.locality.zones == ZonePreference::Envoy),
    field!(balancer.locality.latency_s, "zone-latency", WAY).shown(has_zones),
    field!(
        balancer.locality.zones_per_region,
        "region-zones",
        Kind::Number(count(0.0, 15.0, 3.0))
    )
    .shown(has_zones),
    field!(balancer.locality.region_latency_s, "region-latency", WAY)
        .shown(|s| has_zones(s) && s.balancer.locality.zones_per_region > 0),
];

/// How much longer a way is (s).
const WAY: Kind = Kind::Number(linear(0.0, 100.0, 2.0, 0.01, "seconds"));

fn has_zones(s: &Scenario) -> bool {
    s.servers.iter().any(|server| server.zone > 0)
}

pub(crate) const PLACES: &[Field] = &[
    field!(
        servers[priority],
        "priority",
        Kind::Number(count(0.0, 15.0, 3.0))
    ),
    field!(servers[zone], "zone", Kind::Number(count(0.0, 15.0, 3.0))),
    field!(servers[mb_per_s], "link", LINK).shown(sends),
];

/// What a task sends over a link (MB).
const SENT: Kind = Kind::Number(linear(0.0, 1e6, 500.0, 1.0, "megabytes"));
/// What a link sends (MB/s).
const LINK: Kind = Kind::Number(log(0.001, 1e6, 10_000.0, 1.0, "megabytes-per-second"));

pub(crate) const NETWORK: &[Field] = &[
    field!(network.request_mb, "request-size", SENT),
    field!(network.answer_mb, "answer-size", SENT),
    field!(network.data_mb, "data-size", SENT),
    field!(network.mb_per_s, "balancer-link", LINK).shown(|s| s.network.request_mb > 0.0),
    field!(network.jitter_s, "link-jitter", WAY),
];

/// Whether servers' links matter.
fn sends(s: &Scenario) -> bool {
    s.network.answer_mb + s.network.data_mb > 0.0
}
