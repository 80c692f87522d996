//! The worker in a browser.

use super::protocol::{Reply, Request, decode, encode};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Says that it is ready, and does what is asked, one message after the other.
pub fn start() {
    crate::serving::install();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    answer(&scope, &Reply::Ready);
    let page = scope.clone();
    let received = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let request = decode::<Request>(&Uint8Array::new(&message.data()).to_vec());
        if let Some(request) = request {
            answer(&page, &request.serve());
        }
    });
    scope.set_onmessage(Some(received.as_ref().unchecked_ref()));
    received.forget();
}

/// Answers the page. It may have gone; then the answer is not missed.
fn answer(page: &DedicatedWorkerGlobalScope, answer: &Reply) {
    let _ = page.post_message(&Uint8Array::from(encode(answer).as_slice()));
}
