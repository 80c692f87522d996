//! The planned changes of numbers.

use super::field::{set, unit};
use super::typed::Typed;
use crate::app::i18n::{tr, tr_with};
use crate::page::{Action, Change, Model};
use crate::scenario::fields::{self, At, Field, Kind, Section, Value};
use crate::scenario::limits::CHANGES_MAX;
use crate::scenario::{PlannedChange, Scenario, letter};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// The sections whose numbers a run can go on with when they change.
const SECTIONS: [Section; 14] = [
    Section::Arrivals,
    Section::Sizes,
    Section::Servers,
    Section::Speeds,
    Section::AllServers,
    Section::States,
    Section::Strategy,
    Section::Dispatcher,
    Section::Health,
    Section::RetryPolicy,
    Section::Resend,
    Section::Connections,
    Section::Locality,
    Section::Network,
];

/// More servers than this would make the list too long; those of a file are shown all the same.
const SERVERS: usize = 8;

/// The list with a button for one more; nothing until its program is there.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let rows = fields::of(Section::Changes);
    if rows.is_empty() {
        return html! {};
    }
    let changes = &model.scenario().changes;
    let later_s = (model.shown().timeline.engine().now_s() + 5.0).round();
    let add = send.reform(move |_: MouseEvent| Action::Change(Change::AddChange(later_s)));
    html! {
        <>
            <h3>{ tr("changes.title") }</h3>
            { for changes.iter().enumerate().map(|(i, change)| row(i, change, rows, model, send)) }
            if changes.len() < CHANGES_MAX {
                <button id="add-change" class="outlined" onclick={add}>
                    { tr("changes.add") }
                </button>
            }
        </>
    }
}

/// A change: when, what, to what number, how long it takes and how often it comes back.
fn row(
    i: usize,
    change: &PlannedChange,
    rows: &'static [Field],
    model: &Model,
    send: &Callback<Action>,
) -> Html {
    let [at_s, field, to, over_s, every_s] = rows else {
        return html! {};
    };
    let number = (i + 1).to_string();
    let remove = send.reform(move |_: MouseEvent| Action::Change(Change::RemoveChange(i)));
    let every = change.every_s.map_or(String::new(), |s| s.to_string());
    let becomes = match unit_of(&change.field, model.scenario()) {
        unit if unit.is_empty() => tr("changes.to"),
        unit => tr_with("changes.to-in", &[("unit", &unit)]),
    };
    html! {
        <div class="change-row" role="group"
            aria-label={tr_with("changes.row", &[("n", &number)])}>
            { typed(at_s, i, tr("changes.at"), change.at_s.to_string(), send) }
            { what(At::new(field, Some(i)), change, model.scenario(), send) }
            <button class="icon" aria-label={tr_with("changes.remove", &[("n", &number)])}
                onclick={remove}>{ "×" }</button>
            { typed(to, i, becomes, change.to.to_string(), send) }
            { typed(over_s, i, tr("changes.over"), change.over_s.to_string(), send) }
            { typed(every_s, i, tr("changes.every"), every, send) }
        </div>
    }
}

/// The unit of the number that a change names by its path, in the reader's language.
fn unit_of(path: &str, s: &Scenario) -> String {
    let named = fields::all().find(|field| {
        let steps = path.split('.').map(any_element);
        steps.eq(field.path.split('.'))
    });
    let range = named.and_then(Field::range);
    range.map_or(String::new(), |range| unit(&range, s))
}

/// A step of a path to a field; one to an element of a list as the one to all.
fn any_element(step: &str) -> &str {
    match step.parse::<usize>() {
        Ok(_) => "*",
        Err(_) => step,
    }
}

/// A box for a number; an empty one is none. It shows what the scenario has, also after a number
/// that was refused.
fn typed(
    field: &'static Field,
    i: usize,
    label: String,
    value: String,
    send: &Callback<Action>,
) -> Html {
    let at = At::new(field, Some(i));
    let has = value.clone();
    let onchange = send.reform(move |input: HtmlInputElement| {
        let empty = input.value().is_empty() && matches!(field.kind, Kind::Optional(..));
        let typed = match empty {
            true => Value::Off,
            false => Value::Number(input.value_as_number()),
        };
        input.set_value(&has);
        set(at, typed)
    });
    html! {
        <label>
            <span>{ label.clone() }</span>
            <Typed kind="number" {label} min="0" {value} {onchange} />
        </label>
    }
}

/// The list of numbers that can change.
fn what(at: At, change: &PlannedChange, s: &Scenario, send: &Callback<Action>) -> Html {
    let mut options: Vec<(String, String)> = Vec::new();
    for section in SECTIONS {
        let rows = fields::of(section).iter();
        for field in rows.filter(|field| may_change(field, s)) {
            let name = tr(&format!("set-up.{}", field.label_key(s)));
            if !field.is_listed() {
                options.push((field.path.into(), name.to_string()));
                continue;
            }
            let all = format!("{name} · {}", tr("changes.all"));
            options.push((field.path.into(), all));
            let servers = (0..s.servers.len().min(SERVERS)).map(|n| {
                let path = field.path.replace('*', &n.to_string());
                (path, format!("{name} · {}", letter(n)))
            });
            options.extend(servers);
        }
    }
    if !options.iter().any(|(path, _)| *path == change.field) {
        options.push((change.field.clone(), change.field.clone()));
    }
    let onchange = send.reform(move |e: Event| {
        let list: HtmlSelectElement = e.target_unchecked_into();
        set(at, Value::Text(list.value()))
    });
    html! {
        <select aria-label={tr("changes.field")} {onchange}>
            { for options.into_iter().map(|(path, name)| {
                let selected = path == change.field;
                html! { <option value={path} {selected}>{ name }</option> }
            }) }
        </select>
    }
}

/// Whether a run can go on when this number changes.
fn may_change(field: &Field, s: &Scenario) -> bool {
    let is_number = matches!(field.kind, Kind::Number(_) | Kind::Optional(..));
    let restarts = matches!(
        field.path,
        "servers" | "balancer.instances" | "connections.per_client"
    ) || field.path.starts_with("arrivals.") && s.arrivals.pattern.counts_tasks()
        || field.path == "servers.*.slots" && s.has_replicas();
    is_number && !restarts && (field.is_shown(s) || field.is_listed())
}
