//! The control of a field, by the kind of its row in the table: a number, a list, a switch.

use super::number::Number;
use crate::app::i18n::{has, tr, tr_with};
use crate::page::{Action, Change, Model};
use crate::scenario::fields::{At, Field, Kind, Value};
use crate::scenario::limits::Range;
use crate::scenario::{Scenario, WorkUnit, letter};
use crate::view::palette::{server_colour, server_marker};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// A field's control.
pub(crate) struct Control {
    /// Its element's id.
    pub id: String,
    /// What stands before it.
    pub label: String,
    /// The field.
    pub at: At,
    /// The colour of its slider.
    pub colour: Option<String>,
}

impl Control {
    /// The control of a field that there is once, or that is the same for all elements of its list.
    pub(crate) fn of(field: &'static Field, scenario: &Scenario) -> Self {
        Self {
            id: field.id.to_string(),
            label: label(field, scenario),
            at: At::new(field, None),
            colour: None,
        }
    }

    /// The control of one server's field.
    pub(crate) fn of_server(field: &'static Field, server: usize, scenario: &Scenario) -> Self {
        let name = label(field, scenario);
        let glyph = server_marker(server).glyph();
        Self {
            id: format!("{}-{server}", field.id),
            label: format!("{glyph} {} {name}", letter(server)),
            at: At::new(field, Some(server)),
            colour: Some(server_colour(server).css()),
        }
    }

    /// The control of an element's field, where the elements are no servers.
    pub(crate) fn of_element(field: &'static Field, index: usize) -> Self {
        let key = format!("set-up.{}", field.id);
        Self {
            id: format!("{}-{index}", field.id),
            label: tr_with(&key, &[("i", index.to_string())]),
            at: At::new(field, Some(index)),
            colour: None,
        }
    }

    /// The control. It has a key, and so has each of its parts: when one appears or goes, Yew must
    /// not take the element of another for it, with its focus.
    pub(crate) fn view(self, model: &Model, send: &Callback<Action>) -> Html {
        let key = self.id.clone();
        html! { <key={key}>{ self.parts(model, send) }</> }
    }

    fn parts(self, model: &Model, send: &Callback<Action>) -> Html {
        if !model.display().shows_field(self.at.field) {
            return html! {};
        }
        let Some(value) = self.at.get(model.scenario()) else {
            return html! {};
        };
        match (self.at.field.kind, value) {
            (Kind::Number(_), Value::Number(x)) => self.number(x, model, send),
            (Kind::Optional(_, usual), value) => self.optional(&value, usual, model, send),
            (Kind::Choice(words), Value::Word(word)) => self.list(words, word, model, send),
            (Kind::Flag, Value::Flag(on)) => {
                let about = about(self.at.field, model.scenario());
                self.switch(on, about, send, Value::Flag)
            }
            _ => html! {},
        }
    }

    fn number(self, value: f64, model: &Model, send: &Callback<Action>) -> Html {
        let at = self.at;
        let Some(range) = at.field.range_in(model.scenario()) else {
            return html! {};
        };
        let before = model.preset().and_then(|preset| at.get(preset));
        let number = Number {
            about: about(at.field, model.scenario()),
            id: self.id,
            label: self.label,
            value,
            reset: before.and_then(|value| value.number()),
            range,
            unit: unit(&range, model.scenario()),
            colour: self.colour,
        };
        number.view(&send.reform(move |x| set(at, Value::Number(x))))
    }

    /// A switch, and the number while it is on.
    fn optional(self, value: &Value, usual: f64, model: &Model, send: &Callback<Action>) -> Html {
        let at = self.at;
        let key = at.field.label_key(model.scenario());
        let inner = Self {
            id: format!("{}-value", self.id),
            label: format!("↳ {}", tr(&format!("set-up.{key}-value"))),
            at,
            colour: None,
        };
        let number = value.number().map(|x| inner.number(x, model, send));
        let number = number.map(|number| html! { <key="number">{ number }</> });
        let about = about(at.field, model.scenario());
        let switch = self.switch(number.is_some(), about, send, move |on| {
            if on { Value::Number(usual) } else { Value::Off }
        });
        html! { <><key="switch">{ switch }</>{ for number }</> }
    }

