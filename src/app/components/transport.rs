//! The transport: step back, play, step forward, the scrubber, speed and seed.

use super::seed;
use crate::app::i18n::{tr, tr_with};
use crate::number::{round, significant};
use crate::page::Model;
use crate::page::action::Action;
use crate::page::model::SPEEDS;
use crate::sim::Timeline;
use crate::view::palette::server_colour;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The bar.
pub fn view(model: &Model, send: &Callback<Action>) -> Html {
    let engine = model.shown().timeline.engine();
    let now_s = engine.now_s();
    let span_s = span_s(&model.shown().timeline);
    let play = if model.is_playing() {
        "transport.pause"
    } else {
        "transport.play"
    };
    let seek = send.reform(|e: InputEvent| {
        Action::Seek(
            e.target_unchecked_into::<HtmlInputElement>()
                .value_as_number(),
        )
    });
    let speed = send.reform(|e: InputEvent| {
        Action::Speed(of_slider(
            e.target_unchecked_into::<HtmlInputElement>()
                .value_as_number(),
        ))
    });
    let where_it_is = tr_with(
        "transport.position",
        &[
            ("time", time(now_s)),
            ("decided", engine.totals().decided.to_string()),
        ],
    );
    let slow = model.is_playing() && model.speed_reached() < model.speed() * 0.8;
    let speed_text = if slow {
        format!(
            "{}× ({}×)",
            significant(model.speed(), 2),
            significant(model.speed_reached(), 2)
        )
    } else {
        format!("{}×", significant(model.speed(), 2))
    };
    html! {
        <section class="transport" aria-label={tr("transport.title")}>
            <div class="buttons">
                <button id="home" title={tr("transport.home-keys")}
                    aria-label={tr("transport.home")} onclick={send.reform(|_| Action::Home)}>
                    { icon(HOME) }</button>
                <button id="back" title={tr("transport.back-keys")}
                    aria-label={tr("transport.back")} onclick={send.reform(|_| Action::StepBack)}>
                    { icon(BACK) }</button>
                <button id="play" class="go" title={tr("transport.play-keys")} aria-label={tr(play)}
                    onclick={send.reform(|_| Action::TogglePlay)}>
                    { icon(if model.is_playing() { PAUSE } else { PLAY }) }
                </button>
                <button id="step" title={tr("transport.step-keys")}
                    aria-label={tr("transport.step")}
                    onclick={send.reform(|_| Action::StepForward)}>{ icon(STEP) }</button>
            </div>
            <output id="position" class="number">{ &where_it_is }</output>
            <div class="scrubber">
                { marks(&model.shown().timeline, span_s) }
                <input id="scrubber" type="range" min="0" max={span_s.to_string()}
                    step={(span_s / 1000.0).to_string()}
                    value={now_s.to_string()} aria-label={tr("transport.scrubber")}
                        aria-valuetext={where_it_is.clone()} oninput={seek} />
                if let Some(done) = model.shown().timeline.progress() {
                    <div class="seeking" role="status">
                        <progress value={done.to_string()} max="1"
                            aria-label={tr("transport.seeking")} />
                        <button onclick={send.reform(|_| Action::CancelSeek)}>
                            { tr("transport.cancel") }</button>
                    </div>
                }
            </div>
            <label class="speed">
                <span class="number" title={tr("transport.speed-title")}>{ speed_text }</span>
                <input id="speed" type="range" min="0" max="100" step="1"
                    value={to_slider(model.speed()).to_string()}
                    aria-label={tr("transport.speed")}
                        aria-valuetext={format!("{}×", significant(model.speed(), 2))}
                        oninput={speed} />
            </label>
            { seed::view(model, send) }
        </section>
    }
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

fn to_slider(speed: f64) -> f64 {
    let (low, high) = (libm::log(*SPEEDS.start()), libm::log(*SPEEDS.end()));
    (100.0 * (libm::log(speed) - low) / (high - low)).round()
}

/// The speed at this place of the slider, to two digits.
fn of_slider(place: f64) -> f64 {
    let (low, high) = (libm::log(*SPEEDS.start()), libm::log(*SPEEDS.end()));
    let speed = libm::exp(low + (high - low) * place / 100.0);
    round(speed, 2)
}

fn time(time_s: f64) -> String {
    format!("{time_s:.2} s")
}

/// A mark for each decision that the log holds, those to come lighter; where there are too many,
/// fewer.
fn marks(timeline: &Timeline, span_s: f64) -> Html {
    const MOST: usize = 160;
    let now_s = timeline.engine().now_s();
    let decided = timeline.engine().totals().decided;
    let allocations = &timeline.log().allocations;
    let within = allocations.iter().filter(|a| a.decided_s <= span_s);
    let step = within.clone().count().div_ceil(MOST).max(1);
    // One of each `step`, each time at another place, or servers that take turns would fall out.
    let shown = within.filter(|a| a.decision as usize % step == a.decision as usize / step % step);
    let width = if step == 1 { 0.7 } else { 0.35 };
    let done = (100.0 * now_s / span_s).min(100.0);
    html! {
        <svg class="marks" viewBox="0 0 100 34" preserveAspectRatio="none" aria-hidden="true">
            <rect class="rail" x="0" y="15.5" width="100" height="3" />
            <rect class="rail done" x="0" y="15.5" width={done.to_string()} height="3" />
            { for shown.map(|a| {
                let past = a.decision <= decided;
                let (y, height) = if past { ("7", "20") } else { ("11", "12") };
                html! {
                    <rect x={(100.0 * a.decided_s / span_s - width / 2.0).to_string()} {y}
                        width={width.to_string()} {height}
                        fill={server_colour(a.server.into()).css()}
                            opacity={if past { "1" } else { "0.35" }} />
                }
            }) }
        </svg>
    }
}

const HOME: &str = "M4 3v12M15 3v12L7 9z";
const BACK: &str = "M13 3v12L5 9z";
const PLAY: &str = "M5 2.5v13l11-6.5z";
const PAUSE: &str = "M5 3h3v12H5zM10 3h3v12h-3z";
const STEP: &str = "M4 3v12l8-6zM14 3v12";

fn icon(path: &'static str) -> Html {
    html! {
        <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
            <path d={path} fill="currentColor" stroke="currentColor" stroke-width="1.6"
                stroke-linejoin="round" stroke-linecap="round" />
        </svg>
    }
}
