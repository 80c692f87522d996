//! The language of the page and its texts, which are fetched: a reader loads one language only.

use super::files;
use crate::page::settings::Language;
use js_sys::{Object, Promise, Reflect};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::English) };
    /// By their keys, as they came.
    static TEXTS: RefCell<Object> = RefCell::new(Object::new());
    /// The texts that the first screen does not need, on their way.
    static LATER: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// The language that the browser asks for.
pub(crate) fn of_browser() -> Language {
    let wanted = gloo::utils::window().navigator().language();
    if wanted.is_some_and(|tag| tag.starts_with("zh")) {
        Language::Chinese
    } else {
        Language::English
    }
}

/// The language spoken now.
pub(crate) fn language() -> Language {
    LANGUAGE.get()
}

/// Fetches the first texts of `language`, or all, and speaks it from then on.
///
/// # Errors
/// What the browser says if they cannot be had; then nothing changes.
pub(crate) async fn speak(language: Language, all: bool) -> Result<(), JsValue> {
    let texts = fetch_texts("texts", language).await?;
    if all {
        Object::assign(&texts, &fetch_texts("later", language).await?);
    }
    TEXTS.replace(texts);
    LANGUAGE.set(language);
    if let Some(root) = gloo::utils::document().document_element() {
        let _ = root.set_attribute("lang", language.tag());
    }
    gloo::utils::document().set_title(&tr("page.title"));
    Ok(())
}

/// Fetches the texts that the first screen does not need, if they are not there; several callers
/// at once wait for the same file.
///
/// # Errors
/// What the browser says if they cannot be had; the next caller tries again.
pub(crate) async fn fetch_later() -> Result<(), JsValue> {
    if has_later() {
        return Ok(());
    }
    let started = LATER.with_borrow_mut(|later| {
        later
            .get_or_insert_with(|| {
                future_to_promise(async { add_later().await.map(|()| JsValue::NULL) })
            })
            .clone()
    });
    let result = JsFuture::from(started).await;
    LATER.take();
    result.map(drop)
}

async fn add_later() -> Result<(), JsValue> {
    let later = fetch_texts("later", language()).await?;
    // Another language may have come in the meantime, with all its texts.
    if !has_later() {
        TEXTS.with_borrow(|texts| Object::assign(texts, &later));
    }
    Ok(())
}

/// Whether the texts that the first screen does not need are there.
fn has_later() -> bool {
    has("formulas.lead")
}

async fn fetch_texts(name: &str, language: Language) -> Result<Object, JsValue> {
    let texts = fetch_json(&format!("{name}.{}.json", language.tag())).await?;
    Ok(texts.unchecked_into())
}

/// Fetches a file that stands beside the page and reads it as JSON.
///
/// # Errors
/// What the browser says, or the file's name and the status that the host answered with.
pub(crate) async fn fetch_json(name: &str) -> Result<JsValue, JsValue> {
    let answer =
        JsFuture::from(gloo::utils::window().fetch_with_str(&files::address(name))).await?;
    let answer: web_sys::Response = answer.unchecked_into();
    if !answer.ok() {
        return Err(format!("{name}: {}", answer.status()).into());
    }
    JsFuture::from(answer.json()?).await
}

/// What a browser's error says.
pub(crate) fn words(error: &JsValue) -> String {
    error
        .as_string()
        .unwrap_or_else(|| js_sys::Error::from(error.clone()).message().into())
}

/// The text of a key in the page's language.
pub(crate) fn tr(key: &str) -> String {
    find(key).unwrap_or_else(|| key.to_string())
}

/// Whether a key has a text.
pub(crate) fn has(key: &str) -> bool {
    find(key).is_some()
}

fn find(key: &str) -> Option<String> {
    let text = TEXTS.with_borrow(|texts| Reflect::get(texts, &key.into()));
    text.ok()?.as_string()
}

/// Like [`tr`], with placeholders `%{name}` filled in.
pub(crate) fn tr_with<V: AsRef<str>>(key: &str, values: &[(&str, V)]) -> String {
    values.iter().fold(tr(key), |text, (name, value)| {
        text.replace(&format!("%{{{name}}}"), value.as_ref())
    })
}
