//! What the page hears of the window: keys, lists, another size, another address, its end.

use super::address::{self, AddressBar};
use super::{keyboard, settings};
use crate::link::ReadError;
use crate::page::action::Message;
use crate::page::{Action, Model};
use gloo::events::{EventListener, EventListenerOptions};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, EventTarget, HtmlElement, KeyboardEvent};
use yew::Callback;

/// All listeners; they listen until they are dropped.
pub(crate) fn all(
    send: &Callback<Action>,
    model: &Rc<RefCell<Model>>,
    address: &Rc<AddressBar>,
) -> Vec<EventListener> {
    let document = gloo::utils::document();
    let mut listeners = vec![
        keys(send.clone(), Rc::clone(model)),
        resize(send.clone(), Rc::clone(model)),
        another_address(send.clone()),
        another_version(send.clone()),
        leave(&gloo::utils::window(), "pagehide", Rc::clone(address)),
        leave(&document, "visibilitychange", Rc::clone(address)),
    ];
    listeners.extend(pressed());
    listeners.extend(settings::follow_system(send));
    listeners
}

fn keys(send: Callback<Action>, model: Rc<RefCell<Model>>) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    let window = gloo::utils::window();
    EventListener::new_with_options(&window, "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        let has_job = model.try_borrow().is_ok_and(|m| m.job().is_some());
        let dialog_open = model.try_borrow().is_ok_and(|m| m.dialog().is_some());
        if let Some(action) = keyboard::action(event, dialog_open) {
            // A job has keys of its own.
            if has_job && !matches!(action, Action::Undo) {
                return;
            }
            event.prevent_default();
            send.emit(action);
        }
    })
}

/// What is used with the mouse gives the focus back, or the arrow keys would continue to choose
/// instead of stepping, and the space bar would press the button once more instead of playing.
fn pressed() -> [EventListener; 4] {
    let window = gloo::utils::window();
    let by_pointer = Rc::new(Cell::new(false));
    let pressed = Rc::clone(&by_pointer);
    let typed = Rc::clone(&by_pointer);
    let clicked = Rc::clone(&by_pointer);
    [
        EventListener::new(&window, "pointerdown", move |_| pressed.set(true)),
        EventListener::new(&window, "keydown", move |_| typed.set(false)),
        EventListener::new(&window, "click", move |event| {
            if clicked.get() {
                blur(event, "button, summary");
            }
        }),
        EventListener::new(&window, "change", move |event| {
            if by_pointer.get() {
                blur(event, "select, input[type=range]");
            }
        }),
    ]
}

/// Takes the focus from the element of this kind that an event came from; one without it stays so.
fn blur(event: &Event, kind: &str) {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let used = target.and_then(|target| target.closest(kind).ok().flatten());
    if let Some(used) = used {
        let _ = used.unchecked_into::<HtmlElement>().blur();
    }
}

fn resize(send: Callback<Action>, model: Rc<RefCell<Model>>) -> EventListener {
    EventListener::new(&gloo::utils::window(), "resize", move |_| {
        if let Ok(mut model) = model.try_borrow_mut() {
            model.mark_dirty();
        }
        send.emit(Action::Tick);
    })
}

fn another_address(send: Callback<Action>) -> EventListener {
    EventListener::new(&gloo::utils::window(), "hashchange", move |_| {
        let send = send.clone();
        spawn_local(async move {
            match address::read().await {
                Ok(actions) => actions.into_iter().for_each(|action| send.emit(action)),
                Err(why) => send.emit(Action::Open(Err(ReadError::NoScenario(why.to_string())))),
            }
        });
    })
}

/// What keeps the page for use without a network has found a newer version (static/offline.js).
fn another_version(send: Callback<Action>) -> EventListener {
    EventListener::new(&gloo::utils::window(), "newversion", move |_| {
        send.emit(Action::Say(Message::NewVersion));
    })
}

/// The last chance to write the address: afterwards a tab may be ended without another event.
fn leave(target: &EventTarget, name: &'static str, address: Rc<AddressBar>) -> EventListener {
    EventListener::new(target, name, move |_| address.write())
}
