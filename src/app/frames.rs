//! Frames: time passes and the stage is painted, past the virtual DOM.

use super::bench::{self, FrameTimes};
use super::stage_view::StageView;
use crate::page::{Action, Model};
use gloo::render::{AnimationFrame, request_animation_frame};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::Callback;

thread_local! {
    /// Set when the page has failed: no more frames then.
    static STOPPED: Cell<bool> = const { Cell::new(false) };
}

/// Stops all frames for good.
pub(crate) fn stop() {
    STOPPED.with(|s| s.set(true));
}

/// Milliseconds since the page was opened.
pub(crate) fn now_ms() -> f64 {
    gloo::utils::window().performance().map_or(0.0, |p| p.now())
}

/// While time passes, the rest of the page is redrawn this often (ms).
const SUMMARY_MS: f64 = 200.0;
/// The stage's labels are redrawn at most this often while time passes (ms).
const BASE_MS: f64 = 80.0;

/// The loop that asks for one frame after another.
pub(crate) struct Frames {
    model: Rc<RefCell<Model>>,
    stages: [StageView; 2],
    send: Callback<Action>,
    next: RefCell<Option<AnimationFrame>>,
    last_ms: Cell<f64>,
    summary_ms: Cell<f64>,
    base_ms: Cell<f64>,
    was_busy: Cell<bool>,
    bench: Option<FrameTimes>,
}

impl Frames {
    /// Begins the loop; it ends when the page does.
    pub(crate) fn start(
        model: Rc<RefCell<Model>>,
        stages: [StageView; 2],
        send: Callback<Action>,
    ) -> Rc<Self> {
        let frames = Rc::new(Self {
            model,
            stages,
            send,
            next: RefCell::default(),
            last_ms: Cell::new(now_ms()),
            summary_ms: Cell::new(0.0),
            base_ms: Cell::new(0.0),
            was_busy: Cell::new(false),
            bench: bench::is_asked_for().then(FrameTimes::default),
        });
        frames.ask();
        frames
    }

    fn ask(self: &Rc<Self>) {
        let this = Rc::clone(self);
        *self.next.borrow_mut() = Some(request_animation_frame(move |_| {
            if !STOPPED.with(Cell::get) {
                this.frame(now_ms());
                this.ask();
            }
        }));
    }

    fn frame(&self, now_ms: f64) {
        let elapsed_s = ((now_ms - self.last_ms.replace(now_ms)) / 1000.0).clamp(0.0, 0.1);
        let (busy, moved) = {
            let Ok(mut model) = self.model.try_borrow_mut() else {
                return;
            };
            let busy = model.pass_time(elapsed_s, self::now_ms);
            let flight = model.flight(now_ms);
            if model.is_dirty() {
                // An action has just drawn all of the page.
                self.summary_ms.set(now_ms);
            }
            if busy || model.is_dirty() || flight < 1.0 {
                let base_due = model.is_dirty() || now_ms - self.base_ms.get() >= BASE_MS;
                if base_due {
                    self.base_ms.set(now_ms);
                }
                let mut moved = self.stages[0].paint(&model, model.shown(), flight, base_due);
                if let Some(beside) = model.beside() {
                    moved |= self.stages[1].paint(&model, beside, flight, base_due);
                }
                model.mark_painted();
                // The buttons over the servers must follow.
                (busy, moved)
            } else {
                (busy, false)
            }
        };
        if let Some(times) = &self.bench {
            let tasks = self
                .model
                .try_borrow()
                .map_or(0, |m| m.shown().timeline.engine().tasks().len());
            if let Some(done) = times.add(now_ms, self::now_ms(), tasks) {
                self.send.emit(done);
            }
        }
        // One more summary after all has come to rest.
        let rest = self.was_busy.replace(busy) && !busy;
        if rest || moved || (busy && now_ms - self.summary_ms.get() >= SUMMARY_MS) {
            self.summary_ms.set(now_ms);
            self.send.emit(Action::Tick);
        }
    }
}
