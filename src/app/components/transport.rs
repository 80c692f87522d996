//! The transport: step back, play, step forward, the scrubber, speed and seed.

use super::{if_shown, seed};
use crate::app::i18n::{tr, tr_with};
use crate::number::{round, significant};
use crate::page::Model;
use crate::page::action::Action;
use crate::page::guess::GuessAction;
use crate::page::model::SPEEDS;
use crate::sim::Timeline;
use crate::view::palette::server_colour;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The bar.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    html! {
        <section class="transport" aria-label={tr("transport.title")}>
            { buttons(model, send) }
            <span id="position" class="number">{ where_it_is(model) }</span>
            { if_shown(model, "scrubber", scrubber(model, send)) }
            { if_shown(model, "speed", speed(model, send)) }
            { if_shown(model, "seed", seed::view(model, send)) }
        </section>
    }
}

fn buttons(model: &Model, send: &Callback<Action>) -> Html {
    let (play, play_icon) = match model.is_playing() {
        true => ("transport.pause", PAUSE),
        false => ("transport.play", PLAY),
    };
    let guess = Action::Guess(GuessAction::Switch);
    html! {
        <div class="buttons">
            { button("home", "transport.home", HOME, Action::Home, send) }
            { button("back", "transport.back", BACK, Action::StepBack, send) }
            { if_shown(model, "play", button("play", play, play_icon, Action::TogglePlay, send)) }
            { button("step", "transport.step", STEP, Action::StepForward, send) }
            { if_shown(model, "guess", button("guess", "transport.guess", GUESS, guess, send)) }
        </div>
    }
}

fn button(
    id: &'static str,
    name: &str,
    path: &'static str,
    action: Action,
    send: &Callback<Action>,
) -> Html {
    let title = tr(&format!("transport.{id}-keys"));
    let class = (id == "play").then_some("go");
    let onclick = send.reform(move |_: MouseEvent| action.clone());
    let label = tr(name);
    html! { <button {id} {class} {title} aria-label={label} {onclick}>{ icon(path) }</button> }
}

fn where_it_is(model: &Model) -> String {
    let engine = model.shown().timeline.engine();
    let time = format!("{:.2} s", engine.now_s());
    let decided = engine.totals().decided.to_string();
    tr_with(
        "transport.position",
        &[("time", time), ("decided", decided)],
    )
}

fn scrubber(model: &Model, send: &Callback<Action>) -> Html {
    let timeline = &model.shown().timeline;
    let span_s = span_s(timeline);
    let seek = send.reform(|e: InputEvent| Action::Seek(typed(&e)));
    let seeking = timeline.progress().map(|done| {
        let cancel = send.reform(|_| Action::CancelSeek);
        html! {
            <div class="seeking" role="status">
                <progress value={done.to_string()} max="1" aria-label={tr("transport.seeking")} />
                <button onclick={cancel}>{ tr("transport.cancel") }</button>
            </div>
        }
    });
    html! {
        <div class="scrubber">
            { marks(timeline, span_s, model.guess().on) }
            <input id="scrubber" type="range" min="0" max={span_s.to_string()}
                step={(span_s / 1000.0).to_string()}
                value={timeline.engine().now_s().to_string()}
                aria-label={tr("transport.scrubber")} aria-valuetext={where_it_is(model)}
                oninput={seek} />
            { for seeking }
        </div>
    }
}

fn speed(model: &Model, send: &Callback<Action>) -> Html {
    let speed = significant(model.speed(), 2);
    let reached = significant(model.speed_reached(), 2);
    let slow = model.is_playing() && model.speed_reached() < model.speed() * 0.8;
    let text = match slow {
        true => format!("{speed}× ({reached}×)"),
        false => format!("{speed}×"),
    };
    let change = send.reform(|e: InputEvent| Action::Speed(of_slider(typed(&e))));
    html! {
        <label class="speed">
            <span class="number" title={tr("transport.speed-title")}>{ text }</span>
            <input id="speed" type="range" min="0" max="100" step="1"
                value={to_slider(model.speed()).to_string()} aria-label={tr("transport.speed")}
                aria-valuetext={format!("{speed}×")} oninput={change} />
        </label>
    }
}

