//! The servers of a cluster, as Envoy's configuration.

use super::program::{takes_new, weighs};
use crate::balance::StrategyId;
use crate::scenario::{Scenario, ServerState};
use std::fmt::Write as _;

/// The servers of a cluster, by level.
pub(super) fn endpoints(scenario: &Scenario, cluster: &str, members: &[usize], text: &mut String) {
    _ = writeln!(text, "    load_assignment:\n      cluster_name: {cluster}");
    // Envoy's levels begin at 0 and leave none out; backups come after all others.
    let mut levels: Vec<(bool, u32)> = members.iter().map(|&s| level(scenario, s)).collect();
    levels.sort_unstable();
    levels.dedup();
    let factor = (scenario.balancer.locality.overprovisioning * 100.0).round();
    if levels.len() > 1 && factor != ENVOYS_FACTOR {
        _ = writeln!(text, "      policy: {{overprovisioning_factor: {factor}}}");
    }
    _ = writeln!(text, "      endpoints:");
    for (number, own) in levels.iter().enumerate() {
        *text += "      - ";
        if number > 0 {
            _ = write!(text, "priority: {number}\n        ");
        }
        *text += "lb_endpoints:\n";
        for &s in members.iter().filter(|&&s| level(scenario, s) == *own) {
            host(scenario, s, text);
        }
    }
}

/// Envoy's `overprovisioning_factor` by itself.
const ENVOYS_FACTOR: f64 = 140.0;

/// A server's level: the least is used first.
fn level(scenario: &Scenario, server: usize) -> (bool, u32) {
    let server = &scenario.servers[server];
    (server.backup, server.priority)
}

/// A server.
fn host(scenario: &Scenario, number: usize, text: &mut String) {
    let addresses = scenario.addresses();
    let server = &scenario.servers[number];
    let address = &addresses[number];
    let (host, port) = address.rsplit_once(':').unwrap_or((address, "80"));
    let address = format!("{{socket_address: {{address: {host}, port_value: {port}}}}}");
    _ = writeln!(text, "        - endpoint: {{address: {address}}}");
    // With unequal weights Envoy would not draw.
    let id = scenario.balancer.strategy.id;
    let weight = if weighs(id) && id != StrategyId::TwoChoices {
        server.weight.max(1)
    } else {
        1
    };
    _ = writeln!(text, "          load_balancing_weight: {weight}");
    match server.state {
        ServerState::Down => *text += "          health_status: UNHEALTHY\n",
        _ if !takes_new(server) => *text += "          health_status: DRAINING\n",
        _ => {}
    }
}
