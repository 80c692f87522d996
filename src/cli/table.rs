//! Tables of text.

use crate::number;
use std::fmt::Write as _;

/// Rows under a head, each column as wide as its widest cell, numbers to the right.
pub(super) fn columns<const N: usize>(head: [String; N], all: Vec<[String; N]>) -> String {
    rows(&head, all.into_iter().map(Vec::from).collect())
}

/// The same with a number of columns that is not known beforehand.
pub(super) fn rows(head: &[String], rows: Vec<Vec<String>>) -> String {
    let mut widths = vec![0; head.len()];
    for row in rows.iter().map(Vec::as_slice).chain([head]) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in [head].into_iter().chain(rows.iter().map(Vec::as_slice)) {
        for (i, (cell, &w)) in row.iter().zip(&widths).enumerate() {
            text += &if i == 0 {
                format!("{cell:<w$}")
            } else {
                format!("  {cell:>w$}")
            };
        }
        text.push('\n');
    }
    text
}

/// A number of four digits.
pub(super) fn four(value: f64) -> String {
    number::significant(value, 4)
}

pub(super) fn row(table: &mut String, label: &str, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(table, "{label:<12}{text}");
}
