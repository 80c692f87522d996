//! Changing a scenario by the path of a field, as in `arrivals.rate_per_s=0.9`.

use crate::scenario::{FieldError, Scenario, limits};
use serde_json::{Value, json};

/// Short names for fields that are set often.
const SHORT: [(&str, &str); 2] = [
    ("rate", "arrivals.rate_per_s"),
    ("strategy", "balancer.strategy.id"),
];

/// The scenario after all `assignments`, each `FIELD=VALUE`, in order; valid.
///
/// # Errors
/// One line: what is wrong with the first assignment that is, or with what came of them all.
pub(super) fn all(scenario: &Scenario, assignments: &[String]) -> Result<Scenario, String> {
    let mut changed = scenario.clone();
    for assignment in assignments {
        let Some((field, value)) = assignment.split_once('=') else {
            return Err(refuse(
                "--set",
                &format!("{assignment:?}"),
                "FIELD=VALUE, such as arrivals.rate_per_s=0.9",
            ));
        };
        changed = one(&changed, field.trim(), value.trim())?;
    }
    changed.validate().map_err(|error| error.to_string())?;
    Ok(changed)
}

/// The scenario with one field set; of the right type, but not yet valid. A path goes through
/// objects by name and through lists by number, or by `*` for all; `servers[0].speed` is
/// `servers.0.speed`. A number for a list of servers is how many there are: more of the last, or
/// fewer.
///
/// # Errors
/// One line that names the field and what is allowed there.
pub(super) fn one(scenario: &Scenario, field: &str, value: &str) -> Result<Scenario, String> {
    let path = SHORT
        .iter()
        .find(|(short, _)| *short == field)
        .map_or(field, |(_, path)| path);
    let path = path.replace('[', ".").replace(']', "");
    let steps: Vec<&str> = path.split('.').collect();
    let mut all = json!(scenario);
    assign(&mut all, &steps, field, value)?;
    // Errors of types come from the field that was just set: everything else was a scenario before.
    serde_json::from_value(all).map_err(|error| refuse(field, value, &allowed(&error.to_string())))
}

/// What serde would have liked better, in words. Its messages end with it.
fn allowed(error: &str) -> String {
    let expected = error
        .rsplit_once("expected ")
        .map_or(error, |(_, expected)| expected);
    match expected {
        "f64" => "a number".to_string(),
        "u16" => format!("a whole number from 0 to {}", u16::MAX),
        "u32" => format!("a whole number from 0 to {}", u32::MAX),
        "a boolean" => "true or false".to_string(),
        "a sequence" => "a list, such as []".to_string(),
        _ if expected.starts_with("struct ") => "an object of fields, such as {}".to_string(),
        _ => expected.replace('`', ""),
    }
}

fn assign(at: &mut Value, steps: &[&str], field: &str, value: &str) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        *at = new_value(at, field, value)?;
        return Ok(());
    };
    let unknown = |allowed: String| {
        refuse(
            &format!("--set {field}"),
            &format!("unknown at {step:?}"),
            &allowed,
        )
    };
    match at {
        Value::Object(fields) => match fields.get_mut(*step) {
            Some(next) => assign(next, rest, field, value),
            None => Err(unknown(
                fields
                    .keys()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(", "),
            )),
        },
        Value::Array(list) if list.is_empty() => Err(unknown(
            "none, as the list there is empty; it can be set as a whole, as JSON".to_string(),
        )),
        Value::Array(list) if *step == "*" => list
            .iter_mut()
            .try_for_each(|next| assign(next, rest, field, value)),
        Value::Array(list) => {
            let last = list.len() - 1;
            match step.parse::<usize>().ok().and_then(|i| list.get_mut(i)) {
                Some(next) => assign(next, rest, field, value),
                None => Err(unknown(format!("0 to {last}, or * for all"))),
            }
        }
        _ => Err(unknown(String::from("no more: this field has none inside"))),
    }
}

/// What the text means in place of `old`.
fn new_value(old: &Value, field: &str, value: &str) -> Result<Value, String> {
    let read = serde_json::from_str::<Value>(value).ok();
    match (old, read) {
        (Value::Array(list), Some(Value::Number(count))) => {
            let count = count.as_f64().unwrap_or(f64::NAN);
            let range = limits::SERVERS;
            if field != "servers" || !range.allows(count) || count.fract() != 0.0 {
                let allowed = format!(
                    "a list, or for servers a whole number from {} to {}",
                    range.min, range.max
                );
                return Err(refuse(&format!("--set {field}"), value, &allowed));
            }
            let last = list.last().cloned().unwrap_or_else(|| json!({}));
            let mut list = list.clone();
            list.resize(count as usize, last);
            Ok(Value::Array(list))
        }
        // A text needs no quotes, not even one that reads like a number.
        (Value::String(_), Some(Value::String(text))) => Ok(Value::String(text)),
        (Value::String(_), _) | (_, None) => Ok(Value::String(value.to_string())),
        (_, Some(read)) => Ok(read),
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
            "servers.1.queue=null",
            "balancer.dispatcher.connections=9",
            "strategy=pull",
            "name=12",
        ])
        .expect("all good");
        assert_eq!(
            (s.arrivals.rate_per_s, s.servers.len(), s.servers[0].speed),
            (0.9, 5, 3.0)
        );
        assert_eq!((s.servers[4].queue, s.servers[1].queue), (Some(7), None));
        assert_eq!(
            (s.balancer.dispatcher.connections, s.balancer.strategy.id),
            (Some(9), StrategyId::Pull)
        );
        assert_eq!((s.name.as_str(), s.servers[4].speed), ("12", 0.5));
        assert_eq!(set(&["servers=2"]).expect("good").servers.len(), 2);
    }

    #[test]
    fn errors_say_what_is_allowed() {
        let error = |assignment| set(&[assignment]).expect_err(assignment);
        let check = |assignment, words: &[&str]| {
            let line = error(assignment);
            assert!(
                words.iter().all(|word| line.contains(word)),
                "{assignment}: {line}"
            );
        };
        check(
            "arrivals.rat=1",
            &[
                "arrivals.rat",
                "\"rat\"",
                "pattern, ",
                "rate_per_s",
                "burst_on_s",
            ],
        );
        check("speed=1", &["\"speed\"", "arrivals", "servers"]);
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
            "patience.timeout_s=soon",
            &["patience.timeout_s is soon; allowed: a number"],
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
            &["unknown at \"*\"", "the list there is empty"],
        );
        check(
            "arrivals.rate_per_s=0",
            &["arrivals.rate_per_s is 0", "0.001 to 1000000"],
        );
        check("arrivals.pattern=sometimes", &["sometimes", "poisson"]);
        check(
            "servers.0.weight=2.5",
            &["servers.0.weight is 2.5; allowed: a whole number from 0 to 4294967295"],
        );
        check(
            "seed=-1",
            &["seed is -1; allowed: a whole number from 0 to 4294967295"],
        );
        check("servers=0", &["servers is 0", "1 to 256"]);
        check("servers=1e9", &["1 to 256"]);
        check("seed", &["FIELD=VALUE"]);
        check("strategy=best", &["best", "round-robin"]);
    }
}