/// The number of a slider.
fn typed(e: &InputEvent) -> f64 {
    let input: HtmlInputElement = e.target_unchecked_into();
    input.value_as_number()
}

/// The time that the scrubber spans (s): the scenario's duration, doubled as often as the run has
/// outgrown it.
fn span_s(timeline: &Timeline) -> f64 {
    let mut span_s = timeline.engine().scenario().duration_s;
    while timeline.engine().now_s() > span_s {
        span_s *= 2.0;
    }
    span_s
}

/// A speed's place on the slider, from 0 to 100.
fn to_slider(speed: f64) -> f64 {
    let low = libm::log(*SPEEDS.start());
    let high = libm::log(*SPEEDS.end());
    (100.0 * (libm::log(speed) - low) / (high - low)).round()
}

/// The speed at this place of the slider, to two digits.
fn of_slider(place: f64) -> f64 {
    let low = libm::log(*SPEEDS.start());
    let high = libm::log(*SPEEDS.end());
    round(libm::exp(low + (high - low) * place / 100.0), 2)
}

/// A mark for each decision that the log holds, those to come lighter. Where there are too many,
/// some of them without a colour, since these would show another order than the true one. Those to
/// come have no colour where they are to be guessed.
fn marks(timeline: &Timeline, span_s: f64, guessed: bool) -> Html {
    const MOST: usize = 160;
    let now_s = timeline.engine().now_s();
    let decided = timeline.engine().totals().decided;
    let allocations = &timeline.log().allocations;
    let within = allocations.iter().filter(|a| a.decided_s <= span_s);
    let step = within.clone().count().div_ceil(MOST).max(1);
    let shown = within.step_by(step);
    let width = if step == 1 { 0.7 } else { 0.35 };
    let done = (100.0 * now_s / span_s).min(100.0);
    let shown = shown.map(|a| {
        let left = 100.0 * a.decided_s / span_s - width / 2.0;
        let past = a.decision <= decided;
        let coloured = step == 1 && (past || !guessed);
        mark(left, width, past, coloured.then_some(a.server))
    });
    html! {
        <svg class="marks" viewBox="0 0 100 34" preserveAspectRatio="none" aria-hidden="true">
            <rect class="rail" x="0" y="15.5" width="100" height="3" />
            <rect class="rail done" x="0" y="15.5" width={done.to_string()} height="3" />
            { for shown }
        </svg>
    }
}

/// The mark of a decision for this server, smaller and lighter if it is to come.
fn mark(left: f64, width: f64, past: bool, server: Option<u16>) -> Html {
    let (y, height, opacity) = match past {
        true => ("7", "20", "1"),
        false => ("11", "12", "0.35"),
    };
    let fill = server.map_or("gray".into(), |server| server_colour(server.into()).css());
    html! {
        <rect x={left.to_string()} {y} width={width.to_string()} {height} {fill} {opacity} />
    }
}

const HOME: &str = "M4 3v12M15 3v12L7 9z";
const BACK: &str = "M13 3v12L5 9z";
const PLAY: &str = "M5 2.5v13l11-6.5z";
const PAUSE: &str = "M5 3h3v12H5zM10 3h3v12h-3z";
const STEP: &str = "M4 3v12l8-6zM14 3v12";
/// A question mark, which is not filled: its path goes back the way it came.
const GUESS: &str = "M6 6q0-3 3-3t3 3q0 2-3 3.5v2 -2q3-1.5 3-3.5 0-3-3-3t-3 3zM9 14.5v.5z";

fn icon(path: &'static str) -> Html {
    html! {
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
            <path d={path} fill="currentColor" stroke="currentColor" stroke-width="1.6"
                stroke-linejoin="round" stroke-linecap="round" />
        </svg>
    }
}
