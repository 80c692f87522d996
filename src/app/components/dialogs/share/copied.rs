//! A text to copy, with the button that does it.

use crate::app::clipboard::copy;
use crate::app::i18n::tr;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What it needs.
#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// The box's id; the button's is `copy-` with this behind it.
    pub id: &'static str,
    /// The box's name.
    pub label: String,
    /// The text.
    pub text: AttrValue,
}

/// The box and the button. What was copied before the text changed is not said any more.
#[component]
pub(super) fn Copied(props: &Props) -> Html {
    let copied = use_state(|| None::<(AttrValue, bool)>);
    let input = use_node_ref();
    let on_copy = {
        let text = props.text.clone();
        let copied = copied.clone();
        let input = input.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.select();
            }
            let done = copy(&text);
            let copied = copied.clone();
            let text = text.clone();
            spawn_local(async move { copied.set(Some((text, done.await))) });
        })
    };
    let now = copied.as_ref().filter(|(text, _)| *text == props.text);
    let said = now.map(|(_, done)| {
        tr(if *done {
            "share.copied"
        } else {
            "share.not-copied"
        })
    });
    html! {
        <>
            <div class="share-link">
                <input id={props.id} type="text" readonly=true ref={input}
                    value={props.text.clone()} aria-label={props.label.clone()} />
                <button id={format!("copy-{}", props.id)} class="go" onclick={on_copy}>
                    { tr("share.copy") }
                </button>
            </div>
            <p role="status">{ said.unwrap_or_default() }</p>
        </>
    }
}
