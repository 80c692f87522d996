//! Taking things out: tables as CSV and JSON.

pub mod csv;
pub mod json;
