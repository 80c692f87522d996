//! A step's deed, with the controls that it needs, checked as the scene changes.

use super::{Open, shelf};
use crate::app::components::set_up;
use crate::app::i18n::{has, tr, tr_with};
use crate::lessons::assign::Assign;
use crate::lessons::goal::Goal;
use crate::lessons::reading::{Reading, What};
use crate::lessons::run::{Length, Runs};
use crate::lessons::{Deed, Kind, Step};
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
    html! { <li>{ mark }{ " " }{ said_of(goal, now) }</li> }
}

/// A goal in words.
pub(in super::super) fn wanted(goal: &Goal) -> String {
    let wanted = match goal.wanted() {
        Value::Number(x) if goal.reading.is_part() => crate::number::percent(*x),
        value => match &goal.reading.what {
            What::Field(at) => value_of(at, value),
            What::Run(_) | What::Formula(_) => value.to_string(),
        },
    };
    format!("{} {} {wanted}", name(&goal.reading), goal.sign())
}

/// A goal in words, with what is there now.
pub(in super::super) fn said_of(goal: &Goal, now: &str) -> String {
    let values = [("goal", wanted(goal)), ("now", said(now))];
    tr_with("lessons.goal", &values)
}

/// A deed in words.
pub(super) fn way(deed: &Deed, scenario: &Scenario) -> String {
    match deed {
        Deed::Assign(Assign { at, value }) => {
            format!("{} = {}", name_of(at), value_of(at, value))
        }
        Deed::PutRight => tr(&format!("fix.{}", scenario.name)),
    }
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
        What::Field(at) => return name_of(at),
    };
    let with = reading.with.iter();
    let with: String = with
        .map(|Assign { at, value }| format!(" · {} = {}", name_of(at), value_of(at, value)))
        .collect();
    format!("{name}{server}{with}")
}

/// What a field is called.
fn name_of(at: &At) -> String {
    let server = at.index.map(|server| format!(" ({})", letter(server)));
    let key = format!("lessons.field.{}", at.field().id);
    let name = match has(&key) {
        true => tr(&key),
        false => tr(&format!("set-up.{}", at.field().id)),
    };
    name + &server.unwrap_or_default()
}

/// A field's value in words, as its control has them.
fn value_of(at: &At, value: &Value) -> String {
    let value = value.to_string();
    let key = format!("set-up.{}-{value}", at.field().id);
    if has(&key) { tr(&key) } else { said(&value) }
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
