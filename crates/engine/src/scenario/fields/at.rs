//! A field of one element of its list, or of all.

use super::{Field, Value};
use crate::scenario::{FieldError, Scenario};

/// A field and, if each element of a list has it, of which: one place in a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct At {
    /// The field.
    pub field: &'static Field,
    /// The element of its list, from 0. None: all of them, or the field is the only one.
    pub index: Option<usize>,
}

impl At {
    /// The field of this element.
    pub const fn new(field: &'static Field, index: Option<usize>) -> Self {
        Self { field, index }
    }

    /// The row of its field.
    pub const fn field(&self) -> &'static Field {
        self.field
    }

    /// The value there; of all elements, the first one's. None if the scenario has no such element.
    pub fn get(&self, scenario: &Scenario) -> Option<Value> {
        (self.field.get)(scenario, self.index)
    }

    /// Puts a value there. The scenario is to be validated afterwards, for what other fields say to
    /// it.
    ///
    /// # Errors
    /// A value that is not allowed there in any scenario, or an element that is not there; then
    /// nothing is changed.
    pub fn set(&self, scenario: &mut Scenario, value: &Value) -> Result<(), FieldError> {
        if self.get(scenario).is_none() {
            return Err(self.missing(scenario));
        }
        if let Some((value, allowed)) = self.field.refusal(value) {
            return Err(FieldError::new(self.to_string(), value, allowed));
        }
        (self.field.set)(scenario, self.index, value);
        Ok(())
    }

    /// Puts a value there as a reader who chooses it on the page means it: what would contradict it
    /// changes with it.
    ///
    /// # Errors
    /// As [`At::set`].
    pub fn choose(&self, scenario: &mut Scenario, value: &Value) -> Result<(), FieldError> {
        self.set(scenario, value)?;
        (self.field.follow)(scenario, self.index);
        Ok(())
    }

    fn missing(&self, scenario: &Scenario) -> FieldError {
        let count = (0..).take_while(|&i| (self.field.get)(scenario, Some(i)).is_some());
        let allowed = match count.count() {
            0 => "none, as the list there is empty; it can be set as a whole, as JSON".into(),
            n => format!("0 to {}, or * for all", n - 1),
        };
        let index = self.index.map_or("*".into(), |i| i.to_string());
        FieldError::new(self.to_string(), format!("unknown at {index:?}"), allowed)
    }

    pub(super) fn validate(&self, scenario: &Scenario) -> Result<(), FieldError> {
        let Some(value) = self.get(scenario) else {
            return Ok(());
        };
        if let Some((value, allowed)) = self.field.refusal(&value) {
            return Err(FieldError::new(self.to_string(), value, allowed));
        }
        if let (Some(limit), Some(number), Some(range)) =
            (self.field.limit, value.number(), self.field.range())
            && let (most, why) = limit(scenario)
            && number > most
        {
            let allowed = format!("{} to {most}{why}", range.min);
            return Err(FieldError::new(self.to_string(), value, allowed));
        }
        Ok(())
    }
}

/// Its path, as messages name it: `servers[2].weight`.
impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.index {
            Some(i) => f.write_str(&self.field.path.replace(".*", &format!("[{i}]"))),
            None => f.write_str(self.field.path),
        }
    }
}
