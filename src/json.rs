//! Scenarios as JSON, for files and for people. The command line reads and writes it, and for the
//! page its worker does.

pub mod did_you_mean;
pub mod reference;
mod tree;
pub mod words;

use crate::import::program;
use crate::link::{ReadError, TEXT_LIMIT};
use crate::scenario::{FieldError, Scenario, ServerConfig};
use serde_json::Value;

/// Reads a scenario; fields that are not there have their default value.
///
/// # Errors
/// See [`ReadError`].
pub fn read(text: &str) -> Result<Scenario, ReadError> {
    if text.len() > TEXT_LIMIT {
        return Err(ReadError::TooLong(text.len()));
    }
    // Serde would take a list for the fields in their order, and an empty one for the defaults.
    if !text.trim_start().starts_with('{') {
        return Err(ReadError::NoScenario(what_else(text)));
    }
    let scenario = match serde_json::from_str::<Scenario>(text) {
        Ok(scenario) => scenario,
        Err(error) => as_meant(text, &error).map_err(hinted)?,
    };
    scenario
        .validate()
        .map_err(|error| hinted(ReadError::Field(error)))?;
    Ok(scenario)
}

/// The error of a field, with what else to write.
fn hinted(error: ReadError) -> ReadError {
    match error {
        ReadError::Field(error) => ReadError::Field(FieldError {
            allowed: error.allowed.clone() + words::hint(&error),
            ..error
        }),
        other => other,
    }
}

/// What a text that is no JSON is instead.
fn what_else(text: &str) -> String {
    let why = "it does not begin with {";
    let first = text.trim_start().lines().next().unwrap_or_default();
    if let Some(format) = program::recognise(text) {
        let name = format.name();
        format!("{why}, but is a configuration of {name}: `equipoise import` reads it")
    } else if first.contains(',') && first.to_ascii_lowercase().contains("time") {
        format!("{why}, but is a trace: `equipoise run SCENARIO --trace FILE` plays it")
    } else {
        why.into()
    }
}

/// A scenario written as people write it; see [`tree`].
fn as_meant(text: &str, error: &serde_json::Error) -> Result<Scenario, ReadError> {
    let said = error.to_string();
    // A tree would keep the last of two fields without a word.
    if said.starts_with("duplicate field") {
        return Err(ReadError::NoScenario(said));
    }
    let tree: Value =
        serde_json::from_str(text).map_err(|error| ReadError::NoScenario(syntax(text, &error)))?;
    let tree = tree::normal(tree)?;
    serde_json::from_value(tree).map_err(|_| ReadError::NoScenario(said))
}

/// What is wrong with the form of JSON, and where.
fn syntax(text: &str, error: &serde_json::Error) -> String {
    let line = text
        .lines()
        .nth(error.line().saturating_sub(1))
        .unwrap_or_default();
    let at: String = line
        .chars()
        .skip(error.column().saturating_sub(1))
        .collect();
    let place = format!("at line {} column {}", error.line(), error.column());
    if at.starts_with("//") || at.starts_with("/*") || at.starts_with('#') {
        format!("a comment {place}; JSON has none")
    } else if at.starts_with('\'') {
        format!("a single quotation mark {place}; names and texts stand in double ones")
    } else if error.to_string().starts_with("key must be a string") {
        format!("a name without quotation marks {place}; names stand in double ones")
    } else {
        error.to_string()
    }
}

/// A scenario without the fields that have their default value.
pub fn write(scenario: &Scenario) -> Value {
    let mut value = serde_json::json!(scenario);
    prune(
        &mut value,
        &serde_json::json!(Scenario {
            servers: vec![],
            ..Scenario::default()
        }),
    );
    let plain = serde_json::json!(ServerConfig::default());
    if let Some(Value::Array(servers)) = value.get_mut("servers") {
        servers.iter_mut().for_each(|server| prune(server, &plain));
    }
    value
}

/// A scenario as a file for people: [`write()`] on many lines.
pub fn pretty(scenario: &Scenario) -> String {
    format!("{:#}\n", write(scenario))
}

/// Leaves out of an object what equals the default; looks into objects, not into lists.
fn prune(value: &mut Value, default: &Value) {
    let Value::Object(fields) = value else { return };
    let Value::Object(defaults) = default else {
        return;
    };
    fields.retain(|name, field| defaults.get(name) != Some(field));
    for (name, field) in fields {
        if let Some(default) = defaults.get(name) {
            prune(field, default);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::presets;

    #[test]
    fn every_preset_survives_json() {
        crate::serving::install();
        for id in presets::ids() {
            let preset = presets::find(id).expect(id);
            assert_eq!(read(&write(&preset).to_string()), Ok(preset), "{id}");
        }
    }

    #[test]
    fn errors_name_the_field() {
        for (text, message) in [
            (r#"{"sede":1}"#, "sede is an unknown field"),
            (r#"{"servers":[]}"#, "servers is 0"),
            ("{", "no scenario"),
            ("[]", "does not begin with {"),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
