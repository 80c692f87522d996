//! TOML 1.0 as the tree that [`yaml`](super::yaml) reads, with line numbers: tables, arrays of
//! tables, inline tables, arrays, texts and bare words.

use super::problem::{Problem, Wrong};
use super::yaml::{Entry, Node, Value};
use std::iter::Peekable;
use std::str::Chars;

/// Values and tables within each other, at most.
const DEPTH_MAX: usize = 32;

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
    let mut reader = Reader {
        rest: text.chars().peekable(),
        line: 1,
    };
    let mut root = map(1);
    let mut table = Vec::new();
    loop {
        reader.skip_lines();
        match reader.rest.peek() {
            None => return Ok(root),
            Some('[') => {
                let line = reader.line;
                reader.rest.next();
                let many = reader.rest.next_if_eq(&'[').is_some();
                table = reader.key()?;
                for _ in 0..=usize::from(many) {
                    reader.expect(']')?;
                }
                reader.end_of_line()?;
                let inner = descend(&mut root, &table, line, false)?;
                if many {
                    append(inner, line)?;
                }
            }
            Some(_) => {
                let (key, value) = reader.pair(0)?;
                let inner = descend(&mut root, &table, reader.line, true)?;
                put(inner, &key, value)?;
                reader.end_of_line()?;
            }
        }
    }
}

fn map(line: usize) -> Node {
    Node {
        line,
        value: Value::Map(Vec::new()),
    }
}

/// The table of this path, made where it is not there. An array of tables on the way is its last
/// one; so is one at the end, if it is to be `filled`.
fn descend<'n>(
    mut node: &'n mut Node,
    path: &[String],
    line: usize,
    filled: bool,
) -> Result<&'n mut Node, Problem> {
    if path.len() > DEPTH_MAX {
        return Err(Problem::new(line, path.join("."), Wrong::Depth));
    }
    for (i, key) in path.iter().enumerate() {
        let Value::Map(entries) = &mut node.value else {
            return Err(Problem::new(line, key, Wrong::Toml));
        };
        let place = entries.iter().position(|entry| entry.key == *key);
        let place = place.unwrap_or_else(|| {
            entries.push(Entry::new(key.clone(), line, map(line)));
            entries.len() - 1
        });
        node = &mut entries[place].node;
        let enters = filled || i + 1 < path.len();
        if enters && matches!(node.value, Value::List(_)) {
            let Value::List(items) = &mut node.value else {
                return Err(Problem::new(line, key, Wrong::Toml));
            };
            let last = items.last_mut();
            node = last.ok_or_else(|| Problem::new(line, key, Wrong::Toml))?;
        }
    }
    Ok(node)
}

/// Adds a table to an array of them.
fn append(node: &mut Node, line: usize) -> Result<(), Problem> {
    match &mut node.value {
        Value::List(items) => items.push(map(line)),
        Value::Map(entries) if entries.is_empty() => node.value = Value::List(vec![map(line)]),
        _ => return Err(Problem::new(line, "[[", Wrong::Toml)),
    }
    Ok(())
}

/// Puts a value under a key of several parts into a table.
fn put(table: &mut Node, key: &[String], value: Node) -> Result<(), Problem> {
    let line = value.line;
    let (name, tables) = key
        .split_last()
        .ok_or_else(|| Problem::new(line, "", Wrong::Toml))?;
    let table = descend(table, tables, line, true)?;
    let Value::Map(entries) = &mut table.value else {
        return Err(Problem::new(line, name, Wrong::Toml));
    };
    if entries.iter().any(|entry| entry.key == *name) {
        return Err(Problem::new(line, name, Wrong::Toml));
    }
    entries.push(Entry::new(name.clone(), line, value));
    Ok(())
}

struct Reader<'t> {
    rest: Peekable<Chars<'t>>,
    line: usize,
}

