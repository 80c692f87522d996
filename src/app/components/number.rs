//! The control of a number: a slider, a box to type into with its unit, a reset.

use super::slider::{STEPS, of_slider, shown, tidy, to_slider};
use super::typed::Typed;
use crate::app::i18n::{tr, tr_with};
use crate::scenario::limits::Range;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A number that can be moved.
pub(crate) struct Number {
    /// Its element's id.
    pub id: String,
    /// What stands before it.
    pub label: String,
    /// What it is, in a sentence that the label has no room for.
    pub about: Option<String>,
    /// Its value now.
    pub value: f64,
    /// Its value in the preset; none: it has none.
    pub reset: Option<f64>,
    /// What is allowed.
    pub range: Range,
    /// Its unit in the reader's language, or empty.
    pub unit: String,
    /// The colour of its slider.
    pub colour: Option<String>,
}

impl Number {
    /// The control; `change` gets a new value.
    pub(crate) fn view(self, change: &Callback<f64>) -> Html {
        let text = format!("{} {}", shown(self.value), self.unit);
        let mark = to_slider(self.value, &self.range);
        let style = self
            .colour
            .as_ref()
            .map(|colour| format!("--slider:{colour}"));
        html! {
            <div class="field" ~style={style}>
                <label for={format!("{}-box", self.id)} title={self.about.clone()}>
                    { &self.label }
                </label>
                <input type="range" id={self.id.clone()} min="0" max={STEPS.to_string()}
                    step="any" tabindex="0" value={mark.to_string()}
                    aria-label={self.label.clone()} aria-valuetext={text.trim_end().to_string()}
                    ~style={format!("--part:{}%", mark / STEPS * 100.0)}
                    oninput={slide(self.range, change)}
                    onkeydown={arrows(self.value, self.range, change)} />
                { self.reset_button(change) }
                { self.typed(change) }
            </div>
        }
    }

    fn reset_button(&self, change: &Callback<f64>) -> Html {
        let reset = self.reset.filter(|reset| *reset != self.value);
        let onclick = super::send_some(change, move |_: MouseEvent| reset);
        html! {
            <button class="reset" disabled={reset.is_none()} title={tr("field.reset-title")}
                aria-label={tr_with("field.reset", &[("field", &self.label)])}
                {onclick}>{ "↺" }</button>
        }
    }

    fn typed(&self, change: &Callback<f64>) -> Html {
        let label = self.label.clone();
        let range = self.range;
        let refuse = Callback::from(move |input: HtmlInputElement| {
            refusal(&label, input.value_as_number(), &range)
        });
        let onchange = change.reform(|input: HtmlInputElement| {
            let typed = input.value_as_number();
            // Digits that do not count must not stay in the box.
            input.set_value(&shown(typed));
            typed
        });
        html! {
            <Typed kind="number" id={format!("{}-box", self.id)} inputmode="decimal"
                min={range.min.to_string()} max={range.max.to_string()}
                unit={self.unit.clone()} value={shown(self.value)} {refuse} {onchange} />
        }
    }
}

fn slide(range: Range, change: &Callback<f64>) -> Callback<InputEvent> {
    change.reform(move |e: InputEvent| {
        let input: HtmlInputElement = e.target_unchecked_into();
        of_slider(input.value_as_number(), &range)
    })
}

/// Arrow keys move by the range's step (or, on a logarithmic slider, by a tenth).
fn arrows(value: f64, range: Range, change: &Callback<f64>) -> Callback<KeyboardEvent> {
    super::send_some(change, move |e: KeyboardEvent| {
        let steps = match e.key().as_str() {
            "ArrowRight" | "ArrowUp" => 1.0,
            "ArrowLeft" | "ArrowDown" => -1.0,
            "PageUp" => 10.0,
            "PageDown" => -10.0,
            "Home" => f64::NEG_INFINITY,
            "End" => f64::INFINITY,
            _ => return None,
        };
        e.prevent_default();
        let to = if range.log {
            value * libm::pow(1.1, steps)
        } else {
            value + steps * range.step
        };
        let most = if steps == f64::INFINITY {
            range.slider_max
        } else {
            range.max.min(range.slider_max.max(value))
        };
        Some(tidy(to.clamp(range.min, most), &range))
    })
}

/// Why a number cannot be, in the reader's words: field, value, what is allowed.
fn refusal(field: &str, value: f64, range: &Range) -> Option<String> {
    if range.allows(value) && !(range.whole && value.fract() != 0.0) {
        return None;
    }
    let mut allowed = format!("{} – {}", range.min, range.max);
    if range.whole {
        allowed = tr_with("notice.whole", &[("range", allowed)]);
    }
    let value = match value.is_nan() {
        true => tr("notice.nothing"),
        false => value.to_string(),
    };
    Some(refused(field, value, allowed))
}

/// What cannot be, and what is allowed.
pub(crate) fn refused(field: &str, value: String, allowed: String) -> String {
    let values = [
        ("field", field.to_string()),
        ("value", value),
        ("allowed", allowed),
    ];
    tr_with("notice.refused", &values)
}
