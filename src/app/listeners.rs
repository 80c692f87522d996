//! What the page hears of the window: keys, lists, another size, another address, its end.

use super::address::{self, AddressBar};
use super::keyboard;
use crate::link::ReadError;
use crate::page::action::Message;
use crate::page::{Action, Model};
use gloo::events::{EventListener, EventListenerOptions};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, EventTarget, HtmlSelectElement, KeyboardEvent};
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
    listeners.extend(lists());
    listeners
}

fn keys(send: Callback<Action>, model: Rc<RefCell<Model>>) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    let window = gloo::utils::window();
    EventListener::new_with_options(&window, "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
            return;
        };
        let dialog_open = model.try_borrow().is_ok_and(|m| m.dialog().is_some());
        if let Some(action) = keyboard::action(event, dialog_open) {
            event.prevent_default();
            send.emit(action);
        }
    })
}

/// A list chosen from with the mouse gives the focus back, or the arrow keys would continue to
/// choose instead of stepping.
fn lists() -> [EventListener; 3] {
    let window = gloo::utils::window();
    let by_pointer = Rc::new(Cell::new(false));
    let pressed = Rc::clone(&by_pointer);
    let typed = Rc::clone(&by_pointer);
    [
        EventListener::new(&window, "pointerdown", move |_| pressed.set(true)),
        EventListener::new(&window, "keydown", move |_| typed.set(false)),
        EventListener::new(&window, "change", move |event| {
            if by_pointer.get() {
                blur_list(event);
            }
        }),
    ]
}

fn blur_list(event: &Event) {
    let target = event.target();
    let list = target.and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
    if let Some(list) = list {
        let _ = list.blur();
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
