//! Caddy's form: a directive a line, with a block where the line ends in `{`.

use super::block::{Blocks, Directive};
use super::problem::{Problem, Wrong};

/// Reads a file.
///
/// # Errors
/// The first line where braces or quotes do not fit.
pub(crate) fn parse(text: &str) -> Result<Vec<Directive>, Problem> {
    let mut blocks = Blocks::new();
    for (line, words) in lines(text)? {
        let mut words = words;
        match words.last().map(String::as_str) {
            Some("{") => {
                words.pop();
                blocks.open(line, words)?;
            }
            Some("}") if words.len() == 1 => blocks.close(line)?,
            Some(_) => blocks.push(Directive {
                line,
                words,
                block: None,
            }),
            None => {}
        }
    }
    let mut directives = blocks.end()?;
    name_nameless(&mut directives);
    Ok(directives)
}

/// A block without a word before it holds options; it gets an empty word for its name.
fn name_nameless(directives: &mut [Directive]) {
    for directive in directives {
        if directive.words.is_empty() {
            directive.words.push(String::new());
        }
        if let Some(block) = &mut directive.block {
            name_nameless(block);
        }
    }
}

/// The words of each line that has some.
fn lines(text: &str) -> Result<Vec<(usize, Vec<String>)>, Problem> {
    let mut lines = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut line = 1;
    let mut begun = 1;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => {
                lines.push((begun, std::mem::take(&mut words)));
                line += 1;
                begun = line;
            }
            '\\' if chars.next_if_eq(&'\n').is_some() => line += 1,
            c if c.is_whitespace() => {}
            '#' => while chars.next_if(|&c| c != '\n').is_some() {},
            '"' | '`' => {
                let mut word = String::new();
                loop {
                    match chars.next() {
                        None => return Err(Problem::new(begun, word, Wrong::Quote)),
                        Some(end) if end == c => break,
                        Some('\\') if chars.peek() == Some(&c) => {}
                        Some(other) => {
                            line += usize::from(other == '\n');
                            word.push(other);
                        }
                    }
                }
                words.push(word);
            }
            c => {
                let mut word = String::from(c);
                while let Some(next) = chars.next_if(|c| !c.is_whitespace()) {
                    word.push(next);
                }
                words.push(word);
            }
        }
    }
    lines.push((begun, words));
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_directive() {
        let text = "{\n admin off\n}\na.com, b.com {\n\trespond \"x {\" # no\n}\n";
        let found = parse(text).expect("reads");
        assert_eq!((found[0].name(), found[0].inside()[0].line), ("", 2));
        assert_eq!(found[1].words, ["a.com,", "b.com"]);
        assert_eq!(found[1].inside()[0].words, ["respond", "x {"]);
        assert_eq!(parse("a {\n").expect_err("open").wrong, Wrong::Block);
        assert_eq!(parse("a\n}\n").expect_err("closed").line, 2);
    }
}
