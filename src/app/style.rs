//! Style sheets that come with a part of the page.

use std::cell::RefCell;
use wasm_bindgen::{JsCast as _, JsValue};

thread_local! {
    static ADDED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Adds a style sheet to the page's, if it was not added before. A browser that cannot shows the
/// part all the same.
pub(crate) fn add(text: &'static str) {
    let is_new = ADDED.with_borrow_mut(|added| {
        let is_new = !added.contains(&text);
        added.push(text);
        is_new
    });
    if is_new {
        let _ = adopt(text);
    }
}

fn adopt(text: &str) -> Result<(), JsValue> {
    let make = js_sys::Reflect::get(&js_sys::global(), &"CSSStyleSheet".into())?;
    let make: js_sys::Function = make.dyn_into()?;
    let sheet = js_sys::Reflect::construct(&make, &js_sys::Array::new())?;
    let replace = js_sys::Reflect::get(&sheet, &"replaceSync".into())?;
    let replace: js_sys::Function = replace.dyn_into()?;
    replace.call1(&sheet, &text.into())?;
    let document = gloo::utils::document();
    let name = JsValue::from("adoptedStyleSheets");
    let sheets = js_sys::Array::from(&js_sys::Reflect::get(&document, &name)?);
    sheets.push(&sheet);
    js_sys::Reflect::set(&document, &name, &sheets)?;
    Ok(())
}
