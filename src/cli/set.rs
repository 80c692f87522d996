//! Changing a scenario by the path of a field, as in `arrivals.rate_per_s=0.9`.

use crate::json::words;
use crate::scenario::fields::At;
use crate::scenario::{FieldError, Scenario};
use serde_json::json;

/// Short names for fields that are set often.
const SHORT: [(&str, &str); 2] = [
    ("rate", "arrivals.rate_per_s"),
    ("strategy", "balancer.strategy.id"),
];

/// The scenario after all `assignments`, each `FIELD=VALUE`, in order; valid.
///
/// # Errors
/// One line: what is wrong with the first assignment that is, or with what came of them all.
pub fn all(scenario: &Scenario, assignments: &[String]) -> Result<Scenario, String> {
    let mut changed = scenario.clone();
    for assignment in assignments {
        let Some((field, value)) = assignment.split_once('=') else {
            let allowed = "FIELD=VALUE, such as arrivals.rate_per_s=0.9";
            return Err(refuse("--set", &format!("{assignment:?}"), allowed));
        };
        one(&mut changed, field.trim(), value.trim())?;
    }
    changed.validate().map_err(|error| error.to_string())?;
    Ok(changed)
}

/// Sets one field by its path in the table of fields; lists and objects, as JSON, by theirs.
///
/// # Errors
/// One line that names the field and what is allowed there.
fn one(scenario: &mut Scenario, field: &str, value: &str) -> Result<(), String> {
    let short = SHORT.iter().find(|(short, _)| *short == field);
    let path = short.map_or(field, |(_, path)| path);
    if value.starts_with(['[', '{']) && part(scenario, path).is_some() {
        *scenario = with_json(scenario, path, field, value)?;
        return Ok(());
    }
    let at: At = match path.parse() {
        Ok(at) => at,
        Err(error) if part(scenario, path).is_none() => {
            return Err(refuse(
                &format!("--set {field}"),
                &error.value,
                &error.allowed,
            ));
        }
        Err(_) => {
            *scenario = with_json(scenario, path, field, value)?;
            return Ok(());
        }
    };
    // As it was typed: a path may be long, and a short name was meant.
    let value = words::value(at.field, value.trim_matches('"'))
        .map_err(|error| refuse(field, value, &error.allowed))?;
    at.set(scenario, &value).map_err(|error| error.to_string())
}

/// The part of a scenario with this path, as JSON.
fn part(scenario: &Scenario, path: &str) -> Option<serde_json::Value> {
    json!(scenario).pointer(&pointer(path)).cloned()
}

fn pointer(path: &str) -> String {
    format!(
        "/{}",
        path.replace('[', ".").replace(']', "").replace('.', "/")
    )
}

/// The scenario with a list or an object in it replaced; of the right type, but not yet valid.
fn with_json(
    scenario: &Scenario,
    path: &str,
    field: &str,
    value: &str,
) -> Result<Scenario, String> {
    let mut all = json!(scenario);
    if let Some(part) = all.pointer_mut(&pointer(path)) {
        *part = serde_json::from_str(value).unwrap_or_else(|_| json!(value));
    }
    // Errors of types come from the field that was just set: everything else was a scenario before.
    serde_json::from_value(all).map_err(|error| refuse(field, value, &allowed(&error.to_string())))
}

/// What serde would have liked better, in words. Its messages end with it.
fn allowed(error: &str) -> String {
    let (_, expected) = error.rsplit_once("expected ").unwrap_or(("", error));
    match expected {
        "a sequence" => "a list, such as []".into(),
        _ if expected.starts_with("struct ") => "an object of fields, such as {}".into(),
        _ => expected.replace('`', ""),
    }
}

