//! Steps forward and back, and what happened in the one that is looked at.

use super::{Opened, Shown, seconds};
use crate::app::keyboard;
use crate::jobs::outcome::{Doing, Lane};
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

/// The buttons, the slider, and a sentence about the step.
pub(super) fn view(shown: &Shown<'_>) -> Html {
    let texts = shown.texts;
    let last = shown.outcome.steps.len().saturating_sub(1);
    let [back, next] = [shown.step.saturating_sub(1), (shown.step + 1).min(last)];
    let button = |id: &'static str, sign: &str, to: usize| {
        let label = texts.tr(&format!("job.step.{id}"));
        let onclick = to_step(shown, move |_: MouseEvent| to);
        html! {
            <button id={format!("job-{id}")} class="icon" aria-label={label.clone()} title={label}
                disabled={to == shown.step} {onclick}>{ sign }</button>
        }
    };
    let slide = to_step(shown, |e: InputEvent| {
        let input: HtmlInputElement = e.target_unchecked_into();
        input.value_as_number() as usize
    });
    let sentence = said(shown);
    let part = 100.0 * shown.step as f64 / last.max(1) as f64;
    html! {
        <div class="job-steps">
            { button("first", "⇤", 0) }
            { button("back", "←", back) }
            { button("next", "→", next) }
            <input type="range" id="job-step" min="0" max={last.to_string()} step="1"
                value={shown.step.to_string()} aria-label={texts.tr("job.step.slider")}
                aria-valuetext={sentence.clone()} oninput={slide}
                ~style={format!("--part:{part}%")} />
            <p id="job-said" role="status">{ sentence }</p>
            <Keys opened={shown.opened.clone()} open={shown.open.clone()} {back} {next} />
        </div>
    }
}

/// A callback that goes to the step that an event means.
fn to_step<E: 'static>(shown: &Shown<'_>, step: impl Fn(E) -> usize + 'static) -> Callback<E> {
    let opened = shown.opened.clone();
    shown.open.reform(move |event| Opened {
        step: step(event),
        ..opened.clone()
    })
}

/// What happened in the step: how long it took, who was the last, how long the others waited.
fn said(shown: &Shown<'_>) -> String {
    let Some(step) = shown.outcome.steps.get(shown.step) else {
        return String::new();
    };
    let texts = shown.texts;
    let lanes = &shown.outcome.lanes;
    let at = Some(shown.step);
    let ends = lanes.iter().map(|lane| {
        let own = lane.spans.iter();
        let own = own.filter(|s| s.step == shown.step && s.doing == Doing::Working);
        own.map(|span| span.to_s).fold(f64::NEG_INFINITY, f64::max)
    });
    let last = ends
        .enumerate()
        .max_by(|a, b| f64::total_cmp(&a.1, &b.1))
        .map_or(0, |(lane, _)| lane);
    let waited = lanes.iter().map(|lane| lane.time_s(Doing::Waiting, at));
    let waiting_s = waited.sum::<f64>() / lanes.len() as f64;
    let is_dropped = |lane: &&Lane| lane.time_s(Doing::Dropped, at) > 0.0;
    let dropped = lanes.iter().filter(is_dropped).count();
    let starved_s = lanes
        .last()
        .map_or(0.0, |lane| lane.time_s(Doing::Waiting, at));
    let values = [
        ("step", (shown.step + 1).to_string()),
        ("steps", shown.outcome.steps.len().to_string()),
        ("took", seconds(step.to_s - step.from_s, texts)),
        ("from", seconds(step.from_s, texts)),
        ("last", super::lane_name(&lanes[last], shown.texts)),
        ("waiting", seconds(waiting_s, texts)),
        ("dropped", dropped.to_string()),
        ("starved", seconds(starved_s, texts)),
    ];
    let kind = match shown.opened.job.kind() {
        "train" if dropped > 0 => "train-dropped",
        kind => kind,
    };
    shown.texts.tr_with(&format!("job.said.{kind}"), &values)
}

#[derive(PartialEq, Properties)]
struct KeysProps {
    opened: Opened,
    open: Callback<Opened>,
    back: usize,
    next: usize,
}

/// The arrow keys step, unless the element with the focus uses them; Home goes to the first step.
#[component]
fn Keys(props: &KeysProps) -> Html {
    let deps = (props.opened.clone(), props.back, props.next);
    let open = props.open.clone();
    use_effect_with(deps, move |(opened, back, next)| {
        let (opened, back, next) = (opened.clone(), *back, *next);
        let options = EventListenerOptions::enable_prevent_default();
        let window = gloo::utils::window();
        let heard = EventListener::new_with_options(&window, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            if let Some(step) = step_of(event, back, next) {
                event.prevent_default();
                open.emit(Opened {
                    step,
                    ..opened.clone()
                });
            }
        });
        || drop(heard)
    });
    html! {}
}

fn step_of(event: &KeyboardEvent, back: usize, next: usize) -> Option<usize> {
    if event.alt_key() || event.ctrl_key() || event.meta_key() {
        return None;
    }
    let tag = keyboard::target(event).map(|target| target.tag_name());
    if tag.is_some_and(|tag| ["INPUT", "SELECT", "TEXTAREA"].contains(&tag.as_str())) {
        return None;
    }
    let over = gloo::utils::document().query_selector("dialog[open]");
    if over.is_ok_and(|dialog| dialog.is_some()) {
        return None;
    }
    match event.key().as_str() {
        "ArrowRight" | "." => Some(next),
        "ArrowLeft" | "," => Some(back),
        "Home" => Some(0),
        _ => None,
    }
}
