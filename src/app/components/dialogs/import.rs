//! Configurations of real balancers: told from traces by their first words, read, and shown with
//! what came of each line.

use crate::app::i18n::{tr, tr_with};
use crate::app::{address, parts};
use crate::import::{Import, Note, Outcome, Problem, Program, program};
use crate::page::action::Action;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

/// Larger files are traces (bytes).
pub(super) const MOST: f64 = (1 << 20) as f64;

/// What a file or a text turned out to be.
pub(crate) enum Opened {
    /// A trace or a scenario, which a worker reads.
    Read(File),
    /// A configuration of this program.
    Configuration(String, Program),
}

/// Looks what a file is: a configuration is read here, anything else by a worker.
pub(super) fn look(file: File, opened: Callback<Opened>) {
    spawn_local(async move {
        let text = JsFuture::from(file.text()).await.ok();
        let text = text.and_then(|text| text.as_string()).unwrap_or_default();
        opened.emit(match program::recognise(&text) {
            Some(program) => Opened::Configuration(text, program),
            None => Opened::Read(file),
        });
    });
}

/// The part from `#` on of a link to a scene, a job or a lesson, also of one that a program has
/// escaped as a whole.
fn fragment(text: &str) -> Option<String> {
    plain_fragment(text)
        .or_else(|| plain_fragment(&String::from(js_sys::decode_uri_component(text).ok()?)))
}

/// The same of a link that is not escaped.
fn plain_fragment(text: &str) -> Option<String> {
    let all = ["#s=", "#job=", "#lesson="].iter();
    let first = all.filter_map(|begin| text.find(begin)).min()?;
    text[first..].split_whitespace().next().map(String::from)
}

/// Opens a text that was pasted: a link, a configuration, a scenario or a trace.
pub(super) fn paste(text: String, opened: &Callback<Opened>, send: &Callback<Action>) {
    if let Some(program) = program::recognise(&text) {
        return opened.emit(Opened::Configuration(text, program));
    }
    let is_object = text.trim_start().starts_with('{');
    if let Some(part) = fragment(&text).filter(|_| !is_object) {
        let send = send.clone();
        spawn_local(async move {
            if let Ok(actions) = address::open(&part).await {
                send.emit(Action::Dialog(None));
                actions.into_iter().for_each(|action| send.emit(action));
            }
        });
        return;
    }
    let name = if is_object {
        "pasted.json"
    } else {
        "pasted.csv"
    };
    let whole = js_sys::Array::of1(&text.into());
    if let Ok(file) = File::new_with_str_sequence(&whole, name) {
        opened.emit(Opened::Read(file));
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct PasteProps {
    /// Gets the text.
    pub pasted: Callback<String>,
}

/// A place for a text.
#[component]
pub(super) fn Paste(props: &PasteProps) -> Html {
    let area = use_node_ref();
    let read = {
        let area = area.clone();
        let pasted = props.pasted.clone();
        Callback::from(move |_: MouseEvent| {
            let text = area.cast::<HtmlTextAreaElement>().map(|area| area.value());
            if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                pasted.emit(text);
            }
        })
    };
    html! {
        <div class="field paste">
            <label for="paste">{ tr("import.paste") }</label>
            <textarea id="paste" ref={area} rows="4" spellcheck="false" />
            <button id="read-paste" class="outlined" onclick={read}>{ tr("import.read") }</button>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub text: AttrValue,
    pub program: Program,
    pub send: Callback<Action>,
}

/// What came of a configuration, with a button that shows its scenario.
#[component]
pub(super) fn Reading(props: &Props) -> Html {
    let pool = use_state(|| None::<String>);
    let read = use_state(|| None::<Result<Import, String>>);
    {
        let read = read.clone();
        let text = props.text.clone();
        let program = props.program;
        use_effect_with((text, (*pool).clone()), move |(text, pool)| {
            let text = text.clone();
            let pool = pool.clone();
            spawn_local(async move {
                // It may come to strategies whose program is not there yet.
                _ = parts::load_replicas().await;
                let result = match parts::import(&text, program, pool.as_deref()).await {
                    Ok(result) => result.map_err(|problem| said(&problem)),
                    Err(_) => Err(tr("part.failed")),
                };
                read.set(Some(result));
            });
        });
    }
    let cancel = props.send.reform(|_: MouseEvent| Action::Dialog(None));
    match &*read {
        None => html! { <p role="status">{ tr("part.loading") }</p> },
        Some(Err(why)) => html! {
            <div role="alert"><p class="refused">{ why }</p>
                <button class="outlined" onclick={cancel}>{ tr("import.cancel") }</button></div>
        },
        Some(Ok(import)) => {
            let scenario = import.scenario.clone();
            let apply = props
                .send
                .reform(move |_: MouseEvent| Action::Imported(Box::new(scenario.clone())));
            let values = [
                ("program", import.program.name().to_string()),
                ("servers", import.scenario.servers.len().to_string()),
            ];
            html! {
                <>
                    <p>{ tr_with("import.lead", &values) }</p>
                    { pools(import, &pool) }
                    <div class="export-bar">
                        <button id="import-apply" class="go" onclick={apply}>
                            { tr("import.apply") }
                        </button>
                        <button id="import-cancel" class="outlined" onclick={cancel}>
                            { tr("import.cancel") }
                        </button>
                    </div>
                    { notes(&import.notes) }
                </>
            }
        }
    }
}

/// A choice of the file's groups of servers, if it has several.
fn pools(import: &Import, chosen: &UseStateHandle<Option<String>>) -> Html {
    if import.pools.len() < 2 {
        return html! {};
    }
    let onchange = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            chosen.set(Some(select.value()).filter(|name| !name.is_empty()));
        })
    };
    let present = (**chosen).as_deref();
    html! {
        <div class="field">
            <label for="import-pool">{ tr("import.pool") }</label>
            <select id="import-pool" {onchange}>
                <option value="" selected={present.is_none()}>{ tr("import.busiest") }</option>
                { for import.pools.iter().map(|name| html! {
                    <option value={name.clone()} selected={present == Some(name)}>{ name }</option>
                }) }
            </select>
        </div>
    }
}

/// What came of each line.
fn notes(notes: &[Note]) -> Html {
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={tr("import.lines")}>
        <table id="import-notes">
            <thead><tr>
                { for ["line", "source", "came-to", "detail"].map(|column| html! {
                    <th scope="col">{ tr(&format!("import.{column}")) }</th>
                }) }
            </tr></thead>
            <tbody>{ for notes.iter().map(row) }</tbody>
        </table></div>
    }
}

/// What came of one line.
fn row(note: &Note) -> Html {
    let (key, detail) = match &note.outcome {
        Outcome::Understood(fields) => ("understood", fields.clone()),
        Outcome::Ignored => ("ignored", String::new()),
        Outcome::NotExpressible(reason, more) => {
            let why = tr(&format!("import.reason.{}", reason.id()));
            let more = if more.is_empty() {
                String::new()
            } else {
                format!(" ({more})")
            };
            ("not-expressible", why + &more)
        }
    };
    html! {
        <tr class={key}><td>{ note.line }</td><td><code>{ &note.source }</code></td>
            <td>{ tr(&format!("import.outcome.{key}")) }</td><td>{ detail }</td></tr>
    }
}

/// What is wrong with a file.
fn said(problem: &Problem) -> String {
    let values = [
        ("line", problem.line.to_string()),
        ("found", problem.found.clone()),
        (
            "allowed",
            tr(&format!("import.wrong.{}", problem.wrong.id())),
        ),
    ];
    tr_with("import.problem", &values)
}
