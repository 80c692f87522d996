//! Other layouts of the page, and the way back from them; and what there is to say where a link
//! hides something. It loads later, with its own style sheet.

mod embed;
mod present;
mod spotlight;

use crate::app::i18n::tr;
use crate::app::keyboard::target;
use crate::page::display::{Display, View};
use crate::page::{Action, Model};
use gloo::events::EventListener;
use std::cell::Cell;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

/// What belongs to the layout, the way back from it, and the button that shows all that is hidden.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let (layout, ways) = match model.display().view() {
        View::Whole => (None, None),
        View::Embed => (Some(embed::view(model, send)), Some(embed::way(model))),
        View::Present => (Some(present::view(model, send)), Some(present::ways(send))),
    };
    html! {
        <section class="display" aria-label={tr("display.title")}>
            { for layout }
            <div class="ways">{ for unlock(model.display(), send) }{ for ways }</div>
        </section>
    }
}

/// Says that a link hides something, and shows it if it is pressed.
fn unlock(display: &Display, send: &Callback<Action>) -> Option<Html> {
    if display.hidden().is_empty() {
        return None;
    }
    let view = display.view();
    let onclick =
        send.reform(move |_: MouseEvent| Action::Display(Display::new(view, Vec::new()).into()));
    Some(html! {
        <>
            <span class="locked">{ tr("display.locked") }</span>
            <button id="unlock" class="outlined" {onclick}>{ tr("display.unlock") }</button>
        </>
    })
}

/// Shows the page in large type at a key, from now on.
pub(crate) fn hear_key(send: &Callback<Action>) {
    thread_local! {
        static HEARS: Cell<bool> = const { Cell::new(false) };
    }
    if HEARS.replace(true) {
        return;
    }
    let send = send.clone();
    EventListener::new(&gloo::utils::window(), "keydown", move |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        if matches!(event.key().as_str(), "p" | "P") && is_free(event) {
            send.emit(Action::Present);
        }
    })
    .forget();
}

/// Whether a letter is for the page: not for a box, a dialog or the browser.
fn is_free(event: &KeyboardEvent) -> bool {
    let modified = event.alt_key() || event.ctrl_key() || event.meta_key();
    let tag = target(event).map(|target| target.tag_name());
    let typing = matches!(tag.as_deref(), Some("INPUT" | "SELECT" | "TEXTAREA"));
    !modified && !typing && find("dialog[open]").is_none()
}

/// The first element that a selector finds.
fn find(selector: &str) -> Option<Element> {
    gloo::utils::document().query_selector(selector).ok()?
}
