//! Regular expressions that are plain texts.

/// The text that a regular expression without any special sign fits; None: it has one.
pub(crate) fn literal(expression: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = expression;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let escaped = rest.chars().next()?;
                rest = &rest[escaped.len_utf8()..];
                if let Some((digits, after)) = braced(escaped, rest) {
                    let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
                    bytes.extend(c.to_string().bytes());
                    rest = after;
                } else if escaped == 'x' {
                    bytes.push(u8::from_str_radix(rest.get(..2)?, 16).ok()?);
                    rest = &rest[2..];
                } else if escaped.is_ascii_alphanumeric() {
                    return None;
                } else {
                    bytes.extend(escaped.to_string().bytes());
                }
            }
            '^' | '$' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '~' => {
                return None;
            }
            c => bytes.extend(c.to_string().bytes()),
        }
    }
    String::from_utf8(bytes).ok()
}

/// The digits of `\x{2f}`, and what follows.
fn braced(escaped: char, rest: &str) -> Option<(&str, &str)> {
    let inner = rest.strip_prefix('{').filter(|_| escaped == 'x')?;
    inner.split_once('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_without_signs_are_texts() {
        assert_eq!(literal("\\x2fchat/"), Some("/chat/".into()));
        assert_eq!(literal("/a\\.b\\x{e9}"), Some("/a.bé".into()));
        for expression in ["/a.*", "(a|b)", "\\d", "\\x2", "\\"] {
            assert_eq!(literal(expression), None, "{expression}");
        }
    }
}
