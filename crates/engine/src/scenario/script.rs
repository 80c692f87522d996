//! A scenario and the changes made to it while it ran.

use super::limits::EDITS_MAX;
use super::{FieldError, Scenario};
use serde::{Deserialize, Serialize};

/// A moment of a run: the number of events before it, and the time. Events that are due at the same
/// time differ in their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Events that have happened.
    pub event: u64,
    /// Simulated time (s).
    pub time_s: f64,
}

impl Position {
    /// The number of events of a moment of which only the time is known; no run gets so far.
    pub const BY_TIME: u64 = 1_000_000_000;
}

/// At this position the run went on under another scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Where the change was made.
    pub at: Position,
    /// The scenario from there on.
    pub scenario: Scenario,
}

/// A whole run as the reader made it: replaying the script gives the same run again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The scenario at time 0.
    pub scenario: Scenario,
    /// The changes in order of position.
    #[serde(default)]
    pub edits: Vec<Edit>,
}

impl Script {
    /// A run without changes.
    pub fn new(scenario: Scenario) -> Self {
        Self {
            scenario,
            edits: Vec::new(),
        }
    }

    /// Adds a change after all others and says where it then stands. A change at the same position
    /// as the last replaces it, since a slider that is dragged makes many; one too many takes the
    /// last one's place.
    pub fn push(&mut self, edit: Edit) -> Position {
        let full = self.edits.len() >= EDITS_MAX;
        match self.edits.last_mut() {
            Some(last) if full || last.at == edit.at => {
                last.scenario = edit.scenario;
                last.at
            }
            _ => {
                let at = edit.at;
                self.edits.push(edit);
                at
            }
        }
    }

    /// The scenario after all changes.
    pub fn latest(&self) -> &Scenario {
        self.edits
            .last()
            .map_or(&self.scenario, |edit| &edit.scenario)
    }

    /// Checks the scenarios, and that each change can be made in the middle of a run.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn validate(&self) -> Result<(), FieldError> {
        self.scenario.validate()?;
        if self.edits.len() > EDITS_MAX {
            let allowed = format!("at most {EDITS_MAX} changes");
            return Err(FieldError::new(
                "edits",
                format!("{} changes", self.edits.len()),
                allowed,
            ));
        }
        let mut before = (&self.scenario, Position::default());
        for (i, edit) in self.edits.iter().enumerate() {
            edit.scenario.validate().map_err(|e| FieldError {
                field: format!("edits[{i}].{}", e.field),
                ..e
            })?;
            let after = edit.at.event >= before.1.event
                && edit.at.time_s >= before.1.time_s
                && edit.at.time_s.is_finite();
            if !after {
                let value = format!("event {} at {} s", edit.at.event, edit.at.time_s);
                return Err(FieldError::new(
                    format!("edits[{i}].at"),
                    value,
                    "a position after the change before",
                ));
            }
            if before.0.must_restart(&edit.scenario) {
                let allowed = "a change that a run can continue with: not seed, clients, \
                    server count, place or rounds";
                return Err(FieldError::new(
                    format!("edits[{i}].scenario"),
                    "such a change",
                    allowed,
                ));
            }
            before = (&edit.scenario, edit.at);
        }
        Ok(())
    }
}
