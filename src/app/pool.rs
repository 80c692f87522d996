//! Workers beside the page, one for each core, which do the runs of a sweep or of a search.
//!
//! A worker that dies says nothing, so one that has not answered for long is ended, and another
//! does its run. Runs are deterministic: it does not matter who does them, or how often.

use super::files;
use super::frames::now_ms;
use super::i18n::{tr_with, words};
use crate::worker::protocol::{Reply, Request, decode, encode};
use gloo::timers::callback::Interval;
use js_sys::Uint8Array;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// More workers than this would only divide few cores.
const WORKERS_MAX: f64 = 16.0;
/// A worker that has not loaded by then will not (ms).
const LOADING_MS: f64 = 20_000.0;
/// A run may take this long before any has been timed (ms).
const FIRST_RUN_MS: f64 = 20_000.0;
/// Later a run may take this long (ms), or a multiple of the longest of those that are done.
const RUN_MS: f64 = 2_000.0;
const TIMES_LONGEST: f64 = 10.0;
/// Workers that may be replaced before the sweep is given up.
const REPLACED_MAX: u32 = 20;
/// How often it is looked whether workers are alive (ms).
const WATCH_MS: u32 = 500;

/// The workers of one sweep or search. To drop them is to end them, in the middle of a run if need
/// be.
pub(crate) struct Pool {
    shared: Rc<RefCell<Shared>>,
    _watch: Interval,
}

impl Pool {
    /// Starts workers, at most as many, on the runs that are due; `request` says what each is, and
    /// `heard` gets what they answer.
    pub(crate) fn start(
        most: u32,
        mut due: Vec<u32>,
        request: impl Fn(u32) -> Option<Request> + 'static,
        heard: Callback<Reply>,
    ) -> Self {
        due.reverse();
        let cores = gloo::utils::window()
            .navigator()
            .hardware_concurrency()
            .clamp(1.0, WORKERS_MAX) as u32;
        let shared = Rc::new(RefCell::new(Shared {
            request: Box::new(request),
            due,
            longest_ms: None,
            tolerance: 1.0,
            replaced: 0,
            hands: Vec::new(),
            ended: Vec::new(),
            heard,
        }));
        for _ in 0..cores.min(most) {
            Shared::add_hand(&shared);
        }
        let watched = Rc::clone(&shared);
        let watch = Interval::new(WATCH_MS, move || Shared::watch(&watched));
        Self {
            shared,
            _watch: watch,
        }
    }

    /// More runs are due, after all others.
    pub(crate) fn more(&self, due: Vec<u32>) {
        let mut shared = self.shared.borrow_mut();
        shared.due.splice(0..0, due.into_iter().rev());
        shared.give_runs();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut shared = self.shared.borrow_mut();
        for hand in shared.hands.iter().chain(&shared.ended) {
            hand.worker.terminate();
        }
        // The workers' closures hold the other references.
        shared.hands.clear();
        shared.ended.clear();
    }
}

/// What a worker is at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Activity {
    Loading,
    Waiting,
    Run(u32),
}

/// A worker.
struct Hand {
    worker: Worker,
    task: Activity,
    since_ms: f64,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(Event)>,
}

impl Hand {
    fn post(&self, message: &[u8]) {
        let _ = self.worker.post_message(&Uint8Array::from(message));
    }

    /// Whether it has said nothing for too long, where a run may take `run_ms`.
    fn is_silent(&self, run_ms: f64) -> bool {
        let silent_ms = now_ms() - self.since_ms;
        match self.task {
            Activity::Loading => silent_ms > LOADING_MS,
            Activity::Waiting => false,
            Activity::Run(_) => silent_ms > run_ms,
        }
    }
}

/// The runs and who does them.
struct Shared {
    request: Box<dyn Fn(u32) -> Option<Request>>,
    /// Runs that no worker has, or whose workers died; the next last.
    due: Vec<u32>,
    longest_ms: Option<f64>,
    /// Grows with each worker that was silent for too long: perhaps it was only slow.
    tolerance: f64,
    replaced: u32,
    hands: Vec<Hand>,
    /// Kept until the end: a closure must not be dropped while it is called.
    ended: Vec<Hand>,
    heard: Callback<Reply>,
}

impl Shared {
    fn add_hand(shared: &Rc<RefCell<Self>>) {
        match start_worker(shared) {
            Ok(hand) => shared.borrow_mut().hands.push(hand),
            Err(error) => Self::give_up_if_alone(shared, &words(&error)),
        }
    }

