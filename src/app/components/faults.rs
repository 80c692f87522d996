//! The planned changes of servers' states.

use super::field::{bare_list, set};
use super::typed::Typed;
use crate::app::i18n::{tr, tr_with};
use crate::page::{Action, Change, Model};
use crate::scenario::fields::{At, Field, Value, named};
use crate::scenario::limits::FAULTS_MAX;
use crate::scenario::{Fault, letter};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

const AT: &Field = named("faults.*.at_s");
const SERVER: &Field = named("faults.*.server");
const STATE: &Field = named("faults.*.state");

/// The list with a button for one more.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let faults = &model.scenario().faults;
    let later_s = (model.shown().timeline.engine().now_s() + 5.0).round();
    let add = send.reform(move |_: MouseEvent| Action::Change(Change::AddFault(later_s)));
    html! {
        <>
            if faults.is_empty() { <p class="hint">{ tr("faults.none") }</p> }
            { for faults.iter().enumerate().map(|(i, fault)| row(i, fault, model, send)) }
            if faults.len() < FAULTS_MAX {
                <button id="add-fault" class="outlined" onclick={add}>{ tr("faults.add") }</button>
            }
        </>
    }
}

fn row(i: usize, fault: &Fault, model: &Model, send: &Callback<Action>) -> Html {
    let at = At::new(AT, Some(i));
    let at_s = fault.at_s.to_string();
    let has = at_s.clone();
    let time = send.reform(move |input: HtmlInputElement| {
        let typed = Value::Number(input.value_as_number());
        // A time that is refused must not stay in the box.
        input.set_value(&has);
        set(at, typed)
    });
    let server = At::new(SERVER, Some(i));
    let server = send.reform(move |e: Event| {
        let list: HtmlSelectElement = e.target_unchecked_into();
        set(server, Value::Number(f64::from(list.selected_index())))
    });
    let remove = send.reform(move |_: MouseEvent| Action::Change(Change::RemoveFault(i)));
    let state = At::new(STATE, Some(i));
    let state = bare_list(state, tr("set-up.state"), "set-up.state-", model, send);
    let number = (i + 1).to_string();
    let servers = (0..model.scenario().servers.len()).map(|n| {
        html! { <option selected={n == usize::from(fault.server)}>{ letter(n) }</option> }
    });
    html! {
        <div class="fault-row" role="group" aria-label={tr_with("faults.row", &[("n", &number)])}>
            <label>
                <span>{ tr("faults.at") }</span>
                <Typed kind="number" label={tr("faults.at")} min="0"
                    value={at_s} onchange={time} />
            </label>
            <label>
                <span>{ tr("faults.server") }</span>
                <select aria-label={tr("faults.server")} onchange={server}>{ for servers }</select>
            </label>
            <label><span>{ tr("faults.state") }</span>{ state }</label>
            <button class="icon" aria-label={tr_with("faults.remove", &[("n", &number)])}
                onclick={remove}>{ "×" }</button>
        </div>
    }
}