fn refuse(field: &str, value: &str, allowed: &str) -> String {
    FieldError::new(field, value, allowed).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::balance::StrategyId;
    use crate::scenario::presets;

    fn set(assignments: &[&str]) -> Result<Scenario, String> {
        let assignments: Vec<String> = assignments.iter().map(|a| (*a).to_string()).collect();
        all(&presets::find("weights").expect("preset"), &assignments)
    }

    #[test]
    fn fields_of_every_kind_are_set() {
        let s = set(&[
            "arrivals.rate_per_s=0.9",
            "arrivals.pattern=poisson",
            "servers=5",
            "servers[0].speed=3",
            "servers.*.queue=7",
            "arrivals.interval_s=2.5",
            "servers.1.queue=null",
            "balancer.dispatcher.connections=9",
            "strategy=pull",
            "name=12",
        ])
        .expect("all good");
        assert_eq!(
            (s.arrivals.rate_per_s, s.servers.len(), s.servers[0].speed),
            (0.4, 5, 3.0)
        );
        assert_eq!((s.servers[4].queue, s.servers[1].queue), (Some(7), None));
        assert_eq!(
            (s.balancer.dispatcher.connections, s.balancer.strategy.id),
            (Some(9), StrategyId::Pull)
        );
        assert_eq!((s.name.as_str(), s.servers[4].speed), ("12", 0.5));
        assert_eq!(set(&["servers=2"]).expect("good").servers.len(), 2);
    }

    /// The assignment is refused, with these words.
    fn check(assignment: &str, words: &[&str]) {
        let line = set(&[assignment]).expect_err(assignment);
        assert!(
            words.iter().all(|word| line.contains(word)),
            "{assignment}: {line}"
        );
    }

    #[test]
    fn errors_say_what_is_allowed() {
        check(
            "arrivals.rat=1",
            &[
                "--set arrivals.rat is unknown at \"rat\"",
                "did you mean arrivals.rate_per_s?",
                "There are pattern, ",
                "burst_on_s",
            ],
        );
        check(
            "speed=1",
            &["\"speed\"", "did you mean servers.*.speed?", "arrivals"],
        );
        check("sevrers.0.weight=2", &["mean servers.*.weight?"]);
        check("balancer.health.fal=2", &["mean balancer.health.fall?"]);
        check("servers.9.speed=1", &["\"9\"", "0 to 2"]);
        check("servers.0.speed.x=1", &["\"x\"", "none inside"]);
        check(
            "arrivals.rate_per_s=fast",
            &["arrivals.rate_per_s is fast; allowed: a number"],
        );
        check(
            "arrivals.rate_per_s=NaN",
            &["arrivals.rate_per_s is NaN; allowed: a number"],
        );
        check("rate=null", &["rate is null; allowed: a number"]);
        check(
            "retry_policy.timeout_s=soon",
            &["retry_policy.timeout_s is soon; allowed: a number"],
        );
        check(
            "servers=[5]",
            &["servers is [5]; allowed: an object of fields"],
        );
        check(
            "servers.0=5",
            &["servers.0 is 5; allowed: an object of fields"],
        );
        check(
            "balancer.rules=none",
            &["balancer.rules is none; allowed: a list"],
        );
        check(
            "faults.0.at_s=1",
            &["unknown at \"0\"", "the list there is empty"],
        );
        check(
            "faults.*.nonsense=1",
            &["unknown at \"nonsense\"", "at_s, server, state"],
        );
        check(
            "arrivals.rate_per_s=0",
            &["arrivals.rate_per_s is 0", "0.0001 to 1000000"],
        );
        check("arrivals.pattern=sometimes", &["sometimes", "poisson"]);
        check(
            "servers.0.weight=2.5",
            &["servers[0].weight is 2.5; allowed: a whole number from 0 to 1000000"],
        );
        check("seed=-1", &["seed is -1; allowed: 0 to 4294967295"]);
        check("servers=0", &["servers is 0", "1 to 256"]);
        check("servers=1e9", &["1 to 256"]);
        check("seed", &["FIELD=VALUE"]);
        check(
            "servers=many",
            &["servers is many; allowed: a whole number from 1 to 256"],
        );
        check("strategy=best", &["best", "round-robin"]);
    }
}
