//! The controls of a job: a slider, a list or a switch for each field that matters.

use super::Shown;
use crate::app::components::number::Number;
use crate::jobs::job::Row;
use crate::page::action::{Action, Message};
use crate::scenario::fields::{Kind, Value};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// All controls, in their groups.
pub(super) fn view(shown: &Shown<'_>) -> Html {
    let rows = shown.opened.job.rows();
    let before = shown.opened.preset.job().rows();
    let mut groups: Vec<&str> = rows.iter().map(|row| row.group).collect();
    groups.dedup();
    let group = |name: &&str| {
        let own = rows.iter().zip(&before);
        let own = own.filter(|(row, _)| row.group == *name && row.shown);
        html! {
            <fieldset>
                <legend>{ shown.texts.tr(&format!("job.group.{name}")) }</legend>
                { for own.map(|(row, before)| control(row, before, shown)) }
            </fieldset>
        }
    };
    html! { <>{ for groups.iter().map(group) }</> }
}

/// A field's control. It has a key: when one appears, Yew must not take another's element for it.
fn control(row: &Row, before: &Row, shown: &Shown<'_>) -> Html {
    let id = format!("job-{}", row.name);
    let label = shown.texts.tr(&format!("job.field.{}", row.name));
    let change = change(row.name, shown);
    let control = match (row.kind, &row.value) {
        (Kind::Number(range), Value::Number(value)) => {
            let unit = shown.texts.find(&format!("job.unit.{}", range.unit));
            let number = Number {
                id,
                label,
                about: None,
                value: *value,
                reset: before.value.number(),
                range,
                unit: unit.unwrap_or_else(|| range.unit.to_string()),
                colour: None,
            };
            number.view(&change.reform(|number: f64| number.to_string()))
        }
        (Kind::Choice(words), Value::Word(chosen)) => {
            let onchange = change.reform(|e: Event| {
                let list: HtmlSelectElement = e.target_unchecked_into();
                list.value()
            });
            html! {
                <div class="field choice">
                    <label for={id.clone()}>{ label }</label>
                    <select {id} {onchange}>
                        { for words.iter().map(|word| html! {
                            <option value={*word} selected={word == chosen}>
                                { shown.texts.tr(&format!("job.word.{word}")) }
                            </option>
                        }) }
                    </select>
                </div>
            }
        }
        (_, Value::Flag(on)) => {
            let onchange = change.reform(|e: Event| {
                let input: HtmlInputElement = e.target_unchecked_into();
                input.checked().to_string()
            });
            html! {
                <div class="field switch">
                    <label for={id.clone()}>{ label }</label>
                    <input type="checkbox" {id} checked={*on} {onchange} />
                </div>
            }
        }
        _ => html! {},
    };
    html! { <key={row.name}>{ control }</> }
}

/// Sets a field, or says why that cannot be.
fn change(name: &'static str, shown: &Shown<'_>) -> Callback<String> {
    let opened = shown.opened.clone();
    let send = shown.send.clone();
    Callback::from(move |value: String| {
        let mut changed = opened.clone();
        match changed.job.set([(name, value.as_str())]) {
            Ok(()) => {
                send.emit(Action::Dismiss);
                send.emit(Action::JobField(changed.text().into(), name));
            }
            Err(error) => send.emit(Action::Say(Message::Refused(error))),
        }
    })
}
