//! Tables as comma-separated values, after RFC 4180.

use crate::view::plot::Table;

/// The table with its header as CSV: lines end in CR LF, and a field is quoted where it must be.
pub fn to_csv(table: &Table) -> String {
    let mut csv = String::new();
    for row in std::iter::once(&table.header).chain(&table.rows) {
        for (i, field) in row.iter().enumerate() {
            if i > 0 {
                csv.push(',');
            }
            push_field(&mut csv, field);
        }
        csv.push_str("\r\n");
    }
    csv
}

fn push_field(csv: &mut String, field: &str) {
    if field.contains(['"', ',', '\r', '\n']) {
        csv.push('"');
        csv.push_str(&field.replace('"', "\"\""));
        csv.push('"');
    } else {
        csv.push_str(field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let table = Table {
            header: ["a, b", "say \"c\"", "d"].map(String::from).to_vec(),
            rows: vec![["1", "two\nlines", ""].map(String::from).to_vec()],
        };
        assert_eq!(
            to_csv(&table),
            "\"a, b\",\"say \"\"c\"\"\",d\r\n1,\"two\nlines\",\r\n"
        );
    }
}