    /// Takes a worker's answer and gives it the next run.
    fn answered(shared: &Rc<RefCell<Self>>, worker: &Worker, answer: Reply) {
        let mut this = shared.borrow_mut();
        let Some(at) = this.hands.iter().position(|hand| hand.worker == *worker) else {
            return;
        };
        match answer {
            Reply::Ready | Reply::Refused(_) => {}
            Reply::Done(_) => {
                let took_ms = now_ms() - this.hands[at].since_ms;
                this.longest_ms = Some(took_ms.max(this.longest_ms.unwrap_or(0.0)));
            }
        }
        this.hands[at].task = Activity::Waiting;
        if !matches!(answer, Reply::Refused(_)) {
            this.give_runs();
        }
        let heard = this.heard.clone();
        drop(this);
        heard.emit(answer);
    }

    /// Gives a run to each worker that has none.
    fn give_runs(&mut self) {
        for at in 0..self.hands.len() {
            if self.hands[at].task != Activity::Waiting {
                continue;
            }
            let Some(run) = self.due.pop() else {
                return;
            };
            let hand = &mut self.hands[at];
            hand.task = Activity::Run(run);
            hand.since_ms = now_ms();
            if let Some(request) = (self.request)(run) {
                hand.post(&encode(&request));
            }
        }
    }

    /// Ends the workers that have been silent for too long.
    fn watch(shared: &Rc<RefCell<Self>>) {
        let silent = {
            let this = shared.borrow();
            let run_ms = match this.longest_ms {
                Some(longest_ms) => RUN_MS.max(longest_ms * TIMES_LONGEST),
                None => FIRST_RUN_MS,
            };
            let run_ms = run_ms * this.tolerance;
            let silent = this.hands.iter().filter(|hand| hand.is_silent(run_ms));
            silent.map(|hand| hand.worker.clone()).collect::<Vec<_>>()
        };
        for worker in silent {
            shared.borrow_mut().tolerance *= 2.0;
            Self::lost(shared, &worker, "no answer");
        }
    }

    /// Ends a worker that is dead or was not loaded. Its run is done by another.
    fn lost(shared: &Rc<RefCell<Self>>, worker: &Worker, why: &str) {
        let mut this = shared.borrow_mut();
        let Some(at) = this.hands.iter().position(|hand| hand.worker == *worker) else {
            return;
        };
        let hand = this.hands.remove(at);
        hand.worker.terminate();
        let task = hand.task;
        this.ended.push(hand);
        let Activity::Run(run) = task else {
            drop(this);
            return Self::give_up_if_alone(shared, why);
        };
        this.due.push(run);
        this.replaced += 1;
        let give_up = this.replaced > REPLACED_MAX;
        this.give_runs();
        drop(this);
        if give_up {
            Self::give_up(shared, why);
        } else {
            Self::add_hand(shared);
        }
    }

    fn give_up_if_alone(shared: &Rc<RefCell<Self>>, why: &str) {
        if shared.borrow().hands.is_empty() {
            Self::give_up(shared, why);
        }
    }

    fn give_up(shared: &Rc<RefCell<Self>>, why: &str) {
        let heard = shared.borrow().heard.clone();
        heard.emit(Reply::Refused(tr_with("sweep.no-worker", &[("why", why)])));
    }
}

/// Starts a worker.
fn start_worker(shared: &Rc<RefCell<Shared>>) -> Result<Hand, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(&files::address("start_worker.js"), &options)?;
    let heard = {
        let shared = Rc::clone(shared);
        let worker = worker.clone();
        Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            let answer = decode::<Reply>(&Uint8Array::new(&message.data()).to_vec());
            if let Some(answer) = answer {
                Shared::answered(&shared, &worker, answer);
            }
        })
    };
    let failed = {
        let shared = Rc::clone(shared);
        let worker = worker.clone();
        Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            event.prevent_default();
            let said = js_sys::Reflect::get(&event, &"message".into());
            let said = said.ok().and_then(|said| said.as_string());
            // A script that is missing gives no message.
            let why = said.filter(|said| !said.is_empty());
            Shared::lost(
                &shared,
                &worker,
                why.as_deref().unwrap_or("start_worker.js"),
            );
        })
    };
    worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
    Ok(Hand {
        worker,
        task: Activity::Loading,
        since_ms: now_ms(),
        _heard: heard,
        _failed: failed,
    })
}
