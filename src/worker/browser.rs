//! The worker in a browser.

use super::protocol::{Answer, Worker, decode, encode};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Says that it is ready, and does what is asked, one message after the other.
pub fn start() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let to = scope.clone();
    let answer = move |answer: Answer| {
        // The page may have gone; then the answer is not missed.
        let _ = to.post_message(&Uint8Array::from(encode(&answer).as_slice()));
    };
    answer(Answer::Ready);
    let mut worker = Worker::default();
    let received = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let request = decode(&Uint8Array::new(&message.data()).to_vec());
        if let Some(said) = request.and_then(|request| worker.serve(request)) {
            answer(said);
        }
    });
    scope.set_onmessage(Some(received.as_ref().unchecked_ref()));
    received.forget();
}
