//! JSON as people write it, made into what a scenario's fields hold: a strategy by its word,
//! servers by their number, times with a unit. What cannot be is refused by field, value and range.

use super::{did_you_mean, words};
use crate::scenario::fields::{self, Field};
use crate::scenario::limits::SERVERS;
use crate::scenario::{Fault, FieldError, KeySource, PlannedChange, Rule, Scenario, ServerState};
use serde_json::{Map, Value, json};

/// Fields' former names.
const FORMER: [(&str, &str); 2] = [("patience", "retry_policy"), ("programs", "instances")];

/// A scenario that has one of everything.
pub(super) fn template() -> Scenario {
    let mut scenario = Scenario::default();
    scenario.servers.truncate(1);
    scenario.balancer.rules = vec![Rule {
        by: KeySource::Url,
        pattern: "/chat/".into(),
        servers: vec![0],
    }];
    scenario.faults = vec![Fault {
        at_s: 0.0,
        server: 0,
        state: ServerState::Down,
    }];
    scenario.changes = vec![PlannedChange {
        at_s: 0.0,
        field: "sizes.mean".into(),
        to: 1.0,
        over_s: 0.0,
        every_s: None,
    }];
    scenario
}

/// The tree with every value as its field holds it.
///
/// # Errors
/// The first field that is unknown, or whose value is not allowed.
pub(super) fn normal(tree: Value) -> Result<Value, FieldError> {
    node(tree, &json!(template()), &mut Vec::new())
}

/// A step of a path: a field's name or a place in a list.
enum Step {
    Name(String),
    Place(usize),
}

/// A path as messages name it, and as the table of fields does.
fn paths(steps: &[Step]) -> (String, String) {
    let mut shown = String::new();
    let mut listed = String::new();
    for step in steps {
        match step {
            Step::Name(name) => {
                let dot = if shown.is_empty() { "" } else { "." };
                shown += &format!("{dot}{name}");
                listed += &format!("{dot}{name}");
            }
            Step::Place(i) => {
                shown += &format!("[{i}]");
                listed += ".*";
            }
        }
    }
    (shown, listed)
}

fn row(path: &str) -> Option<&'static Field> {
    fields::all().find(|field| field.path == path)
}

fn node(value: Value, like: &Value, steps: &mut Vec<Step>) -> Result<Value, FieldError> {
    let (shown, listed) = paths(steps);
    match (value, like) {
        (Value::String(word), Value::Object(_)) if listed == "balancer.strategy" => {
            leaf(&json!(word), "balancer.strategy.id", &shown).map(|id| json!({ "id": id }))
        }
        (Value::Object(object), Value::Object(known)) => map(object, known, steps),
        (Value::Number(n), Value::Array(_)) if listed == "servers" => {
            let count = n.as_u64().filter(|&n| SERVERS.allows(n as f64));
            let count = count.ok_or_else(|| {
                FieldError::new(
                    "servers",
                    &n,
                    format!("{} to {}, or a list", SERVERS.min, SERVERS.max),
                )
            })?;
            Ok(json!(vec![json!({}); count as usize]))
        }
        (Value::Array(items), Value::Array(known)) => {
            let like = known.first().unwrap_or(&Value::Null);
            let mut list = Vec::new();
            for (i, item) in items.into_iter().enumerate() {
                steps.push(Step::Place(i));
                list.push(node(item, like, steps)?);
                steps.pop();
            }
            Ok(Value::Array(list))
        }
        (found, Value::Object(_)) => Err(FieldError::new(
            shown,
            found,
            "an object of fields, such as {}",
        )),
        (found, Value::Array(_)) => Err(FieldError::new(shown, found, "a list, such as []")),
        (found, _) => leaf(&found, &listed, &shown),
    }
}

fn map(
    object: Map<String, Value>,
    known: &Map<String, Value>,
    steps: &mut Vec<Step>,
) -> Result<Value, FieldError> {
    let mut normal = Map::new();
    for (name, value) in object {
        let former = FORMER
            .iter()
            .find(|(former, now)| *former == name && known.contains_key(*now));
        let name = former.map_or(name.as_str(), |(_, now)| now).to_string();
        let Some(like) = known.get(&name) else {
            steps.push(Step::Name(name.clone()));
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            let mut near = did_you_mean::elsewhere(&name);
            if near.is_empty() {
                near = did_you_mean::nearest(&name, names.iter().copied());
            }
            let allowed = format!("one of {}{near}", names.join(", "));
            return Err(FieldError::new(paths(steps).0, "an unknown field", allowed));
        };
        steps.push(Step::Name(name.clone()));
        let value = node(value, like, steps)?;
        steps.pop();
        normal.insert(name, value);
    }
    Ok(Value::Object(normal))
}

/// A value that is no object and no list.
fn leaf(found: &Value, listed: &str, shown: &str) -> Result<Value, FieldError> {
    // What has no row is checked as a whole afterwards.
    let Some(field) = row(listed) else {
        return Ok(found.clone());
    };
    let text = match found {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let as_text = matches!(field.kind, fields::Kind::Text) && !found.is_string();
    let refused = |allowed: String| FieldError::new(shown, found, allowed);
    if as_text {
        return Err(refused(field.kind.allowed()));
    }
    let value = words::value(field, &text).map_err(|error| refused(error.allowed))?;
    if let (Some(range), fields::Value::Number(x)) = (field.range(), &value)
        && (!range.allows(*x) || range.whole && x.fract() != 0.0)
    {
        return Err(refused(field.kind.allowed()));
    }
    Ok(match value {
        fields::Value::Number(x) if found.is_number() => {
            let whole = field.range().is_some_and(|range| range.whole);
            // What is whole in value is written so: 2.0 as 2.
            if whole && x.fract() == 0.0 && x.abs() < 1e15 {
                json!(x as i64)
            } else {
                found.clone()
            }
        }
        // A number in quotation marks is taken for one only with its unit.
        fields::Value::Number(_) if text.parse::<f64>().is_ok() => {
            return Err(refused(format!(
                "{}, without quotation marks",
                field.kind.allowed()
            )));
        }
        fields::Value::Number(x) => json!(x),
        fields::Value::Off => Value::Null,
        fields::Value::Word(word) => json!(word),
        fields::Value::Flag(on) => json!(on),
        fields::Value::Text(text) => json!(text),
    })
}
