//! The page in a frame of another page, and what the two say to each other (docs/teaching.md).

use super::find;
use crate::app::address;
use crate::app::i18n::tr;
use crate::page::display::View;
use crate::page::{Action, Model};
use crate::scenario::letter;
use gloo::events::EventListener;
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// What is said to the page around this one.
pub(super) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let timeline = &model.shown().timeline;
    let chosen = timeline.why().chosen.filter(|_| !model.guess().hides());
    html! {
        <Messages
            time_s={timeline.engine().now_s()}
            decided={timeline.engine().totals().decided}
            server={chosen.map(|server| letter(server.into()))}
            playing={model.is_playing()}
            span_s={timeline.engine().scenario().duration_s}
            send={send.clone()} />
    }
}

/// The way to the whole page.
pub(super) fn way(model: &Model) -> Html {
    html! {
        <a href={whole(model)} target="_blank" rel="noopener">
            { tr("display.whole") }
        </a>
    }
}

/// The address of what is shown on the whole page; what is hidden stays so.
fn whole(model: &Model) -> String {
    let shown = model.address();
    let words = model.display().words();
    let shown = shown.strip_suffix(words).unwrap_or(&shown);
    let display = model.display().in_view(View::Whole);
    address::with(&format!("{shown}{}", display.words()))
}

#[derive(Clone, PartialEq, Properties)]
struct Props {
    time_s: f64,
    decided: u64,
    /// The server of the latest decision.
    server: Option<String>,
    playing: bool,
    /// The latest time that can be asked for, unless the run is beyond it.
    span_s: f64,
    send: Callback<Action>,
}

/// Tells the page around this one where the run stands and how high the frame should be, and takes
/// its wishes.
#[component]
fn Messages(props: &Props) -> Html {
    use_effect_with(props.clone(), |props| {
        let values = [
            ("time_s", props.time_s.into()),
            ("decided", (props.decided as f64).into()),
            (
                "server",
                props.server.as_deref().map_or(JsValue::NULL, JsValue::from),
            ),
            ("playing", props.playing.into()),
        ];
        say("position", &values);
    });
    let height = use_mut_ref(|| 0.0);
    use_effect(move || {
        let wanted = wanted_height();
        if height.replace(wanted) != wanted {
            say("height", &[("height", wanted.into())]);
        }
    });
    let latest_s = props.span_s.max(props.time_s);
    let playing = props.playing;
    let send = props.send.clone();
    use_effect_with((latest_s, playing), move |&(latest_s, playing)| {
        let listener = EventListener::new(&gloo::utils::window(), "message", move |event| {
            if let Some(action) = asked(event, latest_s, playing) {
                send.emit(action);
            }
        });
        move || drop(listener)
    });
    html! {}
}

/// Says something to the page around this one. There is nothing in it that needs to be kept from
/// any page: what is shown came from its address.
fn say(kind: &str, values: &[(&str, JsValue)]) {
    let window = gloo::utils::window();
    let Some(parent) = window
        .parent()
        .ok()
        .flatten()
        .filter(|parent| *parent != window)
    else {
        return;
    };
    let message = Object::new();
    for (name, value) in [("equipoise", kind.into())].iter().chain(values) {
        let _ = Reflect::set(&message, &(*name).into(), value);
    }
    let _ = parent.post_message(&message, "*");
}

/// The height that all has room in (px). It depends on the frame's width only.
fn wanted_height() -> f64 {
    const LEAST: f64 = 240.0;
    const MOST: f64 = 560.0;
    let parts = [".transport", ".guess", ".display", ".side"];
    let parts = parts.iter().filter_map(|part| find(part));
    let parts: f64 = parts.map(|part| f64::from(part.scroll_height())).sum();
    let width = find(".page").map_or(LEAST, |page| f64::from(page.client_width()));
    parts + (width * 0.42).clamp(LEAST, MOST).round()
}

/// What the page around this one asks for, if it was that page and if it can be had.
fn asked(event: &Event, latest_s: f64, playing: bool) -> Option<Action> {
    let parent = gloo::utils::window().parent().ok().flatten()?;
    if Reflect::get(event, &"source".into()).ok()? != JsValue::from(parent) {
        return None;
    }
    let data = Reflect::get(event, &"data".into()).ok()?;
    let kind = Reflect::get(&data, &"equipoise".into()).ok()?.as_string()?;
    match kind.as_str() {
        "step" => Some(Action::StepForward),
        "back" => Some(Action::StepBack),
        "play" => (!playing).then_some(Action::TogglePlay),
        "pause" => playing.then_some(Action::TogglePlay),
        "seek" => {
            let time_s = Reflect::get(&data, &"time_s".into()).ok()?.as_f64()?;
            time_s
                .is_finite()
                .then(|| Action::Seek(time_s.clamp(0.0, latest_s)))
        }
        _ => None,
    }
}
