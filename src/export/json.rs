//! Tables as JSON: a list of rows, each an object with the header's names.

use crate::view::plot::Table;

/// Writes a table. Cells that are numbers are written as numbers, empty ones as null.
pub fn to_json(table: &Table) -> String {
    let mut objects = Vec::with_capacity(table.rows.len());
    for cells in &table.rows {
        let fields: Vec<String> = table
            .header
            .iter()
            .zip(cells)
            .map(|(name, cell)| format!("{}:{}", quoted(name), value(cell)))
            .collect();
        objects.push(format!("{{{}}}", fields.join(",")));
    }
    format!("[{}]\n", objects.join(",\n"))
}

fn value(cell: &str) -> String {
    // Not by parsing: the tables for that are larger than all else that writes.
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let parts: Vec<&str> = digits.split('.').collect();
    let number = parts.len() <= 2
        && parts
            .iter()
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    match cell {
        "" => "null".to_string(),
        _ if number => cell.to_string(),
        _ => quoted(cell),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_becomes_objects() {
        let table = Table {
            header: ["x", "a \"b\"", "c\\"].map(String::from).to_vec(),
            rows: vec![
                ["1.5", "", "n\n"].map(String::from).to_vec(),
                ["-2", "inf", "7x"].map(String::from).to_vec(),
            ],
        };
        let first = r#"{"x":1.5,"a \"b\"":null,"c\\":"n\u000a"}"#;
        let second = r#"{"x":-2,"a \"b\"":"inf","c\\":"7x"}"#;
        assert_eq!(to_json(&table), format!("[{first},\n{second}]\n"));
    }
}
