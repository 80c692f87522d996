//! A field of a scenario and the value that it gets: `servers[2].speed = 0.5`.

use equipoise_engine::scenario::fields::{At, Value};
use equipoise_engine::scenario::{FieldError, Scenario};

/// Short names of fields that lessons change often.
const SHORT: [(&str, &str); 4] = [
    ("strategy", "balancer.strategy.id"),
    ("rate", "arrivals.rate_per_s"),
    ("interval", "arrivals.interval_s"),
    ("tasks", "arrivals.tasks"),
];

/// The field of this path, or of this short name.
///
/// # Errors
/// No field has it; the error names the likeliest.
pub fn field(path: &str) -> Result<At, FieldError> {
    let short = SHORT.iter().find(|(short, _)| *short == path);
    short.map_or(path, |(_, long)| long).parse()
}

/// A field and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Assign {
    /// The field.
    pub at: At,
    /// The value.
    pub value: Value,
}

impl Assign {
    /// Reads `path = value`.
    ///
    /// # Errors
    /// What is wrong, with the path.
    pub fn read(text: &str) -> Result<Self, FieldError> {
        let Some((path, value)) = text.split_once('=') else {
            return Err(FieldError::new(text, "no value", "path = value"));
        };
        let at = field(path.trim())?;
        let value = at.field().read(value.trim())?;
        Ok(Self { at, value })
    }

    /// Reads `path = value, path = value`.
    ///
    /// # Errors
    /// What is wrong with the first that is.
    pub fn read_all(text: &str) -> Result<Vec<Self>, FieldError> {
        text.split(',').map(Self::read).collect()
    }
}

/// The scenario with these values, chosen as on the page: what would contradict them follows.
///
/// # Errors
/// The first value that is not allowed.
pub fn assigned(scenario: &Scenario, values: &[Assign]) -> Result<Scenario, FieldError> {
    let mut changed = scenario.clone();
    for Assign { at, value } in values {
        at.choose(&mut changed, value)?;
    }
    changed.validate()?;
    Ok(changed)
}
