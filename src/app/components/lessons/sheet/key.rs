//! The teacher's key: what the engine answers, how each deed can be done, and what comes out; and
//! the answers at all desks.

use super::super::{answer, check};
use super::Row;
use crate::app::i18n::{tr, tr_with};
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
            let said = right.map_or_else(|| "–".into(), |right| answer::written(question, right));
            let within = match question {
                Question::Number { within, .. } => format!(" ± {}", percent(*within)),
                _ => String::new(),
            };
            html! { <p class="answer">{ number }<b>{ said }</b>{ within }</p> }
        }
        Kind::Do { goals, by, .. } => {
            let done = by
                .iter()
                .try_fold(scenario.clone(), |so_far, deed| deed.done(&so_far));
            let ways = by.iter().map(|deed| check::way(deed, scenario));
            let ways: Vec<String> = ways.collect();
            let mut reached = |goal| reached(goal, &done, length, runs);
            let goals: Vec<String> = goals.iter().map(&mut reached).collect();
            html! {
                <p class="answer">
                    { number }<b>{ ways.join(&tr("sheet.and")) }</b>{ " → " }{ goals.join(&tr("sheet.and")) }
                </p>
            }
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
    goal: &crate::lessons::goal::Goal,
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
    let asked: Vec<_> = asked.collect();
    let row = |row: &Row| {
        let name = match row.desk {
            0 => tr("sheet.class"),
            desk => desk.to_string(),
        };
        let cells = asked.iter().map(|(i, _, question)| {
            let right = row.blocks[*i].answer;
            let said = right.map_or_else(|| "–".into(), |right| answer::written(question, right));
            html! { <td>{ said }</td> }
        });
        html! { <tr><th scope="row">{ name }</th>{ for cells }</tr> }
    };
    html! {
        <section class="desks">
            <h2>{ tr("sheet.desks-title") }</h2>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ tr("sheet.desk") }</th>
                        { for asked.iter().map(|(_, number, _)| {
                            html! { <th scope="col">{ number }</th> }
                        }) }
                    </tr>
                </thead>
                <tbody>{ for rows.iter().map(row) }</tbody>
            </table>
        </section>
    }
}
