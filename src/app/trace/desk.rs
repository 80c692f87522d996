//! A worker at one job with a file.
//!
//! A worker that dies says nothing, so one that is silent for long has failed.

use crate::app::files;
use crate::app::i18n::{tr_with, words};
use crate::worker::jobs::{Failure, Job, News};
use crate::worker::protocol::{decode, encode};
use gloo::timers::callback::Interval;
use js_sys::{Array, Reflect, Uint8Array};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// How often it is looked whether the worker is alive (ms).
const WATCH_MS: u32 = 1000;
/// Looks after which a worker that has not loaded will not.
const LOADING: u32 = 20;
/// Looks within which a worker at its job says something.
const SILENT: u32 = 60;

/// See the [module](self). To drop it is to end the worker, in the middle of its job if need be,
/// with all of its memory.
pub(crate) struct Desk {
    worker: Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(Event)>,
    _watch: Interval,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Desk {
    /// Starts a worker; `hear` gets its news, with what comes with them.
    ///
    /// # Errors
    /// What the browser says.
    pub(crate) fn start(
        job: Job,
        file: Option<File>,
        hear: Callback<(News, Array)>,
    ) -> Result<Self, Failure> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let address = files::address("start_worker.js");
        let worker = Worker::new_with_options(&address, &options)
            .map_err(|error| failure(&words(&error)))?;
        // Looks until it has failed. Not a time: a machine that slept is not a worker that is dead.
        let patience = Rc::new(Cell::new(LOADING));
        let asked = Array::of3(
            &job.part().into(),
            &Uint8Array::from(encode(&job).as_slice()),
            &file.map_or(JsValue::UNDEFINED, JsValue::from),
        );
        let heard = {
            let worker = worker.clone();
            let hear = hear.clone();
            let patience = Rc::clone(&patience);
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                let data = message.data();
                patience.set(SILENT);
                match (data.dyn_ref::<Array>(), data.as_string()) {
                    (Some(list), _) => tell(list, &hear),
                    (None, Some(why)) => fail(&why, &hear),
                    // It has started.
                    (None, None) => _ = worker.post_message(&asked),
                }
            })
        };
        let watch = {
            let hear = hear.clone();
            Interval::new(WATCH_MS, move || {
                let left = patience.get();
                patience.set(left.saturating_sub(1));
                if left == 1 {
                    fail("no answer", &hear);
                }
            })
        };
        let failed = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            let said = Reflect::get(&event, &"message".into()).ok();
            let said = said.and_then(|said| said.as_string());
            // A script that is missing gives no message.
            let why = said.filter(|said| !said.is_empty());
            fail(why.as_deref().unwrap_or("start_worker.js"), &hear);
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            _heard: heard,
            _failed: failed,
            _watch: watch,
        })
    }
}

/// Says that the job cannot be done.
fn fail(why: &str, hear: &Callback<(News, Array)>) {
    hear.emit((News::Failed(failure(why)), Array::new()));
}

/// That there is no worker for the job, and why.
fn failure(why: &str) -> Failure {
    Failure::NoWorker(tr_with("trace.no-worker", &[("why", why)]))
}

/// Hands on what a worker says.
fn tell(list: &Array, hear: &Callback<(News, Array)>) {
    if let Some(news) = decode(&Uint8Array::new(&list.get(0)).to_vec()) {
        hear.emit((news, list.slice(1, list.length())));
    }
}
