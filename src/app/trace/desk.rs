//! A worker at one job with a file.

use crate::app::files;
use crate::app::i18n::words;
use crate::worker::jobs::{Failure, Job, News};
use crate::worker::protocol::{decode, encode};
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// See the [module](self). To drop it is to end the worker, in the middle of its job if need be,
/// with all of its memory.
pub(crate) struct Desk {
    worker: Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(Event)>,
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
            .map_err(|error| Failure::Browser(words(&error)))?;
        let asked = Array::of3(
            &job.part().into(),
            &Uint8Array::from(encode(&job).as_slice()),
            &file.map_or(JsValue::UNDEFINED, JsValue::from),
        );
        let heard = {
            let worker = worker.clone();
            let hear = hear.clone();
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                let data = message.data();
                match (data.dyn_ref::<Array>(), data.as_string()) {
                    (Some(list), _) => tell(list, &hear),
                    (None, Some(why)) => fail(why, &hear),
                    // It has started.
                    (None, None) => _ = worker.post_message(&asked),
                }
            })
        };
        let failed = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            let said = Reflect::get(&event, &"message".into()).ok();
            let said = said.and_then(|said| said.as_string());
            let why = said.unwrap_or_else(|| "start_worker.js".into());
            fail(why, &hear);
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            _heard: heard,
            _failed: failed,
        })
    }
}

/// Says that the job cannot be done.
fn fail(why: String, hear: &Callback<(News, Array)>) {
    hear.emit((News::Failed(Failure::Browser(why)), Array::new()));
}

/// Hands on what a worker says.
fn tell(list: &Array, hear: &Callback<(News, Array)>) {
    if let Some(news) = decode(&Uint8Array::new(&list.get(0)).to_vec()) {
        hear.emit((news, list.slice(1, list.length())));
    }
}