impl Reader<'_> {
    fn wrong<T>(&self, found: impl ToString) -> Result<T, Problem> {
        Err(Problem::new(self.line, found, Wrong::Toml))
    }

    fn skip_blanks(&mut self) {
        while self.rest.next_if(|c| matches!(c, ' ' | '\t')).is_some() {}
    }

    /// Blanks, comments and ends of lines.
    fn skip_lines(&mut self) {
        loop {
            match self.rest.peek() {
                Some('\n') => self.line += 1,
                Some(' ' | '\t' | '\r') => {}
                Some('#') => {
                    while self.rest.next_if(|c| *c != '\n').is_some() {}
                    continue;
                }
                _ => return,
            }
            self.rest.next();
        }
    }

    fn expect(&mut self, wanted: char) -> Result<(), Problem> {
        self.skip_blanks();
        match self.rest.next() {
            Some(found) if found == wanted => Ok(()),
            found => self.wrong(found.map_or_else(String::new, String::from)),
        }
    }

    /// Nothing more on this line but a comment.
    fn end_of_line(&mut self) -> Result<(), Problem> {
        self.skip_blanks();
        match self.rest.peek().copied() {
            None | Some('\n' | '\r' | '#') => Ok(()),
            Some(found) => self.wrong(found),
        }
    }

    /// `a."b c".d`, and what follows is not read.
    fn key(&mut self) -> Result<Vec<String>, Problem> {
        let mut parts = Vec::new();
        loop {
            self.skip_blanks();
            parts.push(match self.rest.peek().copied() {
                Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
                _ => self.bare(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))?,
            });
            self.skip_blanks();
            if self.rest.next_if_eq(&'.').is_none() {
                return Ok(parts);
            }
        }
    }

    fn bare(&mut self, fits: impl Fn(char) -> bool) -> Result<String, Problem> {
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(|c| fits(*c)) {
            word.push(c);
        }
        match word.is_empty() {
            true => self.wrong(self.rest.clone().take(8).collect::<String>()),
            false => Ok(word),
        }
    }

    fn pair(&mut self, depth: usize) -> Result<(Vec<String>, Node), Problem> {
        let key = self.key()?;
        self.expect('=')?;
        Ok((key, self.value(depth)?))
    }

    fn value(&mut self, depth: usize) -> Result<Node, Problem> {
        self.skip_blanks();
        let line = self.line;
        if depth > DEPTH_MAX {
            return Err(Problem::new(line, "…", Wrong::Depth));
        }
        let value = match self.rest.peek().copied() {
            Some(quote @ ('"' | '\'')) => Value::Scalar(self.quoted(quote)?),
            Some('[') => {
                self.rest.next();
                Value::List(self.items(depth)?)
            }
            Some('{') => {
                self.rest.next();
                return self.inline(line, depth);
            }
            _ => {
                let ends = |c: char| matches!(c, ',' | ']' | '}' | '#') || c.is_whitespace();
                Value::Scalar(self.bare(|c| !ends(c))?)
            }
        };
        Ok(Node { line, value })
    }

    /// The rest of an array.
    fn items(&mut self, depth: usize) -> Result<Vec<Node>, Problem> {
        let mut items = Vec::new();
        loop {
            self.skip_lines();
            if self.rest.next_if_eq(&']').is_some() {
                return Ok(items);
            }
            items.push(self.value(depth + 1)?);
            self.skip_lines();
            if self.rest.next_if_eq(&',').is_none() {
                self.expect(']')?;
                return Ok(items);
            }
        }
    }

    /// The rest of an inline table.
    fn inline(&mut self, line: usize, depth: usize) -> Result<Node, Problem> {
        let mut table = map(line);
        self.skip_lines();
        if self.rest.next_if_eq(&'}').is_some() {
            return Ok(table);
        }
        loop {
            self.skip_lines();
            let (key, value) = self.pair(depth + 1)?;
            put(&mut table, &key, value)?;
            self.skip_lines();
            match self.rest.next() {
                Some(',') => {}
                Some('}') => return Ok(table),
                found => return self.wrong(found.map_or_else(String::new, String::from)),
            }
        }
    }

    /// A text in one or in three quotation marks.
    fn quoted(&mut self, quote: char) -> Result<String, Problem> {
        let line = self.line;
        self.rest.next();
        let mut long = false;
        if self.rest.next_if_eq(&quote).is_some() {
            if self.rest.next_if_eq(&quote).is_none() {
                return Ok(String::new());
            }
            long = true;
            self.rest.next_if_eq(&'\n');
        }
        let mut text = String::new();
        loop {
            match self.rest.next() {
                None => return Err(Problem::new(line, text, Wrong::Quote)),
                Some('\n') if !long => return Err(Problem::new(line, text, Wrong::Quote)),
                Some('\n') => {
                    self.line += 1;
                    text.push('\n');
                }
                Some('\\') if quote == '"' => text.push(self.escaped()?),
                Some(c) if c == quote && !long => return Ok(text),
                Some(c) => {
                    text.push(c);
                    let end: String = [quote; 3].iter().collect();
                    if c == quote && text.ends_with(&end) {
                        text.truncate(text.len() - 3);
                        return Ok(text);
                    }
                }
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Problem> {
        let digits = match self.rest.next() {
            Some('n') => return Ok('\n'),
            Some('t') => return Ok('\t'),
            Some('r') => return Ok('\r'),
            Some(c @ ('"' | '\\')) => return Ok(c),
            Some('u') => 4,
            Some('U') => 8,
            found => return self.wrong(found.map_or_else(String::new, String::from)),
        };
        let code: String = self.rest.by_ref().take(digits).collect();
        let c = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
        c.map_or_else(|| self.wrong(code), Ok)
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
            ("[a]\nx = {y = 1\n", 3),
        ] {
            assert_eq!(parse(text).map_err(|p| p.line).err(), Some(line), "{text}");
        }
        let deep = format!("[a]\nx = {}", "[".repeat(100_000));
        assert_eq!(parse(&deep).map_err(|p| p.wrong).err(), Some(Wrong::Depth));
    }
}
