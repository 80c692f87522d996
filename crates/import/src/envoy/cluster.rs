//! A cluster.

use super::{extension, number, outliers, text};
use crate::draft::{Draft, Member, Pool, path, set, set_default};
use crate::note::Reason;
use crate::problem::{Problem, Wrong};
use crate::units::{count, duration};
use crate::yaml::Node;
use equipoise_engine::scenario::ServerState;

/// Reads a cluster. The route that leads there says what its hashes are made of.
///
/// # Errors
/// A field of the wrong type, a policy that Envoy has not got, or a server without an address.
pub(super) fn pool(node: &Node, draft: &mut Draft) -> Result<Pool, Problem> {
    let name = text(node, &["name"])?;
    let (line, name) =
        name.ok_or_else(|| Problem::new(node.line, node.source(), Wrong::Incomplete))?;
    let mut pool = Pool {
        line,
        name: name.into(),
        ..Pool::default()
    };
    if let Some((line, kind)) = text(node, &["type"])?
        && !matches!(kind, "STATIC" | "STRICT_DNS" | "LOGICAL_DNS")
    {
        draft.lose(line, &format!("type: {kind}"), Reason::Discovery);
    }
    if let Some(assignment) = node.get("load_assignment")? {
        assignment.get("cluster_name")?;
        let factor = ["policy", "overprovisioning_factor"];
        number(assignment, &factor, path::OVERPROVISIONING, 0.01, &mut pool)?;
        for endpoints in assignment.list("endpoints")? {
            locality(endpoints, &mut pool, draft)?;
        }
    }
    policy(node, &mut pool, draft)?;
    health(node, &mut pool, draft)?;
    breakers(node, &mut pool, draft)?;
    Ok(pool)
}

/// The levels of priority that a scenario may have.
const PRIORITIES: u32 = 16;

/// Servers in one place.
fn locality(node: &Node, pool: &mut Pool, draft: &mut Draft) -> Result<(), Problem> {
    let priority = match text(node, &["priority"])? {
        Some((line, priority)) => count(line, priority)?,
        None => 0,
    };
    for field in ["locality", "load_balancing_weight"] {
        if let Some(place) = node.get(field)? {
            draft.lose(
                place.line,
                &format!("{field}: {}", place.source()),
                Reason::Places,
            );
        }
    }
    for host in node.list("lb_endpoints")? {
        let address = host.at(&["endpoint", "address"])?;
        let Some(address) = address else {
            return Err(Problem::new(host.line, host.source(), Wrong::Address));
        };
        let path = text(address, &["pipe", "path"])?;
        let socket = text(address, &["socket_address", "address"])?;
        let port = text(address, &["socket_address", "port_value"])?;
        let (line, name) = match (path, socket, port) {
            (_, Some((line, host)), Some((_, port))) => (line, format!("{host}:{port}")),
            (Some((line, path)), ..) => (line, path.to_string()),
            _ => return Err(Problem::new(address.line, address.source(), Wrong::Address)),
        };
        let mut member = Member::new(line, &name, &name);
        member.priority = priority.min(PRIORITIES - 1);
        if let Some((line, weight)) = text(host, &["load_balancing_weight"])? {
            member.weight = u64::from(count(line, weight)?);
        }
        member.state = match text(host, &["health_status"])? {
            Some((_, "DRAINING")) => ServerState::Draining,
            Some((_, "UNHEALTHY" | "TIMEOUT")) => ServerState::Down,
            _ => ServerState::Up,
        };
        pool.members.push(member);
    }
    Ok(())
}

/// The policy and its settings.
fn policy(node: &Node, pool: &mut Pool, draft: &mut Draft) -> Result<(), Problem> {
    let extension = extension::policy(node)?;
    let named = text(node, &["lb_policy"])?.unwrap_or((pool.line, "ROUND_ROBIN"));
    let (line, policy) = extension.map_or(named, |(line, policy, _)| (line, policy));
    let source = format!("lb_policy: {policy}");
    let at = (line, source.as_str());
    let equal = pool
        .members
        .windows(2)
        .all(|pair| pair[0].weight == pair[1].weight);
    let strategy = match policy {
        "ROUND_ROBIN" if equal => "round-robin",
        "ROUND_ROBIN" => "edf-wrr",
        "LEAST_REQUEST" => "least-request",
        "RANDOM" => "random",
        "RING_HASH" => "envoy-ring",
        "MAGLEV" => "maglev",
        "CLUSTER_PROVIDED" | "LOAD_BALANCING_POLICY_CONFIG" => {
            draft.lose(line, &source, Reason::Nearest);
            "round-robin"
        }
        _ => return Err(Problem::new(line, policy, Wrong::Method)),
    };
    set(&mut pool.settings, at, path::STRATEGY, strategy);
    let hashes = matches!(policy, "RING_HASH" | "MAGLEV");
    if policy == "RING_HASH" {
        set_default(&mut pool.settings, at, path::RING_SIZE, 1024);
    }
    number(
        node,
        &["ring_hash_lb_config", "minimum_ring_size"],
        path::RING_SIZE,
        1.0,
        pool,
    )?;
    number(
        node,
        &["least_request_lb_config", "choice_count"],
        path::CHOICES,
        1.0,
        pool,
    )?;
    let bias = [
        "least_request_lb_config",
        "active_request_bias",
        "default_value",
    ];
    number(node, &bias, path::BIAS, 1.0, pool)?;
    node.at(&[
        "least_request_lb_config",
        "active_request_bias",
        "runtime_key",
    ])?;
    for config in ["round_robin_lb_config", "least_request_lb_config"] {
        let window = text(node, &[config, "slow_start_config", "slow_start_window"])?;
        if let Some((line, window)) = window {
            let seconds = duration(line, window, 1.0)?;
            let source = format!("slow_start_window: {window}");
            set(
                &mut pool.settings,
                (line, &source),
                path::SLOW_START,
                seconds,
            );
        }
    }
    if let Some((_, _, config)) = extension {
        extension::settings(config, pool)?;
    }
    let factor = [
        "common_lb_config",
        "consistent_hashing_lb_config",
        "hash_balance_factor",
    ];
    if let Some((line, factor)) = text(node, &factor)?.filter(|_| hashes) {
        let source = format!("hash_balance_factor: {factor}");
        set(
            &mut pool.settings,
            (line, &source),
            path::STRATEGY,
            "envoy-bounded-load",
        );
        set(
            &mut pool.settings,
            (line, &source),
            path::BALANCE_FACTOR,
            count(line, factor)?,
        );
    }
    let usual = format!("{}: healthy_panic_threshold 50", pool.name);
    let panic = ["common_lb_config", "healthy_panic_threshold", "value"];
    number(node, &panic, path::PANIC, 0.01, pool)?;
    set_default(&mut pool.settings, (pool.line, &usual), path::PANIC, 0.5);
    node.at(&["common_lb_config", "update_merge_window"])?;
    Ok(())
}

