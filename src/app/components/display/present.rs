//! The page in large type, for a class: one sentence of why, keys for a clicker, and a light on
//! what the step is about.

use super::{find, is_free, spotlight};
use crate::app::components::why;
use crate::app::i18n::{tr, tr_with};
use crate::page::{Action, Model};
use crate::scenario::letter;
use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use std::cell::Cell;
use wasm_bindgen::JsCast as _;
use web_sys::KeyboardEvent;
use yew::prelude::*;

thread_local! {
    /// Whether all but what a step is about is dimmed.
    static LIGHT: Cell<bool> = const { Cell::new(true) };
}

/// The sentence, the light and the keys.
pub(super) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let guess = model.guess();
    let busy = model.selected().is_some() || guess.on || guess.greets;
    html! {
        <>
            { caption(model) }
            if LIGHT.get() { { for spotlight::view(model) } }
            <Keys {busy} send={send.clone()} />
        </>
    }
}

/// The switch of the light, and the way back.
pub(super) fn ways(send: &Callback<Action>) -> Html {
    html! {
        <>
            <button id="spotlight" class="outlined" aria-pressed={LIGHT.get().to_string()}
                title={tr("display.spotlight-key")} onclick={send.reform(|_| switch())}>
                { tr("display.spotlight") }
            </button>
            <button id="present-leave" class="outlined" onclick={send.reform(|_| Action::Present)}>
                { tr("display.leave") }
            </button>
        </>
    }
}

fn switch() -> Action {
    LIGHT.set(!LIGHT.get());
    Action::Tick
}

/// The latest decision and its reason, unless a guess or the link hides it, or a lesson speaks.
fn caption(model: &Model) -> Html {
    let why = model.shown().timeline.why();
    if model.guess().hides() || !model.shows("tab-why") || model.has_side() {
        return html! {};
    }
    let heading = match why.chosen {
        Some(server) => {
            let server = letter(server.into());
            let values = [("task", why.task.to_string()), ("server", server)];
            tr_with("display.decision", &values)
        }
        None => String::new(),
    };
    let reason = match why.task {
        0 => tr("why.nothing-yet").into(),
        _ => why::because(why),
    };
    html! { <p class="caption" role="status"><b>{ heading }</b>{ " " }{ reason }</p> }
}

#[derive(PartialEq, Properties)]
struct Props {
    /// Whether Escape has something else to close first.
    busy: bool,
    send: Callback<Action>,
}

/// Hears the keys of a clicker and of this layout before the page does.
#[component]
fn Keys(props: &Props) -> Html {
    let send = props.send.clone();
    use_effect_with(props.busy, move |&busy| {
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        let window = gloo::utils::window();
        let listener = EventListener::new_with_options(&window, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            if let Some(action) = action(event, busy) {
                event.prevent_default();
                event.stop_propagation();
                send.emit(action);
            }
        });
        move || drop(listener)
    });
    html! {}
}

fn action(event: &KeyboardEvent, busy: bool) -> Option<Action> {
    if find("dialog[open]").is_some() {
        return None;
    }
    match event.key().as_str() {
        "PageDown" => Some(Action::StepForward),
        "PageUp" => Some(Action::StepBack),
        "Escape" if !busy => Some(Action::Present),
        "s" | "S" if !busy && is_free(event) => Some(switch()),
        _ => None,
    }
}