    fn switch(
        self,
        on: bool,
        about: Option<String>,
        send: &Callback<Action>,
        value: impl Fn(bool) -> Value + 'static,
    ) -> Html {
        let at = self.at;
        let onchange = send.reform(move |e: Event| {
            let input: HtmlInputElement = e.target_unchecked_into();
            set(at, value(input.checked()))
        });
        html! {
            <div class="field switch">
                <label for={self.id.clone()} title={about}>{ self.label }</label>
                <input type="checkbox" id={self.id} checked={on} {onchange} />
            </div>
        }
    }

    fn list(
        self,
        words: &'static [&'static str],
        chosen: &str,
        model: &Model,
        send: &Callback<Action>,
    ) -> Html {
        let key = self.at.field.label_key(model.scenario());
        let names = words.iter().map(|word| tr(&format!("set-up.{key}-{word}")));
        let at = self.at;
        let about = about(at.field, model.scenario());
        let onchange = super::send_some(send, move |e: Event| choose(at, words, &e));
        html! {
            <div class="field choice">
                <label for={self.id.clone()} title={about}>{ self.label }</label>
                <select id={self.id} {onchange}>{ options(words, chosen, names) }</select>
            </div>
        }
    }
}

/// A list of a field's words without a control around it; their texts are below `texts`.
pub(crate) fn bare_list(
    at: At,
    label: String,
    texts: &str,
    model: &Model,
    send: &Callback<Action>,
) -> Html {
    let (Kind::Choice(words), Some(Value::Word(chosen))) =
        (at.field.kind, at.get(model.scenario()))
    else {
        return html! {};
    };
    let onchange = super::send_some(send, move |e: Event| choose(at, words, &e));
    let names = words.iter().map(|word| tr(&format!("{texts}{word}")));
    html! { <select aria-label={label} {onchange}>{ options(words, chosen, names) }</select> }
}

/// What sets a field.
pub(crate) fn set(at: At, value: Value) -> Action {
    Action::Change(Change::Set(at, value))
}

/// What a choice from a list of words does.
fn choose(at: At, words: &[&'static str], e: &Event) -> Option<Action> {
    let list: HtmlSelectElement = e.target_unchecked_into();
    let word = words.get(usize::try_from(list.selected_index()).ok()?)?;
    Some(set(at, Value::Word(word)))
}

/// The options of a list of words.
fn options(words: &[&'static str], chosen: &str, names: impl Iterator<Item = String>) -> Html {
    let options = words.iter().zip(names).map(|(word, name)| {
        html! { <option selected={*word == chosen}>{ name }</option> }
    });
    html! { { for options } }
}

/// What a field is, where its name alone does not say it.
fn about(field: &Field, scenario: &Scenario) -> Option<String> {
    let key = format!("tip.{}", field.label_key(scenario));
    has(&key).then(|| tr(&key))
}

/// What a field is called.
fn label(field: &Field, scenario: &Scenario) -> String {
    tr(&format!("set-up.{}", field.label_key(scenario)))
}

/// The unit of a range in the reader's language.
pub(crate) fn unit(range: &Range, scenario: &Scenario) -> String {
    match range.unit {
        "" => String::new(),
        "work" => work_unit(scenario.unit, false),
        "speed" => work_unit(scenario.unit, true),
        unit => tr(&format!("unit.{unit}")),
    }
}

/// What a unit of work is called.
fn work_unit(unit: WorkUnit, per_second: bool) -> String {
    let key = match (unit, per_second) {
        (WorkUnit::Seconds, false) => "unit.work",
        (WorkUnit::Seconds, true) => return "×".into(),
        (WorkUnit::Samples, false) => "unit.samples",
        (WorkUnit::Samples, true) => "unit.samples-per-second",
        (WorkUnit::Megabytes, false) => "unit.megabytes",
        (WorkUnit::Megabytes, true) => "unit.megabytes-per-second",
        (WorkUnit::Tokens, false) => "unit.tokens",
        (WorkUnit::Tokens, true) => "unit.tokens-per-second",
    };
    tr(key)
}
