//! Controls for numbers and choices: a slider with a number box, its unit and a reset; a list; a
//! switch.

use super::typed::Typed;
use crate::app::action::Action;
use crate::app::i18n::{tr, tr_with};
use crate::app::model::Model;
use crate::number::{round, significant};
use crate::scenario::Scenario;
use crate::scenario::limits::{self, Range};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// A number of the scenario that can be moved.
pub struct Number<'a> {
    /// Its name in ids and for undo.
    pub id: &'static str,
    /// Distinguishes fields of the same name, such as the servers' weights.
    pub index: Option<usize>,
    /// What stands before it.
    pub label: String,
    /// Its value now.
    pub value: f64,
    /// Its value in the preset; none: it has none.
    pub reset: Option<f64>,
    /// What is allowed.
    pub range: &'a Range,
    /// Its unit in the reader's language, or empty.
    pub unit: String,
    /// The colour of its slider.
    pub colour: Option<String>,
}

/// Marks on a slider.
const STEPS: f64 = 1000.0;

/// Puts a number into the scenario, for a server if the field is one of several.
type SetNumber = Rc<dyn Fn(&mut Scenario, Option<usize>, f64)>;
/// Puts a choice, by its place in the list, into the scenario.
type SetChoice = Rc<dyn Fn(&mut Scenario, usize)>;
/// Puts a switch into the scenario.
type SetSwitch = Rc<dyn Fn(&mut Scenario, bool)>;

impl Number<'_> {
    /// The control; `set` puts a new value into the scenario.
    pub fn view(
        self,
        send: &Callback<Action>,
        set: impl Fn(&mut Scenario, Option<usize>, f64) + 'static,
    ) -> Html {
        self.view_with(send, Rc::new(set))
    }

    // Apart from its caller, so that the page carries it once.
    fn view_with(self, send: &Callback<Action>, set: SetNumber) -> Html {
        let Self {
            id,
            index,
            label,
            value,
            reset,
            range,
            unit,
            colour,
        } = self;
        let range = *range;
        let change = {
            let send = send.clone();
            move |value: f64| {
                let set = Rc::clone(&set);
                send.emit(Action::Change(id, Box::new(move |s| set(s, index, value))));
            }
        };
        let refuse = {
            let label = label.clone();
            Callback::from(move |input: HtmlInputElement| refusal(&label, number(&input), &range))
        };
        let slide = {
            let change = change.clone();
            Callback::from(move |e: InputEvent| {
                change(of_slider(number(&e.target_unchecked_into()), &range))
            })
        };
        let type_in = {
            let change = change.clone();
            Callback::from(move |input: HtmlInputElement| {
                let typed = number(&input);
                // Digits that do not count must not stay in the box.
                input.set_value(&shown(typed));
                change(typed);
            })
        };
        let name = index.map_or_else(|| id.to_string(), |i| format!("{id}-{i}"));
        let text = if unit.is_empty() {
            shown(value)
        } else {
            format!("{} {unit}", shown(value))
        };
        let style = colour.map(|c| format!("--slider:{c}"));
        let changed = reset.is_some_and(|r| r != value);
        html! {
            <div class="field" {style}>
                <label for={format!("{name}-box")}>{ &label }</label>
                <input type="range" id={name.clone()} min="0" max={STEPS.to_string()} step="any" tabindex="0"
                    value={to_slider(value, &range).to_string()} aria-label={label.clone()} aria-valuetext={text}
                    style={format!("--part:{}%", to_slider(value, &range) / STEPS * 100.0)}
                    oninput={slide} onkeydown={arrows(value, range, change.clone())} />
                <button class="reset" disabled={!changed} aria-label={tr_with("field.reset", &[("field", &label)])} title={tr("field.reset-title")}
                    onclick={Callback::from(move |_| if let Some(r) = reset { change(r) })}>{ "↺" }</button>
                <Typed kind="number" id={format!("{name}-box")} inputmode="decimal" min={range.min.to_string()} {unit}
                    max={range.max.to_string()} value={shown(value)} {refuse} onchange={type_in} />
            </div>
        }
    }
}

/// Why a number cannot be, in the reader's words: field, value, what is allowed.
fn refusal(field: &str, value: f64, range: &Range) -> Option<String> {
    // Seconds and rates have parts, even where a slider goes by whole ones.
    let whole = range.step >= 1.0 && matches!(range.unit, "" | "tasks");
    if range.allows(value) && !(whole && value.fract() != 0.0) {
        return None;
    }
    let allowed = format!("{} – {}", range.min, range.max);
    let allowed = if whole {
        tr_with("notice.whole", &[("range", allowed)])
    } else {
        allowed
    };
    Some(refused(
        field,
        if value.is_nan() {
            tr("notice.nothing")
        } else {
            value.to_string()
        },
        allowed,
    ))
}

fn refused(field: &str, value: String, allowed: String) -> String {
    tr_with(
        "notice.refused",
        &[
            ("field", field.to_string()),
            ("value", value),
            ("allowed", allowed),
        ],
    )
}

/// Arrow keys move by the range's step (or, on a logarithmic slider, by a tenth).
fn arrows(value: f64, range: Range, change: impl Fn(f64) + 'static) -> Callback<KeyboardEvent> {
    Callback::from(move |e: KeyboardEvent| {
        let up = |n: f64| {
            if range.log {
                value * libm::pow(1.1, n)
            } else {
                value + n * range.step
            }
        };
        let to = match e.key().as_str() {
            "ArrowRight" | "ArrowUp" => up(1.0),
            "ArrowLeft" | "ArrowDown" => up(-1.0),
            "PageUp" => up(10.0),
            "PageDown" => up(-10.0),
            "Home" => range.min,
            "End" => range.slider_max,
            _ => return,
        };
        e.prevent_default();
        change(tidy(
            to.clamp(range.min, range.max.min(range.slider_max.max(value))),
            &range,
        ));
    })
}

