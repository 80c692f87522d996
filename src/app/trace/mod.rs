//! Files that a reader opens: traces and scenarios. They are read in a worker; nothing of them
//! leaves the machine.

mod columns;
mod desk;

pub(crate) use columns::trace;
pub(crate) use desk::Desk;

use crate::page::Action;
use crate::page::action::Dialog;
use gloo::events::{EventListener, EventListenerOptions};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, DragEvent, Element, Event, File, Window};
use yew::Callback;

thread_local! {
    /// The file of the trace that is played, which jobs read again.
    static OPEN: RefCell<Option<File>> = const { RefCell::new(None) };
    /// A file that was dropped on the page and is not looked at yet.
    static DROPPED: RefCell<Option<File>> = const { RefCell::new(None) };
    /// A text that was pasted on the page and is not looked at yet.
    static PASTED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// How many files have been dropped or texts pasted.
    static DROPS: Cell<u32> = const { Cell::new(0) };
}

/// Remembers the file of the trace that is played.
pub(crate) fn keep(file: File) {
    OPEN.replace(Some(file));
}

/// The file of the trace that is played.
pub(crate) fn kept() -> Option<File> {
    OPEN.with_borrow(Clone::clone)
}

/// The file that was dropped, once.
pub(crate) fn dropped() -> Option<File> {
    DROPPED.take()
}

/// The text that was pasted, once.
pub(crate) fn pasted() -> Option<String> {
    PASTED.take()
}

/// How many files have been dropped or texts pasted.
pub(crate) fn drops() -> u32 {
    DROPS.get()
}

/// Opens files that are dropped anywhere on the page and texts that are pasted there, from now on.
pub(crate) fn accept_drops(send: &Callback<Action>) {
    let window = gloo::utils::window();
    accept_texts(&window, send);
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window, "dragover", options, has_files).forget();
    let send = send.clone();
    EventListener::new_with_options(&window, "drop", options, move |event| {
        has_files(event);
        let data = event
            .dyn_ref::<DragEvent>()
            .and_then(DragEvent::data_transfer);
        let file = data
            .and_then(|data| data.files())
            .and_then(|files| files.get(0));
        if let Some(file) = file {
            DROPPED.replace(Some(file));
            DROPS.set(DROPS.get() + 1);
            send.emit(Action::Dialog(Some(Dialog::Open)));
        }
    })
    .forget();
}

/// Opens texts that are pasted anywhere but into a field.
fn accept_texts(window: &Window, send: &Callback<Action>) {
    let send = send.clone();
    EventListener::new(window, "paste", move |event| {
        let into = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if into.is_some_and(|into| ["INPUT", "TEXTAREA", "SELECT"].contains(&&*into.tag_name())) {
            return;
        }
        let data = event
            .dyn_ref::<ClipboardEvent>()
            .and_then(ClipboardEvent::clipboard_data);
        let text = data.and_then(|data| data.get_data("text").ok());
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            PASTED.replace(Some(text));
            DROPS.set(DROPS.get() + 1);
            send.emit(Action::Dialog(Some(Dialog::Open)));
        }
    })
    .forget();
}

/// Keeps the browser from showing dropped files in place of the page. Dragged text is left to it.
fn has_files(event: &Event) {
    let data = event
        .dyn_ref::<DragEvent>()
        .and_then(DragEvent::data_transfer);
    if data.is_some_and(|data| data.types().includes(&"Files".into(), 0)) {
        event.prevent_default();
    }
}
