//! Taking things out of the page: tables as CSV.

pub mod csv;
