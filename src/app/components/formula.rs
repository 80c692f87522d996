//! Formulas, and texts with formulas in them. Their MathML was made with the page; here its holes
//! are filled.

use crate::app::i18n::tr;
use crate::formulas::{Filled, Formula, Hole, find, holes, markup};
use crate::scenario::letter;
use crate::theory::{Line, Prediction};
use yew::prelude::*;

/// A formula in symbols.
pub(crate) fn symbols(formula: Formula) -> Html {
    mathml(tr(&format!("formula.{}", formula.id())))
}

/// A formula in one line of plain text; needs the texts of the formulas.
pub(crate) fn plain(formula: Formula) -> String {
    tr(&format!("formula.{}.plain", formula.id()))
}

/// A formula with numbers, and what it gives; the value alone if it has no holes.
pub(crate) fn with_value(filled: &Filled, value: &Hole) -> Html {
    let value = value.markup(&numbers);
    let left = markup(&numbers(filled.formula), &filled.values, &numbers);
    mathml(if left.is_empty() {
        format!("<math>{value}</math>")
    } else {
        format!("<math>{left}<mo>=</mo>{value}</math>")
    })
}

/// The text of a key: formulas typeset, holes filled.
pub(crate) fn text(key: &str, values: &[(&'static str, Hole)]) -> Html {
    let text = tr(key);
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, from)) = rest.split_once("<math>") {
        let (formula, after) = from.split_once("</math>").unwrap_or((from, ""));
        parts.push(prose(before, values));
        let formula = markup(formula, values, &numbers);
        parts.push(mathml(format!("<math>{formula}</math>")));
        rest = after;
    }
    parts.push(prose(rest, values));
    parts.into_iter().collect()
}

/// Between formulas there are numbers and words.
fn prose(text: &str, values: &[(&'static str, Hole)]) -> Html {
    let filled = holes(text, |name| match find(values, name) {
        Some(Hole::Number(text) | Hole::Word(text)) => text.clone(),
        _ => String::new(),
    });
    html! { { filled } }
}

/// What a formula has for its numbers.
fn numbers(formula: Formula) -> String {
    tr(&format!("formula.{}.numbers", formula.id()))
}

/// Only what the page's own files hold, and numbers and words that were escaped.
fn mathml(text: String) -> Html {
    Html::from_html_unchecked(text.into())
}

/// A formula with its numbers, each result with its unit.
pub(crate) fn filled(p: &Prediction) -> Html {
    let unit = (!p.unit.is_empty()).then(|| tr(&format!("unit.{}", p.unit)));
    html! {
        <p class="formula filled">
            { for p.filled.iter().map(|result| line(result, unit.as_deref())) }
            if p.has_more() { <span>{ "…" }</span> }
        </p>
    }
}

fn line(line: &Line, unit: Option<&str>) -> Html {
    html! {
        <span>
            { for line.server.map(|server| format!("{}: ", letter(server))) }
            { with_value(&line.filled, &line.value) }
            { for unit.map(|unit| format!(" {unit}")) }
        </span>
    }
}