fn number(input: &HtmlInputElement) -> f64 {
    input.value_as_number()
}

/// Four digits are enough to work with; the scenario keeps what was typed.
fn shown(value: f64) -> String {
    significant(value, 4).replace('−', "-")
}

/// Where a logarithmic slider begins: three decades below its end, or its least value.
fn low(range: &Range) -> f64 {
    range.min.max(range.slider_max / 1000.0)
}

fn to_slider(value: f64, range: &Range) -> f64 {
    let part = if range.log {
        libm::log(value / low(range)) / libm::log(range.slider_max / low(range))
    } else {
        (value - range.min) / (range.slider_max - range.min)
    };
    (part * STEPS).clamp(0.0, STEPS)
}

fn of_slider(place: f64, range: &Range) -> f64 {
    let part = place / STEPS;
    let value = if range.log {
        low(range) * libm::pow(range.slider_max / low(range), part)
    } else {
        range.min + (range.slider_max - range.min) * part
    };
    tidy(value, range)
}

/// A value that a hand on a slider means: a multiple of the step, or two digits on a logarithmic
/// scale.
fn tidy(value: f64, range: &Range) -> f64 {
    if range.log {
        let value = round(value, 2);
        if range.step >= 1.0 {
            value.round().max(range.min)
        } else {
            value.max(range.min)
        }
    } else {
        let steps = ((value - range.min) / range.step).round();
        // Dividing by a whole number keeps 0.3 from becoming 0.30000000000000004.
        (range.min
            + steps / (1.0 / range.step).round().max(1.0)
                * if range.step > 1.0 { range.step } else { 1.0 })
        .min(range.max)
    }
}

/// A list of choices; `set` puts the chosen value into the scenario.
pub fn choice<T: Copy + PartialEq + 'static>(
    send: &Callback<Action>,
    id: &'static str,
    label: String,
    value: T,
    options: &[(T, String)],
    set: fn(&mut Scenario, T),
) -> Html {
    let values: Vec<T> = options.iter().map(|(value, _)| *value).collect();
    let names: Vec<&str> = options.iter().map(|(_, name)| name.as_str()).collect();
    let chosen = values.iter().position(|v| *v == value);
    let pick = move |s: &mut Scenario, index: usize| {
        if let Some(&value) = values.get(index) {
            set(s, value);
        }
    };
    list(send, id, label, chosen, &names, Rc::new(pick))
}

fn list(
    send: &Callback<Action>,
    id: &'static str,
    label: String,
    chosen: Option<usize>,
    names: &[&str],
    pick: SetChoice,
) -> Html {
    let onchange = super::send_some(send, move |e: Event| {
        let index = usize::try_from(
            e.target_unchecked_into::<HtmlSelectElement>()
                .selected_index(),
        )
        .ok()?;
        let pick = Rc::clone(&pick);
        Some(Action::Change(
            id,
            Box::new(move |s: &mut Scenario| pick(s, index)),
        ))
    });
    html! {
        <div class="field choice">
            <label for={id}>{ label }</label>
            <select {id} {onchange}>
                { for names.iter().enumerate().map(|(i, name)| html! {
                    <option selected={Some(i) == chosen}>{ name }</option>
                }) }
            </select>
        </div>
    }
}

/// A switch; `set` puts its state into the scenario.
pub fn switch(
    send: &Callback<Action>,
    id: &'static str,
    label: String,
    on: bool,
    set: impl Fn(&mut Scenario, bool) + 'static,
) -> Html {
    switch_with(send, id, label, on, Rc::new(set))
}

fn switch_with(
    send: &Callback<Action>,
    id: &'static str,
    label: String,
    on: bool,
    set: SetSwitch,
) -> Html {
    let onchange = send.reform(move |e: Event| {
        let on = e.target_unchecked_into::<HtmlInputElement>().checked();
        let set = Rc::clone(&set);
        Action::Change(id, Box::new(move |s: &mut Scenario| set(s, on)))
    });
    html! {
        <div class="field switch">
            <label for={id}>{ label }</label>
            <input type="checkbox" {id} checked={on} {onchange} />
        </div>
    }
}

/// The seed: a number and a button for another one.
pub fn seed_box(model: &Model, send: &Callback<Action>) -> Html {
    let seed = model.scenario().seed;
    let set = |seed: u32| Action::Change("seed", Box::new(move |s: &mut Scenario| s.seed = seed));
    let typed = |input: &HtmlInputElement| input.value().trim().parse::<u32>();
    let refuse = Callback::from(move |input: HtmlInputElement| {
        let allowed = || {
            tr_with(
                "notice.whole",
                &[("range", format!("0 – {}", limits::SEED.max))],
            )
        };
        typed(&input)
            .is_err()
            .then(|| refused(&tr("transport.seed"), input.value(), allowed()))
    });
    let type_in = super::send_some(send, move |input| typed(&input).ok().map(set));
    let another = send.reform(move |_: MouseEvent| set(fresh_seed()));
    html! {
        <span class="seed">
            <label for="seed">{ tr("transport.seed") }</label>
            <Typed id="seed" kind="text" inputmode="numeric" value={seed.to_string()} {refuse} onchange={type_in} />
            <button id="another-seed" class="icon" aria-label={tr("transport.another-seed")} title={tr("transport.another-seed")} onclick={another}>{ "⚄" }</button>
        </span>
    }
}

/// A seed from the browser's source of randomness, short enough to be read aloud.
fn fresh_seed() -> u32 {
    getrandom::u32().map_or(8, |bits| bits % 10_000)
}
