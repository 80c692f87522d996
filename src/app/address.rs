//! The page's address: it holds the whole scenario and position, so that a reload or a copied link brings them back.

use super::model::Model;
use crate::scenario::link::{Link, ReadError};
use wasm_bindgen::JsValue;

/// What the address asks for, if anything.
pub fn read() -> Option<Result<Link, ReadError>> {
    let hash = gloo::utils::window().location().hash().ok()?;
    Link::from_fragment(&hash)
}

/// The address with the model's state in it.
pub fn with_state(model: &Model) -> String {
    let location = gloo::utils::window().location();
    let href = location.href().unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}#{}", model.link().to_fragment())
}

/// Puts the model's state into the address bar, without an entry in the history.
pub fn write(model: &Model) {
    if let Ok(history) = gloo::utils::window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&with_state(model)));
    }
}
