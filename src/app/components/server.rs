//! What can be changed of the selected server, at its card.

use super::field::{Control, set};
use crate::app::i18n::tr;
use crate::page::Model;
use crate::page::action::Action;
use crate::scenario::ServerState;
use crate::scenario::fields::{At, Field, Kind, Section, Value, named, of};
use yew::prelude::*;

const WEIGHT: &Field = named("servers.*.weight");
const SPEED: &Field = named("servers.*.speed");
const BACKUP: &Field = named("servers.*.backup");
const STATE: &Field = named("servers.*.state");

/// The controls; none without a selected server.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let Some(i) = model.selected() else {
        return html! {};
    };
    html! {
        <>
            { control(WEIGHT, i, model).view(model, send) }
            { control(SPEED, i, model).view(model, send) }
            if model.display().shows_field(STATE) { { states(i, model, send) } }
            { for of_its_state(i, model).map(|field| control(field, i, model).view(model, send)) }
            { control(BACKUP, i, model).view(model, send) }
            { for of(Section::Places)
                .iter()
                .filter(|field| field.is_shown(model.scenario()))
                .map(|field| control(field, i, model).view(model, send)) }
            if model.display().shows_field(SPEED) { { slow_down(i, model, send) } }
        </>
    }
}

/// What says how a server in its state behaves.
fn of_its_state(i: usize, model: &Model) -> Option<&'static Field> {
    match model.scenario().servers[i].state {
        ServerState::Slow => Some(named("servers.*.slowdown")),
        ServerState::Failing => Some(named("servers.*.error_s")),
        ServerState::Flaky => Some(named("servers.*.error_share")),
        ServerState::Up | ServerState::Draining | ServerState::Down | ServerState::Paused => None,
    }
}

/// The control of a server's field on its card.
fn control(field: &'static Field, i: usize, model: &Model) -> Control {
    Control {
        id: format!("stage-{}-{i}", field.id),
        label: tr(&format!("set-up.{}", field.id)),
        ..Control::of_server(field, i, model.scenario())
    }
}

/// A button for each state of a server.
fn states(i: usize, model: &Model, send: &Callback<Action>) -> Html {
    let at = At::new(STATE, Some(i));
    let Kind::Choice(words) = STATE.kind else {
        return html! {};
    };
    let now = at.get(model.scenario());
    let buttons = words.iter().map(|&word| {
        let pressed = now == Some(Value::Word(word));
        let onclick = send.reform(move |_: MouseEvent| set(at, Value::Word(word)));
        let name = tr(&format!("set-up.state-{word}"));
        html! { <button aria-pressed={pressed.to_string()} {onclick}>{ name }</button> }
    });
    html! {
        <div class="segments" role="group" aria-label={tr("set-up.state")}>{ for buttons }</div>
    }
}

/// A button that halves a server's speed.
fn slow_down(i: usize, model: &Model, send: &Callback<Action>) -> Html {
    let speed = model.scenario().servers[i].speed / 2.0;
    let least = SPEED.range().map_or(speed, |range| range.min);
    let half = Value::Number(speed.max(least));
    let onclick = send.reform(move |_| set(At::new(SPEED, Some(i)), half.clone()));
    html! { <button class="outlined" {onclick}>{ tr("stage.slow-down") }</button> }
}
