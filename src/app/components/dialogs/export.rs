//! The dialog with a configuration.

use super::save as files;
use crate::app::clipboard::copy;
use crate::app::components::charts::save;
use crate::app::i18n::tr;
use crate::export::{Program, configuration};
use crate::page::Model;
use crate::page::action::{Action, Dialog};
use crate::scenario::Scenario;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// The dialog's content.
pub(crate) fn view(program: Program, model: &Model, send: &Callback<Action>) -> Html {
    html! {
        <>
            <Export scenario={model.scenario().clone()} {program} send={send.clone()} />
            { files::view(model) }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    scenario: Scenario,
    program: Program,
    send: Callback<Action>,
}

#[component]
fn Export(props: &Props) -> Html {
    let copied = use_state(|| None::<bool>);
    let text: AttrValue = configuration(props.program, &props.scenario).into();
    let on_copy = {
        let text = text.clone();
        let copied = copied.clone();
        Callback::from(move |_: MouseEvent| {
            let done = copy(&text);
            let copied = copied.clone();
            spawn_local(async move { copied.set(Some(done.await)) });
        })
    };
    let download = {
        let text = text.clone();
        let program = props.program;
        Callback::from(move |_: MouseEvent| {
            save(program.file_name(), "text/plain", &text);
        })
    };
    let programs = Program::ALL.into_iter().map(|program| {
        let pressed = program == props.program;
        let export = Action::Dialog(Some(Dialog::Export(program)));
        let onclick = props.send.reform(move |_: MouseEvent| export.clone());
        html! {
            <button aria-pressed={pressed.to_string()} {onclick}>{ program.as_str() }</button>
        }
    });
    let said = copied.map(|ok| {
        tr(if ok {
            "share.copied"
        } else {
            "share.not-copied"
        })
    });
    html! {
        <>
            <p>{ tr("export.lead") }</p>
            <div class="export-bar">
                <div class="segments" role="group" aria-label={tr("export.program")}>
                    { for programs }
                </div>
                <button id="copy-export" class="go" onclick={on_copy}>{ tr("share.copy") }</button>
                <button id="download-export" class="outlined" onclick={download}>
                    { tr("export.download") }
                </button>
                <span role="status">{ said.unwrap_or_default() }</span>
            </div>
            <pre class="export" tabindex="0">{ text }</pre>
        </>
    }
}
