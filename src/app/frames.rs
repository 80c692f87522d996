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

/// While time passes, what stands on the stage and the rest of the page are redrawn this often
/// (ms), together: the picture of a decision and what is said of it are of one moment.
const TOLD_MS: f64 = 200.0;
/// A new decision is told sooner (ms), before its task is far on its way.
const NEWS_MS: f64 = 100.0;
/// Where a frame's simulated time takes longer than this (ms), none passes in a frame that redraws
/// the page: frames are of about the same length then.
const LONG_MS: f64 = 4.0;

/// The loop that asks for one frame after another.
pub(crate) struct Frames {
    model: Rc<RefCell<Model>>,
    stages: [StageView; 2],
    send: Callback<Action>,
    next: RefCell<Option<AnimationFrame>>,
    last_ms: Cell<f64>,
    told_ms: Cell<f64>,
    /// How many decisions there were then.
    told: Cell<u64>,
    was_busy: Cell<bool>,
    /// Whether no time passed in the latest frame.
    waited: Cell<bool>,
    /// Whether it takes long to let time pass.
    is_long: Cell<bool>,
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
            told_ms: Cell::new(0.0),
            told: Cell::new(0),
            was_busy: Cell::new(false),
            waited: Cell::new(false),
            is_long: Cell::new(false),
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

    /// Whether it is time to redraw the page.
    fn is_due(&self, model: &Model, now_ms: f64) -> bool {
        let wait_ms = match decided(model) == self.told.get() {
            true => TOLD_MS,
            false => NEWS_MS,
        };
        now_ms - self.told_ms.get() >= wait_ms
    }

    fn frame(&self, now_ms: f64) {
        let tell = {
            let Ok(mut model) = self.model.try_borrow_mut() else {
                return;
            };
            // An action has just drawn all of the page, and is to be seen at once: no time passes
            // in the frame behind it, but then in the next one, whatever is done.
            let may_wait = !self.waited.get();
            let is_drawn = may_wait && model.is_dirty();
            let waits = is_drawn || may_wait && self.is_long.get() && self.is_due(&model, now_ms);
            self.waited.set(waits);
            let busy = match waits {
                true => self.was_busy.get(),
                false => {
                    let elapsed_ms = now_ms - self.last_ms.replace(now_ms);
                    let began_ms = self::now_ms();
                    let busy = model.pass_time((elapsed_ms / 1000.0).clamp(0.0, 0.1), self::now_ms);
                    self.is_long.set(self::now_ms() - began_ms > LONG_MS);
                    busy
                }
            };
            let rest = self.was_busy.replace(busy) && !busy;
            let flight = model.flight(now_ms);
            let due = rest || self.is_due(&model, now_ms);
            let base_due = due || model.is_dirty();
            // Once more after all has come to rest; not in every frame of a seek.
            let mut tell = !is_drawn && (rest || base_due && model.is_playing() || due && busy);
            if busy || rest || model.is_dirty() || flight < 1.0 {
                if base_due {
                    self.told_ms.set(now_ms);
                    self.told.set(decided(&model));
                }
                // The buttons over the servers must follow.
                tell |= self.stages[0].paint(&model, model.shown(), flight, base_due);
                if let Some(beside) = model.beside() {
                    tell |= self.stages[1].paint(&model, beside, flight, base_due);
                }
                model.mark_painted();
            }
            tell
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
        if tell {
            self.send.emit(Action::Tick);
        }
    }
}

/// Decisions so far.
fn decided(model: &Model) -> u64 {
    model.shown().timeline.engine().totals().decided
}
