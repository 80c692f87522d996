//! Dialogs: help, the link, a chart's numbers, a configuration. What is in them is loaded later.

mod export;
mod failure;
mod help;
mod import;
mod measured;
mod open;
mod save;
mod share;
mod table;

pub(crate) use open::megabytes;

use crate::app::i18n::tr;
use crate::page::Model;
use crate::page::action::{Action, Dialog};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// The open dialog, if there is one, with what is in it.
pub(crate) fn view(model: &Model, content: Html, send: &Callback<Action>) -> Html {
    let Some(dialog) = model.dialog() else {
        return html! {};
    };
    let title = match dialog {
        Dialog::Help => tr("dialog.help"),
        Dialog::Export(_) => tr("dialog.export"),
        Dialog::Share(_) => tr("dialog.share"),
        Dialog::Open => tr("dialog.open"),
        Dialog::Measured => tr("dialog.measured"),
        Dialog::Table { title, .. } => title.clone(),
    };
    html! { <Modal {title} close={send.reform(|()| Action::Dialog(None))}>{ content }</Modal> }
}

/// What is in the open dialog.
pub(crate) fn content(model: &Model, send: &Callback<Action>) -> Html {
    match model.dialog() {
        None => html! {},
        Some(Dialog::Help) => help::view(),
        Some(Dialog::Export(program)) => export::view(*program, model, send),
        Some(Dialog::Share(scene)) => share::view(scene, model, send),
        Some(Dialog::Open) => open::view(model, send),
        Some(Dialog::Measured) => measured::view(model),
        Some(Dialog::Table { table, .. }) => table::view(table),
    }
}

#[derive(PartialEq, Properties)]
struct ModalProps {
    title: String,
    close: Callback<()>,
    children: Html,
}

/// A modal dialog of the browser's own, which keeps the focus inside and gives it back.
#[component]
fn Modal(props: &ModalProps) -> Html {
    let node = use_node_ref();
    use_effect_with(node.clone(), |node| {
        if let Some(dialog) = node.cast::<HtmlDialogElement>() {
            let _ = dialog.show_modal();
        }
    });
    let closed = props.close.reform(|_: Event| ());
    // Closed by the browser, which gives the focus back to where it was.
    let close = {
        let node = node.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                dialog.close();
            }
        })
    };
    html! {
        <dialog ref={node} aria-labelledby="dialog-title" onclose={closed}>
            <header><h2 id="dialog-title">{ &props.title }</h2>
                <button class="icon" aria-label={tr("dialog.close")} onclick={close}>
                    { "×" }
                </button></header>
            { props.children.clone() }
        </dialog>
    }
}
