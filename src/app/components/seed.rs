//! The seed: a number and a button for another one.

use super::field::set;
use super::number::refused;
use super::typed::Typed;
use crate::app::i18n::{tr, tr_with};
use crate::page::{Action, Model};
use crate::scenario::fields::{At, Field, Value, named};
use web_sys::HtmlInputElement;
use yew::prelude::*;

const SEED: &Field = named("seed");

/// The box and the button.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let seed = model.scenario().seed.to_string();
    let refuse = Callback::from(|input: HtmlInputElement| refusal(&input));
    let type_in = super::send_some(send, |input: HtmlInputElement| typed(&input).map(to));
    let another = send.reform(|_: MouseEvent| to(fresh_seed()));
    html! {
        <span class="seed">
            <label for="seed">{ tr("transport.seed") }</label>
            <Typed id="seed" kind="text" inputmode="numeric" value={seed} {refuse}
                onchange={type_in} />
            <button id="another-seed" class="icon" aria-label={tr("transport.another-seed")}
                title={tr("transport.another-seed")} onclick={another}>{ "⚄" }</button>
        </span>
    }
}

fn to(seed: u32) -> Action {
    set(At::new(SEED, None), Value::Number(f64::from(seed)))
}

fn typed(input: &HtmlInputElement) -> Option<u32> {
    input.value().trim().parse().ok()
}

fn refusal(input: &HtmlInputElement) -> Option<String> {
    if typed(input).is_some() {
        return None;
    }
    let range = [("range", format!("0 – {}", u32::MAX))];
    let allowed = tr_with("notice.whole", &range);
    Some(refused(&tr("transport.seed"), input.value(), allowed))
}

/// A seed from the browser's source of randomness, short enough to be read aloud.
fn fresh_seed() -> u32 {
    getrandom::u32().map_or(8, |bits| bits % 10_000)
}
