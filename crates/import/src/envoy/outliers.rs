//! Outlier detection, beyond errors in a row and the time of an ejection.

use super::text;
use crate::draft::{Pool, path, set};
use crate::problem::Problem;
use crate::units::{count, duration};
use crate::yaml::Node;

/// The settings of Envoy's own rule, with what holds without a word.
pub(super) fn rest(node: &Node, pool: &mut Pool) -> Result<(), Problem> {
    let settings = &mut pool.settings;
    set(
        settings,
        (node.line, "outlier_detection"),
        path::RULE,
        "envoy",
    );
    for (field, path, usual) in [
        ("interval", path::SWEEP, "10s"),
        ("max_ejection_time", path::LONGEST, "300s"),
    ] {
        let (line, time) = text(node, &[field])?.unwrap_or((node.line, usual));
        let source = format!("{field}: {time}");
        set(settings, (line, &source), path, duration(line, time, 1.0)?);
    }
    let (line, most) = text(node, &["max_ejection_percent"])?.unwrap_or((node.line, "10"));
    let source = format!("max_ejection_percent: {most}");
    let share = f64::from(count(line, most)?.min(100)) / 100.0;
    set(settings, (line, &source), path::MOST, share);
    if is_enforced(node, "enforcing_consecutive_5xx", "100")?.is_none() {
        let source = "enforcing_consecutive_5xx: 0";
        set(settings, (node.line, source), path::MAX_FAILS, "null");
    }
    let (line, fails) = text(node, &["consecutive_gateway_failure"])?.unwrap_or((node.line, "5"));
    if is_enforced(node, "enforcing_consecutive_gateway_failure", "0")?.is_some() {
        let source = format!("consecutive_gateway_failure: {fails}");
        set(
            settings,
            (line, &source),
            path::GATEWAY_FAILS,
            count(line, fails)?,
        );
    }
    let enforced = is_enforced(node, "enforcing_success_rate", "100")?.is_some();
    let (line, factor) = text(node, &["success_rate_stdev_factor"])?.unwrap_or((node.line, "1900"));
    if enforced {
        let source = format!("success_rate_stdev_factor: {factor}");
        let factor = f64::from(count(line, factor)?) / 1000.0;
        set(settings, (line, &source), path::SUCCESS_FACTOR, factor);
    }
    for (field, path, usual) in [
        ("success_rate_minimum_hosts", path::SUCCESS_SERVERS, "5"),
        ("success_rate_request_volume", path::SUCCESS_VOLUME, "100"),
    ] {
        let (line, n) = text(node, &[field])?.unwrap_or((node.line, usual));
        if enforced {
            set(
                settings,
                (line, &format!("{field}: {n}")),
                path,
                count(line, n)?,
            );
        }
    }
    Ok(())
}

/// Whether a rule ejects at all: its line if its share of enforced ejections is not 0.
fn is_enforced(node: &Node, field: &str, usual: &str) -> Result<Option<usize>, Problem> {
    let (line, share) = text(node, &[field])?.unwrap_or((node.line, usual));
    Ok((count(line, share)? > 0).then_some(line))
}
