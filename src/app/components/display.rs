//! Other layouts of the page, and the way back from them; and what there is to say where a link
//! hides something. It loads later, with its own style sheet.

mod embed;
mod present;
mod spotlight;

use crate::app::address;
use crate::app::i18n::tr;
use crate::page::display::{Display, View};
use crate::page::{Action, Model};
use web_sys::Element;
use yew::prelude::*;

/// What belongs to the layout, and the button that shows all that is hidden.
pub(crate) fn view(model: &Model, send: &Callback<Action>) -> Html {
    let display = model.display();
    let layout = match display.view {
        View::Whole => None,
        View::Embed => Some(embed::view(model, send)),
        View::Present => Some(present::view(model, send)),
    };
    html! {
        <div class="display">
            { for layout }
            { unlock(display, send) }
        </div>
    }
}

/// Says that a link hides something, and shows it if it is pressed.
fn unlock(display: &Display, send: &Callback<Action>) -> Option<Html> {
    if display.hidden.is_empty() {
        return None;
    }
    let view = display.view;
    let onclick = send.reform(move |_: MouseEvent| {
        let hidden = Vec::new();
        Action::Display(Box::new(Display { view, hidden }))
    });
    Some(html! {
        <span class="locked">
            <span>{ tr("display.locked") }</span>
            <button id="unlock" class="outlined" {onclick}>{ tr("display.unlock") }</button>
        </span>
    })
}

/// The address of what is shown in another layout; what is hidden stays so.
fn address_in(model: &Model, view: View) -> String {
    let shown = model.address();
    let shown = shown.split('&').next().unwrap_or_default();
    let hidden = model.display().hidden.clone();
    address::with(&format!("{shown}{}", Display { view, hidden }.words()))
}

/// The first element that a selector finds.
fn find(selector: &str) -> Option<Element> {
    gloo::utils::document().query_selector(selector).ok()?
}
