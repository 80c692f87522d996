//! The worker in a browser.

use super::protocol::{Reply, decode, encode, serve};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Says that it is ready, and does the jobs that come, one after the other.
pub fn start() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let to = scope.clone();
    let answer = move |answer: Reply| {
        // The page may be closed, and then it needs no reply.
        let _ = to.post_message(&Uint8Array::from(encode(&answer).as_slice()));
    };
    answer(Reply::Ready);
    let received = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(request) = decode(&Uint8Array::new(&message.data()).to_vec()) {
            serve(&request, &answer);
        }
    });
    scope.set_onmessage(Some(received.as_ref().unchecked_ref()));
    received.forget();
}
