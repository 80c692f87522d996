//! Scenarios as text: JSON files, and links that hold everything a page shows.
//!
//! A link is the page's address with `#s=` and the JSON of a [`Link`] in URL-safe base64; fields that have their
//! default value are left out.

use super::{Edit, FieldError, Scenario, Script, ServerConfig};
use crate::balance::StrategyId;
use crate::sim::timeline::Position;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a page shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The run.
    pub script: Script,
    /// Where it stands.
    #[serde(default)]
    pub at: Position,
    /// The strategy it is compared with.
    #[serde(default)]
    pub compare: Option<StrategyId>,
}

/// Why text is no scenario.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReadError {
    /// The text after `#s=` is not base64.
    #[error("this link is damaged: the part after #s= is not base64; copy it again")]
    Damaged,
    /// The text is longer than any scenario.
    #[error("this is {0} characters long; a scenario has at most {TEXT_LIMIT}")]
    TooLong(usize),
    /// Not JSON, or not a scenario's.
    #[error("this is no scenario: {0}")]
    Json(String),
    /// A field is out of its range.
    #[error("{0}")]
    Field(#[from] FieldError),
}

/// The longest text that is looked at.
pub const TEXT_LIMIT: usize = 400_000;
/// The furthest position that a link may hold [events].
const EVENTS_LIMIT: u64 = 1_000_000_000;

impl Link {
    /// The part of an address after `#`.
    pub fn to_fragment(&self) -> String {
        format!("s={}", URL_SAFE_NO_PAD.encode(self.to_value().to_string()))
    }

    fn to_value(&self) -> Value {
        let edit = |e: &Edit| serde_json::json!({ "at": e.at, "scenario": to_value(&e.scenario) });
        let mut value = serde_json::json!({ "script": { "scenario": to_value(&self.script.scenario) } });
        if !self.script.edits.is_empty() {
            value["script"]["edits"] = self.script.edits.iter().map(edit).collect();
        }
        if self.at != Position::default() {
            value["at"] = serde_json::json!(self.at);
        }
        if let Some(id) = self.compare {
            value["compare"] = serde_json::json!(id);
        }
        value
    }

    /// Reads a link's fragment, with or without `#`; None if it holds no scenario at all.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn from_fragment(fragment: &str) -> Option<Result<Self, ReadError>> {
        let text = fragment.trim_start_matches('#').split('&').find_map(|part| part.strip_prefix("s="))?;
        Some(Self::decode(text))
    }

    fn decode(text: &str) -> Result<Self, ReadError> {
        if text.len() > TEXT_LIMIT {
            return Err(ReadError::TooLong(text.len()));
        }
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| ReadError::Damaged)?;
        let link: Self = serde_json::from_slice(&bytes).map_err(|e| ReadError::Json(e.to_string()))?;
        link.script.validate()?;
        let far = |at: &Position| at.event > EVENTS_LIMIT || !(at.time_s >= 0.0 && at.time_s.is_finite());
        let edits = link.script.edits.iter().map(|e| &e.at);
        if let Some(at) = edits.chain([&link.at]).find(|at| far(at)) {
            let value = format!("event {} at {} s", at.event, at.time_s);
            return Err(FieldError::new("at", value, "0 to 1000000000 events, a time of 0 or more").into());
        }
        Ok(link)
    }
}

/// Reads a scenario from a preset's id, a link, or JSON.
///
/// # Errors
/// See [`ReadError`]; text that is none of these is taken for JSON.
pub fn read(text: &str) -> Result<Scenario, ReadError> {
    let text = text.trim();
    if let Some(preset) = super::presets::find(text) {
        return Ok(preset);
    }
    if let Some(fragment) = text.find("#s=").map(|at| &text[at..]) {
        return Link::from_fragment(fragment).unwrap_or(Err(ReadError::Damaged)).map(|l| l.script.latest().clone());
    }
    from_json(text)
}

/// Reads a scenario from JSON; fields that are not there have their default value.
///
/// # Errors
/// See [`ReadError`].
pub fn from_json(text: &str) -> Result<Scenario, ReadError> {
    if text.len() > TEXT_LIMIT {
        return Err(ReadError::TooLong(text.len()));
    }
    let scenario: Scenario = serde_json::from_str(text).map_err(|e| ReadError::Json(e.to_string()))?;
    scenario.validate()?;
    Ok(scenario)
}

/// A scenario as JSON, without the fields that have their default value.
pub fn to_value(scenario: &Scenario) -> Value {
    let mut value = serde_json::json!(scenario);
    prune(&mut value, &serde_json::json!(Scenario { servers: vec![], ..Scenario::default() }));
    let plain = serde_json::json!(ServerConfig::default());
    if let Some(Value::Array(servers)) = value.get_mut("servers") {
        servers.iter_mut().for_each(|server| prune(server, &plain));
    }
    value
}

/// Leaves out of an object what equals the default; looks into objects, not into lists.
fn prune(value: &mut Value, default: &Value) {
    let (Value::Object(fields), Value::Object(defaults)) = (value, default) else { return };
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
    fn every_preset_survives_a_link() {
        for id in presets::ids() {
            let link = Link {
                script: Script::new(presets::find(id).expect(id)),
                at: Position { event: 12, time_s: 3.25 },
                compare: Some(StrategyId::Random),
            };
            let fragment = link.to_fragment();
            assert!(fragment.len() < 1500, "{id}: {} characters", fragment.len());
            assert_eq!(Link::from_fragment(&fragment), Some(Ok(link)), "{id}");
        }
    }

    #[test]
    fn hostile_links_get_a_message() {
        let message = |json: &str| {
            let fragment = format!("#s={}", URL_SAFE_NO_PAD.encode(json));
            Link::from_fragment(&fragment).expect("has s=").expect_err(json).to_string()
        };
        assert_eq!(Link::from_fragment("#s=%%%"), Some(Err(ReadError::Damaged)));
        assert_eq!(Link::from_fragment("#elsewhere"), None);
        assert!(message("{}").contains("script"));
        assert!(message(r#"{"script":{"scenario":{"seed":-1}}}"#).contains("no scenario"));
        assert!(message(r#"{"script":{"scenario":{"sede":1}}}"#).contains("unknown field `sede`"));
        assert!(message(r#"{"script":{"scenario":{"servers":[]}}}"#).contains("servers is 0"));
        assert!(message(r#"{"script":{"scenario":{}},"at":{"event":1,"time_s":-4}}"#).contains("at is"));
        let many = format!(r#"{{"script":{{"scenario":{{"servers":[{}]}}}}}}"#, vec!["{}"; 5000].join(","));
        assert!(message(&many).contains("1 to 256"));
    }

    #[test]
    fn read_takes_presets_links_and_json() {
        let preset = presets::find("round-robin").expect("preset");
        let link = Link { script: Script::new(preset.clone()), ..Link::default() };
        assert_eq!(read("round-robin"), Ok(preset.clone()));
        assert_eq!(read(&format!("https://example.org/page/#{}", link.to_fragment())), Ok(preset.clone()));
        assert_eq!(read(&to_value(&preset).to_string()), Ok(preset));
        assert!(read("roundrobin").is_err());
    }
}
