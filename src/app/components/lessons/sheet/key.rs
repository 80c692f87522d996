//! The teacher's key: what the engine answers, how each deed can be done, and what comes out; and
//! the answers at all desks.

use super::super::{answer, check};
use super::Row;
use crate::app::i18n::{tr, tr_with};
use crate::lessons::goal::Goal;
use crate::lessons::question::{Answer, Question};
use crate::lessons::run::{Length, Runs};
use crate::lessons::sheet::Entry;
use crate::lessons::{Kind, Lesson, Step};
use crate::number::percent;
use crate::scenario::{FieldError, Scenario};
use yew::prelude::*;

/// What the key says of a step.
pub(super) fn item(
    step: &Step,
    entry: &Entry,
    right: Option<Answer>,
    words: &Html,
    (scenario, length, runs): (&Scenario, Length, &mut Runs),
) -> Html {
    let number = entry.number.map(|n| format!("{n}. ")).unwrap_or_default();
    match &step.kind {
        Kind::Predict(question) => {
            let said = said(question, right);
            let within = match question {
                Question::Number { within, .. } => format!(" ± {}", percent(*within)),
                _ => String::new(),
            };
            html! { <p class="answer">{ number }<b>{ said }</b>{ within }</p> }
        }
        Kind::Do { goals, by, .. } => {
            let mut done = Ok(scenario.clone());
            for deed in by {
                done = done.and_then(|so_far| deed.done(&so_far));
            }
            let ways: Vec<String> = by.iter().map(|deed| check::way(deed, scenario)).collect();
            let ways = ways.join(&tr("sheet.and"));
            let mut met = Vec::new();
            for goal in goals {
                met.push(reached(goal, &done, length, runs));
            }
            let met = met.join(&tr("sheet.and"));
            html! { <p class="answer">{ number }<b>{ ways }</b>{ " → " }{ met }</p> }
        }
        Kind::Explain => html! { <p class="answer">{ number }{ tr("sheet.open") }</p> },
        Kind::Say | Kind::Reveal if !entry.for_pupils => {
            html! { <div class="text">{ words.clone() }</div> }
        }
        Kind::Say | Kind::Reveal => html! {},
    }
}

/// A goal, and what its number is after the deeds.
fn reached(
    goal: &Goal,
    done: &Result<Scenario, FieldError>,
    length: Length,
    runs: &mut Runs,
) -> String {
    let now = match done {
        Ok(done) => goal.reading.text(done, length, runs).ok(),
        Err(_) => None,
    };
    check::said_of(goal, &now.unwrap_or_else(|| "–".into()))
}

/// The key's own page.
pub(super) fn view(lesson: &Lesson, entries: &[Entry], rows: &[Row]) -> Html {
    let class = rows.first();
    let title = tr_with("sheet.key", &[("title", &lesson.title)]);
    html! {
        <article class="paper answers">
            <header><h1>{ title }</h1><p>{ tr("sheet.key-hint") }</p></header>
            { for class.iter().flat_map(|row| row.blocks.iter().map(|block| block.key.clone())) }
            if rows.len() > 1 { { desks(lesson, entries, rows) } }
        </article>
    }
}

/// The answers at all desks.
fn desks(lesson: &Lesson, entries: &[Entry], rows: &[Row]) -> Html {
    let asked = entries.iter().enumerate().filter_map(|(i, entry)| {
        let Kind::Predict(question) = &lesson.steps[entry.step].kind else {
            return None;
        };
        Some((i, entry.number.unwrap_or_default(), question))
    });
    let asked: Vec<(usize, usize, &Question)> = asked.collect();
    let numbers = asked.iter().map(|(_, number, _)| {
        html! { <th scope="col">{ number }</th> }
    });
    html! {
        <section class="desks">
            <h2>{ tr("sheet.desks-title") }</h2>
            <table>
                <thead><tr><th scope="col">{ tr("sheet.desk") }</th>{ for numbers }</tr></thead>
                <tbody>{ for rows.iter().map(|row| desk(row, &asked)) }</tbody>
            </table>
        </section>
    }
}

/// The answers at one desk.
fn desk(row: &Row, asked: &[(usize, usize, &Question)]) -> Html {
    let name = match row.desk {
        0 => tr("sheet.class"),
        desk => desk.to_string(),
    };
    let cells = asked.iter().map(|(i, _, question)| {
        html! { <td>{ said(question, row.blocks[*i].answer) }</td> }
    });
    html! { <tr><th scope="row">{ name }</th>{ for cells }</tr> }
}

/// An answer in words, or a dash if that run has none.
fn said(question: &Question, right: Option<Answer>) -> String {
    right.map_or_else(|| "–".into(), |right| answer::written(question, right))
}
