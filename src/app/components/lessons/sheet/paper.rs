//! The pupils' sheet: what each step tells and asks, with room for answers.

use super::super::answer::{name_of, trend_name, unit};
use super::super::check;
use crate::app::i18n::{tr, tr_with};
use crate::lessons::question::{Question, Trend};
use crate::lessons::sheet::Entry;
use crate::lessons::{Kind, Lesson, Step};
use yew::prelude::*;

/// Lines for an explanation.
const LINES: usize = 3;

/// The sheet's head: the title, and who writes on it.
pub(super) fn head(lesson: &Lesson, desk: u32) -> Html {
    let of_desk = match desk {
        0 => line(),
        desk => html! { <b>{ desk }</b> },
    };
    let run = match desk {
        0 => "sheet.run",
        _ => "sheet.run-desk",
    };
    html! {
        <header>
            <h1>{ &lesson.title }</h1>
            <p>{ &lesson.about }</p>
            <p class="who">
                <span class="wide">{ tr("sheet.name") }{ " " }{ line() }</span>
                <span>{ tr("sheet.desk") }{ " " }{ of_desk }</span>
                <span>{ tr("sheet.date") }{ " " }{ line() }</span>
            </p>
            <p class="hint">{ tr_with(run, &[("n", desk.to_string())]) }</p>
        </header>
    }
}

/// A step: its picture, its text and room for the answer.
pub(super) fn item(
    step: &Step,
    entry: &Entry,
    servers: usize,
    picture: Option<Html>,
    words: &Html,
) -> Html {
    let heading = entry.number.map(|number| {
        let kind = tr(&format!("lessons.kind.{}", step.kind.as_str()));
        html! { <h2>{ format!("{number}. {kind}") }</h2> }
    });
    let class = match entry.number {
        Some(_) => "item",
        None => "item told",
    };
    html! {
        <section {class}>
            { for heading }
            { for picture }
            <div class="text">{ words.clone() }</div>
            { blanks(&step.kind, servers) }
        </section>
    }
}

fn blanks(kind: &Kind, servers: usize) -> Html {
    match kind {
        Kind::Say | Kind::Reveal => html! {},
        Kind::Predict(question) => html! {
            <>
                <p class="boxes">
                    <span>{ tr("sheet.mine") }</span>
                    { choices(question, servers) }
                </p>
                <p class="boxes">
                    <span>{ tr("sheet.engine") }</span>
                    <span class="wide">{ line() }</span>
                </p>
            </>
        },
        Kind::Do { goals, .. } => html! {
            <>
                <p class="boxes">
                    { for goals.iter().map(|goal| {
                        html! { <span class="tick">{ check::wanted(goal) }</span> }
                    }) }
                </p>
                <p class="boxes">
                    <span>{ tr("sheet.changed") }</span>
                    <span class="wide">{ line() }</span>
                </p>
            </>
        },
        Kind::Explain => html! {
            <div class="ruled">{ for (0..LINES).map(|_| line()) }</div>
        },
    }
}

/// What can be ticked, or a line for a number.
fn choices(question: &Question, servers: usize) -> Html {
    let labels: Vec<String> = match question {
        Question::Number { reading, .. } => {
            let unit = unit(reading);
            return html! { <span class="short">{ line() }{ " " }{ unit }</span> };
        }
        Question::Next | Question::Server { .. } => (0..servers).map(name_of).collect(),
        Question::Best { options, .. } => {
            options.iter().map(|option| option.label.clone()).collect()
        }
        Question::Trend { .. } => Trend::ALL.map(trend_name).into(),
    };
    html! { { for labels.iter().map(|label| html! { <span class="tick">{ label }</span> }) } }
}

/// A line to write on.
fn line() -> Html {
    html! { <i class="line" /> }
}
