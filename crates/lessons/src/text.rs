//! A step's text as HTML: paragraphs, lists of lines that begin with `- `, `*emphasis*`,
//! `**strong**`, `` `code` ``, `$formulas$`, and holes `{{…}}` for what the engine gives.

use equipoise_formulas::plain;

/// The HTML of a text. `math` gives the HTML of a formula, if it has one; otherwise it is written
/// in plain text. `hole` gives what stands in a hole.
pub fn html(
    text: &str,
    math: &dyn Fn(&str) -> Option<String>,
    hole: &mut dyn FnMut(&str) -> String,
) -> String {
    let mut writer = Writer {
        math,
        hole,
        out: String::new(),
    };
    for block in blocks(text) {
        writer.block(&block);
    }
    writer.out
}

/// What stands in the holes of a text, in order.
pub fn holes(text: &str) -> Vec<&str> {
    let inside = text.split("{{").skip(1);
    inside
        .filter_map(|rest| Some(rest.split_once("}}")?.0.trim()))
        .collect()
}

/// The formulas of a text.
pub fn formulas(text: &str) -> Vec<&str> {
    text.split('$').skip(1).step_by(2).collect()
}

/// The lines of each paragraph or list.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let mut blocks = vec![Vec::new()];
    for line in text.lines().map(str::trim) {
        match (line.is_empty(), blocks.last_mut()) {
            (false, Some(block)) => block.push(line),
            _ => blocks.push(Vec::new()),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

struct Writer<'a> {
    math: &'a dyn Fn(&str) -> Option<String>,
    hole: &'a mut dyn FnMut(&str) -> String,
    out: String,
}

impl Writer<'_> {
    fn block(&mut self, lines: &[&str]) {
        if lines.iter().all(|line| line.starts_with("- ")) {
            self.out += "<ul>";
            for line in lines {
                self.out += "<li>";
                self.inline(&line[2..]);
                self.out += "</li>";
            }
            self.out += "</ul>";
        } else {
            self.out += "<p>";
            self.inline(&lines.join("\n"));
            self.out += "</p>";
        }
    }

    /// A span ends where its sign stands next; a sign that has no second one is written as it is.
    fn inline(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(['*', '`', '$', '{']) {
            self.escaped(&rest[..at]);
            rest = &rest[at..];
            let (open, close) = signs(rest);
            let inside = (!close.is_empty())
                .then(|| rest[open.len()..].split_once(close))
                .flatten();
            let Some((inside, after)) = inside else {
                self.escaped(open);
                rest = &rest[open.len()..];
                continue;
            };
            self.span(open, inside);
            rest = after;
        }
        self.escaped(rest);
    }

    fn span(&mut self, sign: &str, inside: &str) {
        match sign {
            "`" => self.element("code", |writer| writer.escaped(inside)),
            "**" => self.element("strong", |writer| writer.inline(inside)),
            "*" => self.element("em", |writer| writer.inline(inside)),
            "$" => match (self.math)(inside) {
                Some(math) => self.out += &math,
                None => {
                    let plain = plain(inside).unwrap_or_else(|_| inside.to_string());
                    self.element("code", |writer| writer.escaped(&plain));
                }
            },
            _ => {
                let filled = (self.hole)(inside.trim());
                self.element("b", |writer| writer.escaped(&filled));
            }
        }
    }

    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.out += &format!("<{name}>");
        content(self);
        self.out += &format!("</{name}>");
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out += "&amp;",
                '<' => self.out += "&lt;",
                '>' => self.out += "&gt;",
                '"' => self.out += "&quot;",
                c => self.out.push(c),
            }
        }
    }
}

/// The sign with which a text begins, and the one that ends its span; none for what begins nothing.
fn signs(text: &str) -> (&str, &'static str) {
    let two = text.get(..2).unwrap_or_default();
    match (two, text.chars().next()) {
        ("{{", _) => (two, "}}"),
        ("**", _) => (two, "**"),
        (_, Some('*')) => (&text[..1], "*"),
        (_, Some('`')) => (&text[..1], "`"),
        (_, Some('$')) => (&text[..1], "$"),
        _ => (&text[..1], ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        html(text, &|_| None, &mut |hole| format!("<{hole}>"))
    }

    #[test]
    fn all_that_a_text_may_have() {
        assert_eq!(
            written("A *b* **c** `d<` {{ e }}\nf\n\n- $\\rho$ & g\n- h"),
            "<p>A <em>b</em> <strong>c</strong> <code>d&lt;</code> <b>&lt;e&gt;</b>\nf</p>\
             <ul><li><code>ρ</code> &amp; g</li><li>h</li></ul>"
        );
        assert_eq!(holes("a {{b}} {{ c d }} {{e"), ["b", "c d"]);
        assert_eq!(formulas("a $b$ c $d$"), ["b", "d"]);
    }

    #[test]
    fn a_sign_without_its_second_is_written_as_it_is() {
        assert_eq!(written("2 * 3 { $ `"), "<p>2 * 3 { $ `</p>");
    }

    proptest! {
        #[test]
        fn no_text_makes_markup_of_its_own(text in "[a<>&\"*`${} \n-]{0,60}") {
            let html = written(&text);
            prop_assert!(!html.contains("<a"));
            prop_assert_eq!(html.matches("<p>").count(), html.matches("</p>").count());
        }
    }
}
