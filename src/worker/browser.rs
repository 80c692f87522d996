//! The worker in a browser.

use super::protocol::{Reply, Request, decode, encode};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Says that it is ready, and does what is asked, one message after the other.
pub fn start() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    answer(&scope, &Reply::Ready);
    let page = scope.clone();
    let received = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let request = decode::<Request>(&Uint8Array::new(&message.data()).to_vec());
        if let Some(request) = request {
            let page = page.clone();
            spawn_local(async move { answer(&page, &serve(request).await) });
        }
    });
    scope.set_onmessage(Some(received.as_ref().unchecked_ref()));
    received.forget();
}

/// Does a run, for which replicas of language models may have to be loaded first.
async fn serve(request: Request) -> Reply {
    if request.scenario.needs_models()
        && let Err(error) = load_replicas().await
    {
        return Reply::Refused(error.to_string());
    }
    request.serve()
}

#[wasm_split(replicas, fallible)]
fn load_replicas() -> Result<(), SplitLoaderError> {
    crate::serving::install();
    Ok(())
}

/// Answers the page. It may have gone; then the answer is not missed.
fn answer(page: &DedicatedWorkerGlobalScope, answer: &Reply) {
    let _ = page.post_message(&Uint8Array::from(encode(answer).as_slice()));
}
