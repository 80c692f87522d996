//! Loads the parts of the page, and shows each in its place; the reader of links has none.
//!
//! Each `#[wasm_split]` function below is where the linked program is cut (`site/src/program.rs`):
//! what is reached only through it goes into a file of its own, what several of them reach into a
//! file that they share. A part shares memory and types with the page, and hands it plain function
//! pointers. While it is loading its place says so; if it cannot be loaded its place says that, and
//! offers to try again.

use super::bench;
use super::components::{
    charts, dialogs, display, exercise, formulas, guess, guide, job, lessons, quick, server,
    set_up, sweep,
};
use super::i18n::{self, tr};
use super::{style, trace};
use crate::balance::{AnyStrategy, late};
use crate::import::{self, Import, Problem, Program};
use crate::lessons::desk;
use crate::link::{PageLink, ReadError};
use crate::page::Model;
use crate::page::action::Message;
use crate::page::action::{Action, Formulas, Tab};
use crate::page::display::Display;
use crate::page::guess::GuessAction;
use crate::page::model;
use crate::page::parts::Part;
use crate::sim::engine::extras;
use crate::theory::predict;
use crate::workload::request;
use std::cell::Cell;
use std::rc::Rc;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

/// Of other layouts, and of the dialog that makes links to them.
const DISPLAY: &str = include_str!("../../static/display.css");
/// Of the guide, and of the texts of lessons.
const GUIDE: &str = include_str!("../../static/guide.css");

/// Draws a part.
type View = fn(&Model, &Callback<Action>) -> Html;

/// The parts that are there.
#[derive(Default)]
pub(crate) struct Views([Cell<Option<View>>; Part::ALL.len()]);

impl Views {
    /// Fetches a part, and says whether it is there. After a failure it is fetched again, not
    /// remembered; the browser's console says why it failed.
    pub(crate) async fn load(&self, part: Part, send: Callback<Action>) {
        if i18n::fetch_later().await.is_err() {
            return send.emit(Action::Missing(part));
        }
        let view = match part {
            Part::Theory => load_theory(&send).await,
            Part::Charts => load_charts().await,
            Part::SetUp => load_set_up(&send).await,
            Part::Server => load_server().await,
            Part::Guide => load_guide().await,
            Part::Lessons => load_lessons(&send).await,
            Part::Lab => load_lab().await,
            Part::Dialogs => load_dialogs().await,
            Part::Guess => load_guess(&send).await,
            Part::Replicas => load_replicas().await,
            Part::Display => load_display(&send).await,
            Part::Jobs => load_jobs().await,
        };
        match view {
            Ok(view) => {
                self.0[part as usize].set(Some(view));
                send.emit(Action::Loaded(part));
            }
            Err(_) => send.emit(Action::Missing(part)),
        }
    }

    /// A part in its place, if it is there.
    pub(crate) fn here(&self, part: Part, model: &Model, send: &Callback<Action>) -> Option<Html> {
        self.0[part as usize].get().map(|view| view(model, send))
    }

    /// A part in its place, or what there is to say of it.
    pub(crate) fn show(&self, part: Part, model: &Model, send: &Callback<Action>) -> Html {
        if let Some(here) = self.here(part, model, send) {
            return here;
        }
        if !model.has_failed(part) {
            return html! { <p class="part" role="status">{ tr("part.loading") }</p> };
        }
        let again = send.reform(move |_| Action::Load(part));
        html! {
            <div class="part" role="alert">
                <p>{ tr("part.failed") }</p>
                <button class="outlined" onclick={again}>{ tr("part.again") }</button>
            </div>
        }
    }
}

#[wasm_split(theory, fallible)]
fn load_theory(send: &Callback<Action>) -> Result<View, SplitLoaderError> {
    style::add(include_str!("../../static/formulas.css"));
    send.emit(Action::Formulas(Formulas(predict)));
    Ok(formulas::view)
}

#[wasm_split(charts, fallible)]
fn load_charts() -> Result<View, SplitLoaderError> {
    Ok(charts::view)
}

#[wasm_split(set_up, fallible)]
fn load_set_up(send: &Callback<Action>) -> Result<View, SplitLoaderError> {
    style::add(include_str!("../../static/changes.css"));
    trace::accept_drops(send);
    Ok(|model, send| match model.tab() {
        Tab::SetUp => set_up::view(model, send),
        _ => quick::view(model, send),
    })
}

#[wasm_split(set_up, fallible)]
fn load_server() -> Result<View, SplitLoaderError> {
    Ok(server::view)
}

