//! Where lessons come from: the page's own are fetched, a teacher's own stand in the address.

use super::desk::{Part, open};
use super::{Content, Fetched, STATE};
use crate::app::i18n::{self, fetch_json};
use crate::lessons::parse;
use crate::lessons::parse::TEXT_LIMIT;
use crate::page::Action;
use crate::page::settings::Language;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, HtmlInputElement};
use yew::prelude::*;

/// What the id of a teacher's own lesson begins with; its text follows in base64.
const OWN: &str = "own-";

/// The id of a teacher's own lesson.
fn own_id(source: &str) -> String {
    format!("{OWN}{}", URL_SAFE_NO_PAD.encode(source))
}

/// Whether a lesson is a teacher's own.
pub(super) fn is_own(id: &str) -> bool {
    id.starts_with(OWN)
}

/// Fetches a lesson, and draws it when it is there.
pub(super) fn fetch(id: String, language: Language, send: Callback<Action>) {
    spawn_local(async move {
        let fetched = match id.strip_prefix(OWN) {
            Some(code) => Ok(own(code)),
            None => shipped(&id, language).await,
        };
        STATE.with_borrow_mut(|state| {
            let wanted = state.open.as_mut();
            if let Some(open) = wanted.filter(|open| open.id == id && open.language == language) {
                open.content = match fetched {
                    Ok(content) => Fetched::Here(language, Rc::new(content)),
                    Err(why) => Fetched::Failed(language, i18n::words(&why)),
                };
            }
        });
        send.emit(Action::Tick);
    });
}

async fn shipped(id: &str, language: Language) -> Result<Content, JsValue> {
    let file = fetch_json(&format!("lesson.{id}.{}.json", language.tag())).await?;
    let source = js_sys::Reflect::get(&file, &"source".into())?;
    Ok(Content {
        lesson: parse(&source.as_string().unwrap_or_default()),
        math: js_sys::Reflect::get(&file, &"math".into())?,
    })
}

fn own(code: &str) -> Content {
    let source = URL_SAFE_NO_PAD.decode(code).unwrap_or_default();
    Content {
        lesson: parse(&String::from_utf8_lossy(&source)),
        math: JsValue::UNDEFINED,
    }
}

/// The button that opens a teacher's own lesson from a file.
pub(super) fn open_file(label: String, send: &Callback<Action>) -> Html {
    let send = send.clone();
    let onchange = Callback::from(move |e: Event| {
        let input: HtmlInputElement = e.target_unchecked_into();
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        let send = send.clone();
        let cut = file.slice_with_f64_and_f64(0.0, TEXT_LIMIT as f64 + 1.0);
        spawn_local(async move {
            if let Ok(text) = text_of(cut).await {
                // The same file may be opened again, after a change.
                input.set_value("");
                send.emit(open(&own_id(&text), Part::Step(0), 0));
            }
        });
    });
    html! {
        <label class="file">
            { label }
            <input id="lesson-file" type="file" accept=".md,.txt,text/*" {onchange} />
        </label>
    }
}

async fn text_of(file: Result<Blob, JsValue>) -> Result<String, JsValue> {
    let buffer = JsFuture::from(file?.array_buffer()).await?;
    let bytes = js_sys::Uint8Array::new(&buffer.unchecked_into::<js_sys::ArrayBuffer>());
    Ok(String::from_utf8_lossy(&bytes.to_vec()).into_owned())
}
