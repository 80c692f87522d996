//! A job in place of the stage: a training, an input pipeline, files among readers. What each
//! worker did is drawn as areas over the time, step by step.

mod controls;
mod numbers;
mod picture;
mod scrubber;
mod texts;

use crate::app::i18n::{self, tr};
use crate::jobs::job::{Job, KINDS};
use crate::jobs::opened::Opened;
use crate::jobs::outcome::{Lane, Outcome};
use crate::jobs::presets::{PRESETS, Preset, find};
use crate::number::significant;
use crate::page::settings::Language;
use crate::page::{Action, Model};
use crate::scenario::FieldError;
use std::rc::Rc;
use texts::Texts;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The job that the page shows.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let Some(job) = model.job() else {
        return html! {};
    };
    html! { <Desk job={Rc::clone(job)} language={i18n::language()} send={send.clone()} /> }
}

/// What the view needs.
#[derive(PartialEq, Properties)]
struct Props {
    /// The job, as [`Opened::read`] reads it.
    job: Rc<str>,
    /// Its texts change with it.
    language: Language,
    send: Callback<Action>,
}

/// A job and what came of it.
struct Shown<'a> {
    opened: &'a Opened,
    outcome: &'a Outcome,
    texts: &'a Texts,
    /// The step that is looked at, which the run has.
    step: usize,
    send: Callback<Action>,
    /// Opens another job, or this one at another step or with other fields.
    open: Callback<Opened>,
}

#[component]
fn Desk(props: &Props) -> Html {
    let texts = use_state_eq(|| None::<Texts>);
    {
        let texts = texts.clone();
        use_effect_with(props.language, move |&language| {
            spawn_local(async move {
                let fetched = Texts::fetch(language).await;
                if i18n::language() == language {
                    texts.set(Some(fetched));
                }
            });
        });
    }
    let opened = use_memo(Rc::clone(&props.job), |job| Opened::read(job));
    let job = opened
        .as_ref()
        .as_ref()
        .ok()
        .map(|opened| opened.job.clone());
    let outcome = use_memo(job, |job| job.as_ref().map(Job::run));
    let preset = opened.as_ref().as_ref().ok().map(|opened| opened.preset.id);
    let numbers = use_memo(preset, |id| id.and_then(find).map(Preset::numbers));
    let Some(texts) = &*texts else {
        return html! {
            <main class="job"><p class="part" role="status">{ tr("part.loading") }</p></main>
        };
    };
    let send = props.send.clone();
    let open = Callback::from(move |opened: Opened| {
        send.emit(Action::Job(Some(opened.text().into())));
    });
    match (&*opened, &*outcome) {
        (Ok(opened), Some(outcome)) => {
            let numbers = numbers.as_ref().as_deref().unwrap_or_default();
            let shown = Shown {
                opened,
                outcome,
                texts,
                step: opened.step.min(outcome.steps.len().saturating_sub(1)),
                send: props.send.clone(),
                open,
            };
            whole(&shown, numbers)
        }
        (Err(error), _) => refused(error, texts, &open),
        (Ok(_), None) => html! {},
    }
}

/// What the address says is no job.
fn refused(error: &FieldError, texts: &Texts, open: &Callback<Opened>) -> Html {
    let first = open.reform(|_: MouseEvent| Opened::new(&PRESETS[0]));
    html! {
        <main class="job">
            <p role="alert">{ texts.tr("job.refused") }{ " " }<code>{ error.to_string() }</code></p>
            <button class="outlined" onclick={first}>{ texts.tr("job.first") }</button>
        </main>
    }
}

