//! Formulas: TeX with holes in, MathML with holes out, so that the page needs no reader of TeX.

use equipoise_formulas::{Formula, HOLE, holes, plain};
use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, mathml::push_mathml};
use serde_json::Value;

/// All formulas in symbols, as `formula.<id>`.
pub(crate) fn symbols() -> impl Iterator<Item = (String, Value)> {
    Formula::ALL.iter().map(|formula| {
        let key = format!("formula.{}", formula.id());
        let symbols = mathml(formula.symbols(), &key);
        (key, symbols.into())
    })
}

/// What of each formula is left of its value, with holes for numbers and no `<math>` around it, as
/// `formula.<id>.numbers`; and the formula in one line of plain text, as `formula.<id>.plain`.
pub(crate) fn numbers() -> impl Iterator<Item = (String, Value)> {
    Formula::ALL.iter().flat_map(|formula| {
        let key = format!("formula.{}", formula.id());
        let line = plain(formula.symbols()).unwrap_or_else(|e| panic!("{key}: {e}"));
        let numbers = inside(formula.numbers(), &key);
        [
            (format!("{key}.numbers"), numbers),
            (format!("{key}.plain"), line),
        ]
        .map(|(key, text)| (key, text.into()))
    })
}

/// A formula in a line of text. `\quad` parts it where the line may be broken. `place` is said if
/// it is none.
pub(crate) fn mathml(tex: &str, place: &str) -> String {
    format!("<math>{}</math>", inside(tex, place))
}

/// A formula on a line of its own.
pub(crate) fn block(tex: &str, place: &str) -> String {
    format!(
        "<math display=\"block\">{}</math>",
        part(tex, DisplayMode::Block, place)
    )
}

/// A text in which `$…$` are formulas.
pub(crate) fn with_formulas(text: &str, place: &str) -> String {
    let parts = text.split('$').enumerate();
    assert!(
        text.matches('$').count().is_multiple_of(2),
        "{place}: an odd $"
    );
    let written = |(i, part): (usize, &str)| match i % 2 {
        0 => part.to_string(),
        _ => mathml(part, place),
    };
    parts.map(written).collect()
}

/// What stands between `<math>` and `</math>`.
fn inside(tex: &str, place: &str) -> String {
    let parts = tex.split("\\quad");
    let parts: Vec<String> = parts
        .map(|tex| part(tex, DisplayMode::Inline, place))
        .collect();
    parts.join("</math> <math>")
}

/// The first of the characters that take the place of holes while the TeX is read.
const FIRST: u32 = 0xe000;

fn part(tex: &str, display_mode: DisplayMode, place: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    let stand_in = |i: usize| char::from_u32(FIRST + i as u32).expect("is for private use");
    let tex = holes(tex, |name| {
        names.push(name.to_string());
        stand_in(names.len() - 1).to_string()
    });
    let storage = Storage::new();
    let config = RenderConfig {
        display_mode,
        ..RenderConfig::default()
    };
    let mut out = String::new();
    push_mathml(&mut out, Parser::new(&tex, &storage), config)
        .unwrap_or_else(|e| panic!("{place}: {tex:?}: {e}"));
    assert!(
        !out.contains("merror"),
        "{place}: {tex:?} is no formula: {out}"
    );
    let (_, inside) = out.split_once('>').expect("begins with <math>");
    let mut out = tidied(inside.trim_end_matches("</math>"));
    for (i, name) in names.iter().enumerate() {
        let stand_in = stand_in(i);
        // The page writes a number or a word into the hole, each as an element of its own.
        out = out
            .replace(&format!("<mi>{stand_in}</mi>"), &format!("{HOLE}{name}}}"))
            .replace(stand_in, &format!("</mtext>{HOLE}{name}}}<mtext>"));
    }
    out.replace("<mtext></mtext>", "")
}

/// Shorter, and with the signs that a reader expects.
fn tidied(mathml: &str) -> String {
    // The renderer writes the micro sign, which is upright, for the Greek letter, takes a minus
    // before what it negates for a letter, and spells out what brackets are by default.
    mathml
        .replace('\u{b5}', "\u{3bc}")
        .replace("<mi>−</mi>", "<mo form=\"prefix\">−</mo>")
        .replace("<mi>‾</mi>", "<mo>‾</mo>")
        .replace("<mi>…</mi>", "<mo>…</mo>")
        .replace(" symmetric=\"false\"", "")
        .replace(" movablelimits=\"false\"", "")
        .replace("<mrow><mn>1</mn></mrow>", "<mn>1</mn>")
}

#[cfg(test)]
mod tests;
