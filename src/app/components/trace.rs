//! The trace that is played: which file it is, how fast it is played, and a way to open another.

use super::dialogs::megabytes;
use super::number::Number;
use crate::app::i18n::{tr, tr_with};
use crate::page::action::{Action, Dialog};
use crate::page::trace::closed;
use crate::page::{Model, Trace};
use crate::scenario::limits::Range;
use yew::prelude::*;

/// Slider and box of the time scale, and of the rate that follows from it.
const SCALE: Range = Range {
    min: 0.001,
    max: 1000.0,
    slider_max: 1000.0,
    step: 0.1,
    whole: false,
    log: true,
    unit: "",
};

/// The section.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let open = send.reform(|_: MouseEvent| Action::Dialog(Some(Dialog::Open)));
    html! {
        <>
            { match (model.trace(), model.wanted().and_then(|link| link.trace.as_ref())) {
                (Some(trace), _) => played(trace, model, send),
                (None, Some(wanted)) => html! {
                    <p class="hint">{ tr_with("trace.waits", &[("name", &wanted.name)]) }</p>
                },
                (None, None) => html! { <p class="hint">{ tr("trace.hint") }</p> },
            } }
            <button id="open-trace" class="outlined" onclick={open}>{ tr("trace.open") }</button>
        </>
    }
}

fn played(trace: &Trace, model: &Model, send: &Callback<Action>) -> Html {
    let file = &trace.file;
    let rescale = rescale(trace, model, send);
    let present = model.scenario().clone();
    let preset = model.preset().cloned();
    let compare = model.compare().cloned();
    let close = send.reform(move |_: MouseEvent| {
        let link = closed(&present, preset.as_ref(), compare.clone());
        Action::Trace(Box::new(link), None)
    });
    let values = [
        ("name", file.name.clone()),
        ("format", trace.format.clone()),
        ("requests", file.requests.to_string()),
        ("size", megabytes(file.bytes as f64)),
        ("hash", file.hash_text()),
    ];
    let left_out = ["bad", "failed", "no-tokens"]
        .into_iter()
        .zip(trace.left_out);
    let left_out = left_out
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| {
            tr_with(
                &format!("trace.left-out-{key}"),
                &[("n", count.to_string())],
            )
        });
    html! {
        <>
            <p id="trace">{ tr_with("trace.played", &values) }</p>
            { for left_out.map(|text| html! { <p class="hint">{ text }</p> }) }
            { scale(trace, &rescale) }
            { for trace.rate_per_s.map(|rate_per_s| rate(trace, rate_per_s, &rescale)) }
            if trace.measured().is_some() { { measured(send) } }
            <button id="close-trace" class="outlined" onclick={close}>{ tr("trace.close") }</button>
        </>
    }
}

/// What plays a trace at another time scale.
fn rescale(trace: &Trace, model: &Model, send: &Callback<Action>) -> Callback<f64> {
    let trace = trace.clone();
    let present = model.scenario().clone();
    let compare = model.compare().cloned();
    send.reform(move |time_scale: f64| {
        let mut trace = trace.clone();
        trace.file.time_scale = time_scale.clamp(SCALE.min, SCALE.max);
        let link = trace.link(&present, compare.clone());
        Action::Trace(Box::new(link), Some(Box::new(trace)))
    })
}

fn scale(trace: &Trace, rescale: &Callback<f64>) -> Html {
    let number = Number {
        about: None,
        id: "time-scale".into(),
        label: tr("trace.time-scale"),
        value: trace.file.time_scale,
        reset: Some(1.0),
        range: SCALE,
        unit: "×".into(),
        colour: None,
    };
    number.view(rescale)
}

/// The rate, which is the other side of the time scale.
fn rate(trace: &Trace, rate_per_s: f64, rescale: &Callback<f64>) -> Html {
    let number = Number {
        about: None,
        id: "trace-rate".into(),
        label: tr("trace.rate"),
        value: rate_per_s / trace.file.time_scale,
        reset: Some(rate_per_s),
        range: Range {
            min: rate_per_s / SCALE.max,
            max: rate_per_s / SCALE.min,
            slider_max: rate_per_s / SCALE.min,
            ..SCALE
        },
        unit: tr("unit.per-second"),
        colour: None,
    };
    number.view(&rescale.reform(move |rate| rate_per_s / rate))
}

fn measured(send: &Callback<Action>) -> Html {
    let onclick = send.reform(|_: MouseEvent| Action::Dialog(Some(Dialog::Measured)));
    html! {
        <>
            <p class="hint">{ tr("trace.measured") }</p>
            <button id="open-measured" class="outlined" {onclick}>
                { tr("trace.compare") }
            </button>
        </>
    }
}
