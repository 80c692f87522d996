//! TOML as the tree that [`yaml`](super::yaml) reads, with line numbers.

use super::problem::{Problem, Wrong};
use super::yaml::{Entry, Node, Value};
use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

/// Whether a text begins as TOML does: with a table, or a key and `=`.
pub(crate) fn is_toml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with('['))
}

/// Reads a whole text.
///
/// # Errors
/// The first line that is no TOML, or says again what was said.
pub(crate) fn parse(text: &str) -> Result<Node, Problem> {
    let lines = Lines::of(text);
    match DeTable::parse(text) {
        Ok(table) => Ok(lines.map(table.get_ref(), 1)),
        Err(error) => {
            let span = error.span().unwrap_or_default();
            let found = text.get(span.clone()).unwrap_or_default();
            Err(Problem::new(lines.at(span.start), found, Wrong::Toml))
        }
    }
}

/// Where the lines of a text end.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line of a place, from 1.
    fn at(&self, place: usize) -> usize {
        1 + self.0.partition_point(|&end| end < place)
    }

    /// A table, with its fields in the order of the text.
    fn map(&self, table: &DeTable, line: usize) -> Node {
        let mut fields: Vec<_> = table.iter().collect();
        fields.sort_by_key(|(key, _)| key.span().start);
        let entries = fields.into_iter().map(|(key, value)| {
            let line = self.at(key.span().start);
            let mut node = self.node(value);
            // A list or a table begins at its name.
            if !matches!(node.value, Value::Scalar(_)) {
                node.line = line;
            }
            Entry::new(key.get_ref().to_string(), line, node)
        });
        Node {
            line,
            value: Value::Map(entries.collect()),
        }
    }

    fn node(&self, value: &Spanned<DeValue>) -> Node {
        let line = self.at(value.span().start);
        let value = match value.get_ref() {
            DeValue::Table(table) => return self.map(table, line),
            DeValue::Array(items) => Value::List(items.iter().map(|v| self.node(v)).collect()),
            DeValue::String(text) => Value::Scalar(text.to_string()),
            DeValue::Integer(number) => Value::Scalar(number.as_str().to_string()),
            DeValue::Float(number) => Value::Scalar(number.as_str().to_string()),
            DeValue::Boolean(flag) => Value::Scalar(flag.to_string()),
            DeValue::Datetime(time) => Value::Scalar(time.to_string()),
        };
        Node { line, value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, path: &[&str]) -> String {
        let tree = parse(text).expect(text);
        let node = tree.at(path).expect("are tables").expect("is there");
        format!("{}: {}", node.line, node.source())
    }

    #[test]
    fn values_have_their_lines() {
        let text = "# a file\n[a.\"b c\"]\nx = \"1\\u0041\" # one\ny.z = [1, # two\n  \
                    'q#', {k = 3}]\n[[a.list]]\nn = true\n[[a.list]]\nn = 2.5\n\
                    [a.list.in]\nm = '''\n'l'\n'''\n";
        assert_eq!(at(text, &["a", "b c", "x"]), "3: 1A");
        assert_eq!(at(text, &["a", "b c", "y", "z"]), "4: a list of 3");
        assert_eq!(at(text, &["a", "list"]), "6: a list of 2");
        let tree = parse(text).expect("is TOML");
        let a = tree.get("a").expect("is a table").expect("is there");
        let last = a.list("list").expect("is a list").last().expect("two");
        let inner = last.at(&["in", "m"]).expect("tables").expect("is there");
        assert_eq!(inner.text().expect("is text"), "'l'\n");
        assert_eq!(inner.line, 11);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, line) in [
            ("[a]\nx 1\n", 2),
            ("[a]\nx = 1\nx = 2\n", 3),
            ("[a\n", 1),
            ("[a]\nx = \"1\n", 2),
            ("[a]\nx = [1 2]\n", 2),
            ("[a]\nx = 1 2\n", 2),
            ("[a]\nx = 1\n[[a.x]]\n", 3),
            ("[a]\nx = \"\\q\"\n", 2),
            ("[a]\nx = {y = 1\n", 2),
        ] {
            assert_eq!(parse(text).map_err(|p| p.line).err(), Some(line), "{text}");
        }
        let deep = format!("[a]\nx = {}", "[".repeat(100_000));
        assert_eq!(parse(&deep).map_err(|p| p.line).err(), Some(2));
    }
}
