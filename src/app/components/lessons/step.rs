//! A step of the lesson that is open: its text, what is to be done, and the ways back and on.

use super::desk::{self, Part};
use super::{Content, Open, answer, check, shelf, source, to_list};
use crate::app::address;
use crate::app::i18n::{tr, tr_with};
use crate::lessons::reading::Reading;
use crate::lessons::run::{Length, Runs};
use crate::lessons::{Kind, text};
use crate::page::{Action, Model};
use crate::scenario::Scenario;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// The step.
pub(super) fn view(
    open: &Open,
    content: &Content,
    (at, desk): (usize, u32),
    runs: &mut Runs,
    model: &Model,
    send: &Callback<Action>,
) -> Html {
    let Ok(lesson) = &content.lesson else {
        return html! {};
    };
    let step = &lesson.steps[at];
    let scenario = Rc::new(model.scenario_from_start());
    let length = step.length_in(&scenario);
    let words = filled(&step.text, content, &scenario, length, runs);
    let place = tr_with(
        "lessons.place",
        &[
            ("i", (at + 1).to_string()),
            ("n", lesson.steps.len().to_string()),
            ("kind", tr(&format!("lessons.kind.{}", step.kind.as_str()))),
        ],
    );
    let task = match &step.kind {
        Kind::Say | Kind::Reveal => html! {},
        Kind::Predict(question) => {
            answer::view(open, question, at, (scenario, length), model, send)
        }
        Kind::Do { .. } => check::deed(open, step, at, (&scenario, length), runs, model, send),
        Kind::Explain => explain(&open.id, at),
    };
    let list = model.shows("lesson-list") && model.shows("tab-lessons");
    let asks = matches!(step.kind, Kind::Predict(_)) && open.replied.is_none();
    html! {
        <>
            <h2><span>{ &lesson.title }</span>
                if list { { to_list(send) } }
            </h2>
            <progress class="hidden" value={(at + 1).to_string()}
                max={lesson.steps.len().to_string()} aria-label={place.clone()} />
            <section id="lesson-step" key={at} tabindex="-1" aria-label={place.clone()}>
                <p class="hint">{ place }</p>
                <div class="text">{ Html::from_html_unchecked(words.into()) }</div>
                { task }
            </section>
            { ways(open, (at, desk), lesson.steps.len(), asks, model, send) }
        </>
    }
}

/// A step's text with its formulas and numbers.
pub(super) fn filled(
    words: &str,
    content: &Content,
    scenario: &Scenario,
    length: Length,
    runs: &mut Runs,
) -> String {
    let math = |tex: &str| {
        let known = js_sys::Reflect::get(&content.math, &JsValue::from_str(tex));
        known.ok()?.as_string()
    };
    let mut hole = |hole: &str| {
        let reading = Reading::read(hole);
        let text = reading.and_then(|reading| reading.text(scenario, length, runs));
        text.unwrap_or_else(|_| "–".into())
    };
    text::html(words, &math, &mut hole)
}

/// A box for a sentence of the learner's. What is typed there stays on this machine.
fn explain(id: &str, at: usize) -> Html {
    let kept = shelf::read(id).words(at).to_string();
    let id = id.to_string();
    let onchange = Callback::from(move |e: Event| {
        let input: HtmlTextAreaElement = e.target_unchecked_into();
        shelf::change(&id, |progress| progress.say(at, &input.value()));
    });
    html! {
        <>
            <textarea id="lesson-words" rows="4" aria-label={tr("lessons.words")}
                defaultvalue={kept} {onchange} />
            <p class="hint">{ tr("lessons.stays") }</p>
        </>
    }
}

/// Back, the step's stage once more, and on.
fn ways(
    open: &Open,
    (at, desk): (usize, u32),
    steps: usize,
    asks: bool,
    model: &Model,
    send: &Callback<Action>,
) -> Html {
    let to = |step: usize| {
        let action = desk::open(&open.id, Part::Step(step), desk);
        send.reform(move |_: MouseEvent| action.clone())
    };
    let last = at + 1 == steps;
    let list = model.shows("lesson-list") && model.shows("tab-lessons");
    let next = if last {
        send.reform(|_: MouseEvent| Action::Lesson(None))
    } else {
        to(at + 1)
    };
    let again = send.reform(|_: MouseEvent| {
        super::STATE.with_borrow_mut(|state| {
            if let Some(open) = &mut state.open {
                open.at = None;
            }
        });
        Action::Tick
    });
    let link = format!("lesson={}.1{}", open.id, model.display().words());
    let sheet = desk::open(&open.id, Part::Sheet, 0);
    let to_sheet = send.reform(move |_: MouseEvent| sheet.clone());
    let label = match (last, asks) {
        (true, _) => "lessons.finish",
        (false, true) => "lessons.skip",
        (false, false) => "lessons.next",
    };
    html! {
        <>
            <div class="export-bar">
                <button id="lesson-back" class="outlined" disabled={at == 0}
                    onclick={to(at.saturating_sub(1))}>{ tr("lessons.back") }</button>
                <button id="lesson-again" class="outlined" onclick={again}>
                    { tr("lessons.again") }
                </button>
                if !last || list {
                    <button id="lesson-next" class={if asks { "outlined" } else { "go" }}
                        onclick={next}>{ tr(label) }</button>
                }
            </div>
            <div class="export-bar">
                if model.shows("seed") { { desk::of_step(&open.id, at, desk, send) } }
                if model.shows("worksheet") {
                    <button id="lesson-sheet" class="outlined" onclick={to_sheet}>
                        { tr("sheet.title") }
                    </button>
                }
            </div>
            if source::is_own(&open.id) {
                <p><a href={address::with(&link)}>
                    { tr("lessons.link") }
                </a></p>
            }
        </>
    }
}
