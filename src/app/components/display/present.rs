//! The page in large type, for a class: one sentence of why, keys for a clicker, a light on what
//! the step is about, and a blank screen while the class is to look at the teacher.

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
    /// Whether the screen is blank.
    static BLANK: Cell<bool> = const { Cell::new(false) };
}

/// The sentence, the light and the keys.
pub(super) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let guess = model.guess();
    let busy = model.selected().is_some() || guess.on || guess.greets;
    html! {
        <>
            { caption(model) }
            if LIGHT.get() { { for spotlight::view(model) } }
            { blank(send) }
            <Keys {busy} asks={guess.on} send={send.clone()} />
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

/// What covers all of it while the screen is blank, which is said to those who do not see it.
fn blank(send: &Callback<Action>) -> Html {
    let is_blank = BLANK.get();
    let show = send.reform(|_: MouseEvent| {
        BLANK.set(false);
        Action::Tick
    });
    html! {
        <>
            <p class="hidden" role="status">{ is_blank.then(|| tr("display.blank")) }</p>
            if is_blank { <div class="blank" onclick={show} /> }
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

#[derive(Clone, PartialEq, Properties)]
struct Props {
    /// Whether Escape has something else to close first.
    busy: bool,
    /// Whether letters are guesses.
    asks: bool,
    send: Callback<Action>,
}

/// Hears the keys of a clicker and of this layout before the page does.
#[component]
fn Keys(props: &Props) -> Html {
    let props = props.clone();
    use_effect_with((), |()| || BLANK.set(false));
    use_effect_with(props, |props| {
        let props = props.clone();
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        let window = gloo::utils::window();
        let listener = EventListener::new_with_options(&window, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            if let Some(action) = action(event, &props) {
                event.prevent_default();
                event.stop_propagation();
                props.send.emit(action);
            }
        });
        move || drop(listener)
    });
    html! {}
}

fn action(event: &KeyboardEvent, props: &Props) -> Option<Action> {
    let key = event.key();
    // Nothing is done unseen: any key shows the screen again.
    if BLANK.get() && !matches!(key.as_str(), "Shift" | "Control" | "Alt" | "Meta") {
        BLANK.set(false);
        return Some(Action::Tick);
    }
    if find("dialog[open]").is_some() {
        return None;
    }
    match key.as_str() {
        "PageDown" => Some(Action::StepForward),
        "PageUp" => Some(Action::StepBack),
        "Escape" if !props.busy => Some(Action::Present),
        "s" | "S" if !props.busy && is_free(event) => Some(switch()),
        "b" | "B" if !props.asks && is_free(event) => Some(go_blank()),
        "." if is_free(event) => Some(go_blank()),
        _ => None,
    }
}

/// Blanks the screen; time waits meanwhile.
fn go_blank() -> Action {
    BLANK.set(true);
    Action::Pause
}
