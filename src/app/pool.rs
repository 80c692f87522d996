//! Workers beside the page: one for each core does the runs of a sweep, a single one writes a
//! configuration.

use crate::app::i18n::words;
use crate::sweep::SweepPlan;
use crate::worker::protocol::{Job, Reply, Request, decode, encode};
use js_sys::Uint8Array;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Event, MessageEvent, Worker};
use yew::Callback;

/// More workers than this would only divide few cores.
const WORKERS_MAX: f64 = 16.0;

/// The workers of one sweep. To drop them is to end them, in the middle of a run if need be.
pub struct Pool(#[expect(dead_code, reason = "kept alive")] Vec<Hand>);

impl Pool {
    /// Starts the workers on a valid plan; `heard` gets what they answer.
    ///
    /// # Errors
    /// What the browser says if it starts none.
    pub fn start(plan: &SweepPlan, heard: &Callback<Reply>) -> Result<Self, JsValue> {
        let cores = gloo::utils::window()
            .navigator()
            .hardware_concurrency()
            .clamp(1.0, WORKERS_MAX) as u32;
        let (next, runs, bytes) = (Cell::new(0), plan.runs(), encode(plan));
        // One run a job: so the last ones end at about the same time.
        let next: Rc<dyn Fn() -> Option<Request>> = Rc::new(move || {
            let run = next.replace(next.get() + 1);
            (run < runs).then(|| {
                Request::Runs(Job {
                    plan: bytes.clone(),
                    runs: vec![run],
                })
            })
        });
        (0..cores.min(runs))
            .map(|_| Hand::start(&next, heard))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// Asks one worker one thing; to drop it is to want no answer any more.
pub fn ask(request: Request, heard: &Callback<Reply>) -> Option<Hand> {
    let request = RefCell::new(Some(request));
    let next: Rc<dyn Fn() -> Option<Request>> = Rc::new(move || request.borrow_mut().take());
    Hand::start(&next, heard)
        .map_err(|error| heard.emit(Reply::Refused(words(&error))))
        .ok()
}

/// A worker.
pub struct Hand {
    worker: Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(Event)>,
}

impl Hand {
    /// Starts a worker, which gets the next request whenever it has answered.
    fn start(
        next: &Rc<dyn Fn() -> Option<Request>>,
        heard: &Callback<Reply>,
    ) -> Result<Self, JsValue> {
        let worker = Worker::new("./worker_loader.js")?;
        let on_message = {
            let (worker, next, heard) = (worker.clone(), Rc::clone(next), heard.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                let Some(answer) = decode::<Reply>(&Uint8Array::new(&message.data()).to_vec())
                else {
                    return;
                };
                if !matches!(answer, Reply::Refused(_))
                    && let Some(request) = next()
                {
                    let _ = worker.post_message(&Uint8Array::from(encode(&request).as_slice()));
                }
                heard.emit(answer);
            })
        };
        let on_error = {
            let heard = heard.clone();
            Closure::<dyn FnMut(Event)>::new(move |event: Event| {
                event.prevent_default();
                let said = js_sys::Reflect::get(&event, &"message".into())
                    .ok()
                    .and_then(|m| m.as_string());
                heard.emit(Reply::Refused(
                    said.unwrap_or_else(|| "worker_loader.js".into()),
                ));
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            _heard: on_message,
            _failed: on_error,
        })
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
