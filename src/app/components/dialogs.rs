//! Dialogs: help, the link, a chart's numbers, a configuration.

use crate::app::address;
use crate::app::i18n::tr;
use crate::page::Model;
use crate::page::action::{Action, Dialog};
use crate::view::plot::Table;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlDialogElement, HtmlInputElement};
use yew::prelude::*;

/// The open dialog, if there is one; `export` is the content of the one with a configuration.
pub(crate) fn view(model: &Model, export: Html, send: &Callback<Action>) -> Html {
    let Some(dialog) = model.dialog() else {
        return html! {};
    };
    let (title, body) = match dialog {
        Dialog::Help => (tr("help.title"), help()),
        Dialog::Export(_) => (tr("export.title"), export),
        Dialog::Share(link) => (tr("share.title"), share(&address::with(link))),
        Dialog::Table { title, table } => (title.clone(), self::table(table)),
    };
    html! { <Modal {title} close={send.reform(|()| Action::Dialog(None))}>{ body }</Modal> }
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

/// The numbers of a chart as a table.
fn table(table: &Table) -> Html {
    const MOST: usize = 400;
    let header = table
        .header
        .iter()
        .map(|h| html! { <th scope="col">{ h }</th> });
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={tr("chart-panel.table")}>
            <table>
                <thead><tr>{ for header }</tr></thead>
                <tbody>{ for table.rows.iter().take(MOST).map(|row| html! {
                    <tr>{ for row.iter().map(|cell| html! { <td>{ cell }</td> }) }</tr>
                }) }</tbody>
            </table>
            if table.rows.len() > MOST { <p>{ tr("chart-panel.table-cut") }</p> }
        </div>
    }
}

fn help() -> Html {
    const KEYS: [(&str, &str); 7] = [
        ("Space", "help.play"),
        ("→ .", "help.step"),
        ("← ,", "help.back"),
        ("Home", "help.home"),
        ("Ctrl Z", "help.undo"),
        ("Esc", "help.escape"),
        ("?", "help.help"),
    ];
    const WHAT: [&str; 4] = ["help.stage", "help.encoding", "help.change", "help.link"];
    let keys = KEYS.iter().map(|(keys, what)| {
        html! { <><dt><kbd>{ keys }</kbd></dt><dd>{ tr(what) }</dd></> }
    });
    html! {
        <>
            <p>{ tr("help.lead") }</p>
            <ul>{ for WHAT.iter().map(|key| html! { <li>{ tr(key) }</li> }) }</ul>
            <h3>{ tr("help.keys") }</h3>
            <dl class="keys">{ for keys }</dl>
        </>
    }
}

fn share(link: &str) -> Html {
    html! { <ShareLink link={link.to_string()} /> }
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
                    aria-label={tr("share.title")} />
                <button id="copy-link" class="go" onclick={copy}>{ tr("share.copy") }</button>
            </div>
            <p role="status">{ said.unwrap_or_default() }</p>
        </>
    }
}
