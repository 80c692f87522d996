//! Workers that do the runs of a sweep beside the page, one for each core.

use crate::sweep::SweepPlan;
use crate::sweep::protocol::{Answer, Job, decode, encode};
use js_sys::Uint8Array;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Event, MessageEvent, Worker};
use yew::Callback;

/// More workers than this would only divide few cores.
const WORKERS_MAX: f64 = 16.0;

/// The workers of one sweep. To drop them is to end them, in the middle of a run if need be.
pub struct Pool(Vec<Member>);

struct Member {
    worker: Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(Event)>,
}

impl Pool {
    /// Starts the workers on a valid plan; `heard` gets what they answer.
    ///
    /// # Errors
    /// What the browser says if it starts none.
    pub fn start(plan: &SweepPlan, heard: &Callback<Answer>) -> Result<Self, JsValue> {
        let cores = gloo::utils::window().navigator().hardware_concurrency().clamp(1.0, WORKERS_MAX) as u32;
        let next = Rc::new(Cell::new(0));
        let bytes = Rc::new(encode(plan));
        (0..cores.min(plan.runs()))
            .map(|_| Member::start(&bytes, plan.runs(), &next, heard))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl Member {
    fn start(plan: &Rc<Vec<u8>>, runs: u32, next: &Rc<Cell<u32>>, heard: &Callback<Answer>) -> Result<Self, JsValue> {
        let worker = Worker::new("./worker_loader.js")?;
        let on_message = {
            let (worker, plan, next, heard) = (worker.clone(), Rc::clone(plan), Rc::clone(next), heard.clone());
            Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
                let Some(answer) = decode::<Answer>(&Uint8Array::new(&message.data()).to_vec()) else { return };
                // One run a job: so the last ones end at about the same time.
                let run = next.get();
                if run < runs && !matches!(answer, Answer::Refused(_)) {
                    next.set(run + 1);
                    let job = Job { plan: plan.to_vec(), runs: vec![run] };
                    let _ = worker.post_message(&Uint8Array::from(encode(&job).as_slice()));
                }
                heard.emit(answer);
            })
        };
        let on_error = {
            let heard = heard.clone();
            Closure::<dyn FnMut(Event)>::new(move |event: Event| {
                event.prevent_default();
                let said = js_sys::Reflect::get(&event, &"message".into()).ok().and_then(|m| m.as_string());
                heard.emit(Answer::Refused(said.unwrap_or_else(|| "worker_loader.js".into())));
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _heard: on_message, _failed: on_error })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.0.iter().for_each(|member| member.worker.terminate());
    }
}
