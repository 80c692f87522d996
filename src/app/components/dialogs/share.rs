//! The link to what is shown.

use crate::app::address;
use crate::app::i18n::tr;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The dialog's content; `fragment` is the part of the address after `#`.
pub(crate) fn view(fragment: &str) -> Html {
    html! { <ShareLink link={address::with(fragment)} /> }
}

#[derive(PartialEq, Properties)]
struct ShareProps {
    link: AttrValue,
}

#[component]
fn ShareLink(props: &ShareProps) -> Html {
    let copied = use_state(|| None::<bool>);
    let input = use_node_ref();
    let copy = {
        let link = props.link.clone();
        let copied = copied.clone();
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.select();
            }
            let promise = gloo::utils::window()
                .navigator()
                .clipboard()
                .write_text(&link);
            let copied = copied.clone();
            spawn_local(async move { copied.set(Some(JsFuture::from(promise).await.is_ok())) });
        })
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
            <p>{ tr("share.lead") }</p>
            <div class="share-link">
                <input id="link" type="text" readonly=true ref={input} value={props.link.clone()}
                    aria-label={tr("dialog.share")} />
                <button id="copy-link" class="go" onclick={copy}>{ tr("share.copy") }</button>
            </div>
            <p role="status">{ said.unwrap_or_default() }</p>
        </>
    }
}
