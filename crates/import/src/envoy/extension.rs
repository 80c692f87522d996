//! A cluster's `load_balancing_policy`: policies as extensions, of which Envoy takes the first that
//! it has.

use super::{number, text};
use crate::draft::{Pool, path, set};
use crate::problem::{Problem, Wrong};
use crate::yaml::Node;

/// The policy by its word of `lb_policy`, and its configuration; None without one that has a word.
///
/// # Errors
/// A field of the wrong type.
pub(super) fn policy(node: &Node) -> Result<Option<(usize, &'static str, &Node)>, Problem> {
    let Some(policies) = node.get("load_balancing_policy")? else {
        return Ok(None);
    };
    for policy in policies.list("policies")? {
        let Some(extension) = policy.get("typed_extension_config")? else {
            continue;
        };
        let (line, name) = text(extension, &["name"])?.unwrap_or((extension.line, ""));
        let word = match name.rsplit('.').next().unwrap_or_default() {
            "round_robin" => "ROUND_ROBIN",
            "least_request" => "LEAST_REQUEST",
            "random" => "RANDOM",
            "ring_hash" => "RING_HASH",
            "maglev" => "MAGLEV",
            _ => continue,
        };
        if let Some(config) = extension.get("typed_config")? {
            config.get("@type")?;
            return Ok(Some((line, word, config)));
        }
        return Ok(Some((line, word, extension)));
    }
    Ok(None)
}

/// The settings of its configuration.
///
/// # Errors
/// A field of the wrong type, or a way to select that Envoy has not got.
pub(super) fn settings(config: &Node, pool: &mut Pool) -> Result<(), Problem> {
    number(config, &["choice_count"], path::CHOICES, 1.0, pool)?;
    number(config, &["minimum_ring_size"], path::RING_SIZE, 1.0, pool)?;
    let bias = ["active_request_bias", "default_value"];
    number(config, &bias, path::BIAS, 1.0, pool)?;
    config.at(&["active_request_bias", "runtime_key"])?;
    if let Some((line, method)) = text(config, &["selection_method"])? {
        let source = format!("selection_method: {method}");
        let scans = match method {
            "FULL_SCAN" => true,
            "N_CHOICES" => false,
            _ => return Err(Problem::new(line, method, Wrong::Method)),
        };
        set(&mut pool.settings, (line, &source), path::FULL_SCAN, scans);
    }
    Ok(())
}
