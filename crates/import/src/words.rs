//! HAProxy's form: a directive a line, in sections.

use super::problem::{Problem, Wrong};

/// The words of a line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub line: usize,
    /// At least one.
    pub words: Vec<String>,
}

impl Line {
    /// The word at `i`, empty if it is not there.
    pub(crate) fn get(&self, i: usize) -> &str {
        self.words.get(i).map_or("", String::as_str)
    }

    /// The word at `i`.
    ///
    /// # Errors
    /// It is not there.
    pub(crate) fn word(&self, i: usize) -> Result<&str, Problem> {
        let word = self.words.get(i).map(String::as_str);
        word.ok_or_else(|| Problem::new(self.line, self.source(), Wrong::Incomplete))
    }

    /// What the file says.
    pub(crate) fn source(&self) -> String {
        self.words.join(" ")
    }
}

/// A section: its first line, and the others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Section {
    pub head: Line,
    pub lines: Vec<Line>,
}

/// The words that begin a section.
const SECTIONS: [&str; 17] = [
    "global",
    "defaults",
    "frontend",
    "backend",
    "listen",
    "peers",
    "resolvers",
    "userlist",
    "mailers",
    "program",
    "cache",
    "http-errors",
    "ring",
    "log-forward",
    "fcgi-app",
    "crt-store",
    "traces",
];

/// Reads a file.
///
/// # Errors
/// The first line whose quotes do not fit, or that is in no section.
pub(crate) fn parse(text: &str) -> Result<Vec<Section>, Problem> {
    let mut sections: Vec<Section> = Vec::new();
    for (i, text) in text.lines().enumerate() {
        let line = Line {
            line: i + 1,
            words: words(i + 1, text)?,
        };
        if line.words.is_empty() || line.words[0].starts_with('.') {
            continue;
        }
        if SECTIONS.contains(&line.get(0)) {
            sections.push(Section {
                head: line,
                lines: Vec::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            section.lines.push(line);
        } else {
            return Err(Problem::new(line.line, line.source(), Wrong::Section));
        }
    }
    Ok(sections)
}

/// Splits a line as HAProxy does: quotes strong and weak, escapes, comments. Escapes are of bytes.
fn words(line: usize, text: &str) -> Result<Vec<String>, Problem> {
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut quote = None;
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match (quote, byte) {
            (Some(end), byte) if byte == end => quote = None,
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                word.get_or_insert_default();
            }
            (None, b'#') => break,
            (None, byte) if byte.is_ascii_whitespace() => words.extend(word.take()),
            (None | Some(b'"'), b'\\') => {
                let escaped = escape(&mut bytes);
                word.get_or_insert_default().push(escaped);
            }
            (_, byte) => word.get_or_insert_default().push(byte),
        }
    }
    if quote.is_some() {
        return Err(Problem::new(line, text.trim(), Wrong::Quote));
    }
    words.extend(word);
    let words = words.into_iter();
    Ok(words
        .map(|word| String::from_utf8_lossy(&word).into_owned())
        .collect())
}

/// What an escape means.
fn escape(bytes: &mut std::str::Bytes) -> u8 {
    match bytes.next() {
        Some(b'n') => b'\n',
        Some(b't') => b'\t',
        Some(b'r') => b'\r',
        Some(b'x') => {
            let mut ahead = bytes.clone();
            let hex = [ahead.next(), ahead.next()].map(|digit| {
                let digit = digit.map(char::from);
                digit.and_then(|c| c.to_digit(16))
            });
            match hex {
                [Some(high), Some(low)] => {
                    *bytes = ahead;
                    (high * 16 + low) as u8
                }
                _ => b'x',
            }
        }
        Some(other) => other,
        None => b'\\',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_haproxy_does() {
        let split = |text| words(1, text).expect(text);
        assert_eq!(
            split("a  b\\ c \"d #e\" 'f\\' # g"),
            ["a", "b c", "d #e", "f\\"]
        );
        assert_eq!(
            split("path_beg -- \\x2fchat/"),
            ["path_beg", "--", "/chat/"]
        );
        assert_eq!(words(3, "a \"b").expect_err("open").line, 3);
    }

    #[test]
    fn sections_hold_their_lines() {
        let sections = parse("# x\nglobal\n\ndefaults\n  mode http\n").expect("reads");
        assert_eq!(sections.len(), 2);
        assert_eq!(
            (sections[1].lines[0].line, sections[1].lines[0].get(1)),
            (5, "http")
        );
        assert_eq!(
            parse("mode http\n").expect_err("none").wrong,
            Wrong::Section
        );
    }
}
