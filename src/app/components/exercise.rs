//! What there is to try in the scene: an exercise with a goal that is checked, in the form of a
//! lesson's deed.

use super::lessons::check::{said_of, wanted};
use crate::app::i18n::{self, fetch_json, tr};
use crate::lessons::goal::Goal;
use crate::lessons::run::Runs;
use crate::lessons::{Kind, Step, parse, text};
use crate::page::action::Rung;
use crate::page::settings::Language;
use crate::page::{Action, Model};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// What is kept while the page is open.
#[derive(Default)]
struct State {
    asked: Asked,
    /// The exercises of all scenes, in the language that was asked for.
    steps: Vec<Step>,
    runs: Runs,
}

/// Which exercises were asked for last.
#[derive(Default)]
enum Asked {
    #[default]
    None,
    /// Those in a language, which come or are there.
    For(Language),
    /// Those in a language that could not be fetched in this scene. In another one they are asked
    /// for again.
    Missed(Language, String),
}

/// The exercise of the scene shown; nothing where there is none, or while a guess is asked for.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let hidden = model.guess().hides() || model.rung() == Rung::ManyRuns || model.trace().is_some();
    STATE.with_borrow_mut(|state| {
        let language = i18n::language();
        let scene = model.scenario().name.as_str();
        let is_asked = match &state.asked {
            Asked::None => false,
            Asked::For(asked) => *asked == language,
            Asked::Missed(asked, missed_in) => *asked == language && missed_in == scene,
        };
        if !is_asked {
            state.asked = Asked::For(language);
            fetch(language, scene.to_string(), send.clone());
        }
        if hidden {
            return html! {};
        }
        let runs = &mut state.runs;
        let steps = state.steps.iter();
        let here = steps.filter(|step| step.place.scene == Some(scene));
        html! { { for here.map(|step| exercise(step, model, runs)) } }
    })
}

/// Fetches the exercises of a language. Without them the panel is as it was.
fn fetch(language: Language, scene: String, send: Callback<Action>) {
    spawn_local(async move {
        let file = fetch_json(&format!("exercises.{}.json", language.tag())).await;
        if STATE.with_borrow(|state| !matches!(state.asked, Asked::For(l) if l == language)) {
            return;
        }
        let Ok(list) = file else {
            STATE.with_borrow_mut(|state| state.asked = Asked::Missed(language, scene));
            return;
        };
        let sources = js_sys::Array::from(&list);
        let texts = sources
            .iter()
            .filter_map(|source: JsValue| source.as_string());
        let steps: Vec<Step> = texts
            .filter_map(|source| parse(&source).ok())
            .flat_map(|file| file.steps)
            .collect();
        STATE.with_borrow_mut(|state| state.steps = steps);
        send.emit(Action::Tick);
    });
}

fn exercise(step: &Step, model: &Model, runs: &mut Runs) -> Html {
    let Kind::Do { goals, .. } = &step.kind else {
        return html! {};
    };
    let words = text::html(&step.text, &|_| None, &mut |_| String::new());
    let rows: Vec<(bool, String)> = goals
        .iter()
        .map(|goal| check(goal, step, model, runs))
        .collect();
    let all = rows.iter().all(|(is_met, _)| *is_met);
    html! {
        <section id="exercise" class="guide">
            <h2>{ tr("exercise.title") }</h2>
            <div class="text">{ Html::from_html_unchecked(words.into()) }</div>
            <ul class="goals">
                { for rows.into_iter().map(|(is_met, words)| html! {
                    <li>{ if is_met { "✓ " } else { "○ " } }{ words }</li>
                }) }
            </ul>
            <p role="status" class={all.then_some("verdict right")}>
                { if all { tr("exercise.reached") } else { String::new() } }
            </p>
        </section>
    }
}

/// Whether a goal is met, and it in words. The scene as it was opened meets none, so that it need
/// not be run.
fn check(goal: &Goal, step: &Step, model: &Model, runs: &mut Runs) -> (bool, String) {
    let scenario = model.scenario_from_start();
    if model.preset() == Some(&scenario) {
        return (false, wanted(goal));
    }
    let length = step.length_in(&scenario);
    let is_met = goal.is_met(&scenario, length, runs).unwrap_or(false);
    let now = goal.reading.text(&scenario, length, runs);
    (is_met, said_of(goal, &now.unwrap_or_default()))
}
