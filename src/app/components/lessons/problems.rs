//! What is wrong with a lesson that cannot be read, by line and in the reader's language.

use super::{source, to_list};
use crate::app::i18n::{self, tr, tr_with};
use crate::lessons::Problem;
use crate::page::Action;
use crate::page::settings::Language;
use crate::scenario::FieldError;
use yew::prelude::*;

/// What errors say, in English, and its text key below `lessons.phrase.`; of two that begin alike
/// the longer one first.
const PHRASES: [(&str, &str); 25] = [
    ("unknown at ", "unknown"),
    ("did you mean ", "meant"),
    ("? There are ", "there-are"),
    ("no more: this field has none inside", "inside"),
    (", or a list or an object as JSON", "json"),
    ("no number, word or text", "no-value-inside"),
    ("a whole number from ", "whole"),
    ("a number from ", "number-from"),
    (", or null for none", "off"),
    ("a number that each server has", "per-server"),
    ("a number", "number"),
    ("true or false", "flag"),
    ("one of ", "one-of"),
    ("the id of a preset", "preset"),
    ("the id of a strategy", "strategy"),
    ("the id of a prediction", "prediction"),
    ("a letter, such as ", "letter"),
    ("two or more", "more-options"),
    ("a scene that goes wrong", "put-right"),
    ("no condition", "no-condition"),
    ("no value", "no-value"),
    ("of no server", "no-server"),
    ("nothing", "nothing"),
    (" tasks, or up to ", "tasks-or"),
    (" to ", "to"),
];

/// All of it, and the way to open the lesson again.
pub(super) fn view(problems: &[Problem], send: &Callback<Action>) -> Html {
    let lines = problems.iter().map(|problem| {
        let text = match &problem.value {
            Some(error) => value(error),
            None => problem.text.clone(),
        };
        let values = [
            ("line", problem.line.to_string()),
            ("what", tr(&format!("lessons.problem.{}", problem.id))),
            ("text", text),
        ];
        html! { <li>{ tr_with("lessons.problem-line", &values) }</li> }
    });
    html! {
        <div role="alert">
            <p>{ tr("lessons.problems") }</p>
            <ul class="problems">{ for lines }</ul>
            { source::open_file(tr("lessons.open-file"), send) }
            { to_list(send) }
        </div>
    }
}

/// A value that cannot be.
fn value(error: &FieldError) -> String {
    let values = [
        ("field", error.field.clone()),
        ("value", said(&error.value)),
        ("allowed", said(&error.allowed)),
    ];
    tr_with("lessons.problem-value", &values)
}

/// What an error says, in the reader's language as far as its phrases are known.
fn said(text: &str) -> String {
    if i18n::language() == Language::English {
        return text.to_string();
    }
    PHRASES
        .iter()
        .fold(text.to_string(), |text, (english, key)| {
            text.replace(english, &tr(&format!("lessons.phrase.{key}")))
        })
}
