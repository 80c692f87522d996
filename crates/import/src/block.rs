//! nginx's form: directives that end in `;` or hold a block in braces.

use super::problem::{Problem, Wrong};

/// A directive: its words, and what its block holds, if it has one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Directive {
    pub line: usize,
    /// At least one.
    pub words: Vec<String>,
    pub block: Option<Vec<Directive>>,
}

impl Directive {
    /// The first word.
    pub(crate) fn name(&self) -> &str {
        &self.words[0]
    }

    /// The word at `i`, where the name is 0.
    ///
    /// # Errors
    /// It is not there.
    pub(crate) fn word(&self, i: usize) -> Result<&str, Problem> {
        let word = self.words.get(i).map(String::as_str);
        word.ok_or_else(|| Problem::new(self.line, self.source(), Wrong::Incomplete))
    }

    /// What the file says, on one line.
    pub(crate) fn source(&self) -> String {
        self.words.join(" ")
    }

    /// The directives in its block.
    pub(crate) fn inside(&self) -> &[Self] {
        self.block.as_deref().unwrap_or_default()
    }
}

/// Blocks within blocks, at most.
pub(crate) const DEPTH_MAX: usize = 32;

/// A block that is being read: what opened it, and what it holds so far.
struct Open {
    line: usize,
    words: Vec<String>,
    inside: Vec<Directive>,
}

/// Blocks from the outermost to the one that is being read; the first is the whole file.
pub(crate) struct Blocks(Vec<Open>);

impl Blocks {
    pub(crate) fn new() -> Self {
        Self(vec![Open {
            line: 1,
            words: Vec::new(),
            inside: Vec::new(),
        }])
    }

    /// Adds a directive to the innermost block.
    pub(crate) fn push(&mut self, directive: Directive) {
        if let Some(open) = self.0.last_mut() {
            open.inside.push(directive);
        }
    }

    pub(crate) fn open(&mut self, line: usize, words: Vec<String>) -> Result<(), Problem> {
        if self.0.len() > DEPTH_MAX {
            return Err(Problem::new(line, words.join(" "), Wrong::Depth));
        }
        self.0.push(Open {
            line,
            words,
            inside: Vec::new(),
        });
        Ok(())
    }

    pub(crate) fn close(&mut self, line: usize) -> Result<(), Problem> {
        if self.0.len() < 2 {
            return Err(Problem::new(line, "}", Wrong::BlockEnd));
        }
        if let Some(Open {
            line,
            words,
            inside,
        }) = self.0.pop()
        {
            self.push(Directive {
                line,
                words,
                block: Some(inside),
            });
        }
        Ok(())
    }

    /// All directives of the file.
    pub(crate) fn end(mut self) -> Result<Vec<Directive>, Problem> {
        match self.0.pop() {
            Some(open) if self.0.is_empty() => Ok(open.inside),
            Some(open) => Err(Problem::new(open.line, open.words.join(" "), Wrong::Block)),
            None => Ok(Vec::new()),
        }
    }
}

/// A piece of the text.
#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    End,
    Open,
    Close,
}

/// Reads a file.
///
/// # Errors
/// The first line where braces, quotes or semicolons do not fit.
pub(crate) fn parse(text: &str) -> Result<Vec<Directive>, Problem> {
    let mut blocks = Blocks::new();
    let mut words: Vec<String> = Vec::new();
    let mut begun = 1;
    for (line, token) in tokens(text)? {
        if words.is_empty() {
            begun = line;
        }
        match token {
            Token::Word(word) => words.push(word),
            Token::End if words.is_empty() => {}
            Token::End => blocks.push(Directive {
                line: begun,
                words: std::mem::take(&mut words),
                block: None,
            }),
            Token::Open if words.is_empty() => {
                return Err(Problem::new(line, "{", Wrong::Incomplete));
            }
            Token::Open => blocks.open(begun, std::mem::take(&mut words))?,
            Token::Close if words.is_empty() => blocks.close(line)?,
            Token::Close => return Err(Problem::new(begun, words.join(" "), Wrong::Semicolon)),
        }
    }
    if !words.is_empty() {
        return Err(Problem::new(begun, words.join(" "), Wrong::Semicolon));
    }
    blocks.end()
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Problem> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            c if c.is_whitespace() => {}
            '#' => while chars.next_if(|&c| c != '\n').is_some() {},
            ';' => tokens.push((line, Token::End)),
            '{' => tokens.push((line, Token::Open)),
            '}' => tokens.push((line, Token::Close)),
            '"' | '\'' => {
                let begun = line;
                let mut word = String::new();
                loop {
                    match chars.next() {
                        None => return Err(Problem::new(begun, word, Wrong::Quote)),
                        Some(end) if end == c => break,
                        Some('\\') => match chars.next() {
                            Some(escaped @ ('"' | '\'' | '\\')) => word.push(escaped),
                            // A regular expression has escapes of its own.
                            Some(other) => word.extend(['\\', other]),
                            None => word.push('\\'),
                        },
                        Some(other) => {
                            line += usize::from(other == '\n');
                            word.push(other);
                        }
                    }
                }
                tokens.push((begun, Token::Word(word)));
            }
            c => {
                let mut word = String::from(c);
                // `${name}` is part of a word, other braces are not.
                while let Some(&next) = chars.peek() {
                    let variable = next == '{' && word.ends_with('$');
                    let within = next == '}' && word.rfind("${") > word.rfind('}');
                    let ends = next.is_whitespace() || ";{}".contains(next);
                    if ends && !variable && !within {
                        break;
                    }
                    word.push(next);
                    chars.next();
                }
                tokens.push((line, Token::Word(word)));
            }
        }
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_have_words_lines_and_blocks() {
        let text = "a b;  # c {\nd \"e ; f\" {\n  g ${h}i;\n}\n";
        let found = parse(text).expect("reads");
        assert_eq!((found[0].source(), found[0].line), ("a b".into(), 1));
        assert_eq!(found[1].words, ["d", "e ; f"]);
        assert_eq!(
            (found[1].inside()[0].word(1), found[1].inside()[0].line),
            (Ok("${h}i"), 3)
        );
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_line() {
        for (text, line, wrong) in [
            ("a {\nb;\n", 1, Wrong::Block),
            ("a;\n}\n", 2, Wrong::BlockEnd),
            ("a\nb {\nc }", 3, Wrong::Semicolon),
            ("a;\nb \"c;\n", 2, Wrong::Quote),
            ("{ a; }", 1, Wrong::Incomplete),
            (&"a {".repeat(40), 1, Wrong::Depth),
        ] {
            let problem = parse(text).expect_err(text);
            assert_eq!((problem.line, problem.wrong), (line, wrong), "{text}");
        }
    }
}