#[wasm_split(guide, fallible)]
fn load_guide() -> Result<View, SplitLoaderError> {
    style::add(GUIDE);
    Ok(guide::view)
}

/// Lessons may speak of language models.
#[wasm_split(lessons, fallible)]
fn load_lessons(send: &Callback<Action>) -> Result<View, SplitLoaderError> {
    style::add(GUIDE);
    style::add(include_str!("../../static/lessons.css"));
    late::install_own(AnyStrategy::late);
    extras::install();
    crate::serving::install();
    send.emit(Action::Loaded(Part::Replicas));
    Ok(|model, send| match model.tab() {
        Tab::Lessons => lessons::view(model, send),
        _ => exercise::view(model, send),
    })
}

#[wasm_split(lab, fallible)]
fn load_lab() -> Result<View, SplitLoaderError> {
    style::add(include_str!("../../static/lab.css"));
    Ok(sweep::view)
}

#[wasm_split(dialogs, fallible)]
fn load_dialogs() -> Result<View, SplitLoaderError> {
    style::add(DISPLAY);
    style::add(include_str!("../../static/import.css"));
    model::display::install();
    Ok(dialogs::content)
}

#[wasm_split(guess, fallible)]
fn load_guess(send: &Callback<Action>) -> Result<View, SplitLoaderError> {
    style::add(include_str!("../../static/guess.css"));
    model::guess::install();
    send.emit(Action::Guess(GuessAction::Ready));
    Ok(guess::view)
}

#[wasm_split(jobs, fallible)]
fn load_jobs() -> Result<View, SplitLoaderError> {
    style::add(include_str!("../../static/jobs.css"));
    Ok(job::view)
}

/// Other layouts, and what there is to say where a link hides something.
#[wasm_split(display, fallible)]
fn load_display(send: &Callback<Action>) -> Result<View, SplitLoaderError> {
    model::display::install();
    style::add(DISPLAY);
    display::hear_key(send);
    Ok(display::view)
}

/// Reads what the address asks for: the part of it from `#`.
#[wasm_split(link, fallible)]
pub(crate) fn read_link(hash: &str) -> Result<Vec<Action>, SplitLoaderError> {
    if bench::is_asked_for() {
        return Ok(vec![Action::Open(Ok(Box::new(bench::link())))]);
    }
    model::display::install();
    let (display, problem) = Display::read(hash);
    if !display.words().is_empty() {
        style::add(DISPLAY);
    }
    let mut words = hash.trim_start_matches('#').split('&');
    if let Some(job) = words.clone().find_map(|word| word.strip_prefix("job=")) {
        return Ok(vec![Action::Job(Some(job.into()))]);
    }
    let open = match words.find_map(|word| word.strip_prefix("lesson=")) {
        Some(lesson) => Some(Action::Lesson(Some(desk::named(lesson, hash)))),
        None => PageLink::from_fragment(hash).map(|link| Action::Open(link.map(Box::new))),
    };
    // A name that is not known may be a field of replicas.
    let waits = matches!(open, Some(Action::Open(Err(ReadError::Replicas))));
    if waits || problem.is_some() && !request::is_installed() {
        return Ok(vec![Action::Open(Err(ReadError::Replicas))]);
    }
    let problem = problem.map(|problem| Action::Say(Message::Refused(problem)));
    // What another link has hidden must not keep this one from being opened.
    let unlock = [Action::Display(Rc::default())].into_iter();
    let display = [Action::Display(display.into())];
    Ok(unlock.chain(open).chain(display).chain(problem).collect())
}

/// Loads what scenes may need that the first does not: strategies and replicas of language models.
pub(crate) async fn load_replicas() -> Result<View, SplitLoaderError> {
    load_strategies().await?;
    load_models().await
}

#[wasm_split(strategies, fallible)]
fn load_strategies() -> Result<(), SplitLoaderError> {
    late::install_own(AnyStrategy::late);
    extras::install();
    Ok(())
}

/// Reads a configuration of a program; of its groups of servers the one named.
#[wasm_split(import, fallible)]
pub(crate) fn import(
    text: &str,
    program: Program,
    pool: Option<&str>,
) -> Result<Result<Import, Problem>, SplitLoaderError> {
    extras::install();
    Ok(import::read(text, program, pool))
}

#[wasm_split(replicas, fallible)]
fn load_models() -> Result<View, SplitLoaderError> {
    crate::serving::install();
    Ok(|_, _| Html::default())
}
