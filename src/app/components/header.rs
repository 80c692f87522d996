//! The bar at the top: scene, how much is looked at, compare, share, language, theme, help.

use super::if_shown;
use crate::app::address;
use crate::app::i18n::{self, tr};
use crate::link::Beside;
use crate::page::Model;
use crate::page::action::{Action, Dialog, Rung};
use crate::page::settings::Language;
use crate::scenario::presets;
use crate::sweep::SweepPlan;
use crate::view::palette::Theme;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// In the list of scenes, that of jobs.
const JOBS: &str = "job";

/// The bar. Over a job without what is of scenes only.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let undo = html! {
        <button class="icon" disabled={!model.can_undo()} title={tr("header.undo-keys")}
            aria-label={tr("header.undo")} onclick={send.reform(|_| Action::Undo)}>
            { "↶" }
        </button>
    };
    let share = html! {
        <button id="share" class="outlined" aria-label={tr("header.share")}
            onclick={send.reform(|_| Action::Share)}>
            { share_icon() }<span class="wide">{ tr("header.share") }</span>
        </button>
    };
    let help = html! {
        <button id="help" class="icon" aria-label={tr("header.help")} title={tr("header.help")}
            onclick={send.reform(|_| Action::Dialog(Some(Dialog::Help)))}>{ "?" }</button>
    };
    html! {
        <header class="bar">
            { logo(model) }
            { if_shown(model, "scenes", scenes(model, send)) }
            if model.job().is_none() {
                <div class="segments" role="group" aria-label={tr("header.rungs")}>
                    { rung(Rung::OneAllocation, "header.one-allocation", model, send) }
                    { rung(Rung::OneRun, "header.one-run", model, send) }
                    { rung(Rung::ManyRuns, "header.many-runs", model, send) }
                </div>
            }
            <span class="stretch" />
            { if_shown(model, "undo", undo) }
            if model.job().is_none() { { if_shown(model, "compare", compare(model, send)) } }
            { if_shown(model, "share", share) }
            { if_shown(model, "language", language(send)) }
            { if_shown(model, "theme", theme(model, send)) }
            if model.job().is_none() { { if_shown(model, "help", help) } }
        </header>
    }
}

/// Where something is hidden it leads nowhere: the first scene has all.
fn logo(model: &Model) -> Html {
    let href = model.display().words().is_empty().then(address::page);
    html! {
        <a class="logo" {href} aria-label={tr("header.home")}>
            <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
                <path d="M11 3v15M6 18h10M3 7h16" stroke="currentColor" stroke-width="1.8"
                    stroke-linecap="round" />
                <rect x="1.5" y="8.5" width="5.5" height="5.5" rx="1.2" fill="#e69f00" />
                <rect x="15" y="8.5" width="5.5" height="5.5" rx="1.2" fill="#56b4e9" />
            </svg>
            <span>{ "Equipoise" }</span>
        </a>
    }
}

/// The list of scenes; one that was changed says so, and one of the reader's own is first.
fn scenes(model: &Model, send: &Callback<Action>) -> Html {
    let scenario = model.scenario();
    // What a planned fault changes is no change of the scene.
    let changed = model.preset() != Some(&model.scenario_from_start());
    let choose = send.reform(|e: Event| {
        let list: HtmlSelectElement = e.target_unchecked_into();
        match list.value() {
            job if job == JOBS => Action::Job(Some("stragglers".into())),
            scene => Action::Scene(scene),
        }
    });
    let jobs = model.job().is_some();
    html! {
        <label class="scene"><span>{ tr("header.scene") }</span>
            <select id="scene" onchange={choose}>
                if model.preset().is_none() {
                    <option value="" selected={!jobs}>{ &scenario.name }</option>
                }
                { for presets::GROUPS.iter().map(|group| html! {
                    <optgroup label={tr(&format!("preset-group.{}", group.id))}>
                        { for group.ids().filter_map(|id| {
                            let shown = id == scenario.name && !jobs;
                            let listed = shown || model.display().shows_scene(id);
                            listed.then(|| option(id, shown, changed))
                        }) }
                    </optgroup>
                }) }
                <option value={JOBS} selected={jobs}>{ tr("header.jobs") }</option>
            </select>
        </label>
    }
}

fn option(id: &'static str, shown: bool, changed: bool) -> Html {
    let mark = (changed && shown).then(|| tr("header.changed"));
    let name = tr(&format!("preset.{id}.name"));
    html! { <option value={id} selected={shown}>{ name }{ mark.unwrap_or_default() }</option> }
}

fn rung(rung: Rung, key: &str, model: &Model, send: &Callback<Action>) -> Html {
    let pressed = model.rung() == rung;
    let onclick = send.reform(move |_: MouseEvent| Action::Rung(rung));
    let button = html! {
        <button aria-pressed={pressed.to_string()} title={tip(key)} {onclick}>{ tr(key) }</button>
    };
    if_shown(model, &key["header.".len()..], button)
}

/// What a button does, once the texts that say so are there.
fn tip(key: &str) -> Option<String> {
    let key = format!("{key}-title");
    i18n::has(&key).then(|| tr(&key))
}

fn compare(model: &Model, send: &Callback<Action>) -> Html {
    let comparing = model.compare().is_some();
    let other = SweepPlan::companion(model.scenario());
    let onclick = send.reform(move |_: MouseEvent| {
        Action::Compare((!comparing).then_some(Beside::Strategy(other)))
    });
    html! {
        <button id="compare" class="outlined" aria-pressed={comparing.to_string()}
            aria-label={tr("header.compare")} title={tip("header.compare")} {onclick}>
            { "⇆ " }<span class="wide">{ tr("header.compare") }</span>
        </button>
    }
}

fn language(send: &Callback<Action>) -> Html {
    let to = match i18n::language() {
        Language::Chinese => Language::English,
        Language::English => Language::Chinese,
    };
    let name = format!("{} ({})", to.short_name(), to.own_name());
    let onclick = send.reform(move |_| Action::Language(to));
    html! {
        <button id="language" lang={to.tag()} aria-label={name} {onclick}>
            { to.short_name() }
        </button>
    }
}

fn theme(model: &Model, send: &Callback<Action>) -> Html {
    let dark = model.theme() == Theme::Dark;
    html! {
        <button id="theme" class="icon" aria-pressed={dark.to_string()}
            aria-label={tr("header.dark")} title={tr("header.dark")}
            onclick={send.reform(|_| Action::Theme)}>{ "◐" }</button>
    }
}

fn share_icon() -> Html {
    html! {
        <svg class="narrow" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M8 10V2M5 4.5 8 1.5l3 3M3 8v6h10V8" fill="none" stroke="currentColor"
                stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
    }
}
