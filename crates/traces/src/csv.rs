//! A line of CSV, by RFC 4180 but for quoted line breaks, which no trace has.

use std::borrow::Cow;

/// The fields of a line, without spaces around them; `None` if a quote is not closed, or text
/// follows one that is.
pub(crate) fn fields(line: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, behind) = if rest.trim_start().starts_with('"') {
            quoted(rest.trim_start())?
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            (Cow::Borrowed(rest[..end].trim()), &rest[end..])
        };
        fields.push(field);
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Some(fields),
        }
    }
}

/// The text of a field that begins with a quote, and what is behind it: nothing, or a comma and
/// more fields.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let inside = &text[1..];
    let mut from = 0;
    loop {
        let quote = from + inside[from..].find('"')?;
        let behind = &inside[quote + 1..];
        if behind.starts_with('"') {
            from = quote + 2;
            continue;
        }
        let behind = behind.trim_start();
        let field = match &inside[..quote] {
            plain if from == 0 => Cow::Borrowed(plain),
            doubled => Cow::Owned(doubled.replace("\"\"", "\"")),
        };
        return (behind.is_empty() || behind.starts_with(',')).then_some((field, behind));
    }
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn fields_are_cut_at_commas_outside_of_quotes() {
        for (line, expected) in [
            ("1,2.5, x ", vec!["1", "2.5", "x"]),
            ("a,,", vec!["a", "", ""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("\"\",\"x \"\"y\"\" z\" ,1", vec!["", "x \"y\" z", "1"]),
            ("\"\"\"\"", vec!["\""]),
            ("", vec![""]),
        ] {
            let found = fields(line).expect("quotes are closed");
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_is_an_error() {
        for line in ["\"a", "1,\"", "\"a\"b,c", "\"a\"\""] {
            assert_eq!(fields(line), None, "{line}");
        }
    }
}
