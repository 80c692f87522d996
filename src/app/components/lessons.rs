//! The lessons: a list, and the step of the one that is open. The model knows which lesson and step
//! are open; what was fetched, and what the learner has done, this part keeps itself.

mod answer;
pub(super) mod check;
mod list;
mod shelf;
mod source;
mod step;

use crate::app::i18n::{self, tr, tr_with};
use crate::lessons::question::Answer;
use crate::lessons::run::Runs;
use crate::lessons::{Lesson, Problem};
use crate::page::settings::Language;
use crate::page::{Action, Model};
use gloo::timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// What this part keeps while the page is open.
#[derive(Default)]
struct State {
    list: Fetched<Vec<list::Entry>>,
    open: Option<Open>,
    runs: Runs,
}

/// The lesson that is open.
struct Open {
    /// As the address names it, without the step.
    id: String,
    language: Language,
    content: Fetched<Rc<Content>>,
    /// The step that the stage was set for.
    at: Option<usize>,
    /// The answer given at this step, and the engine's.
    replied: Option<(Answer, Answer)>,
}

/// A lesson and the MathML of its formulas, by their TeX.
struct Content {
    lesson: Result<Lesson, Vec<Problem>>,
    math: wasm_bindgen::JsValue,
}

/// Something that is fetched, in a language.
#[derive(Default)]
enum Fetched<T> {
    #[default]
    NotAsked,
    OnTheWay(Language),
    Here(Language, T),
    Failed(Language, String),
}

impl<T> Fetched<T> {
    /// Whether it was asked for in this language.
    fn is_of(&self, wanted: Language) -> bool {
        match self {
            Self::NotAsked => false,
            Self::OnTheWay(language) | Self::Here(language, _) | Self::Failed(language, _) => {
                *language == wanted
            }
        }
    }
}

/// The panel.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let content = STATE.with_borrow_mut(|state| match model.lesson().and_then(named) {
        Some((id, step)) => state.lesson(id, step, model, send),
        None => {
            state.open = None;
            list::view(&mut state.list, send)
        }
    });
    html! { <div class="guide lessons">{ content }</div> }
}

/// A lesson's id and step, from 0, as the address has them: `turns.3`.
fn named(lesson: &str) -> Option<(&str, usize)> {
    let (id, step) = lesson.rsplit_once('.')?;
    Some((id, step.parse::<usize>().ok()?.saturating_sub(1)))
}

impl State {
    fn lesson(&mut self, id: &str, step: usize, model: &Model, send: &Callback<Action>) -> Html {
        let language = i18n::language();
        let is_it = |open: &Open| open.id == id && open.language == language;
        if !self.open.as_ref().is_some_and(is_it) {
            let before = self.open.take().filter(|open| open.id == id);
            self.open = Some(Open {
                id: id.to_string(),
                language,
                content: Fetched::OnTheWay(language),
                // In another language it is the same step.
                at: before.and_then(|open| open.at),
                replied: None,
            });
            source::fetch(id.to_string(), language, send.clone());
        }
        let Some(open) = &mut self.open else {
            return html! {};
        };
        let content = match &open.content {
            Fetched::Here(_, content) => Rc::clone(content),
            Fetched::Failed(_, why) => return failed(why, send),
            _ => return html! { <p role="status">{ tr("part.loading") }</p> },
        };
        let lesson = match &content.lesson {
            Ok(lesson) => lesson,
            Err(problems) => return check::problems(problems, send),
        };
        let step = step.min(lesson.steps.len() - 1);
        open.set_stage(lesson, step, send);
        step::view(open, &content, step, &mut self.runs, model, send)
    }
}

impl Open {
    /// Sets the stage when the step has changed: as the step wants it or, where the learner comes
    /// from elsewhere than the step before, as it would be by then.
    fn set_stage(&mut self, lesson: &Lesson, step: usize, send: &Callback<Action>) {
        if self.at == Some(step) {
            return;
        }
        let follows = self.at.is_some_and(|at| at + 1 == step);
        self.at = Some(step);
        self.replied = None;
        shelf::change(&self.id, |progress| progress.reach(step));
        let stage = (!follows || lesson.steps[step].sets_the_stage())
            .then(|| lesson.stage(step).ok().flatten())
            .flatten();
        let send = send.clone();
        // After this drawing: an action leads to the next one.
        Timeout::new(0, move || {
            if let Some(stage) = stage {
                send.emit(Action::Stage(Box::new(stage)));
            }
            // It is read aloud, and the keys lead on from there.
            focus("lesson-step");
        })
        .forget();
    }
}

/// Gives the focus to the way on.
fn focus_next() {
    Timeout::new(0, || focus("lesson-next")).forget();
}

fn focus(id: &str) {
    if let Some(element) = gloo::utils::document().get_element_by_id(id) {
        let _ = element.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

fn failed(why: &str, send: &Callback<Action>) -> Html {
    let again = send.reform(|_: MouseEvent| {
        STATE.with_borrow_mut(|state| {
            state.open = None;
            state.list = Fetched::NotAsked;
        });
        Action::Tick
    });
    html! {
        <div class="part" role="alert">
            <p>{ tr_with("lessons.failed", &[("why", why)]) }</p>
            <button class="outlined" onclick={again}>{ tr("part.again") }</button>
            { to_list(send) }
        </div>
    }
}

/// The button that leads back to the list.
fn to_list(send: &Callback<Action>) -> Html {
    let onclick = send.reform(|_: MouseEvent| Action::Lesson(None));
    html! { <button id="lesson-list" class="outlined" {onclick}>{ tr("lessons.list") }</button> }
}
