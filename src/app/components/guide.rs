//! The guide: every concept of the article, each with a scene that shows it.

use crate::app::i18n::{Language, tr};
use crate::app::model::{Action, Model};
use crate::lessons::{Entry, GUIDE};
use yew::prelude::*;

/// The panel.
pub fn view(model: &Model, send: &Callback<Action>) -> Html {
    let language = if rust_i18n::locale().starts_with("zh") { Language::Chinese } else { Language::English } as usize;
    let groups = GUIDE.chunk_by(|a, b| a.group == b.group);
    html! {
        <div class="guide">
            <p class="lead">{ tr("guide.lead") }</p>
            { for groups.map(|entries| html! {
                <section>
                    <h2>{ tr(&format!("guide.group.{}", entries[0].group)) }</h2>
                    { for entries.iter().map(|entry| article(entry, language, model, send)) }
                </section>
            }) }
        </div>
    }
}

fn article(entry: &Entry, language: usize, model: &Model, send: &Callback<Action>) -> Html {
    let scene = entry.scene;
    let here = model.scenario().name == scene;
    html! {
        <details id={format!("guide-{}", entry.id)}>
            <summary>{ entry.title[language] }</summary>
            <div class="text">{ Html::from_html_unchecked(AttrValue::from(entry.html[language])) }</div>
            <p class="attempt">{ entry.attempt[language] }</p>
            <button class={classes!("outlined", here.then_some("here"))} onclick={send.reform(move |_| Action::Scene(scene.to_string()))}>
                { tr("guide.open") }{ " " }{ tr(&format!("preset.{scene}.name")) }
            </button>
        </details>
    }
}
