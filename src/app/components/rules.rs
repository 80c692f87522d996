//! The rule table: which keys go to which group of servers.

use super::typed::Typed;
use crate::app::action::Action;
use crate::app::i18n::{tr, tr_with};
use crate::app::model::Model;
use crate::scenario::limits::RULES_MAX;
use crate::scenario::{KeySource, Rule, Scenario, letter};
use crate::view::palette::server_colour;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

const SOURCES: [(KeySource, &str); 3] = [
    (KeySource::Ip, "rules.ip"),
    (KeySource::Url, "rules.url"),
    (KeySource::Header, "rules.header"),
];

/// The table with a button for one more row.
pub fn view(model: &Model, send: &Callback<Action>) -> Html {
    let rules = &model.scenario().balancer.rules;
    let add = send.reform(|_: MouseEvent| {
        change(|s| {
            let rule = Rule {
                by: KeySource::Ip,
                pattern: "10.0.0.0/24".into(),
                servers: vec![0],
            };
            s.balancer.rules.push(rule);
        })
    });
    html! {
        <div class="rules">
            if rules.is_empty() { <p class="hint">{ tr("rules.none") }</p> }
            { for rules.iter().enumerate().map(|(i, rule)| row(model, i, rule, send)) }
            if rules.len() < RULES_MAX { <button id="add-rule" class="outlined" onclick={add}>{ tr("rules.add") }</button> }
        </div>
    }
}

fn change(change: impl FnOnce(&mut Scenario) + 'static) -> Action {
    Action::Change("rules", Box::new(change))
}

fn row(model: &Model, i: usize, rule: &Rule, send: &Callback<Action>) -> Html {
    let by = super::send_some(send, move |e: Event| {
        let index = usize::try_from(
            e.target_unchecked_into::<HtmlSelectElement>()
                .selected_index(),
        )
        .ok()?;
        let by = SOURCES.get(index)?.0;
        // The old pattern would not fit the new kind of key.
        let pattern = match by {
            KeySource::Ip => "10.0.0.0/24",
            KeySource::Url => "/chat/",
            KeySource::Header => "t0",
        };
        Some(change(move |s| {
            s.balancer.rules[i].by = by;
            s.balancer.rules[i].pattern = pattern.into();
        }))
    });
    let shown = rule.pattern.clone();
    let pattern = send.reform(move |input: HtmlInputElement| {
        let typed = input.value().trim().to_string();
        input.set_value(&shown);
        change(move |s| s.balancer.rules[i].pattern = typed)
    });
    let remove = send.reform(move |_: MouseEvent| {
        change(move |s| {
            s.balancer.rules.remove(i);
        })
    });
    let server = |n: usize| {
        let on = rule.servers.contains(&(n as u16));
        let toggle = send.reform(move |_: MouseEvent| {
            change(move |s| {
                let servers = &mut s.balancer.rules[i].servers;
                match servers.iter().position(|&x| usize::from(x) == n) {
                    Some(at) => drop(servers.remove(at)),
                    None => {
                        servers.insert(servers.partition_point(|&s| usize::from(s) < n), n as u16)
                    }
                }
            })
        });
        html! {
            <button aria-pressed={on.to_string()} style={format!("--mark:{}", server_colour(n).css())} onclick={toggle}
                aria-label={tr_with("rules.server", &[("server", letter(n))])}>{ letter(n) }</button>
        }
    };
    let number = (i + 1).to_string();
    html! {
        <div class="rule-row" role="group" aria-label={tr_with("rules.row", &[("n", &number)])}>
            <select aria-label={tr("rules.by")} onchange={by}>
                { for SOURCES.iter().map(|(source, key)| html! { <option selected={*source == rule.by}>{ tr(key) }</option> }) }
            </select>
            <Typed kind="text" label={tr("rules.pattern")} value={rule.pattern.clone()} onchange={pattern} />
            <button class="icon" aria-label={tr_with("rules.remove", &[("n", &number)])} onclick={remove}>{ "×" }</button>
            <span class="group">{ "→ " }{ for (0..model.scenario().servers.len().min(16)).map(server) }</span>
        </div>
    }
}
