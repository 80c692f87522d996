//! The page's address: it holds the whole scenario and position, so that a reload or a copied link
//! brings them back.

use super::frames::now_ms;
use super::parts;
use crate::link::ReadError;
use crate::page::{Action, Model};
use gloo::timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_split_helpers::SplitLoaderError;

/// Whether the address asks for anything but the first scene.
pub(crate) fn is_link() -> bool {
    !hash().is_empty()
}

/// What opens what the address asks for. The reader of links is a part of the page.
///
/// # Errors
/// That this part cannot be had, or the program of replicas that the link needs.
pub(crate) async fn read() -> Result<Vec<Action>, SplitLoaderError> {
    if !is_link() {
        return Ok(Vec::new());
    }
    open(&hash()).await
}

/// What opens a link, of which this is the part from `#`.
///
/// # Errors
/// As [`read`].
pub(crate) async fn open(hash: &str) -> Result<Vec<Action>, SplitLoaderError> {
    let read = parts::read_link(hash).await?;
    if !matches!(read[..], [Action::Open(Err(ReadError::Replicas))]) {
        return Ok(read);
    }
    parts::load_replicas().await?;
    parts::read_link(hash).await
}

/// The part of the address from `#`.
fn hash() -> String {
    gloo::utils::window().location().hash().unwrap_or_default()
}

/// The page's address without a scene. It may be a file's.
pub(crate) fn page() -> String {
    let location = gloo::utils::window().location();
    location.pathname().unwrap_or_default()
}

/// The page's address with this fragment.
pub(crate) fn with(fragment: &str) -> String {
    let location = gloo::utils::window().location();
    let href = location.href().unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}

/// Writes that may follow each other at once.
const BURST: f64 = 20.0;
/// Writes per second in the long run. Safari refuses more than 100 in 30 s, Chromium more than 200
/// in 10 s.
const WRITES_PER_S: f64 = 2.5;
/// A write counts as one more for every 5,000 bytes of its address: browsers show and keep it, and
/// take 30 ms for a long one.
const LONG_BYTES: f64 = 5000.0;
/// The address is written this often while time passes (ms).
const WHILE_PLAYING_MS: f64 = 1000.0;

/// Keeps the address bar up to date with the model, without entries in the history.
pub(crate) struct AddressBar {
    model: Rc<RefCell<Model>>,
    written_ms: Cell<f64>,
    /// Writes that may be made at once, as of the last one.
    allowance: Cell<f64>,
    /// Writes what changed too soon after the last write.
    later: RefCell<Option<Timeout>>,
}

impl AddressBar {
    /// The address bar of this model.
    pub(crate) fn new(model: Rc<RefCell<Model>>) -> Rc<Self> {
        Rc::new(Self {
            model,
            written_ms: Cell::new(now_ms()),
            allowance: Cell::new(BURST),
            later: RefCell::default(),
        })
    }

    /// Writes a change: now, or a little later if there were many.
    pub(crate) fn changed(self: &Rc<Self>) {
        let allowance = self.allowance();
        if allowance >= 1.0 {
            self.write();
        } else if self.later.borrow().is_none() {
            let wait_ms = (1.0 - allowance) / WRITES_PER_S * 1000.0;
            let this = Rc::clone(self);
            *self.later.borrow_mut() =
                Some(Timeout::new(wait_ms.ceil() as u32, move || this.write()));
        }
    }

    /// Writes that may be made at once, as of now.
    fn allowance(&self) -> f64 {
        let since_s = (now_ms() - self.written_ms.get()) / 1000.0;
        (self.allowance.get() + since_s * WRITES_PER_S).min(BURST)
    }

    /// Writes the moment that was reached, or to which a seek is on its way, if the last write is
    /// some time ago.
    pub(crate) fn passed(&self) {
        if now_ms() - self.written_ms.get() >= WHILE_PLAYING_MS {
            self.write();
        }
    }

    /// Writes the model's state.
    pub(crate) fn write(&self) {
        let Ok(model) = self.model.try_borrow() else {
            return;
        };
        self.later.take();
        let address = with(&model.address());
        let count = 1.0 + address.len() as f64 / LONG_BYTES;
        self.allowance.set((self.allowance() - count).max(0.0));
        self.written_ms.set(now_ms());
        if let Ok(history) = gloo::utils::window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
        }
    }
}
