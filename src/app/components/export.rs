//! The dialog with a configuration. A worker writes it, so that a first visit need not load who
//! can.

use super::charts::save;
use crate::app::action::{Action, Dialog};
use crate::app::i18n::tr;
use crate::app::pool::ask;
use crate::export::Program;
use crate::scenario::Scenario;
use crate::worker::protocol::{Reply, Request};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

/// What the dialog needs.
#[derive(PartialEq, Properties)]
pub struct Props {
    /// The scenario to export.
    pub scenario: Scenario,
    /// For which program.
    pub program: Program,
    /// Takes the page's actions.
    pub send: Callback<Action>,
}

/// The dialog's content.
#[component]
pub fn Export(props: &Props) -> Html {
    let text = use_state(|| None::<Result<AttrValue, String>>);
    let copied = use_state(|| None::<bool>);
    {
        let text = text.clone();
        use_effect_with(
            (props.program, props.scenario.clone()),
            move |(program, scenario)| {
                let request = Request::Export(Box::new(scenario.clone()), *program);
                let worker = ask(
                    request,
                    &Callback::from(move |answer| match answer {
                        Reply::Text(written) => text.set(Some(Ok(written.into()))),
                        Reply::Refused(why) => text.set(Some(Err(why))),
                        Reply::Ready | Reply::Done(_) => {}
                    }),
                );
                // The worker lives until the answer is no longer wanted.
                move || drop(worker)
            },
        );
    }
    let copy = {
        let (text, copied) = (text.clone(), copied.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(Ok(text)) = &*text {
                let promise = gloo::utils::window()
                    .navigator()
                    .clipboard()
                    .write_text(text);
                let copied = copied.clone();
                spawn_local(async move { copied.set(Some(JsFuture::from(promise).await.is_ok())) });
            }
        })
    };
    let download = {
        let (text, program) = (text.clone(), props.program);
        Callback::from(move |_: MouseEvent| {
            if let Some(Ok(text)) = &*text {
                save(program.file_name(), "text/plain", text);
            }
        })
    };
    let program = |program: Program| {
        let onclick = props
            .send
            .reform(move |_: MouseEvent| Action::Dialog(Some(Dialog::Export(program))));
        html! { <button aria-pressed={(program == props.program).to_string()} {onclick}>{ program.as_str() }</button> }
    };
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
                <div class="segments" role="group" aria-label={tr("export.program")}>{ for Program::ALL.into_iter().map(program) }</div>
                <button id="copy-export" class="go" onclick={copy}>{ tr("share.copy") }</button>
                <button id="download-export" class="outlined" onclick={download}>{ tr("export.download") }</button>
                <span role="status">{ said.unwrap_or_default() }</span>
            </div>
            { match &*text {
                Some(Ok(text)) => html! { <pre class="export" tabindex="0">{ text }</pre> },
                Some(Err(why)) => html! { <p role="alert">{ why }</p> },
                None => html! { <p>{ tr("guide.loading") }</p> },
            } }
        </>
    }
}
