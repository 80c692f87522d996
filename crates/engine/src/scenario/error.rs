//! What is wrong with a scenario.

/// What is wrong with a field: which one, the value it has, and what is allowed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{field} is {value}; allowed: {allowed}")]
pub struct FieldError {
    /// Path of the field, such as `servers[2].weight`.
    pub field: String,
    /// The value found.
    pub value: String,
    /// What would be right.
    pub allowed: String,
}

impl FieldError {
    /// An error for `field`.
    pub fn new(field: impl Into<String>, value: impl ToString, allowed: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            value: value.to_string(),
            allowed: allowed.into(),
        }
    }
}
