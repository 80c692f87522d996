//! The bar at the top: scene, how much is looked at, compare, share, language, theme, help.

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

/// The bar.
pub fn view(model: &Model, send: &Callback<Action>) -> Html {
    let scenario = model.scenario();
    let known = model.preset();
    let changed = known.is_none_or(|preset| preset != scenario);
    let choose = send
        .reform(|e: Event| Action::Scene(e.target_unchecked_into::<HtmlSelectElement>().value()));
    let rung = |rung: Rung, key: &str| {
        let onclick = send.reform(move |_: MouseEvent| Action::Rung(rung));
        html! { <button aria-pressed={(model.rung() == rung).to_string()} {onclick}>
        { tr(key) }</button> }
    };
    let comparing = model.compare().is_some();
    let own = model.scenario().balancer.strategy.id;
    let compare = send.reform(move |_: MouseEvent| {
        Action::Compare((!comparing).then(|| Beside::Strategy(SweepPlan::companion(own))))
    });
    let to = if i18n::language() == Language::Chinese {
        Language::English
    } else {
        Language::Chinese
    };
    let dark = model.theme() == Theme::Dark;
    html! {
        <header class="bar">
            <a class="logo" href="./" aria-label={tr("header.home")}>
                <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
                    <path d="M11 3v15M6 18h10M3 7h16" stroke="currentColor" stroke-width="1.8"
                        stroke-linecap="round" />
                    <rect x="1.5" y="8.5" width="5.5" height="5.5" rx="1.2" fill="#e69f00" />
                    <rect x="15" y="8.5" width="5.5" height="5.5" rx="1.2" fill="#56b4e9" />
                </svg>
                <span>{ "Equipoise" }</span>
            </a>
            <label class="scene"><span>{ tr("header.scene") }</span>
                <select id="scene" onchange={choose}>
                    if known.is_none() {
                        <option value="" selected=true>{ &scenario.name }</option>
                    }
                    { for presets::GROUPS.iter().map(|group| html! {
                        <optgroup label={tr(&format!("preset-group.{}", group.id))}>
                            { for group.presets().map(|preset| preset.id).map(|id| html! {
                                <option value={id} selected={id == scenario.name}>
                                    { tr(&format!("preset.{id}.name")) }
                                    { if changed && id == scenario.name { tr("header.changed") }
                                        else { String::new() } }
                                </option>
                            }) }
                        </optgroup>
                    }) }
                </select>
            </label>
            <div class="segments" role="group" aria-label={tr("header.rungs")}>
                { rung(Rung::OneAllocation, "header.one-allocation") }
                { rung(Rung::OneRun, "header.one-run") }
                { rung(Rung::ManyRuns, "header.many-runs") }
            </div>
            <span class="stretch" />
            <button class="icon" disabled={!model.can_undo()} title={tr("header.undo-keys")}
                aria-label={tr("header.undo")}
                onclick={send.reform(|_| Action::Undo)}>{ "↶" }</button>
            <button id="compare" class="outlined" aria-pressed={comparing.to_string()}
                aria-label={tr("header.compare")} onclick={compare}>{ "⇆ " }<span class="wide">
                { tr("header.compare") }</span></button>
            <button id="share" class="outlined" aria-label={tr("header.share")}
                onclick={send.reform(|_| Action::Share)}>{ share_icon() }<span class="wide">
                { tr("header.share") }</span></button>
            <button id="language" lang={to.tag()}
                aria-label={format!("{} ({})", to.short_name(), to.own_name())}
                onclick={send.reform(move |_| Action::Language(to))}>{ to.short_name() }</button>
            <button id="theme" class="icon" aria-pressed={dark.to_string()}
                aria-label={tr("header.dark")} title={tr("header.dark")}
                onclick={send.reform(|_| Action::Theme)}>{ "◐" }</button>
            <button id="help" class="icon" aria-label={tr("header.help")} title={tr("header.help")}
                onclick={send.reform(|_| Action::Dialog(Some(Dialog::Help)))}>{ "?" }</button>
        </header>
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
