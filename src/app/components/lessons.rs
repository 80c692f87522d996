//! The lessons: a list, and the step or the worksheet of the one that is open. The model knows
//! which lesson and step are open; what was fetched, and what the learner has done, this part keeps
//! itself.

mod answer;
pub(super) mod check;
mod desk;
mod draft;
mod list;
mod problems;
mod sheet;
mod shelf;
mod source;
mod step;

use crate::app::i18n::{self, tr, tr_with};
use crate::app::keyboard::focus;
use crate::lessons::question::Answer;
use crate::lessons::run::Runs;
use crate::lessons::{Lesson, Problem};
use crate::page::settings::Language;
use crate::page::{Action, Model};
use desk::{Part, Place};
use gloo::timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// What this part keeps while the page is open.
#[derive(Default)]
struct State {
    list: Fetched<Vec<list::Entry>>,
    open: Option<Open>,
    sheet: Option<sheet::Sheet>,
    runs: Runs,
}

/// The lesson that is open.
struct Open {
    /// As the address names it, without the step.
    id: String,
    language: Language,
    content: Fetched<Rc<Content>>,
    /// The step that the stage was set for, and the desk.
    at: Option<(usize, u32)>,
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
    let place = model.lesson().and_then(Place::read);
    let content = STATE.with_borrow_mut(|state| match place {
        Some(place) => state.lesson(&place, model, send),
        None => {
            state.open = None;
            state.sheet = None;
            list::view(&mut state.list, model, send)
        }
    });
    html! { <div class="guide lessons">{ content }</div> }
}

impl State {
    fn lesson(&mut self, place: &Place, model: &Model, send: &Callback<Action>) -> Html {
        let id = place.id.as_str();
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
            Err(problems) => return problems::view(problems, send),
        };
        let step = match place.part {
            Part::Step(step) => step.min(lesson.steps.len() - 1),
            Part::Sheet if !model.shows("worksheet") => return no_sheet(id, send),
            Part::Sheet => return sheet::view(&mut self.sheet, id, &content, model, send),
        };
        self.sheet = None;
        open.set_stage(lesson, (step, place.desk), send);
        step::view(
            open,
            &content,
            (step, place.desk),
            &mut self.runs,
            model,
            send,
        )
    }
}

impl Open {
    /// Sets the stage when the step has changed: as the step wants it or, where the learner comes
    /// from elsewhere than the step before, as it would be by then.
    fn set_stage(&mut self, lesson: &Lesson, at: (usize, u32), send: &Callback<Action>) {
        if self.at == Some(at) {
            return;
        }
        let (step, desk) = at;
        let follows = self.at.is_some_and(|(at, of)| (at + 1, of) == (step, desk));
        self.at = Some(at);
        self.replied = None;
        let own = source::is_own(&self.id).then(|| (lesson.steps.len(), lesson.title.clone()));
        shelf::change(&self.id, |progress| {
            progress.reach(step);
            progress.own = own;
        });
        let stage = (!follows || lesson.steps[step].sets_the_stage())
            .then(|| lesson.stage(step).ok().flatten())
            .flatten()
            .map(|stage| stage.at_desk(desk));
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

/// What there is in place of a worksheet that the link hides; it is made as soon as all is shown.
fn no_sheet(id: &str, send: &Callback<Action>) -> Html {
    html! {
        <div id="sheet-hidden" role="status">
            <p>{ tr("display.worksheet-hidden") }</p>
            { sheet::back(id, send) }
        </div>
    }
}

/// The button that leads back to the list.
fn to_list(send: &Callback<Action>) -> Html {
    let onclick = send.reform(|_: MouseEvent| Action::Lesson(None));
    html! { <button id="lesson-list" class="outlined" {onclick}>{ tr("lessons.list") }</button> }
}
