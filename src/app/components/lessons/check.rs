//! A step's deed, with the controls that it needs, checked as the scene changes; and what is wrong
//! with a lesson that cannot be read.

use super::{Open, shelf, source, to_list};
use crate::app::components::set_up;
use crate::app::i18n::{has, tr, tr_with};
use crate::lessons::goal::Goal;
use crate::lessons::reading::{Reading, What};
use crate::lessons::run::{Length, Runs};
use crate::lessons::{Deed, Kind, Problem, Step};
use crate::page::{Action, Model};
use crate::scenario::fields::{At, Value};
use crate::scenario::{Scenario, letter};
use yew::prelude::*;

/// What is to be reached, whether it is, and the controls that lead there.
pub(super) fn deed(
    open: &Open,
    step: &Step,
    at: usize,
    (scenario, length): (&Scenario, Length),
    runs: &mut Runs,
    model: &Model,
    send: &Callback<Action>,
) -> Html {
    let Kind::Do {
        goals,
        by,
        controls,
    } = &step.kind
    else {
        return html! {};
    };
    let mut all = true;
    let mut rows = Vec::new();
    for goal in goals {
        let is_met = goal.is_met(scenario, length, runs).unwrap_or(false);
        all &= is_met;
        let now = goal.reading.text(scenario, length, runs);
        rows.push(row(goal, is_met, &now.unwrap_or_default()));
    }
    if all && !shelf::read(&open.id).done.contains(&at) {
        shelf::change(&open.id, |progress| _ = progress.do_deed(at));
    }
    let puts_right = by.contains(&Deed::PutRight);
    html! {
        <>
            <ul class="goals">{ for rows }</ul>
            <p role="status" class={all.then_some("verdict right")}>
                { if all { tr("lessons.reached") } else { String::new() } }
            </p>
            <div class="controls">
                { for fields(goals, by, controls).into_iter().map(|at| {
                    set_up::one(at, model, send)
                }) }
                if puts_right { { set_up::about(model, send) } }
            </div>
        </>
    }
}

fn row(goal: &Goal, is_met: bool, now: &str) -> Html {
    let mark = if is_met { "✓" } else { "○" };
    html! { <li>{ mark }{ " " }{ condition("lessons.goal", goal, now) }</li> }
}

/// A goal in words, by the text of this key.
pub(in super::super) fn condition(key: &str, goal: &Goal, now: &str) -> String {
    let wanted = match goal.wanted() {
        Value::Number(x) if goal.reading.is_part() => crate::number::percent(*x),
        value => said(&value.to_string()),
    };
    let values = [
        ("what", name(&goal.reading)),
        ("sign", goal.sign().to_string()),
        ("wanted", wanted),
        ("now", said(now)),
    ];
    tr_with(key, &values)
}

/// A value in words: a strategy has a name.
fn said(value: &str) -> String {
    let key = format!("strategy.{value}.name");
    if has(&key) { tr(&key) } else { value.into() }
}

/// What a reading is called.
fn name(reading: &Reading) -> String {
    let of = |server: usize| format!(" ({})", letter(server));
    let server = reading.server.map_or_else(String::new, of);
    let name = match &reading.what {
        What::Run(quantity) => tr(&format!("lessons.quantity.{}", quantity.id)),
        What::Formula(id) => tr(&format!("theory.prediction.{id}.name")),
        What::Field(at) => {
            let server = at.index.map_or_else(String::new, of);
            return format!("{}{server}", tr(&format!("set-up.{}", at.field().id)));
        }
    };
    let with = reading.with.iter();
    let with: String = with
        .map(|assign| format!(" · {} = {}", assign.at, assign.value))
        .collect();
    format!("{name}{server}{with}")
}

/// The fields whose controls a deed needs, each once.
fn fields(goals: &[Goal], by: &[Deed], controls: &[At]) -> Vec<At> {
    let wanted = goals.iter().filter_map(|goal| match &goal.reading.what {
        What::Field(at) => Some(*at),
        What::Run(_) | What::Formula(_) => None,
    });
    let used = by.iter().filter_map(|deed| match deed {
        Deed::Assign(assign) => Some(assign.at),
        Deed::PutRight => None,
    });
    let mut all: Vec<At> = Vec::new();
    for at in controls.iter().copied().chain(used).chain(wanted) {
        if !all.contains(&at) {
            all.push(at);
        }
    }
    all
}

/// What is wrong with a lesson, by line, and the way to open it again.
pub(super) fn problems(problems: &[Problem], send: &Callback<Action>) -> Html {
    let lines = problems.iter().map(|problem| {
        let values = [
            ("line", problem.line.to_string()),
            ("what", tr(&format!("lessons.problem.{}", problem.id))),
            ("text", problem.text.clone()),
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
