//! Scenarios as JSON, for files and for people. The command line reads and writes it, and for the
//! page its worker does.

use crate::link::{ReadError, TEXT_LIMIT};
use crate::scenario::{Scenario, ServerConfig};
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
        return Err(ReadError::NoScenario("it does not begin with {".into()));
    }
    let scenario: Scenario =
        serde_json::from_str(text).map_err(|e| ReadError::NoScenario(e.to_string()))?;
    scenario.validate()?;
    Ok(scenario)
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
            (r#"{"sede":1}"#, "unknown field `sede`"),
            (r#"{"servers":[]}"#, "servers is 0"),
            ("{", "no scenario"),
            ("[]", "does not begin with {"),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
