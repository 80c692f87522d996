//! All controls of the scenario, drawn from the table of fields.

use super::field::{Control, set};
use super::{by_speed, changes, faults, rules, strategies, trace};
use crate::app::i18n::tr;
use crate::export::Program;
use crate::page::action::{Action, Dialog};
use crate::page::{Change, Model};
use crate::scenario::fields::{self, At, Field, Section, Value, named};
use crate::scenario::presets;
use yew::prelude::*;

const STRATEGY: &Field = named("balancer.strategy.id");

/// More rows than this would be no help; a server's card on the stage has its controls too.
const ROWS: usize = 16;

/// The panel.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let export = send.reform(|_: MouseEvent| Action::Dialog(Some(Dialog::Export(Program::Nginx))));
    let front = rows(Section::Front, model, send);
    let hybrid = fields::of(Section::Front)
        .iter()
        .any(|field| field.is_shown(model.scenario()));
    let recorded = model.trace().is_some() || model.wanted().is_some();
    html! {
        <>
            { about(model, send) }
            { group(model, "balancer", html! { <>
                { rows(Section::Strategy, model, send) }
                { rows(Section::Dispatcher, model, send) }
                { rows(Section::Locality, model, send) }
                if !fields::of(Section::Network).is_empty() {
                    <h3>{ tr("set-up.network") }</h3>
                    { rows(Section::Network, model, send) }
                }
                if hybrid { <h3>{ tr("set-up.front") }</h3>{ front } }
            </> }) }
            { group(model, "rules", rules::view(model, send)) }
            if !recorded {
                { group(model, "arrivals", html! { <>
                    { rows(Section::Arrivals, model, send) }
                    { rows(Section::Curve, model, send) }
                </> }) }
            }
            { group(model, "trace", trace::view(model, send)) }
            if model.scenario().has_replicas() {
                if !recorded { { group(model, "requests", rows(Section::Requests, model, send)) } }
                { group(model, "replicas", rows(Section::Replicas, model, send)) }
            } else if !recorded {
                { group(model, "sizes", rows(Section::Sizes, model, send)) }
            }
            { group(model, "clients", html! { <>
                { rows(Section::Clients, model, send) }
                { rows(Section::Connections, model, send) }
            </> }) }
            { group(model, "servers", html! { <>
                { rows(Section::Servers, model, send) }
                { rows(Section::Speeds, model, send) }
                { by_speed::view(model, send) }
                <h3>{ tr("set-up.all-servers") }</h3>
                { rows(Section::AllServers, model, send) }
            </> }) }
            { group(model, "health", html! { <>
                { rows(Section::Health, model, send) }
                { rows(Section::Passive, model, send) }
            </> }) }
            { group(model, "patience", html! { <>
                { rows(Section::RetryPolicy, model, send) }
                { rows(Section::Resend, model, send) }
            </> }) }
            { group(model, "faults", html! { <>
                { faults::view(model, send) }
                { changes::view(model, send) }
            </> }) }
            { group(model, "autoscaler", rows(Section::Autoscaler, model, send)) }
            if model.shows("export") {
                <button id="export" class="outlined" onclick={export}>
                    { tr("export.open") }
                </button>
            }
        </>
    }
}

/// Controls under a heading.
pub(crate) fn group(model: &Model, heading: &str, controls: Html) -> Html {
    if !model.shows(&format!("set-up-{heading}")) {
        return html! {};
    }
    html! {
        <section class="controls">
            <h2>{ tr(&format!("set-up.{heading}")) }</h2>
            { controls }
        </section>
    }
}

/// The controls of a section, those that matter in this scenario.
pub(crate) fn rows(section: Section, model: &Model, send: &Callback<Action>) -> Html {
    let shown = fields::of(section)
        .iter()
        .filter(|field| field.is_shown(model.scenario()));
    html! {
        { for shown.map(|field| match section {
            Section::AllServers => Control::of(field, model.scenario()).view(model, send),
            _ => row(field, model, send),
        }) }
    }
}

/// The control of a field; if each element of a list has it, one for each.
fn row(field: &'static Field, model: &Model, send: &Callback<Action>) -> Html {
    let s = model.scenario();
    if field == STRATEGY {
        return match model.display().shows_field(field) {
            true => strategy(model, send),
            false => html! {},
        };
    }
    if !field.is_listed() {
        return Control::of(field, s).view(model, send);
    }
    let of_servers = field.path.starts_with("servers.");
    let controls = (0..).map_while(|i| {
        At::new(field, Some(i)).get(s)?;
        Some(match of_servers {
            true => Control::of_server(field, i, s),
            false => Control::of_element(field, i),
        })
    });
    html! {
        <>
            { for controls.take(ROWS).map(|control| control.view(model, send)) }
            if of_servers && s.servers.len() > ROWS {
                <p class="hint">{ tr("set-up.more-servers") }</p>
            }
        </>
    }
}

/// The control of one place in the scenario, for a lesson that speaks of it.
pub(crate) fn one(at: At, model: &Model, send: &Callback<Action>) -> Html {
    let s = model.scenario();
    let Some(index) = at.index else {
        return row(at.field(), model, send);
    };
    let control = match at.field().path.starts_with("servers.") {
        true => Control::of_server(at.field(), index, s),
        false => Control::of_element(at.field(), index),
    };
    // The server's card on the stage may show it too.
    let id = format!("lesson-{}", control.id);
    Control { id, ..control }.view(model, send)
}

/// The list of strategies, and what the one chosen does.
fn strategy(model: &Model, send: &Callback<Action>) -> Html {
    let id = model.scenario().balancer.strategy.id;
    let at = At::new(STRATEGY, None);
    let choose =
        send.reform(move |id: crate::balance::StrategyId| set(at, Value::Word(id.as_str())));
    html! {
        <>
            <div class="field choice">
                <label for="strategy">{ tr("set-up.strategy") }</label>
                { strategies::select("strategy", Some(id), None, choose) }
            </div>
            <p class="hint">{ tr(&format!("strategy.{id}.about")) }</p>
        </>
    }
}

/// What the scene shows and, if it goes wrong, the button that puts it right.
pub(crate) fn about(model: &Model, send: &Callback<Action>) -> Html {
    let fix = fix(model, send);
    if model.preset().is_none() {
        return html! {};
    }
    html! {
        <>
            if !model.is_put_right() {
                <p class="lead">{ tr(&format!("preset.{}.about", model.scenario().name)) }</p>
            }
            { for fix }
        </>
    }
}

/// The button that puts a scene right, if it goes wrong.
pub(crate) fn fix(model: &Model, send: &Callback<Action>) -> Option<Html> {
    let s = model.scenario();
    presets::fix(&s.name).filter(|_| model.shows("put-right"))?;
    let done = model.is_put_right();
    let onclick = send.reform(|_: MouseEvent| Action::Change(Change::PutRight));
    let what = tr(&format!("fix.{}", s.name));
    let label = format!("{} {what}", tr(if done { "fix.done" } else { "fix.do" }));
    Some(html! { <button id="fix" class="outlined" disabled={done} {onclick}>{ label }</button> })
}
