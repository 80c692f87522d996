//! The value of a field, whatever its kind.

use crate::scenario::{Bandwidth, ErrorShare};

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A number that may be off, and is.
    Off,
    /// A choice.
    Word(&'static str),
    /// A switch.
    Flag(bool),
    /// A text.
    Text(String),
}

impl Value {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(x) => Some(*x),
            _ => None,
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(x) => x.fmt(f),
            Self::Off => f.write_str("null"),
            Self::Word(word) => f.write_str(word),
            Self::Flag(on) => on.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// What a scenario keeps of a field.
pub(super) trait Stored {
    /// The value kept.
    fn read(&self) -> Value;
    /// Keeps a value of the field's kind; one of another kind changes nothing.
    fn write(&mut self, value: &Value);
}

impl Stored for f64 {
    fn read(&self) -> Value {
        Value::Number(*self)
    }
    fn write(&mut self, value: &Value) {
        if let Value::Number(x) = value {
            *self = *x;
        }
    }
}

impl Stored for ErrorShare {
    fn read(&self) -> Value {
        self.0.read()
    }
    fn write(&mut self, value: &Value) {
        self.0.write(value);
    }
}

impl Stored for Bandwidth {
    fn read(&self) -> Value {
        self.0.read()
    }
    fn write(&mut self, value: &Value) {
        self.0.write(value);
    }
}

impl Stored for u32 {
    fn read(&self) -> Value {
        Value::Number(f64::from(*self))
    }
    fn write(&mut self, value: &Value) {
        if let Value::Number(x) = value {
            *self = *x as u32;
        }
    }
}

impl Stored for u16 {
    fn read(&self) -> Value {
        Value::Number(f64::from(*self))
    }
    fn write(&mut self, value: &Value) {
        if let Value::Number(x) = value {
            *self = *x as u16;
        }
    }
}

impl<T: Stored + Default> Stored for Option<T> {
    fn read(&self) -> Value {
        self.as_ref().map_or(Value::Off, T::read)
    }
    fn write(&mut self, value: &Value) {
        match value {
            Value::Off => *self = None,
            value => self.get_or_insert_default().write(value),
        }
    }
}

impl Stored for bool {
    fn read(&self) -> Value {
        Value::Flag(*self)
    }
    fn write(&mut self, value: &Value) {
        if let Value::Flag(on) = value {
            *self = *on;
        }
    }
}

impl Stored for String {
    fn read(&self) -> Value {
        Value::Text(self.clone())
    }
    fn write(&mut self, value: &Value) {
        if let Value::Text(text) = value {
            self.clone_from(text);
        }
    }
}
