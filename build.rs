//! Turns the guide's Markdown, formulas included, into HTML and MathML, so that the page needs no Markdown at run time.

use pulldown_cmark::{Event, Options, Parser, html};
use pulldown_latex::{Parser as Latex, RenderConfig, Storage, mathml::push_mathml};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

fn main() {
    println!("cargo::rerun-if-changed=src/lessons");
    println!("cargo::rerun-if-changed=locales");
    let root = Path::new("src/lessons");
    let mut code = String::from("&[\n");
    for path in files(&root.join(LANGUAGES[0])) {
        let name = path.file_name().and_then(|n| n.to_str()).expect("file names are UTF-8").to_string();
        let texts = LANGUAGES.map(|language| Text::read(&root.join(language).join(&name)));
        for text in &texts[1..] {
            assert_eq!((&text.group, &text.scene), (&texts[0].group, &texts[0].scene), "{name}: languages differ");
        }
        let each = |get: fn(&Text) -> &String| texts.each_ref().map(get);
        let [Text { group, scene, .. }, _] = &texts;
        let id = name.trim_end_matches(".md").trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        writeln!(
            code,
            "Entry {{ id: {id:?}, group: {group:?}, scene: {scene:?}, title: {:?}, attempt: {:?}, html: {:?} }},",
            each(|t| &t.title),
            each(|t| &t.attempt),
            each(|t| &t.html)
        )
        .expect("writing to a string cannot fail");
    }
    code.push(']');
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("guide.rs");
    fs::write(out, code).expect("OUT_DIR is writable");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<_> = entries.map(|e| e.expect("folder is readable").path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "md"));
    files.sort();
    files
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
        let rest = source.strip_prefix("---\n").unwrap_or_else(|| panic!("{place}: no front matter"));
        let (front, body) = rest.split_once("\n---\n").unwrap_or_else(|| panic!("{place}: front matter has no end"));
        let mut text = Self { html: to_html(body, path), ..Self::default() };
        for line in front.lines() {
            let (key, value) = line.split_once(": ").unwrap_or_else(|| panic!("{place}: {line:?} is no `key: value`"));
            let field = match key {
                "title" => &mut text.title,
                "group" => &mut text.group,
                "scene" => &mut text.scene,
                "try" => &mut text.attempt,
                _ => panic!("{place}: unknown key {key:?}"),
            };
            *field = value.trim().to_string();
        }
        assert!(!text.title.is_empty() && !text.scene.is_empty(), "{place}: title or scene missing");
        text
    }
}

fn to_html(markdown: &str, path: &Path) -> String {
    let events = Parser::new_ext(markdown, Options::ENABLE_MATH | Options::ENABLE_TABLES).map(|event| match event {
        Event::InlineMath(latex) => Event::InlineHtml(mathml(&latex, false, path).into()),
        Event::DisplayMath(latex) => Event::InlineHtml(mathml(&latex, true, path).into()),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

fn mathml(latex: &str, display: bool, path: &Path) -> String {
    use pulldown_latex::config::DisplayMode;
    let storage = Storage::new();
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let mut out = String::new();
    push_mathml(&mut out, Latex::new(latex, &storage), RenderConfig { display_mode, ..RenderConfig::default() })
        .unwrap_or_else(|e| panic!("{}: {latex:?}: {e}", path.display()));
    assert!(!out.contains("merror"), "{}: {latex:?} is no formula: {out}", path.display());
    // The renderer writes the micro sign, which is upright, for the Greek letter.
    // It also spells out what brackets are by default.
    out.replace('\u{b5}', "\u{3bc}").replace(" symmetric=\"false\"", "").replace(" display=\"inline\"", "")
}
