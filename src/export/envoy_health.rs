//! What a scenario knows of health, as Envoy's configuration.

use super::program::{ms, seconds};
use crate::scenario::{Health, Passive, PassiveRule, Scenario};
use std::fmt::Write as _;

/// Health checks, and the ejection of servers that fail. By itself Envoy checks a server without
/// traffic once a minute, takes one out after a single unexpected status, lets ejected ones in
/// every ten seconds, and ejects by success rate too.
pub(super) fn checks(scenario: &Scenario, text: &mut String) {
    let health = &scenario.balancer.health;
    if let Some(interval_s) = health.check_interval_s {
        let interval = seconds(ms(interval_s));
        let rise = health.rise;
        let fall = health.fall;
        _ = write!(
            text,
            "    health_checks:
    - timeout: {interval}
      interval: {interval}
      healthy_threshold: {rise}
      unhealthy_threshold: {fall}
      no_traffic_interval: {interval}
      http_health_check:
        path: /
        retriable_statuses: [{{start: 400, end: 600}}]
"
        );
    }
    if health.counts_failures() {
        outliers(health, text);
    }
}

/// Envoy's outlier detection: as the scenario sets it, or, where failures count in another way, the
/// nearest to it.
fn outliers(health: &Health, text: &mut String) {
    let base_s = health.ejection_s;
    let passive = match health.passive.rule {
        PassiveRule::Envoy => health.passive.clone(),
        _ => Passive {
            sweep_s: 0.1,
            longest_s: base_s,
            most_share: 1.0,
            ..Passive::default()
        },
    };
    _ = writeln!(text, "    outlier_detection:");
    match health.max_fails {
        Some(fails) => _ = writeln!(text, "      consecutive_5xx: {fails}"),
        None => *text += "      enforcing_consecutive_5xx: 0\n",
    }
    _ = write!(
        text,
        "      base_ejection_time: {}
      max_ejection_time: {}
      max_ejection_percent: {}
      interval: {}
",
        seconds(ms(base_s)),
        seconds(ms(passive.longest_s.max(base_s))),
        (passive.most_share * 100.0).round(),
        seconds(ms(passive.sweep_s)),
    );
    if let Some(fails) = passive.gateway_fails {
        _ = write!(
            text,
            "      consecutive_gateway_failure: {fails}
      enforcing_consecutive_gateway_failure: 100
"
        );
    }
    match passive.success_factor {
        None => *text += "      enforcing_success_rate: 0\n",
        Some(factor) => {
            _ = write!(
                text,
                "      success_rate_stdev_factor: {}
      success_rate_minimum_hosts: {}
      success_rate_request_volume: {}
",
                (factor * 1000.0).round(),
                passive.success_servers,
                passive.success_volume,
            );
        }
    }
}
