//! The rule table: which keys go to which group of servers.

use super::field::{bare_list, set};
use super::typed::Typed;
use crate::app::i18n::{tr, tr_with};
use crate::page::{Action, Change, Model};
use crate::scenario::fields::{At, Field, Value, named};
use crate::scenario::limits::RULES_MAX;
use crate::scenario::{Rule, letter};
use crate::view::palette::server_colour;
use web_sys::HtmlInputElement;
use yew::prelude::*;

const BY: &Field = named("balancer.rules.*.by");
const PATTERN: &Field = named("balancer.rules.*.pattern");

/// The table with a button for one more row.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let rules = &model.scenario().balancer.rules;
    let add = send.reform(|_: MouseEvent| Action::Change(Change::AddRule));
    html! {
        <div class="rules">
            if rules.is_empty() { <p class="hint">{ tr("rules.none") }</p> }
            { for rules.iter().enumerate().map(|(i, rule)| row(model, i, rule, send)) }
            if rules.len() < RULES_MAX {
                <button id="add-rule" class="outlined" onclick={add}>{ tr("rules.add") }</button>
            }
        </div>
    }
}

fn row(model: &Model, i: usize, rule: &Rule, send: &Callback<Action>) -> Html {
    let shown = rule.pattern.clone();
    let at = At::new(PATTERN, Some(i));
    let pattern = send.reform(move |input: HtmlInputElement| {
        let typed = input.value().trim().to_string();
        input.set_value(&shown);
        set(at, Value::Text(typed))
    });
    let remove = send.reform(move |_: MouseEvent| Action::Change(Change::RemoveRule(i)));
    let number = (i + 1).to_string();
    let servers = 0..model.scenario().servers.len().min(16);
    html! {
        <div class="rule-row" role="group" aria-label={tr_with("rules.row", &[("n", &number)])}>
            { bare_list(At::new(BY, Some(i)), tr("rules.by"), "rules.", model, send) }
            <Typed kind="text" label={tr("rules.pattern")} value={rule.pattern.clone()}
                onchange={pattern} />
            <button class="icon" aria-label={tr_with("rules.remove", &[("n", &number)])}
                onclick={remove}>{ "×" }</button>
            <span class="group">{ "→ " }{ for servers.map(|n| server(i, n, rule, send)) }</span>
        </div>
    }
}

/// The button of a server, pressed while it is in the rule's group.
fn server(i: usize, n: usize, rule: &Rule, send: &Callback<Action>) -> Html {
    let on = rule.servers.contains(&(n as u16));
    let onclick = send
        .reform(move |_: MouseEvent| Action::Change(Change::ToggleServer { rule: i, server: n }));
    html! {
        <button aria-pressed={on.to_string()} {onclick}
            ~style={format!("--mark:{}", server_colour(n).css())}
            aria-label={tr_with("rules.server", &[("server", letter(n))])}>{ letter(n) }</button>
    }
}
