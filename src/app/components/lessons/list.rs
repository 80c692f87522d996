//! The list of lessons, with what was done in each; it can be saved and printed.

use super::desk::{self, Part};
use super::{Fetched, STATE, draft, failed, shelf, source};
use crate::app::components::charts::save;
use crate::app::i18n::{self, fetch_json, tr, tr_with};
use crate::lessons::progress::Progress;
use crate::page::settings::Language;
use crate::page::{Action, Model};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// A lesson in the list.
pub(super) struct Entry {
    id: String,
    title: String,
    about: String,
    minutes: String,
    steps: usize,
}

impl Entry {
    fn read(entry: &JsValue) -> Self {
        let field = |name: &str| js_sys::Reflect::get(entry, &name.into()).ok();
        let text = |name: &str| field(name).and_then(|v| v.as_string()).unwrap_or_default();
        Self {
            id: text("id"),
            title: text("title"),
            about: text("about"),
            minutes: text("minutes"),
            steps: field("steps").and_then(|v| v.as_f64()).unwrap_or(0.0) as usize,
        }
    }

    /// How far the learner is, in words; None if not begun.
    fn done(&self) -> Option<String> {
        let progress = shelf::read(&self.id);
        (progress != Progress::default()).then(|| done(&progress, self.steps))
    }

    /// The step to continue at: after the last one, the first.
    fn next(&self) -> usize {
        let reached = shelf::read(&self.id).reached;
        if reached + 1 < self.steps { reached } else { 0 }
    }
}

/// The list.
pub(super) fn view(list: &mut Fetched<Vec<Entry>>, model: &Model, send: &Callback<Action>) -> Html {
    let language = i18n::language();
    if !list.is_of(language) {
        *list = Fetched::OnTheWay(language);
        fetch(language, send.clone());
    }
    let entries = match list {
        Fetched::Here(_, entries) => entries,
        Fetched::Failed(_, why) => return failed(why, send),
        _ => return html! { <p role="status">{ tr("part.loading") }</p> },
    };
    let at = desk::shown(model);
    let own = shelf::own();
    let report = report(entries, &own);
    let export = Callback::from(move |_: MouseEvent| {
        save("equipoise-lessons.txt", "text/plain", &report);
    });
    let print = Callback::from(|_: MouseEvent| {
        let _ = gloo::utils::window().print();
    });
    html! {
        <>
            <p class="lead">{ tr("lessons.lead") }</p>
            <ol>{ for (1..).zip(entries.iter()).map(|(i, entry)| item(i, entry, at, send)) }</ol>
            if model.shows("seed") {
                { desk::of_scene(model, send) }
                <p class="hint">{ tr("lessons.desk-hint") }</p>
            }
            <h2>{ tr("lessons.progress") }</h2>
            <div class="export-bar">
                <button id="lessons-save" class="outlined" onclick={export}>
                    { tr("lessons.save") }
                </button>
                <button id="lessons-print" class="outlined" onclick={print}>
                    { tr("lessons.print") }
                </button>
            </div>
            <p class="hint">{ tr("lessons.kept") }</p>
            <h2>{ tr("lessons.own") }</h2>
            <p class="hint">{ tr("lessons.own-hint") }</p>
            { for own.iter().map(|(progress, steps, title)| html! {
                <p class="own"><b>{ title }</b>{ ": " }{ done(progress, *steps) }</p>
            }) }
            <div class="export-bar">
                { source::open_file(tr("lessons.open-file"), send) }
                { draft::view(model) }
            </div>
        </>
    }
}

fn item(i: usize, entry: &Entry, at: u32, send: &Callback<Action>) -> Html {
    let open = desk::open(&entry.id, Part::Step(entry.next()), at);
    let onclick = send.reform(move |_: MouseEvent| open.clone());
    let minutes = tr_with("lessons.minutes", &[("n", &entry.minutes)]);
    html! {
        <li>
            <button id={format!("lesson-{}", entry.id)} class="link" {onclick}>
                { format!("{i}. {}", entry.title) }
            </button>
            <small>{ minutes }</small>
            <p>{ &entry.about }</p>
            { for entry.done().map(|done| html! { <p class="hint">{ done }</p> }) }
        </li>
    }
}

/// How far a learner is in a lesson of this many steps.
fn done(progress: &Progress, steps: usize) -> String {
    let (answered, right) = progress.score();
    let values = [
        ("step", (progress.reached + 1).min(steps)),
        ("steps", steps),
        ("right", right),
        ("answered", answered),
    ];
    tr_with(
        "lessons.done",
        &values.map(|(name, n)| (name, n.to_string())),
    )
}

/// What was done in all lessons, as plain text.
fn report(entries: &[Entry], own: &[(Progress, usize, String)]) -> String {
    let mut text = format!("{}\n", tr("lessons.progress"));
    for entry in entries {
        let progress = shelf::read(&entry.id);
        if progress != Progress::default() {
            add(&mut text, &entry.title, &progress, entry.steps);
        }
    }
    for (progress, steps, title) in own {
        add(&mut text, title, progress, *steps);
    }
    text
}

fn add(text: &mut String, title: &str, progress: &Progress, steps: usize) {
    *text += &format!("\n{title}\n{}\n", done(progress, steps));
    for (step, words) in &progress.said {
        let place = tr_with("lessons.step", &[("i", (step + 1).to_string())]);
        *text += &format!("{place}: {words}\n");
    }
}

fn fetch(language: Language, send: Callback<Action>) {
    spawn_local(async move {
        let fetched = fetch_json(&format!("lessons.{}.json", language.tag())).await;
        STATE.with_borrow_mut(|state| {
            state.list = match fetched {
                Ok(list) => {
                    let entries = js_sys::Array::from(&list);
                    Fetched::Here(language, entries.iter().map(|e| Entry::read(&e)).collect())
                }
                Err(why) => Fetched::Failed(language, i18n::words(&why)),
            };
        });
        send.emit(Action::Tick);
    });
}
