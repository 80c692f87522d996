//! Links that hold everything a page shows.
//!
//! A link is the page's address with `#s=` and a [`Link`] as MessagePack in URL-safe base64. Structs are written as lists
//! of their fields in order, which keeps links short; so a new field goes to the *end* of its struct, and older links,
//! which end before it, get its default value.

use super::{FieldError, Script};
use crate::balance::StrategyId;
use crate::sim::timeline::Position;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

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
    /// It does not have a scenario's form.
    #[error("this is no scenario: {0}")]
    NoScenario(String),
    /// A field is out of its range.
    #[error("{0}")]
    Field(#[from] FieldError),
}

/// The longest text that is looked at.
pub const TEXT_LIMIT: usize = 400_000;
/// The furthest position that a link may hold (events).
const EVENTS_LIMIT: u64 = 1_000_000_000;

impl Link {
    /// The part of an address after `#`.
    pub fn to_fragment(&self) -> String {
        // Plain structs of numbers and texts can always be written.
        format!("s={}", URL_SAFE_NO_PAD.encode(rmp_serde::to_vec(self).unwrap_or_default()))
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
        let link: Self = rmp_serde::from_slice(&bytes).map_err(|e| ReadError::NoScenario(e.to_string()))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Scenario, ServerConfig, presets};

    fn message(bytes: impl AsRef<[u8]>) -> String {
        let fragment = format!("#s={}", URL_SAFE_NO_PAD.encode(bytes));
        Link::from_fragment(&fragment).expect("has s=").expect_err("is hostile").to_string()
    }

    fn link(change: impl FnOnce(&mut Link)) -> Vec<u8> {
        let mut link = Link::default();
        change(&mut link);
        rmp_serde::to_vec(&link).expect("plain data")
    }

    #[test]
    fn every_preset_survives_a_link() {
        for id in presets::ids() {
            let link = Link {
                script: Script::new(presets::find(id).expect(id)),
                at: Position { event: 12, time_s: 3.25 },
                compare: Some(StrategyId::Random),
            };
            let fragment = link.to_fragment();
            assert!(fragment.len() < 800, "{id}: {} characters", fragment.len());
            assert_eq!(Link::from_fragment(&fragment), Some(Ok(link)), "{id}");
        }
    }

    #[test]
    fn hostile_links_get_a_message() {
        assert_eq!(Link::from_fragment("#s=%%%"), Some(Err(ReadError::Damaged)));
        assert_eq!(Link::from_fragment("#elsewhere"), None);
        assert!(message([]).contains("no scenario"));
        assert!(message("{}").contains("no scenario"));
        assert!(message(&link(|_| ())[..40]).contains("no scenario"));
        assert!(message(link(|l| l.script.scenario.servers.clear())).contains("servers is 0"));
        assert!(message(link(|l| l.at.time_s = -4.0)).contains("at is"));
        assert!(message(link(|l| l.at.event = u64::MAX)).contains("at is"));
        assert!(message(link(|l| l.script.scenario.servers = vec![ServerConfig::default(); 5000])).contains("1 to 256"));
    }

    /// A struct that ends early is an older link's: what is not there has its default value.
    #[test]
    fn links_of_an_older_page_still_open() {
        // Structs are lists, so lists will do: a link of a script of a scenario of three fields, and a position.
        let old = ((("old", 11, 30.0),), Position::default());
        let fragment = format!("#s={}", URL_SAFE_NO_PAD.encode(rmp_serde::to_vec(&old).expect("plain data")));
        let opened = Link::from_fragment(&fragment).expect("has s=").expect("opens");
        let expected = Scenario { name: "old".into(), seed: 11, duration_s: 30.0, ..Scenario::default() };
        assert_eq!(opened.script.scenario, expected);
    }
}