fn whole(shown: &Shown<'_>, numbers: &[(String, f64)]) -> Html {
    let texts = shown.texts;
    let preset = shown.opened.preset;
    let close = shown.send.reform(|_: MouseEvent| Action::Job(None));
    let said = |what: &str| texts.filled(&format!("job.preset.{}.{what}", preset.id), numbers);
    html! {
        <main class="job">
            <div class="job-head">
                <h1>{ texts.tr("job.title") }</h1>
                { chooser(shown) }
                <span class="stretch" />
                <button id="close-job" class="outlined" onclick={close}>
                    { texts.tr("job.close") }
                </button>
            </div>
            <div class="job-sheet">
                <p class="about">{ said("about") }</p>
                { cure(shown, &said("cure")) }
                { picture::view(shown) }
                { scrubber::view(shown) }
                { numbers::view(shown) }
            </div>
            <aside class="job-side" aria-label={texts.tr("job.controls")}>
                { controls::view(shown) }
            </aside>
        </main>
    }
}

/// The list of presets, by kind.
fn chooser(shown: &Shown<'_>) -> Html {
    let texts = shown.texts;
    let changed = shown.opened.job != shown.opened.preset.job();
    let open = shown.open.clone();
    let onchange = Callback::from(move |e: Event| {
        let list: HtmlSelectElement = e.target_unchecked_into();
        if let Some(preset) = find(&list.value()) {
            open.emit(Opened::new(preset));
        }
    });
    let option = |preset: &Preset| {
        let selected = preset.id == shown.opened.preset.id;
        let mark = if selected && changed {
            texts.tr("job.changed")
        } else {
            String::new()
        };
        let name = texts.tr(&format!("job.preset.{}.name", preset.id));
        html! { <option value={preset.id} {selected}>{ name }{ mark }</option> }
    };
    html! {
        <label class="scene"><span>{ texts.tr("job.choose") }</span>
            <select id="job" {onchange}>
                { for KINDS.iter().map(|kind| html! {
                    <optgroup label={texts.tr(&format!("job.kind.{kind}"))}>
                        { for PRESETS.iter().filter(|p| p.kind == *kind).map(option) }
                    </optgroup>
                }) }
            </select>
        </label>
    }
}

/// The buttons that apply the cure and take all changes back, and what the cure does.
fn cure(shown: &Shown<'_>, said: &str) -> Html {
    let texts = shown.texts;
    let preset = shown.opened.preset;
    let mut cured = shown.opened.clone();
    preset.cure(&mut cured.job);
    let is_cured = cured.job == shown.opened.job;
    let is_changed = shown.opened.job != preset.job();
    let mut first = shown.opened.clone();
    first.job = preset.job();
    let put_right = shown.open.reform(move |_: MouseEvent| cured.clone());
    let take_back = shown.open.reform(move |_: MouseEvent| first.clone());
    html! {
        <div class="job-cure">
            <button id="cure" class="outlined" disabled={is_cured} onclick={put_right}>
                { texts.tr("job.cure") }
            </button>
            <button id="uncure" class="outlined" disabled={!is_changed} onclick={take_back}>
                { texts.tr("job.take-back") }
            </button>
            if is_cured { <p role="status">{ said }</p> }
        </div>
    }
}

/// A number with its unit, by the end of its id.
fn with_unit(id: &str, value: f64, texts: &Texts) -> String {
    if id.ends_with("_share") {
        format!("{} %", significant(value * 100.0, 3))
    } else if id.ends_with("_per_s") {
        format!("{} {}", significant(value, 4), texts.tr("job.unit./s"))
    } else if id.ends_with("_s") {
        seconds(value, texts)
    } else {
        significant(value, 4)
    }
}

/// A time, in ms where it is short.
fn seconds(value: f64, texts: &Texts) -> String {
    let (number, unit) = if value != 0.0 && value.abs() < 0.1 {
        (significant(value * 1000.0, 3), "ms")
    } else {
        (significant(value, 4), "s")
    };
    format!("{number} {}", texts.tr(&format!("job.unit.{unit}")))
}

/// What a lane is called: worker 3.
fn lane_name(lane: &Lane, texts: &Texts) -> String {
    let name = texts.tr(&format!("job.lane.{}", lane.name));
    match lane.name {
        "accelerator" => name,
        _ => format!("{name} {}", lane.index + 1),
    }
}
