//! The worker in a browser.

use super::files;
use super::jobs::Job;
use super::protocol::{Reply, Request, decode, encode};
use crate::balance::{AnyStrategy, late};
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

/// Begins a job, which may come with a file. Which it is only its part of the program reads.
fn begin(page: &DedicatedWorkerGlobalScope, list: &Array) {
    let part = list.get(0).as_string().unwrap_or_default();
    let job = Uint8Array::new(&list.get(1)).to_vec();
    let file = list.get(2).dyn_into::<File>().ok();
    let page = page.clone();
    spawn_local(async move {
        if let Err(error) = work(&part, &page, job, file).await {
            let _ = page.post_message(&error.to_string().into());
        }
    });
}

/// Does a job, once its part of the program is there. Any may have to do with replicas.
async fn work(
    part: &str,
    page: &DedicatedWorkerGlobalScope,
    job: Vec<u8>,
    file: Option<File>,
) -> Result<(), SplitLoaderError> {
    load_replicas().await?;
    let page = page.clone();
    let work = match part {
        "read" => load_read(page, job, file).await?,
        "rerun" => load_rerun(page, job, file).await?,
        "write" => load_write(page, job).await?,
        _ => load_scenario(page, job, file).await?,
    };
    work.await;
    Ok(())
}

/// A job on its way.
type Work = Pin<Box<dyn Future<Output = ()>>>;

#[wasm_split(read, fallible)]
fn load_read(
    page: DedicatedWorkerGlobalScope,
    job: Vec<u8>,
    file: Option<File>,
) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(async move {
        if let Some(Job::Read { skip_bad }) = decode(&job) {
            files::read::work(&page, file.as_ref(), skip_bad).await;
        }
    }))
}

#[wasm_split(rerun, fallible)]
fn load_rerun(
    page: DedicatedWorkerGlobalScope,
    job: Vec<u8>,
    file: Option<File>,
) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(async move {
        if let Some(job) = decode(&job) {
            files::rerun::work(&page, job, file.as_ref()).await;
        }
    }))
}

#[wasm_split(scenario, fallible)]
fn load_scenario(
    page: DedicatedWorkerGlobalScope,
    job: Vec<u8>,
    file: Option<File>,
) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(async move {
        if let Some(Job::ReadScenario) = decode(&job) {
            files::scenario::work(&page, file.as_ref()).await;
        }
    }))
}

#[wasm_split(write, fallible)]
fn load_write(page: DedicatedWorkerGlobalScope, job: Vec<u8>) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(async move {
        if let Some(Job::WriteScenario(scenario)) = decode(&job) {
            files::scenario::write(&page, &scenario);
        }
    }))
}

/// Does a run, for which replicas of language models may have to be loaded first.
async fn serve(request: Request) -> Reply {
    if request.scenario.needs_models()
        && let Err(error) = load_replicas().await
    {
        return Reply::Refused(error.to_string());
    }
    match run(request).await {
        Ok(reply) => reply,
        Err(error) => Reply::Refused(error.to_string()),
    }
}

/// The simulator is a part, too: the parts that have a file to read share it, or do without.
#[wasm_split(run, fallible)]
fn run(request: Request) -> Result<Reply, SplitLoaderError> {
    Ok(request.serve())
}

/// Loads what runs may need: strategies and replicas of language models.
async fn load_replicas() -> Result<(), SplitLoaderError> {
    load_strategies().await?;
    load_extras().await?;
    load_models().await
}

#[wasm_split(strategies, fallible)]
fn load_strategies() -> Result<(), SplitLoaderError> {
    late::install_own(AnyStrategy::late);
    Ok(())
}

#[wasm_split(extras, fallible)]
fn load_extras() -> Result<(), SplitLoaderError> {
    crate::sim::engine::extras::install();
    Ok(())
}

#[wasm_split(replicas, fallible)]
fn load_models() -> Result<(), SplitLoaderError> {
    crate::serving::install();
    Ok(())
}

/// Answers the page. It may have gone; then the answer is not missed.
fn answer(page: &DedicatedWorkerGlobalScope, answer: &Reply) {
    let _ = page.post_message(&Uint8Array::from(encode(answer).as_slice()));
}
