//! The worker in a browser.

use super::jobs::{Failure, Job, News};
use super::protocol::{Reply, Request, decode, encode};
use super::traces;
use js_sys::{Array, Uint8Array};
use std::pin::Pin;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

/// Says that it is ready, and does what is asked, one message after the other.
pub fn start() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    answer(&scope, &Reply::Ready);
    let page = scope.clone();
    let received = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(list) = message.data().dyn_ref::<Array>() {
            return begin(&page, list);
        }
        let request = decode::<Request>(&Uint8Array::new(&message.data()).to_vec());
        if let Some(request) = request {
            let page = page.clone();
            spawn_local(async move { answer(&page, &serve(request).await) });
        }
    });
    scope.set_onmessage(Some(received.as_ref().unchecked_ref()));
    received.forget();
}

/// Begins a job, which may come with a file.
fn begin(page: &DedicatedWorkerGlobalScope, list: &Array) {
    let Some(job) = decode::<Job>(&Uint8Array::new(&list.get(0)).to_vec()) else {
        return;
    };
    let file = list.get(1).dyn_into::<File>().ok();
    let page = page.clone();
    spawn_local(async move {
        // Any job may have to do with replicas.
        let loaded = match load_replicas().await {
            Ok(()) => load_traces(&page, job, file).await,
            Err(error) => Err(error),
        };
        match loaded {
            Ok(work) => work.await,
            Err(error) => refuse(&page, error.to_string()),
        }
    });
}

/// Says that a job cannot be done.
fn refuse(page: &DedicatedWorkerGlobalScope, why: String) {
    let news = encode(&News::Failed(Failure::Browser(why)));
    let _ = page.post_message(&Array::of1(&Uint8Array::from(news.as_slice())));
}

/// A job on its way.
type Work = Pin<Box<dyn Future<Output = ()>>>;

#[wasm_split(traces, fallible)]
fn load_traces(
    page: &DedicatedWorkerGlobalScope,
    job: Job,
    file: Option<File>,
) -> Result<Work, SplitLoaderError> {
    let page = page.clone();
    Ok(Box::pin(
        async move { traces::work(&page, job, file).await },
    ))
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
