//! The controls that matter most, kept beside the explanation: strategy, place, arrivals, servers
//! and their weights.

use super::set_up::{fix, group, rows};
use super::{by_speed, trace};
use crate::app::i18n::{tr, tr_with};
use crate::number::significant;
use crate::page::action::Rung;
use crate::page::{Action, Model};
use crate::scenario::fields::Section;
use yew::prelude::*;

/// What there is to say and to put right, and the controls.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    html! {
        <>
            if model.rung() == Rung::ManyRuns { <p class="hint">{ tr("quick.many") }</p> }
            { for reports(model) }
            { for fix(model, send) }
            { for job(model, send) }
            { for controls(model, send) }
        </>
    }
}

/// The controls, if a link leaves any; a newcomer unfolds them.
fn controls(model: &Model, send: &Callback<Action>) -> Option<Html> {
    let mut groups = ["balancer", "arrivals", "trace", "servers"].into_iter();
    if !groups.any(|group| model.shows(&format!("set-up-{group}"))) {
        return None;
    }
    Some(html! {
        <details id="quick" open={!model.is_newcomer()}>
            <summary>{ tr("quick.title") }</summary>
            { group(model, "balancer", rows(Section::Strategy, model, send)) }
            if model.trace().is_some() {
                { group(model, "trace", trace::view(model, send)) }
            } else {
                { group(model, "arrivals", rows(Section::Arrivals, model, send)) }
            }
            { group(model, "servers", html! { <>
                { rows(Section::Servers, model, send) }
                { by_speed::view(model, send) }
            </> }) }
        </details>
    })
}

/// Leads from the scenes of training and preprocessing to their steps in detail.
fn job(model: &Model, send: &Callback<Action>) -> Option<Html> {
    let scene = model.scenario().name.as_str();
    let (job, key) = if scene.starts_with("training") {
        ("unequal-workers", "quick.open-training")
    } else if scene.starts_with("preprocessing") {
        ("static-shards", "quick.open-files")
    } else {
        return None;
    };
    let onclick = send.reform(move |_: MouseEvent| Action::Job(Some(job.into())));
    Some(html! { <button id="open-job" class="outlined" {onclick}>{ tr(key) }</button> })
}

/// How old the report of the loads was that the decision went by; a change brings a new one.
fn reports(model: &Model) -> Option<Html> {
    let every_s = model.scenario().balancer.load_refresh_s?;
    let timeline = &model.shown().timeline;
    let why = timeline.why();
    if why.task == 0 || model.guess().hides() {
        return None;
    }
    let mut edits = timeline.script().edits.iter().map(|edit| edit.at.time_s);
    let from_s = edits.rfind(|edit_s| *edit_s <= why.at_s).unwrap_or(0.0);
    let age = significant((why.at_s - from_s) % every_s, 2);
    let said = [("age", age), ("every", significant(every_s, 2))];
    Some(html! { <p class="hint">{ tr_with("reports.said", &said) }</p> })
}
