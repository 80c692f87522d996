//! A row, and its values by the names of their columns.

use crate::csv;
use crate::error::{Allowed, BadRow};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A row of a file.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    line: u64,
    cells: Cells<'a>,
}

/// The values of a row. Where nothing is there, be it that the column is missing, the text empty or
/// the value `null`, there is no cell.
#[derive(Debug)]
enum Cells<'a> {
    Csv(&'a [String], Vec<Cow<'a, str>>),
    Json(Map<String, Value>),
}

impl<'a> Row<'a> {
    /// A line of CSV under a header.
    pub(crate) fn csv(line: u64, header: &'a [String], text: &'a str) -> Result<Self, BadRow> {
        match csv::fields(text) {
            Some(fields) if fields.len() == header.len() => {
                let cells = Cells::Csv(header, fields);
                Ok(Self { line, cells })
            }
            _ => Err(BadRow::new(line, "", text, Allowed::Fields(header.len()))),
        }
    }

    /// A line that is a JSON object.
    pub(crate) fn json(line: u64, text: &str) -> Result<Self, BadRow> {
        match serde_json::from_str(text) {
            Ok(object) => {
                let cells = Cells::Json(object);
                Ok(Self { line, cells })
            }
            Err(_) => Err(BadRow::new(line, "", text, Allowed::Object)),
        }
    }

    /// A column as a text, whatever it holds.
    pub(crate) fn get(&self, column: &str) -> Option<Cow<'_, str>> {
        match &self.cells {
            Cells::Csv(header, fields) => {
                let field = &fields[header.iter().position(|name| name == column)?];
                (!field.is_empty()).then_some(Cow::Borrowed(field))
            }
            Cells::Json(object) => match object.get(column)? {
                Value::Null => None,
                Value::String(text) => (!text.is_empty()).then_some(Cow::Borrowed(text)),
                value => Some(Cow::Owned(value.to_string())),
            },
        }
    }

    /// Whether there is something in a column.
    pub(crate) fn has(&self, column: &str) -> bool {
        match &self.cells {
            Cells::Csv(..) => self.get(column).is_some(),
            Cells::Json(object) => object.contains_key(column),
        }
    }

    /// What is wrong with a column.
    pub(crate) fn bad(&self, column: &str, allowed: Allowed) -> BadRow {
        let value = self.get(column).unwrap_or_default();
        BadRow::new(self.line, column, &value, allowed)
    }

    /// A number from `least` to `most`.
    pub(crate) fn number(&self, column: &str, least: f64, most: f64) -> Result<f64, BadRow> {
        self.finite(column)
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| self.bad(column, Allowed::Number { least, most }))
    }

    /// A number as [`Row::number`] has it, or nothing if nothing is there.
    pub(crate) fn number_if_any(&self, column: &str, most: f64) -> Result<Option<f64>, BadRow> {
        match self.get(column) {
            Some(_) => self.number(column, 0.0, most).map(Some),
            None => Ok(None),
        }
    }

    /// A whole number from `least` to `most`, which may be written with a fraction of 0.
    pub(crate) fn whole(&self, column: &str, least: u32, most: u32) -> Result<u32, BadRow> {
        self.finite(column)
            .filter(|number| (f64::from(least)..=f64::from(most)).contains(number))
            .filter(|number| number.fract() == 0.0)
            .map(|number| number as u32)
            .ok_or_else(|| {
                let [least, most] = [least, most].map(u64::from);
                self.bad(column, Allowed::Whole { least, most })
            })
    }

    /// A text, or a number as a text, or nothing.
    pub(crate) fn text(&self, column: &str) -> Result<Option<String>, BadRow> {
        if let Cells::Json(object) = &self.cells
            && let Some(Value::Array(_) | Value::Object(_)) = object.get(column)
        {
            return Err(self.bad(column, Allowed::Text));
        }
        Ok(self.get(column).map(Cow::into_owned))
    }

    /// A list of numbers; an empty one if nothing is there.
    pub(crate) fn ids(&self, column: &str) -> Result<Vec<u32>, BadRow> {
        let ids = match &self.cells {
            Cells::Json(object) => match object.get(column) {
                None | Some(Value::Null) => Some(Vec::new()),
                Some(Value::Array(ids)) => ids.iter().map(id).collect(),
                Some(_) => None,
            },
            Cells::Csv(..) => self.get(column).is_none().then(Vec::new),
        };
        ids.ok_or_else(|| self.bad(column, Allowed::Ids))
    }

    /// A finite number, be it written as a number or as a text; never −0, which sorts before 0.
    fn finite(&self, column: &str) -> Option<f64> {
        let number = match &self.cells {
            Cells::Json(object) => match object.get(column)? {
                Value::Number(number) => number.as_f64(),
                Value::String(text) => text.trim().parse().ok(),
                _ => None,
            },
            Cells::Csv(..) => self.get(column)?.parse().ok(),
        };
        number
            .filter(|number| number.is_finite())
            .map(|number| number + 0.0)
    }
}

/// One id of a list.
fn id(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|id| u32::try_from(id).ok())
}
