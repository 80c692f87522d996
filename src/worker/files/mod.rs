//! Jobs with files, each kind of which is a part of the worker's program.

pub(super) mod read;
pub(super) mod rerun;
pub(super) mod scenario;

use super::jobs::{Failure, News};
use super::protocol::encode;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, File};

/// Bytes that are read at a time.
const PIECE: f64 = 1_048_576.0;

/// News, and what goes with them.
pub(super) type Done = Result<(News, Array), Failure>;

/// Tells the page what came of a job.
fn finish(page: &DedicatedWorkerGlobalScope, done: Done) {
    let (news, attached) = done.unwrap_or_else(|failure| (News::Failed(failure), Array::new()));
    say(page, &news, &attached);
}

/// Tells the page. What goes with it is given away, not copied.
fn say(page: &DedicatedWorkerGlobalScope, news: &News, attached: &Array) {
    let message = Array::of1(&Uint8Array::from(encode(news).as_slice()));
    let buffers = Array::new();
    for column in attached.iter() {
        if let Ok(buffer) = js_sys::Reflect::get(&column, &"buffer".into()) {
            buffers.push(&buffer);
        }
        message.push(&column);
    }
    // A page that has gone does not miss it.
    let _ = page.post_message_with_transfer(&message, &buffers);
}

/// Bytes that go with news.
fn bytes(bytes: &[u8]) -> Array {
    Array::of1(&Uint8Array::from(bytes))
}

/// What the browser says.
fn browser(error: JsValue) -> Failure {
    let message = js_sys::Error::from(error).message();
    Failure::Browser(message.into())
}

/// A piece of a file.
async fn piece(file: &File, from: f64, to: f64) -> Result<Vec<u8>, JsValue> {
    let piece = file.slice_with_f64_and_f64(from, to)?;
    let buffer: ArrayBuffer = JsFuture::from(piece.array_buffer()).await?.unchecked_into();
    Ok(Uint8Array::new(&buffer).to_vec())
}
