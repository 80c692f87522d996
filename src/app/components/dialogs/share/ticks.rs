//! What a class sees, to be ticked: groups of things, the controls of a group, single scenes.

use crate::app::i18n::{tr, tr_with};
use crate::page::display::Display;
use crate::page::display::names::{GROUPS, SCENE, fields_of, things};
use crate::scenario::{Scenario, presets};
use yew::prelude::*;

/// Gets the names of what is hidden from then on.
type Change = Callback<Vec<String>>;

/// All ticks.
pub(super) fn view(display: &Display, scenario: &Scenario, change: &Change) -> Html {
    let all = change.reform(|_: MouseEvent| Vec::new());
    let none = change.reform(|_: MouseEvent| things().map(str::to_string).collect());
    let groups = GROUPS.iter().map(|(heading, things)| {
        let ticks = things.iter().map(|(name, label)| {
            html! {
                <>
                    { tick(name, tr(label), display, change) }
                    { for more(name, &tr(label), display, scenario, change) }
                </>
            }
        });
        html! { <fieldset class="ticks"><legend>{ tr(heading) }</legend>{ for ticks }</fieldset> }
    });
    html! {
        <>
            <p class="hint">{ tr("display.see-how") }</p>
            <div class="export-bar">
                <button id="show-all" class="outlined" onclick={all}>{ tr("display.all") }</button>
                <button id="show-none" class="outlined" onclick={none}>
                    { tr("display.none") }
                </button>
            </div>
            { for groups }
        </>
    }
}

/// What can be ticked singly of a thing that is shown: a group's controls, as far as they matter in
/// the scenario; or scenes.
fn more(
    name: &str,
    label: &str,
    display: &Display,
    scenario: &Scenario,
    change: &Change,
) -> Option<Html> {
    if !display.shows(name) {
        return None;
    }
    let (title, ticks): (String, Vec<Html>) = if name == "scenes" {
        let ticks = presets::ids().map(|id| {
            let label = tr(&format!("preset.{id}.name"));
            tick(&format!("{SCENE}{id}"), label, display, change)
        });
        (tr("display.single-scenes"), ticks.collect())
    } else {
        let fields = fields_of(name).filter(|field| field.is_shown(scenario));
        // What each element of a list has, other than a server, is named by its number.
        let fields = fields.filter(|f| !f.is_listed() || f.path.starts_with("servers."));
        let ticks = fields.map(|field| {
            let label = tr(&format!("set-up.{}", field.label_key(scenario)));
            tick(field.path, label, display, change)
        });
        let title = tr_with("display.fields", &[("group", label)]);
        (title, ticks.collect())
    };
    if ticks.is_empty() {
        return None;
    }
    Some(html! { <details><summary>{ title }</summary>{ for ticks }</details> })
}

/// One tick: whether what has this name is shown.
fn tick(name: &str, label: String, display: &Display, change: &Change) -> Html {
    let mut hidden = display.hidden().to_vec();
    let shown = display.shows(name);
    if shown {
        hidden.push(name.to_string());
    } else {
        hidden.retain(|other| other != name);
    }
    let onchange = change.reform(move |_: Event| hidden.clone());
    html! {
        <label key={name.to_string()} class="check">
            <input type="checkbox" id={format!("show-{name}")} checked={shown} {onchange} />
            { label }
        </label>
    }
}
