//! The guide's entries: Markdown with formulas in, HTML with MathML out, so that the page needs
//! neither at run time.

use crate::formulas::{block, mathml};
use crate::{LANGUAGES, files};
use pulldown_cmark::{Event, Options, Parser, html};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// All entries in one language, in reading order.
pub(crate) fn entries(folder: &Path, language: usize) -> Value {
    let entry = |path: &Path| {
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .expect("file names are UTF-8");
        let [first, text] =
            [0, language].map(|language| Text::read(&folder.join(LANGUAGES[language]).join(name)));
        assert_eq!(
            (&text.group, &text.scene),
            (&first.group, &first.scene),
            "{name}: languages differ"
        );
        let id = name
            .trim_end_matches(".md")
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        let Text {
            title,
            group,
            scene,
            attempt,
            html,
        } = text;
        json!({
            "id": id, "group": group, "scene": scene,
            "title": title, "attempt": attempt, "html": html,
        })
    };
    files(&folder.join(LANGUAGES[0]), "md")
        .iter()
        .map(|path| entry(path))
        .collect()
}

#[derive(Default)]
struct Text {
    title: String,
    group: String,
    scene: String,
    attempt: String,
    html: String,
}

impl Text {
    /// Reads an entry: front matter between two lines of `---`, then Markdown.
    fn read(path: &Path) -> Self {
        let place = path.display();
        let source = fs::read_to_string(path).unwrap_or_else(|e| panic!("{place}: {e}"));
        let rest = source
            .strip_prefix("---\n")
            .unwrap_or_else(|| panic!("{place}: no front matter"));
        let (front, body) = rest
            .split_once("\n---\n")
            .unwrap_or_else(|| panic!("{place}: front matter has no end"));
        let mut text = Self {
            html: to_html(body, path),
            ..Self::default()
        };
        for line in front.lines() {
            let (key, value) = line
                .split_once(": ")
                .unwrap_or_else(|| panic!("{place}: {line:?} is no `key: value`"));
            let field = match key {
                "title" => &mut text.title,
                "group" => &mut text.group,
                "scene" => &mut text.scene,
                "try" => &mut text.attempt,
                _ => panic!("{place}: unknown key {key:?}"),
            };
            *field = value.trim().to_string();
        }
        assert!(
            !text.title.is_empty() && !text.scene.is_empty(),
            "{place}: title or scene missing"
        );
        text
    }
}

fn to_html(markdown: &str, path: &Path) -> String {
    let place = path.display().to_string();
    let events =
        Parser::new_ext(markdown, Options::ENABLE_MATH | Options::ENABLE_TABLES).map(|event| {
            match event {
                Event::InlineMath(tex) => Event::InlineHtml(mathml(&tex, &place).into()),
                Event::DisplayMath(tex) => Event::InlineHtml(block(&tex, &place).into()),
                other => other,
            }
        });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}
