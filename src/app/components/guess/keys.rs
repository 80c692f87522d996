//! The keys of a question: a letter names a server, arrows lead from card to card.

use crate::app::keyboard::{focus, in_tabs, target};
use crate::page::Action;
use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use wasm_bindgen::JsCast as _;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// What the listener needs.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// How many servers there are.
    pub servers: usize,
    /// Whether arrows are taken too; otherwise they are the player's.
    pub arrows: bool,
    /// Gets the server that was named.
    pub send: Callback<Action>,
}

/// Listens before the page itself does, as long as there is a question.
#[component]
pub(super) fn Keys(props: &Props) -> Html {
    let Props {
        servers,
        arrows,
        send,
    } = props;
    let send = send.clone();
    use_effect_with((*servers, *arrows), move |&(servers, arrows)| {
        let options = EventListenerOptions {
            phase: EventListenerPhase::Capture,
            passive: false,
        };
        let window = gloo::utils::window();
        let listener = EventListener::new_with_options(&window, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            if is_for_another(event) {
                return;
            }
            let named = named(&event.key()).filter(|server| *server < servers);
            if let Some(server) = named {
                send.emit(Action::Select(Some(server)));
            } else if !arrows || !look(event, servers) {
                return;
            }
            event.prevent_default();
            event.stop_propagation();
        });
        move || drop(listener)
    });
    html! {}
}

/// Whether a key is meant for what has the focus, for a dialog, a blank screen or the browser.
fn is_for_another(event: &KeyboardEvent) -> bool {
    let modified = event.alt_key() || event.ctrl_key() || event.meta_key();
    let tag = target(event).map(|t| t.tag_name()).unwrap_or_default();
    let over = gloo::utils::document().query_selector("dialog[open], .blank");
    modified
        || in_tabs(event)
        || matches!(tag.as_str(), "INPUT" | "SELECT" | "TEXTAREA")
        || over.is_ok_and(|over| over.is_some())
}

/// The server of a letter, if there are that many.
fn named(key: &str) -> Option<usize> {
    match key.as_bytes() {
        [letter @ b'a'..=b'z'] => Some(usize::from(letter - b'a')),
        _ => None,
    }
}

/// Gives the focus to the next card, or to the first; false if the key is no arrow.
fn look(event: &KeyboardEvent, servers: usize) -> bool {
    let step = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => 1,
        "ArrowLeft" | "ArrowUp" => servers - 1,
        _ => return false,
    };
    let id = target(event).map(|t| t.id()).unwrap_or_default();
    let at = id.strip_prefix("server-").and_then(|at| at.parse().ok());
    let next = at.map_or(0, |at: usize| (at + step) % servers);
    focus(&format!("server-{next}"));
    true
}
