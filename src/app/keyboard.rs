//! Keys: the usual ones for a player.

use crate::page::action::{Action, Dialog};
use crate::page::guess::GuessAction;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent};

/// What a key means, if it is not for the element that has the focus.
pub(crate) fn action(event: &KeyboardEvent, dialog_open: bool) -> Option<Action> {
    if event.alt_key() {
        return None;
    }
    if event.ctrl_key() || event.meta_key() {
        return (event.key() == "z" && !in_text(event)).then_some(Action::Undo);
    }
    // A dialog closes by itself at Escape, and gives the focus back.
    if dialog_open {
        return None;
    }
    let tag = focused_tag(event);
    // Sliders, lists and boxes use arrows themselves, and buttons the space bar.
    let has_arrows = matches!(tag.as_str(), "INPUT" | "SELECT" | "TEXTAREA");
    let has_space = has_arrows || matches!(tag.as_str(), "BUTTON" | "A" | "SUMMARY");
    match event.key().as_str() {
        "g" | "G" if !has_arrows => Some(Action::Guess(GuessAction::Switch)),
        " " if !has_space => Some(Action::TogglePlay),
        "k" if !has_arrows => Some(Action::TogglePlay),
        "ArrowRight" | "." if !has_arrows && !in_tabs(event) => Some(Action::StepForward),
        "ArrowLeft" | "," if !has_arrows && !in_tabs(event) => Some(Action::StepBack),
        // A presenter's clicker.
        "PageDown" if tag == "BODY" => Some(Action::StepForward),
        "PageUp" if tag == "BODY" => Some(Action::StepBack),
        "Home" if !has_arrows && !in_tabs(event) => Some(Action::Home),
        "?" if !in_text(event) => Some(Action::Dialog(Some(Dialog::Help))),
        "Escape" => Some(Action::Select(None)),
        _ => None,
    }
}

pub(crate) fn target(event: &KeyboardEvent) -> Option<HtmlElement> {
    event.target()?.dyn_into().ok()
}

fn focused_tag(event: &KeyboardEvent) -> String {
    target(event).map(|t| t.tag_name()).unwrap_or_default()
}

fn in_text(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|t| {
        let kind = t.get_attribute("type").unwrap_or_default();
        t.tag_name() == "TEXTAREA"
            || (t.tag_name() == "INPUT" && matches!(kind.as_str(), "text" | "number" | ""))
    })
}

pub(crate) fn in_tabs(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|t| {
        t.get_attribute("role")
            .is_some_and(|role| role == "tab" || role == "slider")
    })
}

/// Gives the focus to an element.
pub(crate) fn focus(id: &str) {
    if let Some(element) = gloo::utils::document().get_element_by_id(id) {
        let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}
