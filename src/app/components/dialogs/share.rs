//! The link to what is shown: what it opens, in which layout, and what a class then sees.

mod copied;
mod ticks;

use crate::app::address;
use crate::app::i18n::tr;
use crate::page::action::Tab;
use crate::page::display::{Display, View};
use crate::page::{Action, Model};
use crate::scenario::Scenario;
use copied::Copied;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The dialog's content; `scene` is the part of the address after `#` that opens what the stage
/// shows, or the job in its place.
pub(crate) fn view(scene: &str, model: &Model, send: &Callback<Action>) -> Html {
    if model.job().is_some() {
        let link = address::with(scene);
        return html! {
            <>
                <p>{ tr("share.lead") }</p>
                <Copied id="link" label={tr("dialog.share")} text={link} />
            </>
        };
    }
    let lesson = model.lesson().filter(|_| model.tab() == Tab::Lessons);
    html! {
        <ShareLink scene={scene.to_string()} lesson={lesson.map(|id| format!("lesson={id}"))}
            display={model.display().clone()} scenario={model.scenario().clone()}
            send={send.clone()} />
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    scene: String,
    /// What opens the lesson that is shown.
    lesson: Option<String>,
    /// How the page is shown now.
    display: Display,
    scenario: Scenario,
    send: Callback<Action>,
}

/// What the link is to do.
#[derive(Clone, PartialEq)]
struct Wanted {
    lesson: bool,
    display: Display,
}

#[component]
fn ShareLink(props: &Props) -> Html {
    let wanted = use_state(|| Wanted {
        lesson: false,
        display: props.display.clone(),
    });
    let Wanted { lesson, display } = &*wanted;
    let opened = match &props.lesson {
        Some(id) if *lesson => id,
        _ => &props.scene,
    };
    let link = address::with(&format!("{opened}{}", display.words()));
    let change = {
        let wanted = wanted.clone();
        Callback::from(move |hidden| {
            let view = wanted.display.view();
            wanted.set(Wanted {
                display: Display::new(view, hidden),
                ..(*wanted).clone()
            });
        })
    };
    let framed = address::with(&format!("{opened}{}", display.in_view(View::Embed).words()));
    let present = props.send.reform(|_: MouseEvent| Action::Dialog(None));
    let send = props.send.clone();
    let present = Callback::from(move |e: MouseEvent| {
        present.emit(e);
        send.emit(Action::Present);
    });
    html! {
        <>
            <p>{ tr("share.lead") }</p>
            <Copied id="link" label={tr("dialog.share")} text={link} />
            <div class="share-choices">
                if props.lesson.is_some() { { opens(&wanted) } }
                { layouts(&wanted) }
                <button id="present" class="outlined" onclick={present}>
                    { tr("display.present-now") }
                </button>
            </div>
            <details id="share-locks" open={!display.hidden().is_empty()}>
                <summary>{ tr("display.see") }</summary>
                { ticks::view(display, &props.scenario, &change) }
            </details>
            <details>
                <summary>{ tr("display.frame") }</summary>
                <Copied id="frame" label={tr("display.frame")} text={frame(&framed)} />
            </details>
        </>
    }
}

/// Whether the link opens the scene or the lesson.
fn opens(wanted: &UseStateHandle<Wanted>) -> Html {
    let now = wanted.clone();
    let onchange = Callback::from(move |e: Event| {
        let list: HtmlSelectElement = e.target_unchecked_into();
        now.set(Wanted {
            lesson: list.selected_index() == 1,
            ..(*now).clone()
        });
    });
    html! {
        <label>{ tr("display.of") }
            <select id="share-of" {onchange}>
                <option selected={!wanted.lesson}>{ tr("display.this-scene") }</option>
                <option selected={wanted.lesson}>{ tr("display.this-lesson") }</option>
            </select>
        </label>
    }
}

/// The layouts to choose from.
fn layouts(wanted: &UseStateHandle<Wanted>) -> Html {
    const VIEWS: [View; 3] = [View::Whole, View::Embed, View::Present];
    let now = wanted.clone();
    let onchange = Callback::from(move |e: Event| {
        let list: HtmlSelectElement = e.target_unchecked_into();
        let chosen = usize::try_from(list.selected_index()).unwrap_or(0);
        now.set(Wanted {
            display: now.display.in_view(VIEWS[chosen.min(2)]),
            ..(*now).clone()
        });
    });
    let options = VIEWS.iter().map(|view| {
        let selected = *view == wanted.display.view();
        html! { <option {selected}>{ tr(&format!("display.as-{}", view.word())) }</option> }
    });
    html! {
        <label>{ tr("display.as") }<select id="share-as" {onchange}>{ for options }</select></label>
    }
}

/// What puts a frame with this address into another page.
fn frame(link: &str) -> String {
    let link = link.replace('&', "&amp;");
    format!(
        "<iframe src=\"{link}\" title=\"Equipoise\" width=\"100%\" height=\"460\" \
         style=\"border:0\"></iframe>"
    )
}
