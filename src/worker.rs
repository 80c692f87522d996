//! The page's worker, which does the runs of a sweep beside the page. It knows the browser's workers and nothing else of
//! a browser; what is said between the two stands in [`protocol`].
//!
//! The page spawns it with `SweepWorker::spawner().as_module(false).encoding::<Postcard>()` from `./worker.js`.

use crate::sweep::protocol::{self, Answer, Job};
use gloo::worker::{Codec, HandlerId, Worker, WorkerScope};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsValue, UnwrapThrowExt as _};

/// Messages in postcard's form, as links are: gloo's own choice would be another reader and writer to load.
#[derive(Debug)]
pub struct Postcard;

impl Codec for Postcard {
    fn encode<I: Serialize>(input: I) -> JsValue {
        Uint8Array::from(protocol::encode(&input).as_slice()).into()
    }

    fn decode<O: for<'de> Deserialize<'de>>(input: JsValue) -> O {
        // Page and worker come out of one build.
        protocol::decode(&Uint8Array::from(input).to_vec()).expect_throw("a message of another build; load again")
    }
}

/// Does jobs, one after the other.
pub struct SweepWorker;

impl Worker for SweepWorker {
    type Message = ();
    type Input = Job;
    type Output = Answer;

    fn create(_: &WorkerScope<Self>) -> Self {
        Self
    }

    fn update(&mut self, _: &WorkerScope<Self>, (): ()) {}

    fn received(&mut self, scope: &WorkerScope<Self>, job: Job, id: HandlerId) {
        protocol::work(&job, |answer| scope.respond(id, answer));
    }
}
