//! What surrounds a strategy in production: health, retries, stale loads, planned faults, and the
//! way out of a scene that goes wrong.

use super::field::{Number, switch};
use super::set_up::{number, unit};
use crate::app::action::Action;
use crate::app::i18n::{tr, tr_with};
use crate::app::model::Model;
use crate::scenario::limits::{self, FAULTS_MAX, Range};
use crate::scenario::{Fault, Scenario, ServerState, letter, presets};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// A number that may be off.
struct Optional {
    /// The switch's id; the number's has `-value` behind it.
    ids: [&'static str; 2],
    range: &'static Range,
    /// Its value when it is switched on.
    usual: f64,
    get: fn(&Scenario) -> Option<f64>,
    set: fn(&mut Scenario, Option<f64>),
}

const PATIENCE: [Optional; 2] = [
    Optional {
        ids: ["timeout", "timeout-value"],
        range: &limits::TIMEOUT,
        usual: 5.0,
        get: |s| s.patience.timeout_s,
        set: |s, v| s.patience.timeout_s = v,
    },
    Optional {
        ids: ["budget", "budget-value"],
        range: &limits::BUDGET,
        usual: 0.2,
        get: |s| s.patience.budget,
        set: |s, v| s.patience.budget = v,
    },
];

const HEALTH: [Optional; 5] = [
    Optional {
        ids: ["check", "check-value"],
        range: &limits::CHECK,
        usual: 1.0,
        get: |s| s.balancer.health.check_interval_s,
        set: |s, v| s.balancer.health.check_interval_s = v,
    },
    Optional {
        ids: ["max-fails", "max-fails-value"],
        range: &limits::IN_A_ROW,
        usual: 5.0,
        get: |s| s.balancer.health.max_fails.map(f64::from),
        set: |s, v| s.balancer.health.max_fails = v.map(|v| v as u32),
    },
    Optional {
        ids: ["slow-start", "slow-start-value"],
        range: &limits::EJECTION,
        usual: 30.0,
        get: |s| s.balancer.health.slow_start_s,
        set: |s, v| s.balancer.health.slow_start_s = v,
    },
    Optional {
        ids: ["refresh", "refresh-value"],
        range: &limits::CHECK,
        usual: 1.0,
        get: |s| s.balancer.load_refresh_s,
        set: |s, v| s.balancer.load_refresh_s = v,
    },
    Optional {
        ids: ["shed", "shed-value"],
        range: &limits::CONNECTIONS,
        usual: 20.0,
        get: |s| s.balancer.shed_above.map(f64::from),
        set: |s, v| s.balancer.shed_above = v.map(|v| v as u32),
    },
];

fn optional(model: &Model, send: &Callback<Action>, field: &Optional) -> Html {
    let Optional {
        ids: [id, value_id],
        range,
        usual,
        get,
        set,
    } = *field;
    let label = tr(&format!("set-up.{id}"));
    let reset = presets::find(&model.scenario().name).and_then(|p| get(&p));
    let value = get(model.scenario()).map(|value| Number {
        id: value_id,
        index: None,
        label: format!("↳ {label}"),
        value,
        reset,
        range,
        unit: unit(range),
        colour: None,
    });
    html! {
        <>
            { switch(send, id, label, value.is_some(), move |s, on| set(s, on.then_some(usual))) }
            { for value.map(|number| number.view(send, move |s, _, v| set(s, Some(v)))) }
        </>
    }
}

/// How long clients wait, and what they do then.
pub fn patience_controls(model: &Model, send: &Callback<Action>) -> Html {
    let p = &model.scenario().patience;
    html! {
        <>
            { optional(model, send, &PATIENCE[0]) }
            { number(model, send, "retries", String::new(), &limits::RETRIES, |s| f64::from(s.patience.retries), |s, _, v| s.patience.retries = v as u32) }
            if p.retries > 0 {
                { number(model, send, "backoff", unit(&limits::BACKOFF), &limits::BACKOFF, |s| s.patience.backoff_s, |s, _, v| s.patience.backoff_s = v) }
                { optional(model, send, &PATIENCE[1]) }
            }
        </>
    }
}

/// What balancers do to learn who is well and how busy, and what they refuse.
pub fn health_controls(model: &Model, send: &Callback<Action>) -> Html {
    let h = &model.scenario().balancer.health;
    let [check, ejection, slow_start, refresh, shed] = &HEALTH;
    html! {
        <>
            { optional(model, send, check) }
            if h.check_interval_s.is_some() {
                { number(model, send, "fall", String::new(), &limits::IN_A_ROW, |s| f64::from(s.balancer.health.fall), |s, _, v| s.balancer.health.fall = v as u32) }
                { number(model, send, "rise", String::new(), &limits::IN_A_ROW, |s| f64::from(s.balancer.health.rise), |s, _, v| s.balancer.health.rise = v as u32) }
            }
            { optional(model, send, ejection) }
            if h.max_fails.is_some() {
                { number(model, send, "ejection", unit(&limits::EJECTION), &limits::EJECTION, |s| s.balancer.health.ejection_s, |s, _, v| s.balancer.health.ejection_s = v) }
            }
            if !h.hears_of_down() {
                { number(model, send, "panic", String::new(), &limits::SHARE, |s| s.balancer.health.panic_share, |s, _, v| s.balancer.health.panic_share = v) }
            }
            { optional(model, send, slow_start) }
            { optional(model, send, refresh) }
            { optional(model, send, shed) }
        </>
    }
}

/// A server's state in words.
pub fn state_name(state: ServerState) -> String {
    tr(match state {
        ServerState::Up => "set-up.state-up",
        ServerState::Slow => "set-up.state-slow",
        ServerState::Failing => "set-up.state-failing",
        ServerState::Draining => "set-up.state-draining",
        ServerState::Down => "set-up.state-down",
    })
}

/// The planned changes of servers' states.
pub fn fault_controls(model: &Model, send: &Callback<Action>) -> Html {
    let s = model.scenario();
    let change = |f: fn(&mut Vec<Fault>, usize, f64), i: usize| {
        send.reform(move |v: f64| {
            Action::Change(
                "faults",
                Box::new(move |s: &mut Scenario| f(&mut s.faults, i, v)),
            )
        })
    };
    let row = |(i, fault): (usize, &Fault)| {
        let index = |e: Event| {
            f64::from(
                e.target_unchecked_into::<HtmlSelectElement>()
                    .selected_index(),
            )
        };
        let at = change(|faults, i, v| faults[i].at_s = v, i);
        let server = change(|faults, i, v| faults[i].server = v as u16, i).reform(index);
        let state = change(
            |faults, i, v| faults[i].state = ServerState::ALL[v as usize],
            i,
        )
        .reform(index);
        let remove = change(
            |faults, i, _| {
                faults.remove(i);
            },
            i,
        )
        .reform(|_: MouseEvent| 0.0);
        let number = (i + 1).to_string();
        html! {
            <div class="fault-row" role="group" aria-label={tr_with("faults.row", &[("n", &number)])}>
                <super::typed::Typed kind="number" label={tr("faults.at")} min="0" value={fault.at_s.to_string()}
                    onchange={at.reform(|input: HtmlInputElement| input.value_as_number())} />
                <select aria-label={tr("faults.server")} onchange={server}>
                    { for (0..s.servers.len()).map(|n| html! { <option selected={n == usize::from(fault.server)}>{ letter(n) }</option> }) }
                </select>
                <select aria-label={tr("set-up.state")} onchange={state}>
                    { for ServerState::ALL.iter().map(|&state| html! { <option selected={state == fault.state}>{ state_name(state) }</option> }) }
                </select>
                <button class="icon" aria-label={tr_with("faults.remove", &[("n", &number)])} onclick={remove}>{ "×" }</button>
            </div>
        }
    };
    let later_s = (model.timeline.engine().now_s() + 5.0).round();
    let add = send.reform(move |_: MouseEvent| {
        let fault = Fault {
            at_s: later_s,
            server: 0,
            state: ServerState::Down,
        };
        Action::Change(
            "faults",
            Box::new(move |s: &mut Scenario| s.faults.push(fault)),
        )
    });
    html! {
        <>
            if s.faults.is_empty() { <p class="hint">{ tr("faults.none") }</p> }
            { for s.faults.iter().enumerate().map(row) }
            if s.faults.len() < FAULTS_MAX { <button id="add-fault" class="outlined" onclick={add}>{ tr("faults.add") }</button> }
        </>
    }
}

/// What the scene shows and, if it goes wrong, the button that puts it right.
pub fn about(model: &Model, send: &Callback<Action>) -> Html {
    let s = model.scenario();
    if presets::find(&s.name).is_none() {
        return html! {};
    }
    let fix = presets::fix(&s.name).map(|fix| {
        let mut right = s.clone();
        fix(&mut right);
        let done = right == *s;
        let mend = send.reform(move |_: MouseEvent| Action::Change("fix", Box::new(fix)));
        let what = tr(&format!("fix.{}", s.name));
        let label = format!("{} {what}", tr(if done { "fix.done" } else { "fix.do" }));
        html! { <button id="fix" class="outlined" disabled={done} onclick={mend}>{ label }</button> }
    });
    html! {
        <>
            <p class="lead">{ tr(&format!("preset.{}.about", s.name)) }</p>
            { for fix }
        </>
    }
}