/// Health checks and outlier detection.
fn health(node: &Node, pool: &mut Pool, draft: &mut Draft) -> Result<(), Problem> {
    let checks = node.list("health_checks")?;
    if let Some(check) = checks.first() {
        let (line, interval) = text(check, &["interval"])?
            .ok_or_else(|| Problem::new(check.line, check.source(), Wrong::Incomplete))?;
        let source = format!("interval: {interval}");
        let seconds = duration(line, interval, 1.0)?;
        set(&mut pool.settings, (line, &source), path::CHECK, seconds);
        for (field, path, usual) in [
            ("healthy_threshold", path::RISE, "1"),
            ("unhealthy_threshold", path::FALL, "1"),
        ] {
            let (line, n) = text(check, &[field])?.unwrap_or((check.line, usual));
            set(
                &mut pool.settings,
                (line, &format!("{field}: {n}")),
                path,
                count(line, n)?,
            );
        }
        for field in ["timeout", "http_health_check", "no_traffic_interval"] {
            check.get(field)?;
        }
    }
    for other in checks.iter().skip(1) {
        draft.lose(other.line, "health_checks", Reason::OneForAll);
    }
    let Some(detection) = node.get("outlier_detection")? else {
        return Ok(());
    };
    let (line, fails) = text(detection, &["consecutive_5xx"])?.unwrap_or((detection.line, "5"));
    let source = format!("consecutive_5xx: {fails}");
    set(
        &mut pool.settings,
        (line, &source),
        path::MAX_FAILS,
        count(line, fails)?,
    );
    let time = text(detection, &["base_ejection_time"])?;
    let (line, time) = time.unwrap_or((detection.line, "30s"));
    let source = format!("base_ejection_time: {time}");
    set(
        &mut pool.settings,
        (line, &source),
        path::EJECTION,
        duration(line, time, 1.0)?,
    );
    outliers::rest(detection, pool)
}

/// Circuit breakers: limits of the cluster, of each server, and of retries.
fn breakers(node: &Node, pool: &mut Pool, draft: &mut Draft) -> Result<(), Problem> {
    let Some(breakers) = node.get("circuit_breakers")? else {
        return Ok(());
    };
    for (i, limits) in breakers.list("thresholds")?.iter().enumerate() {
        let other = text(limits, &["priority"])?.filter(|(_, priority)| *priority != "DEFAULT");
        if let Some((line, priority)) = other {
            draft.lose(line, &format!("priority: {priority}"), Reason::OneForAll);
            continue;
        }
        if i > 0 {
            continue;
        }
        // A number that stands for no limit.
        let some = |(_, n): &(usize, &str)| n.parse::<u32>().is_ok_and(|n| n < 1_000_000);
        if let Some((line, most)) = text(limits, &["max_requests"])?.filter(some) {
            let source = format!("max_requests: {most}");
            set(
                &mut pool.settings,
                (line, &source),
                path::SHED,
                count(line, most)?,
            );
        }
        let budget = ["retry_budget", "budget_percent", "value"];
        number(limits, &budget, path::BUDGET, 0.01, pool)?;
        limits.at(&["retry_budget", "min_retry_concurrency"])?;
        for field in ["max_connections", "max_pending_requests", "max_retries"] {
            if let Some((line, most)) = text(limits, &[field])?.filter(some) {
                draft.lose(line, &format!("{field}: {most}"), Reason::Queue);
            }
        }
    }
    for limits in breakers.list("per_host_thresholds")? {
        if let Some((line, most)) = text(limits, &["max_connections"])? {
            let most = count(line, most)?;
            pool.members
                .iter_mut()
                .for_each(|member| member.slots = Some(most));
        }
    }
    Ok(())
}
