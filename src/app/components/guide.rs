//! The guide: every concept of the article, each with a scene that shows it. Its texts are fetched
//! when it is opened.

use crate::app::i18n::{self, fetch_json, tr, tr_with};
use crate::page::Model;
use crate::page::action::Action;
use crate::page::display::Display;
use crate::page::settings::Language;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use yew::prelude::*;

/// An entry.
#[derive(Clone, PartialEq)]
struct Entry {
    id: String,
    /// The group it stands in: a text key below `guide.group.`.
    group: String,
    /// The preset that shows it.
    scene: String,
    title: AttrValue,
    /// HTML with MathML.
    html: AttrValue,
    /// What to do in the scene.
    attempt: AttrValue,
}

impl Entry {
    fn read(entry: &JsValue) -> Self {
        Self {
            id: field(entry, "id"),
            group: field(entry, "group"),
            scene: field(entry, "scene"),
            title: field(entry, "title").into(),
            html: field(entry, "html").into(),
            attempt: field(entry, "attempt").into(),
        }
    }
}

fn field(entry: &JsValue, name: &str) -> String {
    js_sys::Reflect::get(entry, &name.into())
        .ok()
        .and_then(|v| v.as_string())
        .unwrap_or_default()
}

#[derive(PartialEq, Properties)]
struct Props {
    language: Language,
    /// The preset that the page shows.
    here: String,
    /// How the page is shown.
    display: Display,
    send: Callback<Action>,
}

/// The panel.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let here = model.scenario().name.clone();
    let display = model.display().clone();
    html! { <Guide language={i18n::language()} {here} {display} send={send.clone()} /> }
}

#[component]
fn Guide(props: &Props) -> Html {
    let entries = use_state(|| Ok(Rc::new(Vec::new())));
    let tries = use_state(|| 0);
    {
        let entries = entries.clone();
        use_effect_with((props.language, *tries), move |&(language, _)| {
            wasm_bindgen_futures::spawn_local(async move {
                let fetched = fetch_json(&format!("guide.{}.json", language.tag())).await;
                if i18n::language() != language {
                    return;
                }
                let read = fetched.map(|list| {
                    let list = js_sys::Array::from(&list);
                    Rc::new(list.iter().map(|e| Entry::read(&e)).collect())
                });
                entries.set(read.map_err(|e| i18n::words(&e)));
            });
        });
    }
    let content = match &*entries {
        Ok(entries) if entries.is_empty() => html! { <p>{ tr("part.loading") }</p> },
        Ok(entries) => html! {
            { for entries.chunk_by(|a, b| a.group == b.group).map(|entries| html! {
                <section>
                    <h2>{ tr(&format!("guide.group.{}", entries[0].group)) }</h2>
                    { for entries.iter().map(|entry| article(entry, props)) }
                </section>
            }) }
        },
        Err(why) => html! {
            <div class="part" role="alert">
                <p>{ tr_with("guide.failed", &[("why", why)]) }</p>
                <button class="outlined" onclick={move |_: MouseEvent| tries.set(*tries + 1)}>
                    { tr("part.again") }</button>
            </div>
        },
    };
    html! {
        <div class="guide">
            <p class="lead">{ tr("guide.lead") }</p>
            { content }
        </div>
    }
}

fn article(entry: &Entry, props: &Props) -> Html {
    let scene = entry.scene.clone();
    let here = props.here == scene;
    let opens = props.display.shows_scene(&scene);
    let name = tr(&format!("preset.{scene}.name"));
    let class = classes!("outlined", here.then_some("here"));
    let open = props.send.reform(move |_| Action::Scene(scene.clone()));
    html! {
        <details id={format!("guide-{}", entry.id)}>
            <summary>{ &entry.title }</summary>
            <div class="text">{ Html::from_html_unchecked(entry.html.clone()) }</div>
            <p class="attempt">{ &entry.attempt }</p>
            if opens {
                <button {class} onclick={open}>
                    { tr("guide.open") }{ " " }{ name }
                </button>
            }
        </details>
    }
}
