//! The texts of jobs, which are fetched when the first is opened.

use crate::app::i18n::fetch_json;
use crate::number::significant;
use crate::page::settings::Language;
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// The texts of one language by their dotted keys.
#[derive(Clone, PartialEq)]
pub(super) struct Texts(JsValue);

impl Texts {
    /// Fetches them; if they cannot be had, texts are their keys.
    pub(super) async fn fetch(language: Language) -> Self {
        let texts = fetch_json(&format!("jobs.{}.json", language.tag())).await;
        Self(texts.unwrap_or_else(|_| js_sys::Object::new().into()))
    }

    /// The text of a key, or the key.
    pub(super) fn tr(&self, key: &str) -> String {
        self.find(key).unwrap_or_else(|| key.to_string())
    }

    /// The text of a key, if there is one.
    pub(super) fn find(&self, key: &str) -> Option<String> {
        Reflect::get(&self.0, &key.into()).ok()?.as_string()
    }

    /// A text with placeholders `%{name}` filled in.
    pub(super) fn tr_with(&self, key: &str, values: &[(&str, String)]) -> String {
        values.iter().fold(self.tr(key), |text, (name, value)| {
            text.replace(&format!("%{{{name}}}"), value)
        })
    }

    /// A text with numbers filled in, to three digits.
    pub(super) fn filled(&self, key: &str, numbers: &[(String, f64)]) -> String {
        numbers.iter().fold(self.tr(key), |text, (name, value)| {
            text.replace(&format!("%{{{name}}}"), &significant(*value, 3))
        })
    }
}
